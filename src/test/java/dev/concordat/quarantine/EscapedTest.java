package dev.concordat.quarantine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EscapedTest {
    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', value = {"Zo\u00eb \ud83d\ude00,Zo\u00eb \ud83d\ude00", "a\u001b[31mb,a\\u001b[31mb",
        "a\u0085b\u200bc\u2029d,a\\u0085b\\u200bc\\u2029d",
        "x\udb40\udc41y,x\\udb40\\udc41y"})
    void whatIsNotSeenIsTold(String text, String told) {
        assertThat(Escaped.line(text)).isEqualTo(told);
        assertThat(Escaped.original(text.getBytes(UTF_8))).isEqualTo(told);
    }

    @Test
    void anOriginalKeepsItsLinesAndTellsWhatIsNoText() {
        assertThat(Escaped.original("{\r\n\t1}\n".getBytes(UTF_8))).isEqualTo("{\r\n\t1}\n");
        assertThat(Escaped.line("a\nb\tc")).isEqualTo("a\\u000ab\\u0009c");
        assertThat(Escaped.original("Zo\u00eb!".getBytes(StandardCharsets.ISO_8859_1))).isEqualTo("Zo\\xeb!");
        assertThat(Escaped.original(new byte[] {'a', (byte) 0xe2, (byte) 0x80})).as("cut off").isEqualTo("a\\xe2\\x80");
        assertThat(Escaped.original(new byte[0])).isEmpty();
    }
}
