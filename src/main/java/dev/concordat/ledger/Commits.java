package dev.concordat.ledger;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * The newest offsets that a consumer has asked Kafka to keep, until Kafka has. Where it did not take them they are due once more, for nothing else may
 * come that would bring newer ones, and who asks how far the consumer is would wait for ever.
 */
final class Commits {
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final LongSupplier nanos;
    private final Map<TopicPartition, OffsetAndMetadata> open = new HashMap<>();
    private boolean failed;
    private long again;

    Commits(LongSupplier nanos) {
        this.nanos = nanos;
    }

    void asked(Map<TopicPartition, OffsetAndMetadata> offsets) {
        open.putAll(offsets);
    }

    /** Kafka's answer to some that were asked; an older one says nothing of what was asked after it. */
    void answered(Map<TopicPartition, OffsetAndMetadata> offsets, Exception failure) {
        if (failure == null) {
            open.entrySet().removeAll(offsets.entrySet());
        } else {
            failed = true;
            again = nanos.getAsLong() + PAUSE.toNanos();
        }
    }

    /** What is to be asked for once more, now; mostly nothing. */
    Map<TopicPartition, OffsetAndMetadata> due() {
        if (!failed || nanos.getAsLong() - again < 0) {
            return Map.of();
        }
        failed = false;
        return Map.copyOf(open);
    }

    /** Forgets partitions that go to somebody else, who may be further by the time they come back. */
    void forget(Collection<TopicPartition> partitions) {
        partitions.forEach(open::remove);
    }
}
