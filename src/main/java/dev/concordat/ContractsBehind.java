package dev.concordat;

import dev.concordat.change.OnceAMinute;
import dev.concordat.contract.Contracts;
import dev.concordat.contract.NewerContract;
import dev.concordat.ledger.ContractsInForce;
import dev.concordat.ledger.LaneLedger;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.util.concurrent.CamelThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether other bridges of the group have newer contracts than this one, looked for every five seconds. What this one would judge, write, tell and audit
 * meanwhile would lack what only those know, and nothing else would show it: its own side is at one with itself. So while one of those runs, the routes that
 * act by contracts yield here.
 */
final class ContractsBehind implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ContractsBehind.class);
    private static final Duration PAUSE = Duration.ofSeconds(5);
    /** A try to say that a bridge runs takes as long as its pool waits, and then comes the pause. */
    private static final Duration SURE = Duration.ofSeconds(20);

    private final Supplier<Contracts> contracts;
    private final Path folder;
    private final ContractsInForce group;
    private final YieldToNewer policy;
    private final Clock clock;
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(new CamelThreadFactory("#name#", "look-for-newer-contracts", true));
    /** A route takes its time to stop, and that this bridge runs is to be said meanwhile. */
    private final ScheduledExecutorService follows = Executors.newSingleThreadScheduledExecutor(new CamelThreadFactory("#name#", "yield-to-newer-contracts", true));
    private final List<LaneLedger> toLay = new ArrayList<>();
    private Consumer<LaneLedger> lay;
    private volatile List<NewerContract> newer = List.of();
    private volatile boolean yields;
    /** When the directory has answered again for as long as others take to say that they run; {@link Instant#MIN} where it has not been away. */
    private Instant sure = Instant.MIN;
    /** Another one whenever it falls behind anew, which is said at once. */
    private OnceAMinute line;

    /**
     * @param contracts those in force here
     * @param folder    where their files are
     */
    ContractsBehind(Supplier<Contracts> contracts, Path folder, ContractsInForce group, YieldToNewer policy, Clock clock) {
        this.contracts = contracts;
        this.folder = folder;
        this.group = group;
        this.policy = policy;
        this.clock = clock;
    }

    /**
     * Before any route starts.
     *
     * @param unlaid ledgers without the triggers of this bridge's contracts, as those of newer ones are there; they get them once it does not yield any more
     * @param lay    gives a ledger what the contracts in force demand; it fails with a {@link BridgeException} when the ledger cannot be reached or refuses
     */
    void begin(Collection<LaneLedger> unlaid, Consumer<LaneLedger> lay) {
        toLay.addAll(unlaid);
        this.lay = lay;
        look();
        policy.begin(yields);
    }

    /** @param routes how the bridge does something with a route of itself */
    void start(MeterRegistry metrics, Consumer<Runnable> routes, CamelContext camel) {
        Gauge.builder("concordat.contracts.behind", this, behind -> behind.newer.isEmpty() ? 0 : 1)
                .description("1 while another bridge of the group has brought a newer version of a contract than is in force here").register(metrics);
        looks.scheduleWithFixedDelay(this::runs, 0, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        follows.scheduleWithFixedDelay(() -> follow(routes, camel), 0, 1, TimeUnit.SECONDS);
    }

    private void follow(Consumer<Runnable> routes, CamelContext camel) {
        boolean now = yields;
        policy.follow(now, camel, routes);
        if (!now) {
            toLay.removeIf(this::isLaid);
        }
    }

    private boolean isLaid(LaneLedger ledger) {
        try {
            lay.accept(ledger);
            return true;
        } catch (BridgeException e) {
            LOG.debug("a ledger keeps the triggers of a newer contract for now; that is tried again", e);
            return false;
        }
    }

    /** Says with what this bridge runs, and looks with what others do. */
    synchronized void runs() {
        try {
            group.renew(contracts.get());
        } catch (RuntimeException e) {
            LOG.debug("that this bridge runs could not be said; that is tried again", e);
        }
        look();
    }

    /** A directory that is away leaves what was seen before, and once it is back nobody has said for some time that it runs. */
    synchronized void look() {
        try {
            var found = group.newerThan(contracts.get());
            yields = found.stream().anyMatch(NewerContract::runs) || yields && !found.isEmpty() && clock.instant().isBefore(sure);
            say(found);
        } catch (BridgeException e) {
            sure = clock.instant().plus(SURE);
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
        String meanwhile = yields ? " and leaves changes to bridges that run with newer ones" : " and keeps no field that only the newer one knows";
        newer.forEach(contract -> sentences.put(contract.place(), contract.sentence() + meanwhile + "; put the file with it into [" + folder + "]"));
        return sentences;
    }

    /** Leaves the routes as they are from now on. */
    void rest() {
        end(follows);
    }

    /** Waits for what is under way, which an interrupt ends, but not for long. */
    private static void end(ScheduledExecutorService work) {
        work.shutdownNow();
        try {
            work.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        rest();
        end(looks);
        // A directory that is away holds up no stop: others find out themselves.
        CompletableFuture.runAsync(group::leave, Databases::meanwhile)
                .completeOnTimeout(null, 1, TimeUnit.SECONDS).exceptionally(failure -> null).join();
    }
}
