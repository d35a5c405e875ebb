package dev.concordat.ledger;

import dev.concordat.change.ChangeReader;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.apache.camel.component.kafka.DefaultKafkaClientFactory;
import org.apache.camel.util.ReflectionHelper;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.TopicPartition;

/**
 * Kafka consumers that make a batch of what has come while the batch before was under way: under load batches grow by themselves, and
 * otherwise no change waits for one to fill.
 *
 * <p>A batch costs the same whether it has one change or fifty: its statements, its commits. Of a stream that is no load, batch after batch of two or
 * three changes would take all the processors there are, also from those that send. So batches begin at a pace: one that comes soon after another
 * one has begun waits a little before it takes what came meanwhile, unless there is much already.
 *
 * <p>Camel's batching consumer hands on what a poll has brought at the next poll that brings nothing, or after a fixed time, and then
 * without what that poll has brought: each change would wait for the time of a whole batch. So after two polls that belong together, this
 * answers the third at once, with nothing. Camel has to be told not to wait: {@code pollTimeoutMs} is 0.
 */
public final class BatchPolls extends DefaultKafkaClientFactory {
    /** Until there is something to do; Camel looks as often whether a route is to stop. */
    static final Duration IDLE = Duration.ofMillis(100);
    /** The time of one answer of a broker, which has what was sent since the request of the first poll. */
    static final Duration ANSWER = Duration.ofMillis(1);
    /** With so many changes a batch is worth its costs. */
    static final int MUCH = 250;

    /** Of the heap, for the records of one poll as they are unpacked; a parsed one may take twenty times as much. */
    private static final int SHARE = 256;

    private final Duration pace;
    private final int longest;

    /**
     * @param pace    how long after the beginning of a batch the next one begins
     * @param largest bytes of a record that the bridge itself may send; of a longer one, what nobody keeps is cut off
     */
    public BatchPolls(Duration pace, int largest) {
        this.pace = pace;
        this.longest = Math.max(largest, ChangeReader.MOST_KEPT + 1);
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Consumer getConsumer(Properties properties) {
        return new Batching(properties, pace, new PollRoom(Runtime.getRuntime().maxMemory() / SHARE, longest));
    }

    private static final class Batching extends KafkaConsumer<Object, Object> {
        private final Turns turns;
        private final PollRoom room;
        private final Commits commits = new Commits(System::nanoTime);
        /** Camel's health check looks for a field of this name, to ask the network client in it whether it is connected. */
        private final Object delegate;

        Batching(Properties properties, Duration pace, PollRoom room) {
            super(properties, room.keys(), room.values());
            this.turns = new Turns(pace, System::nanoTime, LockSupport::parkNanos);
            this.room = room;
            try {
                this.delegate = ReflectionHelper.getField(KafkaConsumer.class.getDeclaredField("delegate"), this);
            } catch (NoSuchFieldException e) {
                throw new IllegalStateException("the health of this Kafka client cannot be told", e);
            }
        }

        @Override
        public ConsumerRecords<Object, Object> poll(Duration ignored) {
            return turns.next(wait -> {
                room.empty();
                var due = commits.due();
                if (!due.isEmpty()) {
                    super.commitAsync(due, commits::answered);
                }
                return super.poll(wait);
            });
        }

        @Override
        public void commitAsync(Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
            commits.asked(offsets);
            super.commitAsync(offsets, (committed, failure) -> {
                commits.answered(committed, failure);
                callback.onComplete(committed, failure);
            });
        }

        @Override
        public void subscribe(Collection<String> topics, ConsumerRebalanceListener listener) {
            super.subscribe(topics, commits.heeding(listener));
        }

        @Override
        public void subscribe(Pattern topics, ConsumerRebalanceListener listener) {
            super.subscribe(topics, commits.heeding(listener));
        }
    }

    /** Which of a batch's polls is next. */
    static final class Turns {
        private enum Turn { FIRST, SECOND, END }

        private final Duration pace;
        private final LongSupplier nanos;
        private final LongConsumer pause;
        private Turn turn = Turn.FIRST;
        private long earliest;

        Turns(Duration pace, LongSupplier nanos, LongConsumer pause) {
            this.pace = pace;
            this.nanos = nanos;
            this.pause = pause;
            this.earliest = nanos.getAsLong();
        }

        <K, V> ConsumerRecords<K, V> next(Function<Duration, ConsumerRecords<K, V>> poll) {
            if (turn == Turn.END) {
                turn = Turn.FIRST;
                return ConsumerRecords.empty();
            }
            boolean first = turn == Turn.FIRST;
            var records = poll.apply(first ? IDLE : ANSWER);
            if (first && !records.isEmpty()) {
                begin(records.count());
            }
            turn = records.isEmpty() ? Turn.FIRST : first ? Turn.SECOND : Turn.END;
            return records;
        }

        private void begin(int count) {
            long left = earliest - nanos.getAsLong();
            if (count < MUCH && left > 0) {
                pause.accept(left);
            }
            earliest = nanos.getAsLong() + pace.toNanos();
        }
    }
}
