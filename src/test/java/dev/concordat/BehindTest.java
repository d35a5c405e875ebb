package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.ledger.Progress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class BehindTest {
    private static final Instant NOW = Instant.parse("2026-11-30T10:00:00Z");
    private static final Duration SETTLE = Duration.ofSeconds(30);
    /** By route, how old the oldest record is that it has not read. */
    private final Map<String, Duration> oldest = new HashMap<>();
    private boolean away;
    private Duration waited = Duration.ZERO;
    /** What is known to be no record only once it was looked at for a second. */
    private boolean markers;
    private final Behind behind = new Behind(new Topics(), List.of("eu", "uk"), Clock.fixed(NOW, ZoneOffset.UTC), paused -> waited = waited.plus(paused));

    @Test
    void nothingIsWhereAllIsReadThatWasWrittenLongAgo() {
        assertThat(behind.longerThan(SETTLE)).contains(Duration.ZERO);
        oldest.put("receive", Duration.ofSeconds(29));
        assertThat(behind.longerThan(SETTLE)).contains(Duration.ZERO);
    }

    @Test
    void theSlowestRouteIsWhatIsWaitedFor() {
        oldest.put("apply-uk", Duration.ofSeconds(31));
        assertThat(behind.longerThan(SETTLE)).contains(Duration.ofSeconds(10));
        oldest.put("receive", Duration.ofHours(2));
        assertThat(behind.longerThan(SETTLE).orElseThrow()).isBetween(Duration.ofHours(2).minus(SETTLE), Duration.ofHours(4));
    }

    @Test
    void theEndOfATransactionIsNothingToWaitFor() {
        markers = true;
        assertThat(behind.longerThan(SETTLE)).contains(Duration.ZERO);
        assertThat(waited).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void aKafkaThatDoesNotAnswerSaysNothing() {
        away = true;
        assertThat(behind.longerThan(SETTLE)).isEmpty();
    }

    /** Offsets are the seconds since 1970 here, so that those of a time are known. */
    private final class Topics implements Progress {
        @Override
        public Map<TopicPartition, Long> ends(String route) {
            return at(route, NOW);
        }

        @Override
        public Map<TopicPartition, Long> at(String route, Instant time) {
            return Map.of(new TopicPartition(route, 0), time.getEpochSecond());
        }

        @Override
        public boolean passed(String route, Map<TopicPartition, Long> ends) {
            if (away) {
                throw new BridgeException("Kafka does not say how far a route is");
            }
            if (markers) {
                return waited.compareTo(Duration.ofSeconds(1)) > 0;
            }
            return ends.values().iterator().next() <= NOW.minus(oldest.getOrDefault(route, Duration.ZERO)).getEpochSecond();
        }
    }
}
