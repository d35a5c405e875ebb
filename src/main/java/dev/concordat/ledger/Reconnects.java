package dev.concordat.ledger;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * The pauses before a group's next consumer, where those before it ended soon: longer each time, as a broker that refuses one goes on to refuse it. Camel
 * makes the next one at once, some two hundred a second.
 */
final class Reconnects {
    /** Whoever lived so long was not refused. */
    private static final Duration LIVED = Duration.ofSeconds(20);
    private static final Duration SHORTEST = Duration.ofMillis(200);
    private static final int MOST_DOUBLINGS = 5;

    private final LongSupplier nanos;
    private final LongConsumer pause;
    private final Map<String, Integer> endedSoon = new ConcurrentHashMap<>();

    /** @param pause is given nanoseconds */
    Reconnects(LongSupplier nanos, LongConsumer pause) {
        this.nanos = nanos;
        this.pause = pause;
    }

    /** Called before a consumer is made. */
    void await(String group) {
        int times = endedSoon.getOrDefault(group, 0);
        if (times > 0) {
            pause.accept(SHORTEST.toNanos() << Math.min(times - 1, MOST_DOUBLINGS));
        }
    }

    /** @param begun when the consumer that has ended was made */
    void ended(String group, long begun) {
        if (nanos.getAsLong() - begun < LIVED.toNanos()) {
            endedSoon.merge(group, 1, Integer::sum);
        } else {
            endedSoon.remove(group);
        }
    }
}
