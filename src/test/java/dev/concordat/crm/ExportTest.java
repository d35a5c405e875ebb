package dev.concordat.crm;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExportTest {
    private final Export export = new Export(null, null, null, null, Map.of(), null, Clock.systemUTC());

    @Test
    void aCallBeginsOnlyWhileItsClaimLastsLongerThanItMayTake() {
        long now = export.moment();
        assertThatCode(() -> export.keepTime(now, "eu")).doesNotThrowAnyException();
        assertThatThrownBy(() -> export.keepTime(now - Duration.ofSeconds(13).toNanos(), "eu")).isInstanceOf(Untimely.class);
        assertThatCode(() -> export.keepTime(null, "eu")).as("a call without a claim").doesNotThrowAnyException();
    }
}
