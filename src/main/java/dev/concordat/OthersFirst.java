package dev.concordat;

import dev.concordat.ledger.Ledgers;
import java.time.Duration;
import java.util.HashSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has a start wait for another bridge that is at the same, as long as that one is: an index of a large table takes its time. */
final class OthersFirst {
    private static final Logger LOG = LoggerFactory.getLogger(OthersFirst.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private OthersFirst() {
    }

    /** @throws BridgeException what the work fails with for any other reason, or where the thread is interrupted */
    static <T> T get(Supplier<T> work) {
        var told = new HashSet<String>();
        while (true) {
            try {
                return work.get();
            } catch (BridgeException e) {
                if (!Ledgers.busy(e) || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                if (told.add(e.getMessage())) {
                    LOG.warn("the start waits until another bridge is through or gone: {}", e.getMessage());
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    /** As {@link #get}. */
    static void run(Runnable work) {
        get(() -> {
            work.run();
            return work;
        });
    }
}
