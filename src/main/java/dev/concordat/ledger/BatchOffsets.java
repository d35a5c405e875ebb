package dev.concordat.ledger;

import dev.concordat.BridgeException;
import dev.concordat.change.Change;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.kafka.consumer.CommitManager;
import org.apache.camel.component.kafka.consumer.KafkaManualCommit;
import org.apache.camel.component.kafka.consumer.KafkaManualCommitFactory;
import org.apache.camel.support.SynchronizationAdapter;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits the offsets of exactly the records of a batch, in all its partitions, in one request.
 *
 * <p>Camel's own commit in batching mode commits either the last record's partition only or everything polled, also what
 * is not processed yet. The next batch does not wait for the commit, which ends while the consumer polls or is closed. One that fails
 * is logged, and made again by the consumer ({@link BatchPolls}); where that is too late, what is delivered again has no effect.
 */
public final class BatchOffsets implements KafkaManualCommitFactory {
    private static final Logger LOG = LoggerFactory.getLogger(BatchOffsets.class);

    /** The consumer of a record, carried in its header. */
    private static final class Handle implements KafkaManualCommit {
        private final Consumer<?, ?> consumer;
        /** Of a batch's first record: the batch was committed. */
        private volatile boolean committed;

        Handle(Consumer<?, ?> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void commit() {
            throw new IllegalStateException("a batch commits as a whole: bean 'offsets', method 'commit'");
        }
    }

    @Override
    public KafkaManualCommit newInstance(CamelExchangePayload exchange, KafkaRecordPayload payload, CommitManager manager) {
        return new Handle(exchange.consumer);
    }

    private static void note(TopicPartition partition, long next, Map<TopicPartition, OffsetAndMetadata> offsets) {
        if (partition != null) {
            offsets.merge(partition, new OffsetAndMetadata(next), (one, other) -> one.offset() > other.offset() ? one : other);
        }
    }

    /**
     * Keeps the batch, as property {@code batch}, and notes that the exchange works on it for a consumer that goes on meanwhile. Where it ends without
     * having committed the batch, as when its route is stopped, that is read once more.
     */
    public void watch(Exchange exchange) {
        List<?> batch = exchange.getMessage().getBody(List.class);
        BatchSteps.began(exchange, batch);
        if (batch.isEmpty() || !(((Exchange) batch.get(0)).getMessage().getHeader(KafkaConstants.MANUAL_COMMIT) instanceof Handle handle)
                || !(handle.consumer instanceof BatchPolls.HandsOn consumer)) {
            return;
        }
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                // What was committed is known to have ended, and another batch may have begun at the same place by now.
                if (!handle.committed) {
                    consumer.over(firsts(batch));
                }
            }
        });
    }

    private static Map<TopicPartition, Long> firsts(List<?> batch) {
        Map<TopicPartition, Long> firsts = new HashMap<>();
        for (Object each : batch) {
            var headers = ((Exchange) each).getMessage().getHeaders();
            firsts.merge(new TopicPartition((String) headers.get(KafkaConstants.TOPIC), (Integer) headers.get(KafkaConstants.PARTITION)),
                    (Long) headers.get(KafkaConstants.OFFSET), Math::min);
        }
        return firsts;
    }

    /**
     * Looks whether every change of a watched batch is still there, once; the order may be another.
     *
     * @throws BridgeException with the steps that hand on more or fewer
     */
    public void complete(Exchange exchange) {
        var came = BatchSteps.records(exchange);
        var left = BatchSteps.handedOn(exchange);
        if (areAll(came, left)) {
            return;
        }
        var balance = new HashMap<Object, Integer>();
        came.forEach(each -> balance.merge(BatchSteps.Place.of(((Exchange) each).getMessage()), 1, Integer::sum));
        left.forEach(each -> balance.merge(each instanceof Change change ? place(change) : each, -1, Integer::sum));
        int missing = balance.values().stream().mapToInt(count -> Math.max(count, 0)).sum();
        int surplus = balance.values().stream().mapToInt(count -> Math.max(-count, 0)).sum();
        if (missing + surplus > 0) {
            String found = Stream.of(missing == 0 ? "" : "lacks " + missing, surplus == 0 ? "" : "has " + surplus + " too many")
                    .filter(part -> !part.isEmpty()).collect(Collectors.joining(" and "));
            String steps = Stream.ofNullable(BatchSteps.sizes(exchange)).flatMap(List::stream).map(Object::toString).collect(Collectors.joining(", "));
            throw new BridgeException("a batch of " + came.size() + " changes " + found + ": "
                    + (steps.isEmpty() ? "a step hands on one in place of another" : steps) + "; it waits until its steps hand on each change once");
        }
    }

    private static BatchSteps.Place place(Change change) {
        return new BatchSteps.Place(change.receipt().partition(), change.receipt().offset());
    }

    /** Whether there are as many changes as records, each of a place of its own: read off the changes alone, as each is compared. */
    private static boolean areAll(List<?> came, List<?> left) {
        if (came.size() != left.size()) {
            return false;
        }
        Map<Integer, Long> last = new HashMap<>();
        int partition = -1;
        long offset = -1;
        for (Object each : left) {
            if (!(each instanceof Change change)) {
                return false;
            }
            if (change.receipt().partition() != partition) {
                last.put(partition, offset);
                partition = change.receipt().partition();
                offset = last.getOrDefault(partition, -1L);
            }
            if (change.receipt().offset() <= offset) {
                return false;
            }
            offset = change.receipt().offset();
        }
        return true;
    }

    /**
     * Commits the batch, once all effects are durable; the consumer's own thread has to be waiting for it, or be the one that calls, unless the
     * consumer hands its batches on.
     */
    public void commit(List<Exchange> batch) {
        if (batch.isEmpty()) {
            return;
        }
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        TopicPartition partition = null;
        long next = 0;
        for (Exchange exchange : batch) {
            var headers = exchange.getMessage().getHeaders();
            String topic = (String) headers.get(KafkaConstants.TOPIC);
            int number = (Integer) headers.get(KafkaConstants.PARTITION);
            if (partition == null || number != partition.partition() || !topic.equals(partition.topic())) {
                note(partition, next, offsets);
                partition = new TopicPartition(topic, number);
                next = 0;
            }
            next = Math.max(next, (Long) headers.get(KafkaConstants.OFFSET) + 1);
        }
        note(partition, next, offsets);
        var handle = (Handle) batch.get(0).getMessage().getHeader(KafkaConstants.MANUAL_COMMIT);
        handle.committed = true;
        handle.consumer.commitAsync(offsets, (committed, failure) -> {
            if (failure != null) {
                LOG.warn("offsets not committed, the batch may be delivered again: cause={}", failure.getClass().getSimpleName());
            }
        });
    }
}
