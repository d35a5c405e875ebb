package dev.concordat.ledger;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Gives lanes that are behind, and get on, the time to get past what stands in their topics. Whatever comes about the same customers goes by the topic too, at a
 * third of the speed: where more comes than the lane takes so, it would be behind for as long as that lasts, long after what had held it up. So a batch that has much
 * for such a lane waits, a while at most. The other regions wait with it; so of each minute in which a lane is behind, only the first half is given to it.
 */
final class HeadStart {
    /** A batch with so many changes for a region that have to go by its topic, and more than half of all it has for it. */
    private static final int MUCH = 100;
    private static final Duration LONGEST = Duration.ofSeconds(5);
    private static final Duration GIVEN = Duration.ofSeconds(30);
    private static final Duration ROUND = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofMillis(50);

    private final Queued queued;
    private final Predicate<String> getsOn;
    private final LongSupplier nanos;
    private final LongConsumer pause;
    /** Since when lanes have been behind, or were given time again. */
    private final Map<String, Long> rounds = new ConcurrentHashMap<>();

    /**
     * @param getsOn whether a region's ledger and lane answer
     * @param pause  is given nanoseconds
     */
    HeadStart(Queued queued, Predicate<String> getsOn, LongSupplier nanos, LongConsumer pause) {
        this.queued = queued;
        this.getsOn = getsOn;
        this.nanos = nanos;
        this.pause = pause;
    }

    /** Whether so many changes of all that a batch has for a region are reason to wait. */
    static boolean isMuch(int behind, int all) {
        return behind >= MUCH && 2 * behind > all;
    }

    /** Returns when the lanes of these regions are through, do not get on, or have had their time. */
    void give(Collection<String> regions) {
        long begun = nanos.getAsLong();
        Set<String> behind = new HashSet<>(regions);
        behind.removeIf(region -> !isDue(region, begun));
        while (!behind.isEmpty() && nanos.getAsLong() - begun < LONGEST.toNanos() && !Thread.currentThread().isInterrupted()) {
            pause.accept(LOOK.toNanos());
            queued.look();
            behind.removeIf(region -> isThrough(region) || !getsOn.test(region));
        }
    }

    private boolean isDue(String region, long now) {
        long since = now - rounds.computeIfAbsent(region, first -> now);
        if (since >= ROUND.toNanos()) {
            rounds.put(region, now);
        }
        return since < GIVEN.toNanos() || since >= ROUND.toNanos();
    }

    private boolean isThrough(String region) {
        if (queued.holdsAnyone(region)) {
            return false;
        }
        rounds.remove(region);
        return true;
    }
}
