package dev.concordat.ledger;

import dev.concordat.change.Breached;
import dev.concordat.change.Change;
import dev.concordat.change.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;

/**
 * Brings a judged batch straight to its ledgers, each region's part apart; what a ledger does not take at once is left to the topic of its
 * lane, where it waits without holding up another region.
 *
 * <p>A change that was left may have been written after all: by its receipt the ledger tells that it has it already. Only first deliveries go
 * straight: one that comes again after a crash may stand in the topic already, and keeps its place there. What comes about the same customer
 * keeps its place behind whatever stands in the topic ({@link Queued}): of two changes with one version the first one counts.
 */
public final class Straight {
    /** For so long after a failure nobody waits for the ledger again. */
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(Straight.class);

    private final Waves waves;
    private final Predicate<String> closed;
    private final LongSupplier nanos;
    private final Duration patience;
    private final Map<String, Long> closedUntil = new ConcurrentHashMap<>();
    /** The newest number of each region's quarantine that a statement has seen. */
    private final Map<String, AtomicLong> newest = new ConcurrentHashMap<>();
    private final Queued queued;
    private final HeadStart headStart;
    /** Parts that were left while they were under way, and still are. */
    private final Set<Part> hanging = ConcurrentHashMap.newKeySet();

    /**
     * @param closed   whether a region has no ledger to go to now, as while its lane waits
     * @param queued   who has a change in a topic
     * @param patience how long the ledger may take for one statement; then it is asked to give it up
     */
    public Straight(Waves waves, Predicate<String> closed, Queued queued, Duration patience) {
        this(waves, closed, queued, patience, System::nanoTime, LockSupport::parkNanos);
    }

    /** @param pause is given nanoseconds */
    Straight(Waves waves, Predicate<String> closed, Queued queued, Duration patience, LongSupplier nanos, LongConsumer pause) {
        this.waves = waves;
        this.closed = closed;
        this.queued = queued;
        this.headStart = new HeadStart(queued, this::answers, nanos, pause);
        this.patience = patience;
        this.nanos = nanos;
    }

    /**
     * A batch and its parts.
     *
     * @param parts   one for each region whose ledger is to be tried
     * @param behind  changes that would overtake one of the same customer that goes by a topic
     * @param sending what goes by the topics
     */
    public record Parts(List<Change> batch, List<Part> parts, Set<Change> behind, Queued.Sending sending) {
    }

    /** What a batch has for one region. It is written in a thread of its own, for which nobody may still be waiting at its end. */
    public static final class Part {
        private enum State { UNDER_WAY, WRITTEN, FAILED, LEFT }

        private final String region;
        private final List<Portion> portions;
        private final Set<String> misfits = ConcurrentHashMap.newKeySet();
        private final AtomicReference<State> state = new AtomicReference<>(State.UNDER_WAY);
        private volatile boolean answered;

        private Part(String region, List<Portion> portions) {
            this.region = region;
            this.portions = portions;
        }

        public String region() {
            return region;
        }

        public List<Portion> portions() {
            return portions;
        }
    }

    /**
     * What has been seen of each region's quarantine. Asked before a batch is counted: from then on it may come again to another bridge, and
     * end there while this one stands still.
     */
    public Map<String, Long> seen() {
        return newest.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, each -> each.getValue().get()));
    }

    /**
     * Sorts a batch into what each region's ledger is to take; leaves out what goes by a topic anyway.
     *
     * @param seen {@link #seen()} as it was before the batch was counted
     */
    public Parts sort(List<Change> batch, Map<String, Long> seen) {
        var byRegion = new LinkedHashMap<String, List<Change>>();
        Set<Change> behind = Collections.newSetFromMap(new IdentityHashMap<>());
        if (batch.stream().anyMatch(Change::takenOver)) {
            queued.doubt();
        }
        headStart.give(swamped(batch));
        var sending = queued.begin();
        boolean anyone = queued.holdsAnyone();
        for (Change change : batch) {
            if (change.again()) {
                enter(change, sending);
                anyone = true;
            } else if (anyone && fits(change) && queued.holds(change.region(), change.envelope().customer())) {
                behind.add(change);
            } else if (fits(change)) {
                byRegion.computeIfAbsent(change.region(), region -> new ArrayList<>()).add(change);
            }
        }
        var parts = new ArrayList<Part>();
        byRegion.forEach((region, changes) -> {
            if (open(region)) {
                sorted(region, changes, seen, parts);
            }
        });
        return new Parts(batch, parts, behind, sending);
    }

    /** The regions of which most of the batch would have to go behind what stands in the topic. */
    private List<String> swamped(List<Change> batch) {
        return queued.behind().stream().filter(this::answers).filter(region -> {
            boolean everyone = queued.holdsEveryone(region);
            var own = batch.stream().filter(change -> fits(change) && region.equals(change.region())).toList();
            int behind = (int) own.stream().filter(change -> everyone || queued.holds(region, change.envelope().customer())).count();
            return HeadStart.isMuch(behind, own.size());
        }).toList();
    }

    /** What is in breach takes nothing from those behind it. */
    private static void enter(Change change, Queued.Sending sending) {
        if (change.outcome() != Outcome.QUARANTINED && !change.refetch()) {
            sending.add(change.region(), change.envelope().customer());
        }
    }

    /** Whatever is wrong with a change here, its lane finds it too and can wait or quarantine it. */
    private void sorted(String region, List<Change> changes, Map<String, Long> seen, List<Part> parts) {
        try {
            var newestThere = newest.computeIfAbsent(region, first -> new AtomicLong(Seen.NOTHING));
            var seenThere = new Seen(seen.getOrDefault(region, Seen.NOTHING), newestThere);
            parts.add(new Part(region, waves.portions(changes, patience, seenThere)));
        } catch (IOException | RuntimeException e) {
            LOG.debug("a part is left to its lane", e);
        }
    }

    private static boolean fits(Change change) {
        return change.outcome() != Outcome.QUARANTINED && !change.refetch() && !change.again();
    }

    /** Whether a region's ledger is to be tried; otherwise its changes go by the topic of its lane. */
    public boolean open(String region) {
        return answers(region) && !queued.holdsEveryone(region);
    }

    /** Whether nothing is known that would keep a region's ledger from answering. */
    private boolean answers(String region) {
        var until = closedUntil.get(region);
        return (until == null || nanos.getAsLong() - until >= 0) && !closed.test(region)
                && hanging.stream().noneMatch(part -> part.region.equals(region));
    }

    /**
     * Has nothing further of a part be written that was left.
     *
     * @throws IllegalStateException when it was left
     */
    public void goOn(Part part) {
        if (part.state.get() == Part.State.LEFT) {
            throw new IllegalStateException("the part was left to its lane");
        }
    }

    /** Notes that the ledger of a part has answered all that a portion or one of its waves asked. */
    public void answered(Part part) {
        part.answered = true;
    }

    /** Notes which changes of a wave do not fit the ledger; their lane quarantines them. */
    public void keepMisfits(Part part, List<Breached> misfits) {
        answered(part);
        misfits.forEach(each -> part.misfits.add(each.quarantined().receipt()));
    }

    /** Notes that the ledger has all of a part but its misfits. */
    public void written(Part part) {
        part.state.compareAndSet(Part.State.UNDER_WAY, Part.State.WRITTEN);
        hanging.remove(part);
    }

    /** Notes that a part could not be written. A change that the ledger refuses is no reason to spare it the next ones. */
    public void failed(Part part, Exception failure) {
        LOG.debug("a part is left to its lane", failure);
        if (part.state.compareAndSet(Part.State.UNDER_WAY, Part.State.FAILED) && Ledgers.closed(failure)) {
            close(part.region, NestedExceptionUtils.getMostSpecificCause(failure).getClass().getSimpleName());
        }
        hanging.remove(part);
    }

    /**
     * The changes that go by a topic: those in breach, those that came before and those behind them, and what no ledger took in time. Whoever sends
     * them says so with {@link #sent}.
     */
    public List<Change> left(Parts parts) {
        Map<String, Part> written = new LinkedHashMap<>();
        for (Part part : parts.parts) {
            // Before the state: its thread sets the state first.
            hanging.add(part);
            if (part.state.compareAndSet(Part.State.UNDER_WAY, Part.State.LEFT)) {
                if (!part.answered) {
                    close(part.region, "timeout");
                }
                continue;
            }
            hanging.remove(part);
            if (part.state.get() == Part.State.WRITTEN) {
                written.put(part.region, part);
            }
        }
        var left = new ArrayList<Change>();
        for (Change change : parts.batch) {
            Part part = fits(change) && !parts.behind.contains(change) ? written.get(change.region()) : null;
            if (part == null || !part.misfits.isEmpty() && part.misfits.contains(change.receipt().delivery())) {
                left.add(change);
                enter(change, parts.sending);
            }
        }
        return left;
    }

    /** Notes that what was left stands in the topics. */
    public void sent(Parts parts) {
        parts.sending.sent();
    }

    private void close(String region, String cause) {
        closedUntil.put(region, nanos.getAsLong() + PAUSE.toNanos());
        // It may come back as a copy of itself that has to take numbers again.
        newest.remove(region);
        LOG.info("changes go by the topic of their lane: region={} cause={}", region, cause);
    }
}
