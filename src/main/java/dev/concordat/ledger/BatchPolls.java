package dev.concordat.ledger;

import dev.concordat.change.ChangeReader;
import java.time.Duration;
import java.util.Properties;
import java.util.function.Function;
import org.apache.camel.component.kafka.DefaultKafkaClientFactory;
import org.apache.camel.util.ReflectionHelper;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * Kafka consumers that make a batch of what has come while the batch before was under way: under load batches grow by themselves, and
 * otherwise no change waits for one to fill.
 *
 * <p>Camel's batching consumer hands on what a poll has brought at the next poll that brings nothing, or after a fixed time, and then
 * without what that poll has brought: each change would wait for the time of a whole batch. So after two polls that belong together, this
 * answers the third at once, with nothing. Camel has to be told not to wait: {@code pollTimeoutMs} is 0.
 */
public final class BatchPolls extends DefaultKafkaClientFactory {
    /** Until there is something to do; Camel looks as often whether a route is to stop. */
    static final Duration IDLE = Duration.ofMillis(100);

    /** Of the heap, for the records of one poll as they are unpacked; a parsed one may take twenty times as much. */
    private static final int SHARE = 256;

    private final Duration wait;
    private final int longest;

    /**
     * @param wait    how long a batch waits for what was sent while the one before was under way: the answer to the request of its first
     *                poll
     * @param largest bytes of a record that the bridge itself may send; of a longer one, what nobody keeps is cut off
     */
    public BatchPolls(Duration wait, int largest) {
        this.wait = wait;
        this.longest = Math.max(largest, ChangeReader.MOST_KEPT + 1);
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Consumer getConsumer(Properties properties) {
        return new Batching(properties, wait, new PollRoom(Runtime.getRuntime().maxMemory() / SHARE, longest));
    }

    private static final class Batching extends KafkaConsumer<Object, Object> {
        private final Turns turns;
        private final PollRoom room;
        /** Camel's health check looks for a field of this name, to ask the network client in it whether it is connected. */
        private final Object delegate;

        Batching(Properties properties, Duration wait, PollRoom room) {
            super(properties, room.keys(), room.values());
            this.turns = new Turns(wait);
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
                return super.poll(wait);
            });
        }
    }

    /** Which of a batch's polls is next. */
    static final class Turns {
        private enum Turn { FIRST, SECOND, END }

        private final Duration wait;
        private Turn turn = Turn.FIRST;

        Turns(Duration wait) {
            this.wait = wait;
        }

        <K, V> ConsumerRecords<K, V> next(Function<Duration, ConsumerRecords<K, V>> poll) {
            if (turn == Turn.END) {
                turn = Turn.FIRST;
                return ConsumerRecords.empty();
            }
            boolean first = turn == Turn.FIRST;
            var records = poll.apply(first ? IDLE : wait);
            turn = records.isEmpty() ? Turn.FIRST : first ? Turn.SECOND : Turn.END;
            return records;
        }
    }
}
