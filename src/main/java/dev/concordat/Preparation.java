package dev.concordat;

import dev.concordat.ledger.LaneLedger;
import dev.concordat.ledger.Ledgers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Prepares the ledgers of all lanes; one that cannot be reached is tried again until it can, while its lane waits. */
final class Preparation implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Preparation.class);
    private static final int PAUSE_SECONDS = 2;

    private final Map<String, LaneLedger> ledgers;
    private final ScheduledExecutorService later;

    Preparation(Map<String, LaneLedger> ledgers) {
        this.ledgers = ledgers;
        this.later = Executors.newScheduledThreadPool(ledgers.size(), work -> {
            var thread = new Thread(work, "prepare-ledger");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** @throws BridgeException for all ledgers that can be reached and refuse: they are set up wrongly, and waiting would not help */
    void start() {
        var refusals = new ConcurrentSkipListMap<String, BridgeException>();
        ledgers.entrySet().parallelStream().forEach(lane -> {
            try {
                warn(lane.getKey(), lane.getValue().prepare());
            } catch (BridgeException e) {
                if (Ledgers.unreachable(e)) {
                    LOG.warn("lane waits for its ledger: region={} cause={}", lane.getKey(), e.getMessage());
                    tryLater(lane.getKey(), lane.getValue());
                } else {
                    refusals.put(lane.getKey(), e);
                }
            }
        });
        if (!refusals.isEmpty()) {
            throw new BridgeException(refusals.entrySet().stream().map(each -> "lane '" + each.getKey() + "': " + each.getValue().getMessage())
                    .collect(Collectors.joining("\n")), refusals.firstEntry().getValue());
        }
    }

    /** Tells of what a ledger does not have for all that the contracts allow. */
    static void warn(String region, List<String> warnings) {
        warnings.forEach(each -> LOG.warn("ledger does not take all that its contract allows: region={} {}", region, each));
    }

    private void tryLater(String region, LaneLedger ledger) {
        later.schedule(() -> tryAgain(region, ledger), PAUSE_SECONDS, TimeUnit.SECONDS);
    }

    private void tryAgain(String region, LaneLedger ledger) {
        try {
            warn(region, ledger.prepare());
            LOG.info("lane has its ledger: region={}", region);
        } catch (RuntimeException e) {
            if (later.isShutdown()) {
                return;
            }
            if (!Ledgers.unreachable(e)) {
                LOG.error("lane waits for a ledger that refuses the bridge's tables: region={} cause={}", region, e.getMessage());
            }
            tryLater(region, ledger);
        }
    }

    @Override
    public void close() {
        later.shutdownNow();
    }
}
