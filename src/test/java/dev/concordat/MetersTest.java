package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetersTest {
    @ParameterizedTest
    @CsvSource({"PT0S,PT2S", "PT0.005S,PT2S", "PT0.02S,PT2S", "PT0.03S,PT3S", "PT0.1S,PT5S", "PT14S,PT5S"})
    void countingThatTakesLongIsDoneLessOften(Duration reading, Duration pause) {
        assertThat(Meters.pauseAfter(reading)).isEqualTo(pause);
    }
}
