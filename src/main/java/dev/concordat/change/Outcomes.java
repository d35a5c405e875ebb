package dev.concordat.change;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Counts what becomes of changes, as Micrometer meters.
 *
 * <p>received = applied + duplicate + superseded + filtered + parked + quarantined + discarded + in flight. A change that
 * parking or quarantine sends back is not received again; when it then ends otherwise, that outcome is counted too, with
 * {@code returned="true"}. So each change counts once among the endings that are neither returned nor duplicates, and at
 * most once among the breaches. The meters are the fast view of one process since its start; the tables of the lanes are
 * the truth.
 */
public final class Outcomes {
    /** Stands for an entity that cannot be told, or that no contract knows. */
    static final String UNKNOWN = "unknown";

    private final MeterRegistry registry;
    private final Map<List<String>, Counter> counters = new ConcurrentHashMap<>();
    private final Map<List<String>, Timer> timers = new ConcurrentHashMap<>();

    /** What quarantine did with a change; of a delivery that it had before it says nothing. */
    public enum Fate {
        /** It was not there before, or the CRM has refused a newer version of the entity. */
        ENTERED,
        /** It was, and came back in breach after a replay. */
        CAME_BACK,
        /** It is a further sending of one that is there. */
        DUPLICATE
    }

    /**
     * A change that quarantine has taken.
     *
     * @param subject  null where it could not be read
     * @param returned whether parking or quarantine had sent it back
     */
    public record Kept(Fate fate, String direction, String subject, String contract, String rule, boolean returned) {
    }

    public Outcomes(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Counts changes that a source sent. */
    public void received(String entity, String direction, int changes) {
        counter("concordat.received", "entity", entity, "direction", direction).increment(changes);
    }

    /**
     * Counts the ending of a change.
     *
     * @param returned whether parking or quarantine sent it back, so that it has ended before
     * @param seconds  from the change's own time to its ending; recorded as latency where the change was applied
     */
    public void ended(String entity, String direction, String region, Outcome outcome, boolean returned, double seconds) {
        changes(entity, direction, region, outcome, returned).increment();
        if (outcome == Outcome.APPLIED) {
            latency(direction, region).record(Math.round(seconds * 1e6), TimeUnit.MICROSECONDS);
        }
    }

    /**
     * Counts changes of the CRM that were applied at their first coming, as {@link #ended} does each.
     *
     * @param ages from each change's own time to its ending
     */
    public void applied(String entity, String region, List<Duration> ages) {
        changes(entity, Quarantined.CRM_TO_LEDGER, region, Outcome.APPLIED, false).increment(ages.size());
        var latency = latency(Quarantined.CRM_TO_LEDGER, region);
        // The clock of a source may be ahead by any time; a timer counts none of less than nothing, and cannot be asked with one of centuries.
        ages.stream().filter(age -> !age.isNegative()).forEach(latency::record);
    }

    private Counter changes(String entity, String direction, String region, Outcome outcome, boolean returned) {
        return counter("concordat.changes", "entity", entity, "direction", direction, "region", region, "outcome", outcome.word(),
                "returned", Boolean.toString(returned));
    }

    private Timer latency(String direction, String region) {
        return timers.computeIfAbsent(List.of(direction, region), key -> Timer.builder("concordat.latency")
                .description("From the change's time at its source to the commit at its target")
                .tags("direction", direction, "region", region)
                .serviceLevelObjectives(Duration.ofMillis(5), Duration.ofMillis(10), Duration.ofMillis(25),
                        Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofMillis(250), Duration.ofMillis(500),
                        Duration.ofSeconds(1), Duration.ofMillis(2500), Duration.ofSeconds(5), Duration.ofSeconds(10),
                        Duration.ofSeconds(30), Duration.ofSeconds(60))
                .publishPercentiles(0.5, 0.99)
                .register(registry));
    }

    /** Counts what became of a change that was sent to quarantine. */
    public void kept(Kept kept, String region) {
        boolean known = kept.subject != null && !kept.contract.equals(Change.NO_CONTRACT);
        String entity = known ? kept.subject.substring(0, kept.subject.indexOf('/')) : UNKNOWN;
        ended(entity, kept.direction, region, kept.fate == Fate.DUPLICATE ? Outcome.DUPLICATE : Outcome.QUARANTINED, kept.returned, 0);
        if (kept.fate == Fate.ENTERED) {
            counter("concordat.breaches", "direction", kept.direction, "rule", kept.rule, "contract", kept.contract).increment();
        }
    }

    /** Counts a breach of a rule that is observed and not enforced; the change passed. */
    public void observed(Breach.Group group) {
        counter("concordat.observed", "contract", group.contract(), "rule", group.rule(), "path", group.path()).increment();
    }

    private Counter counter(String name, String... tags) {
        return counters.computeIfAbsent(key(name, tags), key -> Counter.builder(name).tags(tags).register(registry));
    }

    private static List<String> key(String name, String... tags) {
        var key = new java.util.ArrayList<String>(tags.length + 1);
        key.add(name);
        key.addAll(List.of(tags));
        return key;
    }
}
