package dev.concordat.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpectationTest {
    @ParameterizedTest
    @CsvSource({
        "mustBe, 0, 0, 0.7, 0", "mustNotBe, 3, 2, 3.0, other than 3", "mustBeGreaterThan, 0, 907, 0, greater than 0",
        "mustBeGreaterOrEqualTo, 1, 1, 0.9, at least 1", "mustBeLessThan, 100000, 99999.9, 100000, less than 100000",
        "mustBeLessOrEqualTo, 5, 5, 6, at most 5", "mustBeBetween, 1 5, 5, 5.1, between 1 and 5", "mustNotBeBetween, 1 5, 0.9, 1, outside of 1 to 5"})
    void saysWhatItDemands(String operator, String bounds, BigDecimal right, BigDecimal wrong, String words) {
        Expectation expected = new Expectation(operator, Stream.of(bounds.split(" ")).map(BigDecimal::new).toList());

        assertThat(List.of(right, wrong)).map(expected::holds).containsExactly(true, false);
        assertThat(expected.words()).isEqualTo(words);
    }
}
