package dev.concordat.ledger;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * The pauses before a group's next consumer, where Kafka refused those before it soon: longer each time, as it goes on to refuse them. Camel makes the next
 * one at once, some two hundred a second. Whoever ends by itself, as where its route is edited, is followed at once.
 */
final class Reconnects {
    /** Whoever lived so long was not refused. */
    private static final Duration LIVED = Duration.ofSeconds(20);
    private static final Duration SHORTEST = Duration.ofMillis(200);
    private static final int MOST_DOUBLINGS = 5;

    private final LongSupplier nanos;
    private final LongConsumer pause;
    private final Map<String, Integer> refused = new ConcurrentHashMap<>();

    /** @param pause is given nanoseconds */
    Reconnects(LongSupplier nanos, LongConsumer pause) {
        this.nanos = nanos;
        this.pause = pause;
    }

    /** Called before a consumer is made. */
    void await(String group) {
        int times = refused.getOrDefault(group, 0);
        if (times > 0) {
            pause.accept(SHORTEST.toNanos() << Math.min(times - 1, MOST_DOUBLINGS));
        }
    }

    /**
     * A consumer has ended.
     *
     * @param begun  when it was made
     * @param failed whether a poll of it has
     */
    void ended(String group, long begun, boolean failed) {
        if (failed && nanos.getAsLong() - begun < LIVED.toNanos()) {
            refused.merge(group, 1, Integer::sum);
        } else {
            refused.remove(group);
        }
    }
}
