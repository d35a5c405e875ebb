package dev.concordat.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class HeadStartTest {
    private static final TopicPartition PLACE = new TopicPartition("topic", 0);
    private static final Duration TEN_MINUTES = Duration.ofMinutes(10);
    private long now;
    private long entered;
    /** Whether lanes are through, so many nanoseconds after somebody was entered. */
    private LongPredicate through = since -> false;
    private boolean silent;
    private final Queued queued = new Queued(List.of("eu", "uk"), new Lanes());
    private final HeadStart headStart = new HeadStart(queued, region -> true, () -> now, time -> now += time);

    private final class Lanes implements Progress {
        @Override
        public Map<TopicPartition, Long> ends(String route) {
            return Map.of(PLACE, 1L);
        }

        @Override
        public boolean passed(String route, Map<TopicPartition, Long> ends) {
            if (silent) {
                throw new IllegalStateException("Kafka says nothing");
            }
            return through.test(now - entered);
        }
    }

    private void enter(String region) {
        var sending = queued.begin();
        sending.add(region, "C-1");
        sending.sent();
        entered = now;
    }

    /** For how long batches wait in ten minutes, a tenth of a second apart, that have changes for customers in these regions' topics. */
    private Duration waitsFor(String... regions) {
        long waited = 0;
        while (now < TEN_MINUTES.toNanos()) {
            List.of(regions).forEach(this::enter);
            long begun = now;
            headStart.give(List.of(regions));
            waited += now - begun;
            now += Duration.ofMillis(100).toNanos();
        }
        return Duration.ofNanos(waited);
    }

    @Test
    void aLaneThatIsAlwaysBehindIsGivenHalfOfEachMinute() {
        assertThat(waitsFor("eu")).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void twoLanesAreGivenNoMoreThanOne() {
        while (now < Duration.ofSeconds(31).toNanos()) {
            enter("eu");
            headStart.give(List.of("eu"));
            now += Duration.ofMillis(100).toNanos();
        }
        long begun = now;
        enter("uk");
        headStart.give(List.of("uk"));
        assertThat(now).as("what there is to give is given").isEqualTo(begun);
        assertThat(waitsFor("eu", "uk")).isLessThanOrEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void aLaneThatGetsThroughEachTimeIsGivenNoMoreEither() {
        through = since -> since > Duration.ofMillis(4_900).toNanos();
        assertThat(waitsFor("eu")).isBetween(Duration.ofMinutes(4), Duration.ofMinutes(5));
    }

    @Test
    void whereKafkaDoesNotTellHowFarTheLaneIsNobodyWaits() {
        enter("eu");
        silent = true;
        headStart.give(List.of("eu"));
        assertThat(Duration.ofNanos(now)).isEqualTo(Duration.ofMillis(50));
    }

    @Test
    void oneBatchWaitsFiveSecondsAndNoLongerThanTheLaneTakes() {
        enter("eu");
        headStart.give(List.of("eu"));
        assertThat(Duration.ofNanos(now)).isEqualTo(Duration.ofSeconds(5));
        through = since -> true;
        headStart.give(List.of("eu"));
        assertThat(Duration.ofNanos(now)).isEqualTo(Duration.ofMillis(5_050));
    }
}
