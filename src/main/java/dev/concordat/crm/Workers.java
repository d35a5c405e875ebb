package dev.concordat.crm;

import dev.concordat.BridgeException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The threads in which routes handle what came over HTTP; health and metrics have others. While Kafka or the directory is away, each is
 * held for seconds: what would wait behind them for long is turned away, because its sender hangs up and its body would stay in memory.
 */
final class Workers {
    private static final int THREADS = 20;
    /** Longer than anything waits that is handled at all; it is said to its sender, who is still there. */
    private static final Duration TOO_LATE = Duration.ofSeconds(6);

    private final WorkerExecutor threads;
    private final Clock clock;
    private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();

    /** Has no fields that count: one is not another. */
    private static final class Waiting {
        private final Instant since;

        Waiting(Instant since) {
            this.since = since;
        }
    }

    /** What has waited too long to be begun. */
    static final class TooLate extends BridgeException {
        TooLate() {
            super("what came over HTTP waited more than " + TOO_LATE.toSeconds() + " seconds to be handled");
        }

        /** It is no fault of the program. */
        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    Workers(Vertx vertx, Clock clock) {
        this.threads = vertx.createSharedWorkerExecutor("http-routes", THREADS);
        this.clock = clock;
    }

    <T> Future<T> handle(Callable<T> task) {
        var mine = new Waiting(clock.instant());
        waiting.add(mine);
        return threads.executeBlocking(() -> {
            waiting.remove(mine);
            if (since(mine).compareTo(TOO_LATE) > 0) {
                throw new TooLate();
            }
            return task.call();
        }, false);
    }

    /** How long the one that waits longest has been waiting for a thread. */
    Duration longest() {
        var first = waiting.peek();
        return first == null ? Duration.ZERO : since(first);
    }

    private Duration since(Waiting each) {
        return Duration.between(each.since, clock.instant());
    }
}
