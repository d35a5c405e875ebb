package dev.concordat.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class CommitsTest {
    private static final TopicPartition ONE = new TopicPartition("crm.changes", 1);
    private static final TopicPartition TWO = new TopicPartition("crm.changes", 2);
    private static final Exception NO = new KafkaException("not now");

    private long now;
    private final Commits commits = new Commits(() -> now);

    private static Map<TopicPartition, OffsetAndMetadata> at(TopicPartition partition, long offset) {
        return Map.of(partition, new OffsetAndMetadata(offset));
    }

    private void aSecondLater() {
        now += Duration.ofSeconds(1).toNanos();
    }

    @Test
    void whatKafkaHasTakenIsNeverDue() {
        commits.asked(at(ONE, 5));
        commits.answered(at(ONE, 5), null);
        aSecondLater();
        assertThat(commits.due()).isEmpty();
    }

    @Test
    void whatItHasNotTakenIsDueASecondLaterAndOnceForEachAnswer() {
        commits.asked(at(ONE, 5));
        commits.answered(at(ONE, 5), NO);
        assertThat(commits.due()).isEmpty();
        aSecondLater();
        assertThat(commits.due()).isEqualTo(at(ONE, 5));
        aSecondLater();
        assertThat(commits.due()).as("no answer yet").isEmpty();
        commits.answered(at(ONE, 5), NO);
        aSecondLater();
        assertThat(commits.due()).isEqualTo(at(ONE, 5));
        commits.answered(at(ONE, 5), null);
        aSecondLater();
        assertThat(commits.due()).isEmpty();
    }

    @Test
    void noOlderOffsetFollowsANewerOne() {
        commits.asked(at(ONE, 5));
        commits.asked(at(ONE, 7));
        commits.asked(at(TWO, 2));
        commits.answered(at(ONE, 5), NO);
        aSecondLater();
        assertThat(commits.due()).isEqualTo(Map.of(ONE, new OffsetAndMetadata(7), TWO, new OffsetAndMetadata(2)));
        commits.answered(at(ONE, 7), null);
        commits.answered(at(TWO, 2), NO);
        aSecondLater();
        assertThat(commits.due()).isEqualTo(at(TWO, 2));
    }

    @Test
    void anAnswerToAnOlderOneSettlesNoNewerOne() {
        commits.asked(at(ONE, 5));
        commits.asked(at(ONE, 7));
        commits.answered(at(ONE, 5), null);
        commits.answered(at(ONE, 7), NO);
        aSecondLater();
        assertThat(commits.due()).isEqualTo(at(ONE, 7));
    }

    /** By the time a partition comes back, another consumer may be further. */
    @Test
    void whatGoesToSomebodyElseIsForgotten() {
        commits.asked(at(ONE, 5));
        commits.asked(at(TWO, 2));
        commits.answered(at(ONE, 5), NO);
        commits.forget(List.of(ONE));
        aSecondLater();
        assertThat(commits.due()).isEqualTo(at(TWO, 2));
        commits.answered(at(TWO, 2), NO);
        commits.forget(List.of(TWO));
        aSecondLater();
        assertThat(commits.due()).isEmpty();
    }
}
