package dev.concordat;

import dev.concordat.change.OnceAMinute;
import dev.concordat.contract.Contracts;
import dev.concordat.contract.NewerContract;
import dev.concordat.ledger.KnownContracts;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether other bridges of the group have newer contracts than this one, looked for every ten seconds. What this one judges, writes, tells and audits
 * meanwhile lacks what only those know, and nothing else shows it: its own side is at one with itself.
 */
final class ContractsBehind implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ContractsBehind.class);
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final Supplier<Contracts> contracts;
    private final Path folder;
    private final KnownContracts known;
    private final Clock clock;
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(work -> {
        var thread = new Thread(work, "look-for-newer-contracts");
        thread.setDaemon(true);
        return thread;
    });
    private volatile List<NewerContract> newer = List.of();
    /** Another one whenever it falls behind anew, which is said at once. */
    private OnceAMinute line;

    /**
     * @param contracts those in force here
     * @param folder    where their files are
     */
    ContractsBehind(Supplier<Contracts> contracts, Path folder, KnownContracts known, Clock clock) {
        this.contracts = contracts;
        this.folder = folder;
        this.known = known;
        this.clock = clock;
    }

    void start(MeterRegistry metrics) {
        Gauge.builder("concordat.contracts.behind", this, behind -> behind.newer.isEmpty() ? 0 : 1)
                .description("1 while another bridge of the group has brought a newer version of a contract than is in force here").register(metrics);
        looks.scheduleWithFixedDelay(this::look, 0, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** A directory that is away leaves what was seen before. */
    void look() {
        try {
            say(known.newerThan(contracts.get()));
        } catch (BridgeException e) {
            LOG.debug("whether other bridges have newer contracts is not known", e);
        } catch (RuntimeException e) {
            LOG.error("newer contracts of other bridges could not be looked for; that is tried again", e);
        }
    }

    private void say(List<NewerContract> found) {
        boolean before = !newer.isEmpty();
        newer = found;
        if (!before) {
            line = new OnceAMinute(clock);
        }
        if (before && found.isEmpty()) {
            LOG.info("no other bridge of the group has a newer contract any more");
        } else if (!found.isEmpty() && line.isDue()) {
            sentences().values().forEach(LOG::warn);
        }
    }

    /** By entity and major version, such as {@code customer.1}, what is newer elsewhere and what to do; empty where nothing is. */
    Map<String, String> sentences() {
        var sentences = new LinkedHashMap<String, String>();
        newer.forEach(contract -> sentences.put(contract.place(), contract.sentence() + "; put the file with it into [" + folder + "]"));
        return sentences;
    }

    @Override
    public void close() {
        looks.shutdownNow();
    }
}
