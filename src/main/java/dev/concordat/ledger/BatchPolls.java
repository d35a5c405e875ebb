package dev.concordat.ledger;

import dev.concordat.change.ChangeReader;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.apache.camel.component.kafka.DefaultKafkaClientFactory;
import org.apache.camel.util.ReflectionHelper;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kafka consumers that make a batch of what has come while the batch before was under way: under load batches grow by themselves, and
 * otherwise no change waits for one to fill.
 *
 * <p>A batch costs the same whether it has one change or fifty: its statements, its commits. Of a stream that is no load, batch after batch of two or
 * three changes would take all the processors there are, also from those that send. So batches begin at a pace: one that comes soon after another
 * one has begun waits a little before it takes what came meanwhile, unless there is much already.
 *
 * <p>A consumer may hand its batches on ({@link #BATCHES}) and read on meanwhile, other partitions ({@link UnderWay}): where there is much, the processors that
 * one batch leaves idle while it waits for a disk are the next one's. Otherwise it waits for the batch, or there would be twice as many.
 *
 * <p>Camel's batching consumer hands on what a poll has brought at the next poll that brings nothing, or after a fixed time, and then
 * without what that poll has brought: each change would wait for the time of a whole batch. So after two polls that belong together, this
 * answers the third at once, with nothing. Camel has to be told not to wait: {@code pollTimeoutMs} is 0.
 */
public final class BatchPolls extends DefaultKafkaClientFactory {
    /** A setting of a consumer, of this class alone: how many of its batches may be under way at once, in other threads; by themselves, one in its own. */
    static final String BATCHES = "concordat.batches";

    private static final Logger LOG = LoggerFactory.getLogger(BatchPolls.class);
    /** For a look that only tells something. */
    private static final Duration LOOK = Duration.ofSeconds(2);
    /** Of the heap, for the records of one poll as they are unpacked; a parsed one may take twenty times as much. */
    private static final int SHARE = 256;

    private final Duration pace;
    private final int longest;
    private final Removed removed;
    private final Reconnects reconnects;

    /**
     * @param pace    how long after the beginning of a batch the next one begins
     * @param largest bytes of a record that the bridge itself may send; of a longer one, what nobody keeps is cut off
     * @param removed told what stood before a consumer's first record and is there no more
     */
    public BatchPolls(Duration pace, int largest, Removed removed) {
        this(pace, largest, removed, new Reconnects(System::nanoTime, LockSupport::parkNanos));
    }

    BatchPolls(Duration pace, int largest, Removed removed, Reconnects reconnects) {
        this.reconnects = reconnects;
        this.pace = pace;
        this.longest = Math.max(largest, ChangeReader.MOST_KEPT + 1);
        this.removed = removed;
    }

    /** What Kafka has dropped before it was read, as where a topic keeps its records for a shorter time than the bridge was away. */
    public interface Removed {
        /**
         * @param from the offset that was to be read next
         * @param to   the first that is there
         */
        void tell(TopicPartition partition, long from, long to);
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Consumer getConsumer(Properties properties) {
        // Camel makes the next consumer of them too, when it connects anew.
        var own = new Properties();
        own.putAll(properties);
        int most = Integer.parseInt((String) Objects.requireNonNullElse(own.remove(BATCHES), "0"));
        int full = Integer.MAX_VALUE;
        if (most > 0) {
            full = Integer.parseInt(own.get(ConsumerConfig.MAX_POLL_RECORDS_CONFIG).toString());
            // A batch is two polls, and Camel hands on by itself what is full: no more than that may come, or it would be known as another batch here.
            own.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, Math.max(1, full / 2));
        }
        reconnects.await(String.valueOf(own.getProperty(ConsumerConfig.GROUP_ID_CONFIG)));
        return new Batching(own, new PollRoom(Runtime.getRuntime().maxMemory() / SHARE, longest), most,
                new Turns(pace, full, System::nanoTime, LockSupport::parkNanos));
    }

    /** A consumer whose batches end in other threads. */
    interface HandsOn {
        /** See {@link UnderWay#over}. */
        void over(Map<TopicPartition, Long> firsts);
    }

    private final class Batching extends KafkaConsumer<Object, Object> implements HandsOn {
        private final Turns turns;
        private final UnderWay underWay;
        /** What Camel has paused. */
        private final Set<TopicPartition> paused = new HashSet<>();
        private final PollRoom room;
        private final Commits commits = new Commits(System::nanoTime);
        private final String group;
        private final long begun = System.nanoTime();
        private boolean failed;
        /** Camel's health check looks for a field of this name, to ask the network client in it whether it is connected. */
        private final Object delegate;

        Batching(Properties properties, PollRoom room, int most, Turns turns) {
            super(properties, room.keys(), room.values());
            this.underWay = new UnderWay(new Partitions(), most);
            this.turns = turns;
            this.room = room;
            this.group = String.valueOf(properties.getProperty(ConsumerConfig.GROUP_ID_CONFIG));
            try {
                this.delegate = ReflectionHelper.getField(KafkaConsumer.class.getDeclaredField("delegate"), this);
            } catch (NoSuchFieldException e) {
                throw new IllegalStateException("the health of this Kafka client cannot be told", e);
            }
        }

        @Override
        public ConsumerRecords<Object, Object> poll(Duration ignored) {
            return turns.next(underWay, wait -> {
                room.empty();
                var due = commits.due();
                if (!due.isEmpty()) {
                    super.commitAsync(due, commits::answered);
                }
                try {
                    return super.poll(wait);
                } catch (WakeupException | InterruptException e) {
                    throw e;
                } catch (KafkaException e) {
                    failed = true;
                    throw e;
                }
            });
        }

        @Override
        public void commitAsync(Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
            if (underWay.tracks()) {
                underWay.committed(offsets, callback);
            } else {
                commit(offsets, callback);
            }
        }

        private void commit(Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
            commits.asked(offsets);
            super.commitAsync(offsets, (committed, failure) -> {
                commits.answered(committed, failure);
                callback.onComplete(committed, failure);
            });
        }

        @Override
        public void over(Map<TopicPartition, Long> firsts) {
            underWay.over(firsts);
        }

        @Override
        public void pause(Collection<TopicPartition> some) {
            paused.addAll(some);
            super.pause(some);
        }

        @Override
        public void resume(Collection<TopicPartition> some) {
            paused.removeAll(some);
            super.resume(some.stream().filter(partition -> !underWay.holds(partition)).toList());
        }

        /** Camel wakes up whom it stops; the thread that polls may wait for a batch that waits itself. */
        @Override
        public void wakeup() {
            underWay.wakeUp();
            super.wakeup();
        }

        /** Camel goes on from there after a pause. */
        @Override
        public Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> some) {
            underWay.awaitAll();
            return super.committed(some);
        }

        @Override
        public void subscribe(Collection<String> topics, ConsumerRebalanceListener listener) {
            super.subscribe(topics, new Heeding(listener));
        }

        @Override
        public void subscribe(Pattern topics, ConsumerRebalanceListener listener) {
            super.subscribe(topics, new Heeding(listener));
        }

        @Override
        public void unsubscribe() {
            underWay.part();
            super.unsubscribe();
        }

        @Override
        public void close() {
            underWay.part();
            super.close();
            reconnects.ended(group, begun, failed);
        }

        private void lookForRemoved(Collection<TopicPartition> partitions) {
            try {
                var earliest = super.beginningOffsets(partitions, LOOK);
                super.committed(Set.copyOf(partitions), LOOK).forEach((partition, next) -> {
                    if (next != null && next.offset() < earliest.get(partition)) {
                        removed.tell(partition, next.offset(), earliest.get(partition));
                        // Or the next consumer would tell it again, until a record comes.
                        commit(Map.of(partition, new OffsetAndMetadata(earliest.get(partition))), (committed, failure) -> { });
                    }
                });
            } catch (KafkaException e) {
                LOG.debug("it cannot be told whether records were removed", e);
            }
        }

        private final class Partitions implements UnderWay.Partitions {
            @Override
            public void pause(Collection<TopicPartition> some) {
                Batching.super.pause(some);
            }

            @Override
            public void resume(Collection<TopicPartition> some) {
                Batching.super.resume(some.stream().filter(partition -> !paused.contains(partition)).toList());
            }

            @Override
            public void seek(TopicPartition partition, long offset) {
                Batching.super.seek(partition, offset);
            }

            @Override
            public Set<TopicPartition> assignment() {
                return Batching.super.assignment();
            }

            @Override
            public void commit(Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
                Batching.this.commit(offsets, callback);
            }
        }

        /** Ends what is under way of a partition before it goes, and forgets what was asked of it. */
        private final class Heeding implements ConsumerRebalanceListener {
            private final ConsumerRebalanceListener other;

            Heeding(ConsumerRebalanceListener other) {
                this.other = other;
            }

            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                underWay.revoked(partitions);
                other.onPartitionsRevoked(partitions);
                forget(partitions);
            }

            @Override
            public void onPartitionsLost(Collection<TopicPartition> partitions) {
                underWay.lost(partitions);
                other.onPartitionsLost(partitions);
                forget(partitions);
            }

            private void forget(Collection<TopicPartition> partitions) {
                commits.forget(partitions);
                paused.removeAll(partitions);
            }

            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                underWay.assigned(partitions);
                other.onPartitionsAssigned(partitions);
                lookForRemoved(partitions);
            }
        }
    }
}
