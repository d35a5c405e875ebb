package dev.concordat.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What one audit found; its component names are the field names of {@code report.json} and stay.
 *
 * @param at           when the audit began
 * @param since        targets and latencies are those of the changes that ended since then, a day; all else is of all time
 * @param tookSeconds  how long the audit ran
 * @param targets      the agreed targets, each overall and per region
 * @param lanes        how the regions' changes ended
 * @param latency      of all regions together
 * @param latencies    per region
 * @param breaches     changes by the rule that put them into quarantine
 * @param breachPlaces single breaches by keyword and place, the most frequent ones
 * @param compared     what of CRM and ledgers was compared
 * @param findings     differences between CRM, directory and ledgers
 * @param drift        fields and values that passed although no contract knows them
 * @param observed     breaches of rules that are tried and not enforced; their changes passed
 * @param unread       parts that could not be read; what they hold is not judged
 */
public record AuditReport(
        Instant at, Instant since, double tookSeconds, List<Target> targets, List<Lane> lanes, Latency latency,
        List<Latency> latencies, List<BreachRule> breaches, List<BreachPlace> breachPlaces, Compared compared,
        List<Tally> findings, List<Drift> drift, List<Observed> observed, List<Unread> unread) {

    /** Whether a target is kept; without changes there is nothing to judge. */
    public enum Verdict {
        MET, MISSED, NO_CHANGES;

        @JsonValue
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * One agreed target.
     *
     * @param name       {@code compliance}, {@code latency} or {@code violations}
     * @param limit      a share for compliance and violations, seconds for latency
     * @param promise    the target as a sentence
     * @param definition what is counted over what
     * @param overall    of the last day, in all regions; whether the target is met
     * @param ever       the same of all time, to compare with
     */
    public record Target(
            String name, double limit, String promise, String definition, Measure overall,
            Map<String, Measure> regions, Measure ever) {}

    /**
     * A target's measurement.
     *
     * @param value a share, or seconds for latency; null without changes
     * @param part  changes that count against the target
     * @param whole changes that were measured
     */
    public record Measure(Verdict verdict, Double value, long part, long whole) {}

    /**
     * The endings of one region's received changes, and what went out to the CRM.
     *
     * <p>received = applied + duplicate + superseded + filtered + parked + quarantined + discarded; replayed changes
     * ended once more and are counted there.
     *
     * @param sent    outcomes of what the ledger told the CRM, ever
     * @param waiting entities whose news has not reached the CRM
     * @param held    changes to the CRM that wait in quarantine
     */
    public record Lane(
            String region, long received, long applied, long duplicate, long superseded, long filtered, long parked,
            long quarantined, long discarded, long replayed, Map<String, Long> sent, long waiting, long held) {
        static Lane of(String region, Map<String, Long> counts) {
            Map<String, Long> sent = new TreeMap<>();
            counts.forEach((word, count) -> {
                if (word.startsWith("sent-")) {
                    sent.put(word.substring("sent-".length()), count);
                }
            });
            long received = 0;
            for (String ending : ENDINGS) {
                received += counts.getOrDefault(ending, 0L);
            }
            return new Lane(region, received, count(counts, "applied"), count(counts, "duplicate"),
                    count(counts, "superseded"), count(counts, "filtered"), count(counts, "parked"),
                    count(counts, "quarantined"), count(counts, "discarded"), count(counts, "replayed"), sent,
                    count(counts, "waiting"), count(counts, "held"));
        }

        private static long count(Map<String, Long> counts, String word) {
            return counts.getOrDefault(word, 0L);
        }

        /** The changes that were received, each once, however often it was sent. */
        long changes() {
            return received - duplicate;
        }

        /** The counts in the order of {@link #ENDINGS}. */
        List<Long> endings() {
            return List.of(applied, superseded, filtered, duplicate, parked, quarantined, discarded);
        }
    }

    static final List<String> ENDINGS =
            List.of("applied", "superseded", "filtered", "duplicate", "parked", "quarantined", "discarded");

    /** Seconds from a change in the CRM to its commit in the ledger; {@code leftOut} waited in quarantine first. */
    public record Latency(
            String region, long changes, long leftOut, Double p50, Double p95, Double p99, Double p995, Double max,
            List<Bucket> buckets) {}

    /** Changes up to so many seconds, null for the bucket without an end. */
    public record Bucket(Double upToSeconds, long changes) {}

    /** Changes in breach, counted once each, under the rule that put them into quarantine. */
    public record BreachRule(
            String direction, String rule, String contract, long changes, long open, long replayed, long discarded,
            Instant oldest, Instant newest, Map<String, Long> regions) {}

    /** Single breaches of one keyword at one place; a change may have several. */
    public record BreachPlace(
            String rule, String contract, String keyword, String pointer, long breaches, long open, Instant oldest,
            Instant newest) {}

    /** All findings of a kind: counted in full, by region, with the first few as examples. */
    public record Tally(FindingKind kind, long total, Map<String, Long> regions, List<Finding> examples) {}

    public record Drift(
            String contract, String path, String kind, String value, long count, Instant first, Instant last) {}

    /** Breaches of a rule of severity {@code warning} or {@code info} at one place, with what would be right there. */
    public record Observed(
            String contract, String rule, String severity, String keyword, String path, String sentence, long count,
            Instant first, Instant last) {}

    /**
     * What could not be read, or judged.
     *
     * @param part   {@code crm}, {@code directory}, {@code ledgers}, {@code kafka}, {@code contracts}, {@code comparison}, a region, or something of a
     *               region such as {@code eu, rule no-nulls}
     * @param region the only region that it leaves in the dark; null for all
     * @param kind   the only kind of finding that it leaves in the dark; null for all
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Unread(String part, String reason, String region, FindingKind kind) {
        private static final String KAFKA = "kafka";
        private static final String CONTRACTS = "contracts";

        public Unread(String part, String reason) {
            this(part, reason, null, null);
        }

        static Unread of(String region, String reason) {
            return new Unread(region, reason, region, null);
        }

        static Unread of(String region, String what, FindingKind kind, String reason) {
            return new Unread(region + ", " + what, reason, region, kind);
        }

        /** Without Kafka's word a finding may be one too many, and none is missed. */
        public static Unread kafka(String reason) {
            return new Unread(KAFKA, reason);
        }

        /** What newer contracts than those audited by would find may be of any kind, in any region. */
        public static Unread contracts(String reason) {
            return new Unread(CONTRACTS, reason);
        }

        /** Whether there may be such a finding in the region all the same. Who is in two ledgers is found in either, who is in none by all. */
        boolean hides(FindingKind found, String where) {
            if (kind != null) {
                return kind == found && region.equals(where);
            }
            if (region == null) {
                return (found != FindingKind.CONTRACT_RULE || part.equals(CONTRACTS)) && !part.equals(KAFKA);
            }
            return region.equals(where) || found == FindingKind.WRONG_REGION || where.equals(Facts.NO_REGION);
        }

        /** Whether changes of the region were not counted. */
        boolean hidesChanges(String where) {
            return kind == null && where.equals(region);
        }
    }

    /** More parts that could not be read are only counted in one line. */
    private static final int MOST_NAMED = 3;

    /** How many findings there are, examples or not. */
    public long findingCount() {
        return findings.stream().mapToLong(Tally::total).sum();
    }

    public long received() {
        return lanes.stream().mapToLong(Lane::received).sum();
    }

    /** The report in one line: {@code 2 of 3 targets met; violations missed; 2 findings}. */
    public String status() {
        List<String> parts = new ArrayList<>();
        long measured = targets.stream().filter(t -> t.overall().verdict() != Verdict.NO_CHANGES).count();
        long met = targets.stream().filter(t -> t.overall().verdict() == Verdict.MET).count();
        List<String> hidden = missedInARegion();
        parts.add(measured == 0 ? "no changes to measure" : met + " of " + measured + " targets met"
                + (hidden.isEmpty() ? "" : " overall"));
        targets.stream().filter(t -> t.overall().verdict() == Verdict.MISSED).forEach(t -> parts.add(t.name() + " missed"));
        parts.addAll(hidden);
        long count = findingCount();
        parts.add(count == 0 ? "no findings" : Words.counted(count, "finding", "findings"));
        if (compared.none()) {
            parts.add("none of the CRM's " + Words.counted(compared.fresh(), "record", "records") + " compared");
        }
        if (compared.putOff() > 0) {
            parts.add(Words.counted(compared.putOff(), "record", "records") + " put off, as changes may be under way for "
                    + Words.seconds(compared.settle().toMillis() / 1000.0));
        }
        if (compared.unjudged() > 0) {
            parts.add(Words.counted(compared.unjudged(), "record", "records") + " not judged");
        }
        List<String> dark = unread.stream().map(Unread::part).distinct().toList();
        if (dark.size() > MOST_NAMED) {
            parts.add(Words.number(dark.size()) + " parts could not be read");
        } else {
            dark.forEach(part -> parts.add(part + " could not be read"));
        }
        return String.join("; ", parts);
    }

    /** What the other regions' good figures would hide. */
    private List<String> missedInARegion() {
        List<String> missed = new ArrayList<>();
        targets.stream().filter(target -> target.overall().verdict() == Verdict.MET).forEach(target -> {
            String regions = target.regions().entrySet().stream().filter(each -> each.getValue().verdict() == Verdict.MISSED).map(Map.Entry::getKey)
                    .collect(Collectors.joining(", "));
            if (!regions.isEmpty()) {
                missed.add(target.name() + " missed in " + regions);
            }
        });
        return missed;
    }

    /** Whether every measured target is met everywhere, nothing was found, and it is whole. */
    public boolean clean() {
        return !found() && isWhole();
    }

    /** Whether everything could be read and judged, and something was compared, if there is anything. */
    boolean isWhole() {
        return unread.isEmpty() && compared.unjudged() == 0 && compared.putOff() == 0 && !compared.none();
    }

    /** Whether a finding of this kind in this region, that there is not, is none indeed. */
    boolean couldFind(FindingKind kind, String region) {
        return unread.stream().noneMatch(part -> part.hides(kind, region))
                && (kind == FindingKind.CONTRACT_RULE || compared.putOff() == 0 && !compared.none());
    }

    /** Whether all changes of this region were counted. */
    boolean couldMeasure(String region) {
        return unread.stream().noneMatch(part -> part.hidesChanges(region));
    }

    /** When it ended. */
    Instant ended() {
        return at.plusMillis(Math.round(tookSeconds * 1000));
    }

    /** Whether something was found or a target is missed, overall or in a region. */
    public boolean found() {
        return findingCount() > 0 || targets.stream().anyMatch(t ->
                t.overall().verdict() == Verdict.MISSED || t.regions().values().stream()
                        .anyMatch(m -> m.verdict() == Verdict.MISSED));
    }

    /** The report for a terminal. */
    public String summary() {
        return Summary.of(this);
    }

    /** The report as {@code report.json}. */
    public byte[] json() {
        return ReportJson.of(this);
    }

    /** The report as {@code report.html}: one file that needs nothing else. */
    public String html() {
        return ReportPage.of(this);
    }
}
