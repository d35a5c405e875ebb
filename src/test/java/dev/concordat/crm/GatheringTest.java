package dev.concordat.crm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class GatheringTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1);
    private final Gathering gathering = new Gathering(now::get);

    @Test
    void gathersAtOnceWhileALaneHasRoomForMore() {
        assertThat(gathering.isDue("eu")).isTrue();
        gathering.gathered(0, "eu");
        gathering.claimed(99, 100, "eu");
        assertThat(gathering.isDue("eu")).isTrue();
    }

    @Test
    void waitsAMinuteWhileALaneClaimsAllThatItHasRoomFor() {
        gathering.gathered(0, "eu");
        gathering.claimed(100, 100, "eu");
        assertThat(gathering.isDue("eu")).isFalse();
        assertThat(gathering.isDue("ch")).as("another lane").isTrue();
        now.addAndGet(Duration.ofMinutes(1).toNanos() - 1);
        assertThat(gathering.isDue("eu")).isFalse();
        now.addAndGet(1);
        assertThat(gathering.isDue("eu")).isTrue();
    }

    @Test
    void waitsWhileTheCrmIsLeftAlone() {
        gathering.gathered(0, "eu");
        gathering.claimed(0, 0, "eu");
        assertThat(gathering.isDue("eu")).isFalse();
    }

    @Test
    void goesOnUntilAllIsGathered() {
        gathering.claimed(100, 100, "eu");
        assertThat(gathering.isDue("eu")).as("never gathered").isTrue();
        assertThat(gathering.gathered(5_000, "eu")).isTrue();
        assertThat(gathering.isDue("eu")).isTrue();
        assertThat(gathering.gathered(0, "eu")).isFalse();
        assertThat(gathering.isDue("eu")).isFalse();
    }
}
