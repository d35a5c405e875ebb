package dev.concordat;

import dev.concordat.contract.Contract;
import dev.concordat.contract.Contracts;
import dev.concordat.contract.FileContent;
import dev.concordat.contract.Gate;
import dev.concordat.ledger.BlockingStatuses;
import dev.concordat.ledger.Demand;
import dev.concordat.ledger.KnownContracts;
import dev.concordat.ledger.LaneLedger;
import dev.concordat.ledger.Ledgers;
import dev.concordat.ledger.Statements;
import dev.concordat.ledger.VersionPlaces;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The contracts in force. Those that are edited on disk are taken into force while changes flow; faulty or incompatible ones are refused,
 * and the old ones stay.
 *
 * <p>The ledgers' side changes first, then the gate: no field passes the gate before every lane of this bridge would write it.
 */
final class ContractReload implements Supplier<Contracts>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ContractReload.class);

    /** Each try takes locks on the ledgers' tables. */
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final Path folder;
    private final Gate gate;
    private final Statements statements;
    private final Map<String, LaneLedger> ledgers;
    private final DataSource directory;
    private final KnownContracts known;
    private final BiFunction<Contracts, Contracts, List<String>> objections;
    private final List<Runnable> afterwards = new ArrayList<>();
    private final FolderWatch watch;
    private volatile Contracts contracts;
    private volatile String refused = "";
    private Map<Path, FileContent> tried = Map.of();
    private long notBefore = System.nanoTime();

    /**
     * @param objections what speaks against taking the second contracts into force after the first
     */
    ContractReload(Path folder, Contracts contracts, Gate gate, Statements statements, Map<String, LaneLedger> ledgers, DataSource directory,
            KnownContracts known, BiFunction<Contracts, Contracts, List<String>> objections) {
        this.folder = folder;
        this.contracts = contracts;
        this.gate = gate;
        this.statements = statements;
        this.ledgers = ledgers;
        this.directory = directory;
        this.known = known;
        this.objections = objections;
        this.watch = new FolderWatch("contracts", folder, Contracts::holds, this::take, System::nanoTime);
    }

    /** The contracts in force now. */
    @Override
    public Contracts get() {
        return contracts;
    }

    /** Why the files on disk are not in force; empty where they are. */
    String refused() {
        return refused;
    }

    /** Says where the files are not looked at. */
    void tell(HealthCheckResultBuilder health) {
        watch.tell(health);
    }

    /** What is to be done after other contracts came into force. */
    void afterwards(Runnable action) {
        afterwards.add(action);
    }

    /**
     * Looks at the files every so often.
     *
     * @param read what they held before those in force were read
     */
    void watch(MeterRegistry metrics, Map<Path, FileContent> read) {
        Gauge.builder("concordat.contracts.refused", this, reload -> reload.refused.isEmpty() ? 0 : 1)
                .description("1 while the contracts on disk are refused and older ones are in force").register(metrics);
        watch.settle(read);
        watch.start();
    }

    /** Whether what the files hold is settled: in force, or refused for good. */
    boolean take(Map<Path, FileContent> found) {
        if (found.equals(tried) && System.nanoTime() - notBefore < 0) {
            return false;
        }
        tried = found;
        return reload(found);
    }

    private boolean reload(Map<Path, FileContent> found) {
        try {
            // First, for the others may be faulty without it.
            refuse(gone(found.keySet()));
            // What was looked at, not what is on disk by now: that may be half written.
            var other = Contracts.read(folder, found);
            refuse(objections.apply(contracts, other));
            takeIntoForce(other);
            return true;
        } catch (BridgeException e) {
            boolean later = Ledgers.lacking(e) || Ledgers.closed(e);
            notBefore = System.nanoTime() + PAUSE.toNanos();
            if (!e.getMessage().equals(refused)) {
                LOG.error("contracts on disk are {}, those in force stay:\n{}", later ? "not taken yet" : "refused", e.getMessage());
            }
            refused = e.getMessage();
            return !later;
        }
    }

    private static void refuse(List<String> against) {
        if (!against.isEmpty()) {
            throw new BridgeException(String.join("\n", against));
        }
    }

    /** A change may name its contract as long as it is on its way. Without any file, the folder itself is what is wrong. */
    private List<String> gone(Set<Path> files) {
        return contracts.all().stream().filter(contract -> !files.isEmpty() && files.stream()
                        .noneMatch(file -> file.endsWith(Path.of(contract.entity()).resolve(contract.file().getFileName()))))
                .map(contract -> folder.resolve(contract.entity()) + ": the contract " + contract.label()
                        + " is gone; it should stay while a change may name it, and be removed before a start").toList();
    }

    /**
     * Gives a ledger what the contracts in force demand; not while others are taken into force, which would be overwritten.
     *
     * @throws BridgeException when the ledger cannot be reached or refuses
     */
    synchronized void lay(LaneLedger ledger) {
        Preparation.warn(ledger, ledger.prepare(statements.demands()));
    }

    private synchronized void takeIntoForce(Contracts other) {
        var places = VersionPlaces.of(directory, other);
        var blocking = BlockingStatuses.of(directory, other);
        // All are looked at before any is changed: what one ledger lacks is nothing that the others are to notice.
        var coming = Statements.of(other);
        var checks = coming.checks();
        checkAll(checks);
        var laid = new ArrayList<LaneLedger>();
        known.enter(other, () -> prepare(coming.demands(), laid), alone -> undo(laid, alone.stream().filter(other.newest()::contains).toList()));
        statements.use(other, places, blocking);
        gate.use(other);
        contracts = other;
        refused = "";
        afterwards.forEach(Runnable::run);
        LOG.info("contracts taken into force: {}", other.all().stream().map(Contract::label).collect(Collectors.joining(" ")));
    }

    /** One that cannot be reached is asked again before the others are heard of. */
    private void checkAll(List<Demand> checks) {
        var refusals = new ArrayList<BridgeException>();
        for (LaneLedger ledger : ledgers.values()) {
            try {
                ledger.check(checks);
            } catch (BridgeException e) {
                if (Ledgers.away(e)) {
                    throw e;
                }
                refusals.add(e);
            }
        }
        if (!refusals.isEmpty()) {
            throw new BridgeException(refusals.stream().map(BridgeException::getMessage).collect(Collectors.joining("\n")), refusals.get(0));
        }
    }

    /** All ledgers, or those that are named as laid. */
    private void prepare(List<Demand> demands, List<LaneLedger> laid) {
        try {
            ledgers.values().forEach(ledger -> {
                Preparation.warn(ledger, ledger.prepare(demands));
                laid.add(ledger);
            });
        } catch (BridgeException e) {
            laid.forEach(ledger -> ledger.demand(statements.demands()));
            throw e;
        }
    }

    /** What another bridge has in force stays: laid again, older triggers would not note what it tells. */
    private void undo(List<LaneLedger> laid, List<Contract> refused) {
        for (LaneLedger ledger : laid) {
            try {
                ledger.undo(statements.demandsInsteadOf(refused));
            } catch (BridgeException e) {
                LOG.warn("a ledger keeps the triggers of a refused contract: cause={}", e.getMessage());
            }
        }
    }

    @Override
    public void close() {
        watch.close();
    }
}
