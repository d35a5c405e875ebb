package dev.concordat.audit;

import dev.concordat.audit.AuditPlan.Targets;
import dev.concordat.audit.AuditReport.Measure;
import dev.concordat.audit.AuditReport.Target;
import dev.concordat.audit.AuditReport.Verdict;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Measures the agreed targets over the changes of the last day, which the contracts speak of, and beside that over all.
 *
 * <ul>
 * <li>compliance = 1 - received changes whose breach is one of form (schema, not JSON, envelope, contract version,
 *     document size) / received changes, which has to be more than 1 - the {@code errorRate} that is promised;
 * <li>violations = received changes that are in breach of any other rule of the agreement / received changes, which has
 *     to be less than the {@code errorRate} that is promised of an element;
 * <li>latency = the percentile of commit in the ledger minus time of the change, over changes that were applied or
 *     superseded and did not wait in quarantine.
 * </ul>
 *
 * <p>Received is every change that the CRM sent, however often it did: inbox + parked + quarantined + discarded, and over
 * all time what the inbox has forgotten, but no duplicates. A change in breach counts once, under the rule that put it
 * into quarantine, and still counts after it was replayed.
 */
final class Measuring {
    private static final String ONCE = "; one that was sent several times counts once";

    private final Targets targets;
    private final Set<String> formRules;
    private final Ended recent;
    private final Ended ever;

    Measuring(AuditPlan plan, Ended recent, Ended ever) {
        this.targets = plan.targets();
        this.formRules = plan.formRules();
        this.recent = recent;
        this.ever = ever;
    }

    List<Target> targets() {
        return List.of(compliance(), latency(), violations());
    }

    private Target compliance() {
        Map<String, Measure> regions = new LinkedHashMap<>();
        recent.lanes.forEach(lane -> regions.put(lane.region(),
                compliance(recent.breaches.ofForm(formRules, lane.region()), lane.changes())));
        String promise = "More than " + Words.percent(targets.compliance(), RoundingMode.HALF_UP)
                + " of the received changes keep the schema";
        String definition = "1 − received changes in breach of form (" + String.join(", ", new TreeSet<>(formRules))
                + ") ÷ received changes" + ONCE;
        return new Target("compliance", targets.compliance(), promise, definition,
                compliance(recent.breaches.ofForm(formRules, null), recent.changes()), regions,
                compliance(ever.breaches.ofForm(formRules, null), ever.changes()));
    }

    private Target violations() {
        Map<String, Measure> regions = new LinkedHashMap<>();
        recent.lanes.forEach(lane -> regions.put(lane.region(),
                violations(recent.breaches.others(formRules, lane.region()), lane.changes())));
        String promise = "Less than " + Words.percent(targets.violations(), RoundingMode.HALF_UP)
                + " of the received changes violate the agreement";
        String definition = "received changes in breach of any other rule (ownership, orphan, status, residency,"
                + " version conflict, refusal) ÷ received changes" + ONCE;
        return new Target("violations", targets.violations(), promise, definition,
                violations(recent.breaches.others(formRules, null), recent.changes()), regions,
                violations(ever.breaches.others(formRules, null), ever.changes()));
    }

    private Target latency() {
        Map<String, Measure> regions = new LinkedHashMap<>();
        recent.latencies.forEach((region, measured) -> regions.put(region, latency(measured)));
        double limit = targets.latency().toMillis() / 1000.0;
        String share = Words.percent(targets.latencyPercentile(), RoundingMode.HALF_UP);
        String promise = share + " of the changes are in the ledger within " + Words.promised(limit);
        String definition = "percentile " + share.replace(" %", "") + " of commit in the ledger − time of the change"
                + " in the CRM,"
                + " over applied and superseded changes that did not wait in quarantine";
        return new Target("latency", limit, promise, definition, latency(recent.allLatencies()), regions, latency(ever.allLatencies()));
    }

    private Measure compliance(long part, long whole) {
        double share = share(Math.max(0, whole - part), whole);
        return measure(share > targets.compliance(), share, part, whole);
    }

    private Measure violations(long part, long whole) {
        double share = share(part, whole);
        return measure(share < targets.violations(), share, part, whole);
    }

    private Measure latency(Latencies measured) {
        long limit = targets.latency().toMillis();
        Long reached = measured.percentile(targets.latencyPercentile());
        return measure(reached != null && reached <= limit, measured.seconds(targets.latencyPercentile()), measured.notWithin(limit),
                measured.measured());
    }

    private static double share(long part, long whole) {
        return Math.min(1, part / (double) Math.max(1, whole));
    }

    private static Measure measure(boolean met, Double value, long part, long whole) {
        if (whole == 0) {
            return new Measure(Verdict.NO_CHANGES, null, part, 0);
        }
        return new Measure(met ? Verdict.MET : Verdict.MISSED, value, part, whole);
    }
}
