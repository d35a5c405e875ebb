package dev.concordat.contract;

import dev.cel.common.values.NullValue;
import dev.cel.runtime.CelEvaluationException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Tries an expression with every combination of sample values and nulls of its fields, up to a limit. */
final class Trial {
    static final int MOST_TEXTS = 6;
    private static final int MOST_TURNS = 5_000;

    private final List<Slot> slots = new ArrayList<>();

    /** One field of {@code after} or {@code before}, or {@code op}, and what it may be. */
    private record Slot(String variable, String field, List<Object> values) {
        String name() {
            return field.isEmpty() ? variable : variable + "." + field;
        }
    }

    /**
     * What failed.
     *
     * @param nulls fields that were null then, as few as possible
     * @param each  whether each of them makes it fail alone
     */
    record Failure(List<String> nulls, boolean each, String reason) {
        private int needed() {
            return each ? 1 : nulls.size();
        }

        private Failure or(Failure other) {
            if (other.needed() == 1 && needed() == 1) {
                return new Failure(Stream.concat(nulls.stream(), other.nulls.stream()).distinct().toList(), true, reason);
            }
            return other.needed() < needed() ? other : this;
        }
    }

    /** @param always fields of {@code after} that are never null */
    Trial(Shape record, Expression.Names names, Set<String> always, List<String> texts) {
        slots.add(new Slot("op", "", List.of("c", "u")));
        names.after().forEach(field -> slots.add(slot("after", field, record, !always.contains(field), texts)));
        names.before().forEach(field -> slots.add(slot("before", field, record, true, texts)));
    }

    private static Slot slot(String variable, String field, Shape record, boolean nullable, List<String> texts) {
        Shape shape = record.parts().get(field);
        List<Object> values = new ArrayList<>(shape.samples(texts));
        if (nullable && shape.type() != Type.ARRAY) {
            values.add(NullValue.NULL_VALUE);
        }
        return new Slot(variable, field, values);
    }

    /** Of several fields of which each makes it fail alone, all are named. */
    Optional<Failure> failure(Expression expression) {
        Failure simplest = null;
        int[] chosen = new int[slots.size()];
        for (int turn = 0; turn < MOST_TURNS; turn++) {
            Failure failure = turn(expression, chosen);
            simplest = simplest == null ? failure : failure == null ? simplest : simplest.or(failure);
            if (!next(chosen)) {
                break;
            }
        }
        return Optional.ofNullable(simplest);
    }

    private Failure turn(Expression expression, int[] chosen) {
        Map<String, Object> after = new HashMap<>();
        Map<String, Object> before = new HashMap<>();
        String op = "";
        List<String> nulls = new ArrayList<>();
        for (int i = 0; i < chosen.length; i++) {
            Slot slot = slots.get(i);
            Object value = slot.values.get(chosen[i]);
            if (value == NullValue.NULL_VALUE) {
                nulls.add(slot.name());
            }
            switch (slot.variable) {
                case "after" -> after.put(slot.field, value);
                case "before" -> before.put(slot.field, value);
                default -> op = (String) value;
            }
        }
        try {
            expression.holds(new Expression.Values(after, before, op));
            return null;
        } catch (CelEvaluationException e) {
            return new Failure(nulls, nulls.size() == 1, Cel.reason(e));
        }
    }

    private boolean next(int[] chosen) {
        for (int i = 0; i < chosen.length; i++) {
            if (++chosen[i] < slots.get(i).values.size()) {
                return true;
            }
            chosen[i] = 0;
        }
        return false;
    }
}
