package dev.concordat.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FormTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', value = {
        "TEXT|\"a\"|a", "TEXT|true|true", "TEXT|\"\"|", "TEXT|null|", "TEXT|5|5",
        "NUMBER|5|5.00", "NUMBER|\"5\"|5", "NUMBER|5e3|5000", "NUMBER|-0.0|0", "NUMBER|9007199254740993|9007199254740993",
        "NUMBER|\"+.5E-2\"|0.00500", "NUMBER|\"1e2\"|100.", "NUMBER|\"1e9999999999\"|1e9999999999", "NUMBER|\".\"|.",
        "TIME|\"2026-01-01T00:00:00.1234565Z\"|2026-01-01T00:00:00.123456+00:00", "TIME|\"2026-01-01T00:00:00.1234565Z\"|2026-01-01T00:00:00.123457+00:00",
        "TIME|\"9999-12-31T23:59:59.9999999Z\"|10000-01-01T00:00:00+00:00", "TIME|\"9999-12-31T23:59:59-01:00\"|10000-01-01T00:59:59+00:00",
        "TIME|\"2026-11-22T10:00:00Z\"|2026-11-22T11:00:00+01:00", "TIME|\"2026-11-22T10:00:00.1234566Z\"|2026-11-22T10:00:00.123457+00:00",
        "JSON|{\"a\": 1.0, \"b\": {\"c\": null}, \"d\": \"\"}|{\"a\": 1}", "JSON|{\"b\": \"x\", \"a\": [1, null]}|{\"a\": [1.00, null], \"b\": \"x\"}",
        "JSON|{}|", "JSON|{\"a\": {}}|"}, delimiter = '|')
    void isTheSameHoweverItIsWritten(Form form, String inCrm, String inLedger) throws IOException {
        assertThat(form.same(form.of(JSON.readTree(inCrm)), form.of(inLedger))).isTrue();
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', value = {
        "TEXT|\"a\"|A", "TEXT|\"a b\"|a  b", "TEXT|false|", "NUMBER|5.5|5", "NUMBER|\"five\"|5", "NUMBER|0|", "NUMBER|9007199254740993|9007199254740992",
        "NUMBER|-5|5", "NUMBER|50|5", "TIME|\"soon\"|2026-11-22T10:00:00+00:00",
        "TIME|\"2026-11-22T10:00:00Z\"|2026-11-22T10:00:00.000001+00:00", "TIME|\"2026-01-01T00:00:00.123456Z\"|2026-01-01T00:00:00.123457+00:00",
        "JSON|{\"a\": 1}|{\"a\": \"1\"}", "JSON|{\"a\": 1}|{\"b\": 1}", "JSON|[1, 2]|[2, 1]", "JSON|[1]|[1, null]", "JSON|{\"a\": false}|",
        "JSON|{\"a\": \"null\"}|{\"a\": null}"}, delimiter = '|')
    void isAnotherWhereItIs(Form form, String inCrm, String inLedger) throws IOException {
        assertThat(form.same(form.of(JSON.readTree(inCrm)), form.of(inLedger))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {300, -300, 131_071, -16_383})
    void aNumberIsTheSameHoweverManyDigitsItHas(int exponent) throws IOException {
        String plain = exponent < 0 ? "0." + "0".repeat(-exponent - 1) + "1" : "1" + "0".repeat(exponent);
        String value = Form.NUMBER.of(JSON.readTree("\"1e" + exponent + "\""));
        assertThat(value).isEqualTo(Form.NUMBER.of(plain)).isNotEqualTo(Form.NUMBER.of(plain + "1")).isNotEqualTo(Form.NUMBER.of("-" + plain));
    }
}
