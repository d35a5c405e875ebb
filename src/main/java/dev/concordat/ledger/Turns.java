package dev.concordat.ledger;

import java.time.Duration;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/** Which of a batch's polls is next (see {@link BatchPolls}). */
final class Turns {
    /** Until there is something to do; Camel looks as often whether a route is to stop. */
    static final Duration IDLE = Duration.ofMillis(100);
    /** The time of one answer of a broker, which has what was sent since the request of the first poll. */
    static final Duration ANSWER = Duration.ofMillis(1);
    /** With so many changes, or half full, a batch is worth its costs. */
    static final int MUCH = 250;

    private enum Turn { FIRST, SECOND, END }

    private final Duration pace;
    private final int full;
    private final int much;
    private final LongSupplier nanos;
    private final LongConsumer pause;
    private Turn turn = Turn.FIRST;
    private long earliest;
    /** Of the batch that forms, or else of the one before. */
    private int size;

    /** @param full with so many changes Camel hands a batch on by itself */
    Turns(Duration pace, int full, LongSupplier nanos, LongConsumer pause) {
        this.pace = pace;
        this.full = full;
        this.much = Math.max(1, Math.min(MUCH, full / 2));
        this.nanos = nanos;
        this.pause = pause;
        this.earliest = nanos.getAsLong();
    }

    <K, V> ConsumerRecords<K, V> next(UnderWay underWay, Function<Duration, ConsumerRecords<K, V>> poll) {
        if (turn == Turn.END) {
            turn = Turn.FIRST;
            return ConsumerRecords.empty();
        }
        boolean first = turn == Turn.FIRST;
        if (first) {
            underWay.handOn();
            // A poll while partitions are paused asks the broker for the others alone, and what comes for the paused ones waits until it has answered.
            if (size < much) {
                underWay.awaitAll();
            }
        }
        var records = poll.apply(first && underWay.isEmpty() ? IDLE : ANSWER);
        for (TopicPartition partition : records.partitions()) {
            underWay.add(partition, records.records(partition).get(0).offset());
        }
        if (first && records.isEmpty() && !underWay.isEmpty()) {
            underWay.await(IDLE);
        } else if (first && !records.isEmpty()) {
            begin(underWay, records.count());
        }
        if (!records.isEmpty()) {
            size = first ? records.count() : size + records.count();
        }
        turn = records.isEmpty() || size >= full ? Turn.FIRST : first ? Turn.SECOND : Turn.END;
        return records;
    }

    private void begin(UnderWay underWay, int count) {
        if (count < much) {
            underWay.awaitAll();
            long left = earliest - nanos.getAsLong();
            if (left > 0) {
                pause.accept(left);
            }
        }
        earliest = nanos.getAsLong() + pace.toNanos();
    }
}
