package dev.concordat.sample;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Delivers the changes of some customers one after another. */
final class WebhookLane {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookLane.class);
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final long FIRST_PAUSE_MS = 50;
    private static final long LONGEST_PAUSE_MS = 2_000;
    private static final long LONGEST_ASKED_MS = 5_000;
    private static final int REFUSALS = 3;
    private static final int REMEMBERED = 10_000;

    private final HttpClient client;
    private final Clock clock;
    private final WebhookSender sender;
    private final Thread thread;
    private final BlockingQueue<Emission> queue = new LinkedBlockingQueue<>();
    private final CountDownLatch addressed = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Map<String, Long> timestamps = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > REMEMBERED;
        }
    };
    private volatile Address address;
    private long askedPauseMs;

    private record Address(URI intake, Signature signature) {
    }

    WebhookLane(int number, HttpClient client, Clock clock, WebhookSender sender) {
        this.client = client;
        this.clock = clock;
        this.sender = sender;
        this.thread = new Thread(this::work, "webhook-lane-" + number);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    void deliverTo(URI intake, Signature signature) {
        address = new Address(intake, signature);
        addressed.countDown();
    }

    void add(Emission emission) {
        queue.add(emission);
    }

    void close() throws InterruptedException {
        closed.countDown();
        thread.interrupt();
        thread.join();
    }

    private void work() {
        try {
            addressed.await();
            while (closed.getCount() > 0) {
                deliver(queue.take());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void deliver(Emission emission) throws InterruptedException {
        int refusals = 0;
        for (int attempt = 0; ; attempt++) {
            Result result = attempt(emission);
            refusals += result == Result.REFUSED ? 1 : 0;
            if (result == Result.ACCEPTED || refusals == REFUSALS) {
                sender.countEnded(result == Result.ACCEPTED);
                return;
            }
            sender.countRetried();
            long backOff = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << Math.min(attempt, 10));
            long pause = Math.max(backOff, askedPauseMs);
            if (closed.await(pause, TimeUnit.MILLISECONDS)) {
                return;
            }
        }
    }

    private enum Result { ACCEPTED, REFUSED, LATER }

    private Result attempt(Emission emission) throws InterruptedException {
        askedPauseMs = 0;
        try {
            HttpResponse<Void> answer = client.send(request(emission), BodyHandlers.discarding());
            int status = answer.statusCode();
            if (status / 100 == 2) {
                return Result.ACCEPTED;
            }
            if (status == 404 || status == 429 || status >= 500) {
                if (status >= 500) {
                    sender.countUncertain();
                }
                askedPauseMs = answer.headers().firstValue("retry-after").map(WebhookLane::millis).orElse(0L);
                return Result.LATER;
            }
            LOG.warn("The intake refused a webhook id={} status={}", emission.id(), status);
            return Result.REFUSED;
        } catch (IOException e) {
            LOG.debug("The intake does not answer id={}", emission.id(), e);
            sender.countUncertain();
            return Result.LATER;
        }
    }

    private static long millis(String seconds) {
        return seconds.matches("[0-9]{1,4}") ? Math.min(LONGEST_ASKED_MS, 1000 * Long.parseLong(seconds)) : 0;
    }

    private HttpRequest request(Emission emission) {
        Address to = address;
        long timestamp = freshTimestamp(emission.id());
        return HttpRequest.newBuilder(to.intake()).timeout(ANSWER)
                .header("content-type", "application/cloudevents+json")
                .header("webhook-id", emission.id())
                .header("webhook-timestamp", Long.toString(timestamp))
                .header("webhook-signature", to.signature().of(emission.id(), timestamp, emission.body()))
                .POST(BodyPublishers.ofByteArray(emission.body()))
                .build();
    }

    /** A signature holds for one attempt, so two attempts may not share a second. */
    private long freshTimestamp(String id) {
        Long last = timestamps.remove(id);
        long timestamp = Math.max(clock.instant().getEpochSecond(), last == null ? 0 : last + 1);
        timestamps.put(id, timestamp);
        return timestamp;
    }
}
