package dev.concordat.ledger;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Gives lanes that are behind, and get on, the time to get past what stands in their topics. Whatever comes about the same customers goes by the topic too, at a
 * third of the speed: where more comes than the lane takes so, it would be behind for as long as that lasts, long after what had held it up. So a batch that has much
 * for such a lane waits, a while at most. The other regions wait with it; so of each minute no more than half is given, to all such lanes together.
 */
final class HeadStart {
    /** A batch with so many changes for a region that have to go by its topic, and more than half of all it has for it. */
    private static final int MUCH = 100;
    private static final Duration LONGEST = Duration.ofSeconds(5);
    private static final Duration GIVEN = Duration.ofSeconds(30);
    private static final Duration MINUTE = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofMillis(50);

    private final Queued queued;
    private final Predicate<String> getsOn;
    private final LongSupplier nanos;
    private final LongConsumer pause;
    /** When the minute has begun of which something was given. */
    private long minute;
    /** Of that minute, up to when it was counted. */
    private long given;
    private long counted;

    /**
     * @param getsOn whether a region's ledger and lane answer
     * @param pause  is given nanoseconds
     */
    HeadStart(Queued queued, Predicate<String> getsOn, LongSupplier nanos, LongConsumer pause) {
        this.queued = queued;
        this.getsOn = getsOn;
        this.nanos = nanos;
        this.pause = pause;
        this.minute = nanos.getAsLong();
        this.counted = minute;
    }

    /** Whether so many changes of all that a batch has for a region are reason to wait. */
    static boolean isMuch(int behind, int all) {
        return behind >= MUCH && 2 * behind > all;
    }

    /** Returns when the lanes of these regions are through, do not get on, or have had their time, or when Kafka does not tell how far they are. */
    void give(Collection<String> regions) {
        Set<String> behind = new HashSet<>(regions);
        long begun = nanos.getAsLong();
        long now = begun;
        while (!behind.isEmpty() && now - begun < LONGEST.toNanos() && isLeft() && !Thread.currentThread().isInterrupted()) {
            pause.accept(LOOK.toNanos());
            behind.removeIf(region -> !queued.tells(region) || !queued.holdsAnyone(region) || !getsOn.test(region));
            now = count(now);
        }
    }

    private synchronized boolean isLeft() {
        long now = nanos.getAsLong();
        if (now - minute >= MINUTE.toNanos()) {
            minute = now;
            given = 0;
        }
        return given < GIVEN.toNanos();
    }

    /** Counts what has gone since then as given, once where two batches wait beside each other. Returns the time until which it has counted. */
    private synchronized long count(long since) {
        long now = nanos.getAsLong();
        given += Math.max(0, Math.min(now - since, now - counted));
        counted = now;
        return now;
    }
}
