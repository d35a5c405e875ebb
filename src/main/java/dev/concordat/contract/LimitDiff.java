package dev.concordat.contract;

import static dev.concordat.contract.Verdict.BREAKS_CONSUMER;
import static dev.concordat.contract.Verdict.BREAKS_PRODUCER;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Compares the options of a property: what gets tighter breaks its producer, what gets looser its consumer. */
final class LimitDiff {
    private static final Map<String, String> BEYOND = Map.ofEntries(
            Map.entry("minLength", "texts shorter than %s"), Map.entry("maxLength", "texts longer than %s"),
            Map.entry("minItems", "lists shorter than %s"), Map.entry("maxItems", "lists longer than %s"),
            Map.entry("minProperties", "objects with fewer than %s parts"), Map.entry("maxProperties", "objects with more than %s parts"),
            Map.entry("minimum", "values below %s"), Map.entry("maximum", "values above %s"),
            Map.entry("exclusiveMinimum", "values of %s or less"), Map.entry("exclusiveMaximum", "values of %s or more"));

    private final Odcs.Property before;
    private final Odcs.Property after;
    private final Sides sides;
    private final Differences differences;

    LimitDiff(Odcs.Property before, Odcs.Property after, Sides sides, Differences differences) {
        this.before = before;
        this.after = after;
        this.sides = sides;
        this.differences = differences;
    }

    void run() {
        Set<String> names = new LinkedHashSet<>(before.logicalTypeOptions().keySet());
        names.addAll(after.logicalTypeOptions().keySet());
        names.forEach(name -> option(name, value(before, name), value(after, name)));
    }

    private static Object value(Odcs.Property property, String name) {
        Object value = property.logicalTypeOptions().get(name);
        return value == null && name.matches("min(Length|Items|Properties)") ? BigDecimal.ZERO : value;
    }

    private void option(String name, Object old, Object now) {
        if (Objects.equals(old, now) || old instanceof BigDecimal left && now instanceof BigDecimal right && left.compareTo(right) == 0) {
            return;
        }
        if (BEYOND.containsKey(name)) {
            bound(name, old, now);
            return;
        }
        switch (name) {
            case "pattern" -> pattern(old, now);
            case "format" -> format(old, now);
            case "multipleOf" -> multipleOf(old, now);
            case "uniqueItems" -> eitherWay(name, old, now, Boolean.TRUE.equals(now), "lists that name a value twice");
            case "required" -> requiredParts(list(old), list(now));
            default -> undecided(name, old, now);
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private void bound(String name, Object old, Object now) {
        boolean lower = name.startsWith("min") || name.equals("exclusiveMinimum");
        if (old != null && now != null && !(old instanceof Comparable && old.getClass() == now.getClass())) {
            undecided(name, old, now);
            return;
        }
        boolean tighter = old == null || now != null && ((Comparable) now).compareTo(old) > 0 == lower;
        eitherWay(name, old, now, tighter, BEYOND.get(name).formatted(plain(tighter ? now : old)));
    }

    private static String plain(Object value) {
        return value instanceof BigDecimal number ? number.toPlainString() : String.valueOf(value);
    }

    private void eitherWay(String name, Object old, Object now, boolean tighter, String beyond) {
        if (tighter) {
            add("limit-tightened", name, old, now, beyond + " from " + sides.sender() + " now break the contract.", BREAKS_PRODUCER);
        } else {
            add("limit-loosened", name, old, now, sides.receiver() + " may now meet " + beyond + ".", BREAKS_CONSUMER);
        }
    }

    private void pattern(Object old, Object now) {
        if (old == null) {
            add("pattern-added", "pattern", old, now, "values from " + sides.sender() + " that do not match now break the contract.",
                    BREAKS_PRODUCER);
        } else if (now == null) {
            add("pattern-removed", "pattern", old, now, sides.receiver() + " may now meet values that do not match.", BREAKS_CONSUMER);
        } else {
            add("pattern-changed", "pattern", old, now, "whether the new pattern takes all that the old one took cannot be decided, "
                    + "so it counts as breaking for " + sides.sender() + ".", BREAKS_PRODUCER);
        }
    }

    /** A date or timestamp has one form only, whether the contract says so or not. */
    private void format(Object old, Object now) {
        Type type = FieldReader.type(after);
        if (type == Type.DATE || type == Type.TIMESTAMP) {
            return;
        }
        boolean tighter = old == null || now != null && within(String.valueOf(now), String.valueOf(old));
        boolean looser = now == null || old != null && within(String.valueOf(old), String.valueOf(now));
        if (tighter) {
            add("format-tightened", "format", old, now, "values from " + sides.sender() + " that are no " + now
                    + " now break the contract.",
                    BREAKS_PRODUCER);
        } else if (looser) {
            add("format-loosened", "format", old, now, sides.receiver() + " may now meet values that are no " + old + ".", BREAKS_CONSUMER);
        } else {
            add("format-changed", "format", old, now, "values from " + sides.sender() + " that are no " + now
                    + " now break the contract, and "
                    + sides.receiver() + " may meet values that are no " + old + ".", BREAKS_PRODUCER, BREAKS_CONSUMER);
        }
    }

    /** Whether every number of one format is one of the other, such as i32 of i64. */
    private static boolean within(String inner, String outer) {
        if (inner.equals("f32") && outer.equals("f64")) {
            return true;
        }
        return inner.matches("[iu]\\d{1,3}") && outer.matches("[iu]\\d{1,3}")
                && least(inner).compareTo(least(outer)) >= 0 && most(inner).compareTo(most(outer)) <= 0;
    }

    private static BigInteger least(String format) {
        return format.startsWith("u") ? BigInteger.ZERO : most(format).add(BigInteger.ONE).negate();
    }

    private static BigInteger most(String format) {
        int bits = Integer.parseInt(format.substring(1)) - (format.startsWith("i") ? 1 : 0);
        return BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE);
    }

    private void multipleOf(Object old, Object now) {
        boolean tighter = old == null || multiple(now, old);
        if (tighter || now == null || multiple(old, now)) {
            eitherWay("multipleOf", old, now, tighter, "values that are no multiple of " + plain(tighter ? now : old));
        } else {
            add("limit-changed", "multipleOf", old, now, "values from " + sides.sender() + " that are no multiple of " + plain(now)
                    + " now break the contract, and " + sides.receiver() + " may meet values that are no multiple of " + plain(old) + ".",
                    BREAKS_PRODUCER, BREAKS_CONSUMER);
        }
    }

    private static boolean multiple(Object of, Object unit) {
        return of instanceof BigDecimal number && unit instanceof BigDecimal divisor && divisor.signum() != 0
                && number.remainder(divisor).signum() == 0;
    }

    private void requiredParts(List<?> old, List<?> now) {
        List<Object> added = new ArrayList<>(now);
        added.removeAll(old);
        List<Object> removed = new ArrayList<>(old);
        removed.removeAll(now);
        if (!added.isEmpty()) {
            add("required-added", "required", old, now, sides.sender() + " must now send " + words(added) + " with it.", BREAKS_PRODUCER);
        }
        if (!removed.isEmpty()) {
            add("required-removed", "required", old, now, sides.receiver() + " may now meet it without " + words(removed) + ".",
                    BREAKS_CONSUMER);
        }
    }

    private static String words(List<?> names) {
        return String.join(", ", names.stream().map(String::valueOf).toList());
    }

    private static List<?> list(Object value) {
        return value instanceof List<?> list ? list : List.of();
    }

    private void undecided(String name, Object old, Object now) {
        add("limit-changed", name, old, now, "whether it is tighter than before cannot be decided, so it counts as breaking for "
                + sides.sender() + ".", BREAKS_PRODUCER);
    }

    private void add(String code, String name, Object old, Object now, String meaning, Verdict... verdicts) {
        differences.add(new Differences.Seen(code, after.option(name), old, now), sides, meaning, verdicts);
    }
}
