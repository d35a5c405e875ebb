package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.concordat.ledger.Progress;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class UnreadTest {
    private static final TopicPartition PLACE = new TopicPartition("topic", 0);
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final Kafka kafka = new Kafka();
    private long now;
    private final Unread unread = new Unread(kafka, () -> now);

    UnreadTest() {
        unread.bind(List.of("eu"), metrics);
    }

    private void looksAfter(int seconds) {
        now += Duration.ofSeconds(seconds).toNanos();
        unread.look();
    }

    private double of(String gauge) {
        return metrics.get(gauge).gauge().value();
    }

    @Test
    void whatIsReadInTimeIsNotUnread() {
        for (int i = 0; i < 5; i++) {
            kafka.end += 1_000;
            looksAfter(5);
            kafka.read = kafka.end;
        }
        assertThat(of("concordat.intake.unread")).isZero();
        assertThat(of("concordat.lane.unread")).isZero();
        assertThat(of("concordat.kafka.up")).isEqualTo(1);
    }

    @Test
    void whatStandsThereIsToldByItsAgeHoweverMuchIsReadBeforeIt() {
        looksAfter(0);
        kafka.end = 10_000;
        looksAfter(5);
        for (int i = 1; i <= 4; i++) {
            kafka.read = 1_000 * i;
            kafka.end += 5_000;
            looksAfter(5);
        }
        assertThat(of("concordat.intake.unread")).isEqualTo(20);
        now += Duration.ofSeconds(2).toNanos();
        assertThat(of("concordat.intake.unread")).as("between two looks").isEqualTo(22);
        kafka.read = 10_000;
        looksAfter(3);
        assertThat(of("concordat.intake.unread")).as("the rest is not known to be older").isZero();
        looksAfter(5);
        assertThat(of("concordat.intake.unread")).isEqualTo(5);
    }

    @Test
    void aKafkaThatDoesNotAnswerIsDownAndWhatStoodThereGrowsOlder() {
        assertThat(of("concordat.kafka.up")).as("nothing is known yet").isNaN();
        assertThat(of("concordat.intake.unread")).isNaN();
        kafka.end = 1;
        looksAfter(0);
        looksAfter(5);
        kafka.away = true;
        looksAfter(16);
        assertThat(of("concordat.kafka.up")).isZero();
        assertThat(of("concordat.intake.unread")).isEqualTo(21);
        kafka.away = false;
        kafka.read = 1;
        looksAfter(5);
        assertThat(of("concordat.kafka.up")).isEqualTo(1);
        assertThat(of("concordat.intake.unread")).isZero();
    }

    @Test
    void aTopicThatIsAnotherOneIsToldOfUntilTheNextStart() {
        looksAfter(5);
        assertThat(unread.madeAnew()).isFalse();
        kafka.madeAnew = true;
        looksAfter(5);
        kafka.away = true;
        looksAfter(5);
        assertThat(unread.madeAnew()).isTrue();
    }

    /** A class that is not there, no memory: the next look may be a better one. */
    @Test
    void whatIsWrongWithTheBridgeItselfEndsNoLooking() {
        kafka.end = 1;
        looksAfter(5);
        kafka.broken = true;
        looksAfter(5);
        kafka.broken = false;
        looksAfter(5);
        assertThat(of("concordat.intake.unread")).isEqualTo(10);
    }

    /** As while its file is loaded again: whoever looks regularly is not called again after an exception. */
    @Test
    void anIntakeThatIsAwayForAMomentEndsNoLooking() {
        kafka.noRoute = true;
        assertThatCode(unread::look).doesNotThrowAnyException();
    }

    private static final class Kafka implements Progress {
        private long end;
        private long read;
        private boolean away;
        private boolean madeAnew;
        private boolean broken;
        private boolean noRoute;

        @Override
        public Map<TopicPartition, Long> ends(String route) {
            answer();
            return Map.of(PLACE, end);
        }

        @Override
        public boolean passed(String route, Map<TopicPartition, Long> ends) {
            answer();
            return read >= ends.get(PLACE);
        }

        @Override
        public boolean madeAnew(String route) {
            if (noRoute) {
                throw new BridgeException("there is no route [" + route + "] that reads a topic of Kafka");
            }
            return madeAnew;
        }

        private void answer() {
            if (broken) {
                throw new NoClassDefFoundError("as the test wants it");
            }
            if (away) {
                throw new BridgeException("Kafka does not say how far a route is");
            }
        }
    }
}
