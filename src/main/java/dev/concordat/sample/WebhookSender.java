package dev.concordat.sample;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * Delivers changes by signed webhooks, each until it is accepted. A customer's changes are delivered in order, one
 * after another; different customers do not wait for each other beyond the number of lanes.
 */
public final class WebhookSender implements AutoCloseable {
    private static final int LANES = 16;
    private static final Duration CONNECT = Duration.ofSeconds(2);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).build();
    private final AtomicLong waiting = new AtomicLong();
    private final AtomicLong delivered = new AtomicLong();
    private final AtomicLong retried = new AtomicLong();
    private final AtomicLong uncertain = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final Object room = new Object();
    private final List<WebhookLane> lanes;

    WebhookSender(Clock clock) {
        this.lanes = IntStream.range(0, LANES)
                .mapToObj(number -> new WebhookLane(number, client, clock, this)).toList();
        lanes.forEach(WebhookLane::start);
    }

    /** Says where to deliver to; what was sent before waits until this is known. */
    public void deliverTo(URI intake, String secret) {
        Signature signature = new Signature(secret);
        lanes.forEach(lane -> lane.deliverTo(intake, signature));
    }

    /** Puts a change into its customer's lane and returns at once. */
    void send(Emission emission) {
        waiting.incrementAndGet();
        String lane = emission.key() == null ? emission.id() : emission.key();
        lanes.get(Math.floorMod(lane.hashCode(), LANES)).add(emission);
    }

    /** Whether everything was delivered or refused. */
    public boolean drained() {
        return waiting.get() == 0;
    }

    /** Waits until no more than so many changes wait for delivery; false if the time was over before. */
    public boolean await(long atMost, Duration time) throws InterruptedException {
        long until = System.nanoTime() + time.toNanos();
        synchronized (room) {
            while (waiting.get() > atMost) {
                long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
                if (left <= 0) {
                    return false;
                }
                room.wait(left);
            }
            return true;
        }
    }

    public long waiting() {
        return waiting.get();
    }

    public long delivered() {
        return delivered.get();
    }

    /** Attempts that had to be made again. */
    public long retried() {
        return retried.get();
    }

    /**
     * Attempts that had no answer, or 5xx, as where Kafka did not confirm in time: the intake may have the change all the same, and has it once more
     * with the next attempt.
     */
    public long uncertain() {
        return uncertain.get();
    }

    /** Changes that the intake did not take and that were given up. */
    public long refused() {
        return refused.get();
    }

    @Override
    public void close() throws InterruptedException {
        for (WebhookLane lane : lanes) {
            lane.close();
        }
    }

    void countRetried() {
        retried.incrementAndGet();
    }

    void countUncertain() {
        uncertain.incrementAndGet();
    }

    void countEnded(boolean accepted) {
        (accepted ? delivered : refused).incrementAndGet();
        synchronized (room) {
            waiting.decrementAndGet();
            room.notifyAll();
        }
    }
}
