package dev.concordat.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.regex.PatternSyntaxException;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PatternsTest {
    @ParameterizedTest
    @ValueSource(strings = {"^([0-9]+)+$", "(a*)*", "(a|a)*$", "(a|aa)+$", "(\\d+,?)+$", "^(\\w+\\s?)*$", "(a*b?)*c", "([a-z]+)*!",
            "^(([a-z])+.)+[A-Z]([a-z])+$", "(?:x+x+)+y", "(.*)*", "^id-([0-9]+)+$", "(a?a?)*", "(a{2,})+", "(\\p{L}+)+$",
            "([^@]+|[a-z])*@"})
    void aPatternThatMatchesInVeryManyWaysIsEndless(String regex) {
        assertThat(Patterns.isEndless(regex)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"^[A-Za-z0-9][A-Za-z0-9._~-]*$", "^\\+[1-9][0-9]{6,14}$", "^([a-z]+-)*[a-z]+$", "([0-9]{4})+", "(ab?)*",
            "^([A-Z]{2}|[a-z]+;)*$", "^[0-9]+(\\.[0-9]+)*$", "(ab|ac)*", "a+b+c+", "^(\\\\+)\\)+$", "^.*-.*$", "[)+*]+"})
    void aPatternThatMatchesInOneWayIsNot(String regex) {
        assertThat(Patterns.isEndless(regex)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"^(a+)+$", "^(a|aa)+$", "a*a*a*a*b", ".*.*.*.*=.*", "(a*)*b", "^a+a+a+a+$", "[a-z]*!"})
    void noPatternTakesLongOverALongText(String regex) {
        String text = "a".repeat(50_000) + "\u0001";

        Assertions.assertTimeoutPreemptively(Duration.ofMinutes(2), () -> Patterns.compile(regex).test(text));
    }

    @ParameterizedTest
    @CsvSource({"^[A-Z]$, A, true", "^[A-Z]$, 'A\n', false", "^(a|b)+$, abba, true", "^(a|b)+$, 'abba\n', false",
            "^(a|b)+$, abc, false", "b, abc, true", "[$]|x, $, true", "^a$|^b$, b, true"})
    void theDollarIsTheVeryEnd(String regex, String text, boolean matches) {
        assertThat(Patterns.compile(regex).test(text)).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"'^\\+[1-9[0-9]{6,14}$' | Unclosed character class", "'^(a$' | Unclosed group"})
    void whatIsNoPatternIsToldAsItIsWritten(String regex, String told) {
        assertThat(catchThrowableOfType(PatternSyntaxException.class, () -> Patterns.compile(regex)))
                .extracting(PatternSyntaxException::getDescription).isEqualTo(told);
    }

    @ParameterizedTest
    @ValueSource(strings = {"^(?=.*[0-9]).*$", "(a)\\1", "(?<!a)b", "(?>a+)b"})
    void whatLooksAroundOrBackIsNoPattern(String regex) {
        assertThatThrownBy(() -> Patterns.compile(regex)).isInstanceOf(PatternSyntaxException.class);
    }
}
