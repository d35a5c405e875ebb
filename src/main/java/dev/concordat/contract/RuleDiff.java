package dev.concordat.contract;

import static dev.concordat.contract.Verdict.ADDITIVE;
import static dev.concordat.contract.Verdict.BREAKS_CONSUMER;
import static dev.concordat.contract.Verdict.BREAKS_PRODUCER;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Compares the quality rules of an object by their names; only a rule of severity error can break a side. */
final class RuleDiff {
    private static final List<String> CONTENT = List.of("type", "metric", "arguments", "rule", "query", "engine", "implementation");
    private static final List<String> SCHEDULE = List.of("schedule", "scheduler");
    private static final Set<String> ELSEWHERE = Set.of("type", "metric", "arguments", "rule", "query", "engine", "implementation",
            "severity",
            "schedule", "scheduler", "mustBe", "mustNotBe", "mustBeGreaterThan", "mustBeGreaterOrEqualTo", "mustBeLessThan",
            "mustBeLessOrEqualTo", "mustBeBetween", "mustNotBeBetween");

    private final Odcs.Quality before;
    private final Odcs.Quality after;
    private final Sides sides;
    private final Differences differences;

    private RuleDiff(Odcs.Quality before, Odcs.Quality after, Sides sides, Differences differences) {
        this.before = before;
        this.after = after;
        this.sides = sides;
        this.differences = differences;
    }

    static void all(List<Odcs.Quality> before, List<Odcs.Quality> after, Odcs.SchemaObject old, Odcs.SchemaObject now,
            Differences differences) {
        for (Odcs.Quality rule : before) {
            named(after, rule).ifPresentOrElse(same -> new RuleDiff(rule, same, sides(same, now), differences).run(),
                    () -> oneSided(rule, new Place(now.at().file(), rule.at().path(), now.at().key("quality").node()), true, sides(rule,
                            old),
                            differences));
        }
        after.stream().filter(rule -> named(before, rule).isEmpty())
                .forEach(rule -> oneSided(rule, rule.at(), false, sides(rule, now), differences));
    }

    private static Optional<Odcs.Quality> named(List<Odcs.Quality> rules, Odcs.Quality rule) {
        return rules.stream().filter(other -> Objects.equals(other.name(), rule.name())).findFirst();
    }

    /** Who sets the field that a rule is about; both where it names none. */
    private static Sides sides(Odcs.Quality rule, Odcs.SchemaObject object) {
        Object field = rule.implementation() instanceof Map<?, ?> map ? map.get("field") : null;
        String name = String.valueOf(field).replaceFirst("^/after/([^/]+).*", "$1");
        return object.properties().stream().filter(property -> property.name().equals(name)).findFirst().map(Sides::of).orElse(Sides.BOTH);
    }

    private static void oneSided(Odcs.Quality rule, Place at, boolean gone, Sides sides, Differences differences) {
        String word = severity(rule) + " " + rule.name();
        var seen = new Differences.Seen(gone ? "rule-removed" : "rule-added", at, gone ? word : null, gone ? null : word);
        if ("text".equals(rule.type())) {
            differences.add(seen, sides, "Words for people; nothing runs on them.", Verdict.TEXT);
        } else if (!severity(rule).equals("error")) {
            differences.add(seen, sides, "what breaks it passes; what is reported or counted changes.", ADDITIVE);
        } else if (gone) {
            differences.add(seen, sides, sides.receiver() + " may now meet what the rule kept away.", BREAKS_CONSUMER);
        } else {
            differences.add(seen, sides, "what breaks it from " + sides.sender() + " now breaks the contract; try it as a warning first.",
                    BREAKS_PRODUCER);
        }
    }

    private void run() {
        severity();
        Map<String, Object> old = part(before, CONTENT);
        Map<String, Object> now = part(after, CONTENT);
        boolean error = severity(after).equals("error") && severity(before).equals("error");
        if (!old.equals(now)) {
            changed(after.at(), old, now, error ? "whether it is stricter cannot be decided, so it counts as breaking for " + sides.sender() + "."
                    : "what breaks it passes; what is reported or counted changes.", error ? BREAKS_PRODUCER : ADDITIVE);
        }
        if (!numbers(before).equals(numbers(after))) {
            expectation(error);
        }
        if (!part(before, SCHEDULE).equals(part(after, SCHEDULE))) {
            add("schedule-changed", after.at().key("schedule"), before.schedule(), after.schedule(), "it is looked at at other times.",
                    ADDITIVE);
        }
        PlainDiff.of(differences).compare(before.at(), after.at(), ELSEWHERE);
    }

    /** Adds the first part that differs, as deep as it goes. */
    private void changed(Place at, Object old, Object now, String meaning, Verdict verdict) {
        if (old instanceof Map<?, ?> left && now instanceof Map<?, ?> right) {
            Object key = Stream.concat(left.keySet().stream(), right.keySet().stream()).filter(each -> !Objects.equals(left.get(each), right.get(each)))
                    .findFirst().orElseThrow();
            changed(at.key(String.valueOf(key)), left.get(key), right.get(key), meaning, verdict);
        } else {
            add("rule-changed", at, old, now, meaning, verdict);
        }
    }

    private void severity() {
        String old = severity(before);
        String now = severity(after);
        if (now.equals(old)) {
            return;
        }
        if (now.equals("error")) {
            add("severity-raised", after.at().key("severity"), old, now, "what breaks the rule from " + sides.sender()
                    + " now breaks the contract.", BREAKS_PRODUCER);
        } else if (old.equals("error")) {
            add("severity-lowered", after.at().key("severity"), old, now, sides.receiver() + " may now meet what the rule kept away.",
                    BREAKS_CONSUMER);
        } else {
            add("severity-changed", after.at().key("severity"), old, now, "what breaks the rule passes as before.", ADDITIVE);
        }
    }

    private void expectation(boolean error) {
        String old = numbers(before).toString();
        String now = numbers(after).toString();
        Place at = after.operators().isEmpty() ? after.at() : after.at().key(after.operators().keySet().iterator().next());
        int stricter = stricter();
        if (!error) {
            add("expectation-changed", at, old, now, "what breaks it passes; what is reported or counted changes.", ADDITIVE);
        } else if (stricter > 0) {
            add("expectation-tightened", at, old, now, "what met the rule before may now break it.", BREAKS_PRODUCER);
        } else if (stricter < 0) {
            add("expectation-loosened", at, old, now, sides.receiver() + " may now meet what the rule kept away.", BREAKS_CONSUMER);
        } else {
            add("expectation-changed", at, old, now, "whether it is stricter cannot be decided, so it counts as breaking for "
                    + sides.sender() + ".", BREAKS_PRODUCER);
        }
    }

    /** 1 where the rule asks for more than before, -1 for less, 0 where that cannot be decided. */
    private int stricter() {
        Map<String, Object> old = before.operators();
        Map<String, Object> now = after.operators();
        if (old.size() != 1 || !old.keySet().equals(now.keySet())) {
            return 0;
        }
        String operator = now.keySet().iterator().next();
        if (!operator.matches("mustBe(Greater|Less).*") || !(old.get(operator) instanceof BigDecimal left)
                || !(now.get(operator) instanceof BigDecimal right)) {
            return 0;
        }
        return operator.startsWith("mustBeGreater") ? right.compareTo(left) : left.compareTo(right);
    }

    private static String severity(Odcs.Quality rule) {
        return rule.severity() == null ? "error" : rule.severity();
    }

    /** So that 0 and 0.0 are one. */
    private static Map<String, Object> numbers(Odcs.Quality rule) {
        Map<String, Object> numbers = new TreeMap<>();
        rule.operators().forEach((operator, value) -> numbers.put(operator, value instanceof BigDecimal number && number.signum() == 0
                ? BigDecimal.ZERO : value instanceof BigDecimal other ? new BigDecimal(other.stripTrailingZeros().toPlainString())
                        : value));
        return numbers;
    }

    private static Map<String, Object> part(Odcs.Quality rule, List<String> keys) {
        Map<String, Object> part = new LinkedHashMap<>();
        keys.stream().filter(rule.at()::has).forEach(key -> part.put(key, Scalars.value(rule.at().key(key).node())));
        return part;
    }

    private void add(String code, Place at, Object old, Object now, String meaning, Verdict... verdicts) {
        differences.add(new Differences.Seen(code, at, old, now), sides, meaning, verdicts);
    }
}
