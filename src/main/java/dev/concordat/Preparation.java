package dev.concordat;

import dev.concordat.change.OnceAMinute;
import dev.concordat.contract.Contract;
import dev.concordat.ledger.Inspection;
import dev.concordat.ledger.LaneLedger;
import dev.concordat.ledger.Ledgers;
import dev.concordat.ledger.Statements;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.util.concurrent.CamelThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prepares the ledgers of all lanes; one that cannot be reached is tried again until it can, while its lane waits and the others are left alone. Each is
 * looked at before, whenever it comes: what is another one than its address should lead to gets nothing.
 */
final class Preparation implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Preparation.class);

    private final Supplier<Inspection> look;
    private final Map<String, LaneLedger> ledgers;
    private final Duration pause;
    private final Clock clock;
    private final ScheduledExecutorService later;
    private Inspection seen;

    /**
     * @param look  at the directory and all ledgers
     * @param pause between tries to reach a ledger that is away
     */
    Preparation(Supplier<Inspection> look, Map<String, LaneLedger> ledgers, Duration pause, Clock clock) {
        this.look = look;
        this.ledgers = ledgers;
        this.pause = pause;
        this.clock = clock;
        this.later = Executors.newScheduledThreadPool(ledgers.size(), new CamelThreadFactory("#name#", "prepare-ledger", true));
    }

    /**
     * Looks at the databases before anything is laid in one of them.
     *
     * @param otherwise what is found elsewhere, asked meanwhile
     * @throws BridgeException with that, and all that is wrong with databases and is not over by waiting
     */
    void look(Supplier<List<String>> otherwise) {
        var meanwhile = CompletableFuture.supplyAsync(otherwise);
        seen = look.get();
        var findings = Stream.concat(seen.findings().stream(), meanwhile.join().stream()).toList();
        if (!findings.isEmpty()) {
            throw new BridgeException(String.join("\n", findings));
        }
    }

    /** @throws BridgeException for all ledgers that can be reached and refuse: they are set up wrongly, and waiting would not help */
    void start() {
        var refusals = new ConcurrentSkipListMap<String, BridgeException>();
        ledgers.entrySet().parallelStream().forEach(lane -> {
            try {
                prepare(lane.getValue(), seen);
            } catch (BridgeException e) {
                if (Ledgers.away(e)) {
                    LOG.warn("lane waits for its ledger: region={} cause={}", lane.getKey(), e.getMessage());
                    tryLater(lane.getKey(), lane.getValue(), new OnceAMinute(clock));
                } else {
                    refusals.put(lane.getKey(), e);
                }
            }
        });
        if (!refusals.isEmpty()) {
            throw new BridgeException(refusals.values().stream().map(BridgeException::getMessage).collect(Collectors.joining("\n")),
                    refusals.firstEntry().getValue());
        }
    }

    private static void prepare(LaneLedger ledger, Inspection seen) {
        seen.demand(ledger.address());
        warn(ledger, ledger.prepare());
    }

    /** Tells of what a ledger does not have for all that the contracts allow. */
    static void warn(LaneLedger ledger, List<String> warnings) {
        warnings.forEach(each -> LOG.warn("ledger does not take all that its contract allows: region={} {}", ledger.address().region(), each));
    }

    private void tryLater(String region, LaneLedger ledger, OnceAMinute line) {
        later.schedule(() -> tryAgain(region, ledger, line), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void tryAgain(String region, LaneLedger ledger, OnceAMinute line) {
        try {
            ledger.reach();
            if (prepareUnlessClosed(ledger, look.get())) {
                LOG.info("lane has its ledger: region={}", region);
            }
        } catch (RuntimeException e) {
            if (later.isShutdown()) {
                return;
            }
            if (!Ledgers.away(e) && line.isDue()) {
                LOG.error("lane waits for a ledger that is not as it should be: region={} cause={}", region, e.getMessage());
            }
            tryLater(region, ledger, line);
        }
    }

    /** What is taken back of a ledger waits for whoever lays something in it, and is taken back once nobody lays any more. */
    private boolean prepareUnlessClosed(LaneLedger ledger, Inspection inspection) {
        synchronized (ledger) {
            if (later.isShutdown()) {
                return false;
            }
            prepare(ledger, inspection);
            return true;
        }
    }

    /**
     * Of contracts with which this bridge does not come up: older ones of the group would wait for it with what they tell the CRM. No ledger is prepared
     * any more.
     */
    void retract(List<Contract> alone) {
        close();
        for (LaneLedger ledger : ledgers.values()) {
            try {
                ledger.undo(Statements.retractions(alone));
            } catch (BridgeException e) {
                LOG.warn("what older contracts tell the CRM waits a minute for contracts that nobody has: cause={}", e.getMessage());
            }
        }
    }

    @Override
    public void close() {
        later.shutdownNow();
    }
}
