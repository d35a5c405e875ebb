package dev.concordat.change;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.OffsetDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UtcTimeTest {
    @ParameterizedTest
    @ValueSource(strings = {"2026-11-22T10:00:00Z", "2026-11-22T10:00:00.123Z", "2024-02-29T23:59:59.999Z", "1970-01-01T00:00:00.000Z",
        "9998-12-31T23:59:59Z"})
    void theUsualFormIsReadAsTheFormatterReadsIt(String text) {
        assertThat(UtcTime.read(text)).isEqualTo(OffsetDateTime.parse(text).toInstant());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2026-11-22", "1969-12-31T23:59:59Z", "9999-01-01T00:00:00Z",
        "2026-11-22T10:00:00+01:00", "2023-02-29T10:00:00Z",
        "2026-11-22T10:00:60Z", "2026-11-22T24:00:00Z",
        "2026-13-22T10:00:00Z", "2026-11-22t10:00:00z", "2026-11-22T10:00:00.1Z", "2026-11-22T10:00:00.1x3Z", "2026-11-22T10:00:00,123Z",
        "٢٠٢٦-11-22T10:00:00Z", "2026-11-22T10:00:0 Z", "+026-11-22T10:00:00Z"})
    void anyOtherFormIsLeftToTheFormatter(String text) {
        assertThat(UtcTime.read(text)).isNull();
    }

    @ParameterizedTest
    @CsvSource({"2026-11-22T10:00:00.1234567Z,2026-11-22T10:00:00.123456Z", "9999-12-31T23:59:59.999999999-11:30,9999-12-31T23:59:59.999999-11:30",
        "2026-11-22T10:00:00.123456+02:00,2026-11-22T10:00:00.123456+02:00", "2026-11-22T10:00:00+02:00:00,2026-11-22T10:00:00+02:00:00", "soon,soon",
        "2026-11-22T10:00:00.1234Z,2026-11-22T10:00:00.1234Z", ",", "2026-11-22T10:00:00.1234+01:00,2026-11-22T10:00:00.1234+01:00"})
    void aTextLosesWhatIsFinerThanALedgerKeeps(String text, String kept) {
        assertThat(UtcTime.toMicroseconds(text)).isEqualTo(kept);
    }

    @Test
    void whatIsFinerThanALedgerKeepsIsCutOffWhereverItIsRead() {
        var kept = Instant.parse("2026-11-22T10:00:00.999999Z");
        assertThat(UtcTime.any("2026-11-22T12:00:00.9999999+02:00")).isEqualTo(kept);
        assertThat(Sent.customer("C-1").with("time", "2026-11-22T10:00:00.999999999Z").read().envelope().time()).isEqualTo(kept);
    }
}
