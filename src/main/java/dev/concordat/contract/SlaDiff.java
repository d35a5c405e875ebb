package dev.concordat.contract;

import static dev.concordat.contract.Verdict.ADDITIVE;
import static dev.concordat.contract.Verdict.BREAKS_CONSUMER;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Compares what is promised about the service: less of it breaks those who count on it, more of it refuses no change. */
final class SlaDiff {
    private static final Set<String> LESS_IS_MORE = Set.of("latency", "errorRate", "frequency", "timeToDetect", "timeToNotify",
            "timeToRepair");
    private static final Set<String> MORE_IS_MORE = Set.of("availability", "throughput", "retention");
    private static final Map<String, BigDecimal> SECONDS = Map.of("ms", new BigDecimal("0.001"), "s", BigDecimal.ONE, "min",
            new BigDecimal(60),
            "m", new BigDecimal(60), "h", new BigDecimal(3600), "d", new BigDecimal(86400));
    private static final Set<String> ELSEWHERE = Set.of("id", "property", "value", "valueExt", "unit", "element");

    private final Odcs.SlaProperty before;
    private final Odcs.SlaProperty after;
    private final Differences differences;

    private SlaDiff(Odcs.SlaProperty before, Odcs.SlaProperty after, Differences differences) {
        this.before = before;
        this.after = after;
        this.differences = differences;
    }

    static void all(Odcs.Document before, Odcs.Document after, Differences differences) {
        for (Odcs.SlaProperty old : before.slaProperties()) {
            same(old, after.slaProperties()).ifPresentOrElse(now -> new SlaDiff(old, now, differences).run(),
                    () -> add("sla-removed", new Place(after.at().file(), old.at().path(), after.at().key("slaProperties").node()),
                            words(old),
                            null, "whoever counts on it can no longer.", BREAKS_CONSUMER, differences));
        }
        after.slaProperties().stream().filter(now -> same(now, before.slaProperties()).isEmpty()).forEach(now ->
                add("sla-added", now.at(), null, words(now), "it is measured and promised from now on; no change is refused for it.",
                        ADDITIVE,
                        differences));
    }

    private static Optional<Odcs.SlaProperty> same(Odcs.SlaProperty sla, List<Odcs.SlaProperty> others) {
        return others.stream().filter(other -> sla.id() != null && sla.id().equals(other.id()) && sla.property().equals(other.property())
                || (sla.id() == null || other.id() == null) && sla.property().equals(other.property())
                        && Objects.equals(sla.element(), other.element())).findFirst();
    }

    private static String words(Odcs.SlaProperty sla) {
        return sla.property() + " " + plain(sla.value()) + (sla.unit() == null ? "" : " " + sla.unit())
                + (sla.valueExt() == null ? "" : " (" + plain(sla.valueExt()) + ")") + (sla.element() == null ? "" : " of "
                        + sla.element());
    }

    private static String plain(Object value) {
        return value instanceof BigDecimal number ? number.toPlainString() : String.valueOf(value);
    }

    private void run() {
        if (!Objects.equals(before.element(), after.element())) {
            add("sla-changed", after.at().key("element"), words(before), words(after), "it is a promise about something else.",
                    BREAKS_CONSUMER,
                    differences);
        } else if (!words(before).equals(words(after))) {
            strictness();
        }
        PlainDiff.of(differences).compare(before.at(), after.at(), ELSEWHERE);
    }

    private void strictness() {
        Integer value = compared(seconds(before.value(), before.unit()), seconds(after.value(), after.unit()));
        Integer percentile = before.valueExt() == null && after.valueExt() == null ? Integer.valueOf(0)
                : compared(before.valueExt(), after.valueExt());
        boolean sameUnit = Objects.equals(before.unit(), after.unit()) || timed(before) && timed(after);
        if (!sameUnit || value == null || percentile == null || !LESS_IS_MORE.contains(after.property())
                && !MORE_IS_MORE.contains(after.property())) {
            add("sla-changed", after.at(), words(before), words(after),
                    "whether it promises less cannot be decided, so it counts as breaking "
                    + "for whoever counts on it.", BREAKS_CONSUMER, differences);
            return;
        }
        int more = LESS_IS_MORE.contains(after.property()) ? -value : value;
        if (more < 0 || percentile < 0) {
            add("sla-loosened", after.at().key("value"), words(before), words(after), "less is promised to whoever counts on it.",
                    BREAKS_CONSUMER,
                    differences);
        } else {
            add("sla-tightened", after.at().key("value"), words(before), words(after), more == 0 && percentile == 0
                    ? "the same in other words."
                    : "more is promised; no change is refused for it.", ADDITIVE, differences);
        }
    }

    private static boolean timed(Odcs.SlaProperty sla) {
        return SECONDS.containsKey(String.valueOf(sla.unit()));
    }

    private static Object seconds(Object value, String unit) {
        return value instanceof BigDecimal number ? number.multiply(SECONDS.getOrDefault(String.valueOf(unit), BigDecimal.ONE)) : value;
    }

    /** Null where the two are not both numbers. */
    private static Integer compared(Object old, Object now) {
        return old instanceof BigDecimal left && now instanceof BigDecimal right ? Integer.valueOf(right.compareTo(left)) : null;
    }

    private static void add(String code, Place at, Object old, Object now, String meaning, Verdict verdict, Differences differences) {
        differences.add(new Differences.Seen(code, at, old, now), Sides.BOTH, meaning, verdict);
    }
}
