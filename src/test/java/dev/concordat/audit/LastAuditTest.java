package dev.concordat.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.audit.Alerts.Firing;
import dev.concordat.audit.LastAudit.Known;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LastAuditTest {
    private static final Instant FIRST = Instant.parse("2026-11-22T10:00:00Z");

    @Test
    void aBeginningIsCompletedByWhateverIsNewest() {
        Known own = new Known(after(60), after(5), after(15), after(15), 3, 0, Firing.NONE);
        Known told = new Known(after(45), FIRST, after(45), after(30), 1, 2, Firing.NONE);

        assertThat(own.over(told)).isEqualTo(new Known(after(60), FIRST, after(45), after(30), 1, 2, Firing.NONE));
        assertThat(told.over(own)).isEqualTo(new Known(after(45), after(5), after(45), after(30), 1, 2, Firing.NONE));
    }

    @Test
    void whatHasNotEndedTellsNothingOfItsOwn() {
        Known begun = Known.begun(after(60), null);
        Known told = new Known(after(45), FIRST, after(45), null, 1, 2, Firing.NONE);

        assertThat(begun.over(told)).isEqualTo(new Known(after(60), FIRST, after(45), null, 1, 2, Firing.NONE));
        assertThat(told.over(begun)).isEqualTo(new Known(after(45), after(60), after(45), null, 1, 2, Firing.NONE));
        assertThat(begun.over(Known.begun(FIRST, null))).isEqualTo(new Known(after(60), FIRST, null, null, 0, 0, Firing.NONE));
    }

    private static Instant after(int minutes) {
        return FIRST.plus(Duration.ofMinutes(minutes));
    }
}
