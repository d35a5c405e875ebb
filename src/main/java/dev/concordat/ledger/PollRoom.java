package dev.concordat.ledger;

import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * What the records of one poll may take of the memory: Kafka's own limits are for what is packed, which may be a thousandth of it.
 *
 * <p>The record that would take more is refused. Kafka's client keeps its place, hands over what came before it, and begins the next poll
 * with it. The first record of a poll is let through however large it is, without what is beyond the longest that anybody can use.
 */
final class PollRoom {
    /** Bytes of a header's own objects, whatever is in it; of two bytes on the wire. */
    private static final int HEADER = 100;

    private final long bytes;
    private final int longest;
    private long taken;
    private int keys;
    private int values;
    /** Of the record whose key was read last. */
    private Headers counted;

    /**
     * @param bytes   of the records of one poll, unpacked
     * @param longest bytes of a record's value; what is beyond is cut off
     */
    PollRoom(long bytes, int longest) {
        this.bytes = bytes;
        this.longest = longest;
    }

    /** Another poll begins. */
    void empty() {
        taken = 0;
        keys = 0;
        values = 0;
        counted = null;
    }

    private void take(long more, boolean first) {
        if (!first && taken + more > bytes) {
            throw new SerializationException("the records of a poll should take at most " + bytes + " bytes; this one is for the next");
        }
        taken += more;
    }

    /** Of a record, the key is read first; neither key nor value is read where it is null. */
    Deserializer<Object> keys() {
        return new Reading() {
            private final StringDeserializer text = new StringDeserializer();

            @Override
            public Object deserialize(String topic, Headers headers, ByteBuffer key) {
                take(key.remaining() + bytes(headers), keys == 0 && values == 0);
                keys++;
                counted = headers;
                return text.deserialize(topic, headers, key);
            }
        };
    }

    Deserializer<Object> values() {
        return new Reading() {
            @Override
            public Object deserialize(String topic, Headers headers, ByteBuffer value) {
                int length = Math.min(value.remaining(), longest);
                take(length + (headers == counted ? 0 : bytes(headers)), keys <= 1 && values == 0);
                values++;
                byte[] kept = new byte[length];
                value.duplicate().get(kept);
                return kept;
            }
        };
    }

    private static long bytes(Headers headers) {
        long bytes = 0;
        for (Header header : headers) {
            bytes += HEADER + header.key().length() + (header.value() == null ? 0 : header.value().length);
        }
        return bytes;
    }

    private abstract static class Reading implements Deserializer<Object> {
        @Override
        public Object deserialize(String topic, byte[] bytes) {
            throw new IllegalStateException("Kafka's client hands over what it has read");
        }
    }
}
