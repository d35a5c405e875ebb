package dev.concordat.ledger;

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

    private final Duration wait;

    /** @param wait how long a batch waits for what was sent while the one before was under way: the answer to the request of its first poll */
    public BatchPolls(Duration wait) {
        this.wait = wait;
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Consumer getConsumer(Properties properties) {
        return new Batching(properties, wait);
    }

    private static final class Batching extends KafkaConsumer<Object, Object> {
        private final Turns turns;
        /** Camel's health check looks for a field of this name, to ask the network client in it whether it is connected. */
        private final Object delegate;

        Batching(Properties properties, Duration wait) {
            super(properties);
            this.turns = new Turns(wait);
            try {
                this.delegate = ReflectionHelper.getField(KafkaConsumer.class.getDeclaredField("delegate"), this);
            } catch (NoSuchFieldException e) {
                throw new IllegalStateException("the health of this Kafka client cannot be told", e);
            }
        }

        @Override
        public ConsumerRecords<Object, Object> poll(Duration ignored) {
            return turns.next(super::poll);
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
