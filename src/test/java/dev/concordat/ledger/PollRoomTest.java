package dev.concordat.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class PollRoomTest {
    private static final int BYTES = 100;
    private static final int LONGEST = 200;

    private final PollRoom room = new PollRoom(BYTES, LONGEST);
    private final Headers none = new RecordHeaders();

    private Object key(int length) {
        return room.keys().deserialize("t", none, ByteBuffer.allocate(length));
    }

    private Object value(int length) {
        return room.values().deserialize("t", none, ByteBuffer.allocate(length));
    }

    @Test
    void aPollTakesRecordsUntilTheRoomIsFullAndBeginsAnewWithTheOneThatWasRefused() {
        key(10);
        value(50);
        key(10);
        value(30);
        key(0);
        assertThatThrownBy(() -> value(1)).isInstanceOf(SerializationException.class)
                .hasMessage("the records of a poll should take at most 100 bytes; this one is for the next");
        room.empty();
        assertThat(value(1)).isEqualTo(new byte[1]);
    }

    @Test
    void theFirstRecordIsTakenHoweverLargeItIsButNoLongerThanIsOfUse() {
        key(150);
        assertThat(value(1_000)).isEqualTo(new byte[LONGEST]);
        assertThatThrownBy(() -> key(1)).isInstanceOf(SerializationException.class);
        room.empty();
        assertThat(value(1_000)).isEqualTo(new byte[LONGEST]);
        assertThatThrownBy(() -> value(1)).isInstanceOf(SerializationException.class);
    }

    @Test
    void headersTakeRoomToo() {
        value(1);
        var headers = new RecordHeaders().add("name", new byte[BYTES]).add("null", null);
        assertThatThrownBy(() -> room.values().deserialize("t", headers, ByteBuffer.allocate(0)))
                .isInstanceOf(SerializationException.class);
    }

    @Test
    void soDoHeadersWithNothingInThem() {
        value(1);
        var headers = new RecordHeaders().add("", null);
        assertThatThrownBy(() -> room.values().deserialize("t", headers, ByteBuffer.allocate(0)))
                .isInstanceOf(SerializationException.class);
    }

    @Test
    void headersAreCountedOnceAndAlsoWithoutValue() {
        var headers = new RecordHeaders().add("name", new byte[0]);
        room.keys().deserialize("t", headers, ByteBuffer.allocate(0));
        room.values().deserialize("t", headers, ByteBuffer.allocate(0));
        var others = new RecordHeaders().add("name", new byte[BYTES / 2]);
        assertThatThrownBy(() -> room.keys().deserialize("t", others, ByteBuffer.allocate(0))).isInstanceOf(SerializationException.class);
    }

    @Test
    void aRecordStaysAsItIsToBeReadAgain() {
        var value = ByteBuffer.wrap(new byte[] {1, 2, 3});
        assertThat(room.values().deserialize("t", none, value)).isEqualTo(new byte[] {1, 2, 3});
        assertThat(value.remaining()).isEqualTo(3);
    }
}
