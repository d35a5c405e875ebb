package dev.concordat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says what Kafka has dropped before the bridge had read it, and counts it (metric {@code concordat.kafka.removed}, in offsets). */
final class RemovedRecords {
    private static final Logger LOG = LoggerFactory.getLogger(RemovedRecords.class);

    private final Counter removed;

    RemovedRecords(MeterRegistry metrics) {
        removed = Counter.builder("concordat.kafka.removed").description("Offsets that Kafka has dropped before they were read").register(metrics);
    }

    /** See {@link dev.concordat.ledger.BatchPolls.Removed}. */
    void tell(TopicPartition partition, long from, long to) {
        LOG.error("removed from Kafka before the bridge had read it: topic={} partition={} offsets={} to {}; the retention of the topic should be longer"
                + " than the bridge may be away, and what is missing has to come again from its source", partition.topic(), partition.partition(),
                from, to - 1);
        removed.increment(to - from);
    }
}
