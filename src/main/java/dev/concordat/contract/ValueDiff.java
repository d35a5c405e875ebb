package dev.concordat.contract;

import static dev.concordat.contract.Verdict.ADDITIVE;
import static dev.concordat.contract.Verdict.BREAKS_CONSUMER;
import static dev.concordat.contract.Verdict.BREAKS_PRODUCER;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Compares the sets of values of a property: closed, watched, and open. */
final class ValueDiff {
    private static final Set<String> ELSEWHERE = Set.of("type", "metric", "arguments", "mustBe", "severity");

    private final Odcs.Property before;
    private final Odcs.Property after;
    private final Sides sides;
    private final Differences differences;

    ValueDiff(Odcs.Property before, Odcs.Property after, Sides sides, Differences differences) {
        this.before = before;
        this.after = after;
        this.sides = sides;
        this.differences = differences;
    }

    void run() {
        int found = differences.found().size();
        closed(SchemaCompiler.enforced(before), SchemaCompiler.enforced(after));
        watched();
        openEnum(known(before), known(after));
        boolean said = differences.found().size() > found;
        before.element().quality().forEach(rule -> named(after, rule.name()).ifPresent(now -> watchedLimits(rule, now)));
        before.element().quality().forEach(rule -> named(after, rule.name()).ifPresentOrElse(
                now -> PlainDiff.of(differences).compare(rule.at(), now.at(), ELSEWHERE), () -> oneSided("rule-removed", rule, true,
                        said)));
        after.element().quality().stream().filter(rule -> named(before, rule.name()).isEmpty())
                .forEach(rule -> oneSided("rule-added", rule, false, said));
    }

    private void closed(List<String> old, List<String> now) {
        Place at = place(now);
        if (old.isEmpty() && !now.isEmpty()) {
            boolean watched = !valuesOf(before).isEmpty();
            add(watched ? "severity-raised" : "values-closed", at, old(old, valuesOf(before)), now, "another value than these from "
                    + sides.sender() + " now breaks the contract.", BREAKS_PRODUCER);
        } else if (!old.isEmpty() && now.isEmpty()) {
            boolean watched = !valuesOf(after).isEmpty();
            add(watched ? "severity-lowered" : "values-opened", at, old, watched ? valuesOf(after) : null, sides.receiver()
                    + " may now meet any value.", BREAKS_CONSUMER);
        } else {
            List<String> gone = without(old, now);
            List<String> fresh = without(now, old);
            if (!gone.isEmpty()) {
                add("values-narrowed", at, gone, null, String.join(", ", gone) + " from " + sides.sender() + " now breaks the contract.",
                        BREAKS_PRODUCER);
            }
            if (!fresh.isEmpty()) {
                add("values-widened", at, null, fresh, sides.receiver() + " may meet " + String.join(", ", fresh)
                        + ", which it does not know.", BREAKS_CONSUMER);
            }
        }
    }

    private static Object old(List<String> enforced, List<String> watched) {
        return enforced.isEmpty() && watched.isEmpty() ? null : watched;
    }

    private void watched() {
        boolean neverClosed = SchemaCompiler.enforced(before).isEmpty() && SchemaCompiler.enforced(after).isEmpty();
        List<String> old = valuesOf(before);
        List<String> now = valuesOf(after);
        if (neverClosed && !(Set.copyOf(old).equals(Set.copyOf(now)) && severities(before).equals(severities(after)))) {
            add("watched-values-changed", place(now), severities(before) + " " + old, severities(after) + " " + now,
                    "other values pass as before; what is reported or counted changes.", ADDITIVE);
        }
    }

    /** Limits that a rule only watches. */
    private void watchedLimits(Odcs.Quality old, Odcs.Quality now) {
        Map<String, Object> was = ValueRules.options(old);
        Map<String, Object> is = ValueRules.options(now);
        if (!was.equals(is) || !is.isEmpty() && !Objects.equals(old.severity(), now.severity())) {
            differences.add(new Differences.Seen("watched-limits-changed", now.at().key("arguments"), old.severity() + " " + was,
                    now.severity() + " " + is), sides, "other values pass as before; what is reported or counted changes.", ADDITIVE);
        }
    }

    private static String severities(Odcs.Property property) {
        return String.join(", ", property.element().quality().stream().filter(ValueDiff::isSet)
                .map(rule -> String.valueOf(rule.severity())).distinct().toList());
    }

    private void openEnum(List<String> old, List<String> now) {
        Place at = after.element().custom("openEnum").map(Odcs.Custom::at).orElse(after.at().key("customProperties"));
        if (old.isEmpty() && !now.isEmpty()) {
            add("open-set-added", at, null, now, "values that are not known pass and are reported as drift.", ADDITIVE);
        } else if (!old.isEmpty() && now.isEmpty()) {
            add("open-set-removed", at, old, null, "values that are not known are no longer reported.", ADDITIVE);
        } else if (!Set.copyOf(old).equals(Set.copyOf(now))) {
            List<String> gone = without(old, now);
            List<String> fresh = without(now, old);
            add("known-values-changed", at, gone.isEmpty() ? null : gone, fresh.isEmpty() ? null : fresh,
                    "all values pass as before; what is reported as drift changes.", ADDITIVE);
        }
    }

    /** Where the set of values is another, that has been said. */
    private void oneSided(String code, Odcs.Quality rule, boolean gone, boolean said) {
        if (!ValueRules.options(rule).isEmpty() && ValueRules.isObserved(rule)) {
            differences.add(new Differences.Seen(code, gone ? after.at().key("quality") : rule.at(), gone ? rule.name() : null,
                    gone ? null : rule.name()), sides, "what breaks it passes; what is reported or counted changes.", ADDITIVE);
        } else if (!isSet(rule) || !said) {
            differences.add(new Differences.Seen(code, gone ? after.at().key("quality") : rule.at(), gone ? rule.name() : null,
                    gone ? null : rule.name()), sides, "what the field may hold stays as it is.", Verdict.TEXT);
        }
    }

    private static Optional<Odcs.Quality> named(Odcs.Property property, String name) {
        return property.element().quality().stream().filter(rule -> name != null && name.equals(rule.name())).findFirst();
    }

    private static boolean isSet(Odcs.Quality rule) {
        return "invalidValues".equals(rule.metric()) && rule.arguments().get("validValues") instanceof List<?>;
    }

    /** Of all closed and watched sets. */
    private static List<String> valuesOf(Odcs.Property property) {
        return property.element().quality().stream().filter(ValueDiff::isSet)
                .flatMap(rule -> ((List<?>) rule.arguments().get("validValues")).stream()).map(String::valueOf).toList();
    }

    private static List<String> known(Odcs.Property property) {
        return property.element().custom("openEnum").map(Odcs.Custom::value)
                .filter(Map.class::isInstance).map(value -> ((Map<?, ?>) value).get("known")).filter(List.class::isInstance)
                .map(value -> ((List<?>) value).stream().map(String::valueOf).toList()).orElse(List.of());
    }

    private Place place(List<String> now) {
        return after.element().quality().stream().filter(ValueDiff::isSet).findFirst().filter(rule -> !now.isEmpty())
                .map(rule -> rule.at().key("arguments").key("validValues")).orElse(after.at().key("quality"));
    }

    private static List<String> without(List<String> all, List<String> others) {
        List<String> rest = new ArrayList<>(all);
        rest.removeAll(others);
        return rest;
    }

    private void add(String code, Place at, Object old, Object now, String meaning, Verdict verdict) {
        differences.add(new Differences.Seen(code, at, old, now), sides, meaning, verdict);
    }
}
