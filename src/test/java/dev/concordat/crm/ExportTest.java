package dev.concordat.crm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExportTest {
    private final Export export = new Export(null, null, null, null, Map.of(), null, new Export.Limit(3, Duration.ofSeconds(30)), Clock.systemUTC());

    @Test
    void aCallBeginsOnlyWhileItsClaimLastsLongerThanItMayTake() {
        long now = export.moment();
        assertThatCode(() -> export.keepTime(now, "eu")).doesNotThrowAnyException();
        assertThatThrownBy(() -> export.keepTime(now - Duration.ofSeconds(13).toNanos(), "eu")).isInstanceOf(Untimely.class);
        assertThatCode(() -> export.keepTime(null, "eu")).as("a call without a claim").doesNotThrowAnyException();
    }

    @Test
    void aLaneThatIsRefusedEverythingLeavesTheCrmAloneAndTriesAgain() {
        Instant[] now = {Instant.parse("2026-11-29T10:00:00Z")};
        InstantSource clock = () -> now[0];
        var told = new Export(null, null, null, null, Map.of(), null, new Export.Limit(3, Duration.ofSeconds(30)), clock.withZone(ZoneOffset.UTC));
        for (int i = 0; i < 3; i++) {
            assertThat(told.refusal("eu", "403")).isEqualTo("403");
            assertThat(told.rests("eu")).isFalse();
        }
        assertThat(told.refusal("eu", "403")).isEqualTo("later");
        assertThat(told.rests("eu")).isTrue();
        assertThat(told.room("eu")).isZero();
        assertThat(told.refusal("uk", "404")).as("another lane").isEqualTo("404");
        now[0] = now[0].plusSeconds(30);
        assertThat(told.rests("eu")).isFalse();
        assertThat(told.refusal("eu", "404")).as("the trial").isEqualTo("later");
        assertThat(told.rests("eu")).isTrue();
    }
}
