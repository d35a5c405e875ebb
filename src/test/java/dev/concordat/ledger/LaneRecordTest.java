package dev.concordat.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.concordat.change.Sent;
import java.io.IOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LaneRecordTest {
    private static final FieldPositions POSITIONS = new FieldPositions(List.of("id", "value", "other"));

    private static LaneRecord read(String verdict, String change) throws IOException {
        String before = "{\"contract\":\"c/1\",\"receipt\":\"t-0@1\"" + verdict + ",\"change\":";
        return LaneRecord.read("customer/C-1", (before + change + "}").getBytes(UTF_8), before.length(), POSITIONS);
    }

    private static String change(String after) {
        return "{\"specversion\":\"1.0\",\"sequence\":\"00000000000000000007\",\"data\":{\"op\":\"u\",\"before\":{\"value\":\"old\"},\"after\":" + after
                + "},\"source\":\"s\",\"id\":\"e\",\"time\":\"2026-11-22T10:00:00Z\"}";
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', nullValues = "none", value = {
        "null | none", "true | true", "12 | 12", "1.0 | 1", "1e3 | 1000", "1.50 | 1.5", "-0 | 0", "-0.0 | 0", "1e999999999 | 1e999999999",
        "\"text\" | text", "\"Zo\\u00eb \\\"x\\\" \\\\ \uD83D\uDE00\" | Zoë \"x\" \\ \uD83D\uDE00", "{ \"city\": [\"Köln\", 1.0] } | { \"city\": [\"Köln\", 1.0] }",
        "[1,{\"a\":\"}\"}] | [1,{\"a\":\"}\"}]"})
    void aValueIsReadAsTheLedgerTakesIt(String written, String taken) throws IOException {
        var laneRecord = read("", change("{\"unknown\":{\"value\":1},\"id\":\"C-1\",\"value\":" + written + "}"));
        assertThat(laneRecord.value(1)).isEqualTo(taken);
        assertThat(laneRecord.versions(new int[] {1, 2})).isEqualTo("{7,0}");
    }

    @Test
    void whatAdmitHasAlteredCountsAndNotWhatCame() throws IOException {
        var laneRecord = read(",\"returned\":true,\"delivery\":\"t-0@9\",\"outcome\":\"parked\",\"parent\":\"C-9\",\"after\":{\"value\":\"new\"}",
                change("{\"value\":\"came\",\"other\":\"came\"}"));
        assertThat(laneRecord.value(1)).isEqualTo("new");
        assertThat(laneRecord.value(2)).isNull();
        assertThat(laneRecord.versions(new int[] {1, 2})).isEqualTo("{7,0}");
        assertThat(laneRecord.returned()).isTrue();
        assertThat(laneRecord).extracting(LaneRecord::receipt, LaneRecord::delivery, LaneRecord::outcome, LaneRecord::parent, LaneRecord::source,
                LaneRecord::id, LaneRecord::at, LaneRecord::version).containsExactly("t-0@1", "t-0@9", "parked", "C-9", "s", "e",
                Instant.parse("2026-11-22T10:00:00Z"), 7L);
        assertThat(laneRecord.micros()).isEqualTo(1_795_341_600_000_000L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1970-01-01T00:00:00.100001Z", "1970-01-01T00:00:00.1+14:00", "2262-04-11T23:47:16.854776Z", "9998-12-31T23:59:59.999999Z"})
    void everyTimeThatAChangeMayHaveIsKeptToTheMicrosecond(String time) throws IOException {
        var at = OffsetDateTime.parse(time).toInstant();
        var record = read("", change("{\"id\":\"C-1\"}").replace("2026-11-22T10:00:00Z", time));
        assertThat(Instant.EPOCH.plus(record.micros(), ChronoUnit.MICROS)).isEqualTo(at);
    }

    @Test
    void theChangeIsKeptAsItCame() throws IOException {
        String change = Sent.newCustomer("C-1", "DE").set("givenName", "Zoë  \"x\"").json();
        assertThat(new String(read("", change).original(), UTF_8)).isEqualTo(change);
    }

    @Test
    void whatHasNoIdentityIsNoLaneRecord() {
        assertThatIOException().isThrownBy(() -> read("", "{\"source\":\"s\",\"time\":\"t\"}"));
    }
}
