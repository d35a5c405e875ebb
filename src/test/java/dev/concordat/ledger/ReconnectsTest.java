package dev.concordat.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReconnectsTest {
    private final List<Long> pauses = new ArrayList<>();
    private long now;
    private final Reconnects reconnects = new Reconnects(() -> now, pause -> pauses.add(pause / 1_000_000));

    /** And is refused then. */
    private void lives(String group, Duration time) {
        lives(group, time, true);
    }

    private void lives(String group, Duration time, boolean refused) {
        reconnects.await(group);
        long begun = now;
        now += time.toNanos();
        reconnects.ended(group, begun, refused);
    }

    @Test
    void aConsumerThatIsRefusedAgainAndAgainIsMadeEverLater() {
        for (int i = 0; i < 9; i++) {
            lives("a", Duration.ofMillis(4));
        }
        assertThat(pauses).containsExactly(200L, 400L, 800L, 1600L, 3200L, 6400L, 6400L, 6400L);
    }

    @Test
    void oneThatWasThereForLongIsFollowedAtOnceAndGroupsDoNotConcernEachOther() {
        lives("a", Duration.ofMillis(4));
        lives("b", Duration.ofMinutes(1));
        lives("b", Duration.ofMinutes(1));
        assertThat(pauses).isEmpty();
        lives("a", Duration.ofMinutes(1));
        lives("a", Duration.ofMinutes(1));
        assertThat(pauses).containsExactly(200L);
    }

    @Test
    void oneThatEndsByItselfIsFollowedAtOnceHoweverSoon() {
        for (int i = 0; i < 3; i++) {
            lives("a", Duration.ofMillis(4), false);
        }
        assertThat(pauses).isEmpty();
        lives("a", Duration.ofMillis(4));
        lives("a", Duration.ofMillis(4), false);
        lives("a", Duration.ofMillis(4), false);
        assertThat(pauses).containsExactly(200L);
    }
}
