package dev.concordat.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.cel.common.values.NullValue;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime.Program;
import dev.cel.runtime.CelVariableResolver;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A rule of a contract that compares fields of one change, written in CEL.
 *
 * <p>A change is partial: what a create leaves out counts as null; what an update leaves out is taken from
 * {@code before} where the change carries it, and otherwise the update cannot be judged by the rule and passes. So does
 * an update that sets none of the fields that the rule names.
 */
public final class Expression {
    private static final int MOST_VERDICTS = 1_000;

    private final Source source;
    private final Shape record;
    private final Names names;
    private final Program holds;
    /** Fields with many values: what they hold seldom comes again. */
    private final Set<String> varied;
    /** Verdicts by values, where the same ones come again and again. */
    private final Cache<Values, Boolean> verdicts = Caffeine.newBuilder().maximumSize(MOST_VERDICTS).build();

    /**
     * A rule as the contract writes it.
     *
     * @param name       the contract's own name of it; breaches call it so
     * @param expression what has to be true, in CEL over {@code after}, {@code before} and {@code op}
     * @param when       the changes that it is about, in CEL; empty for all
     * @param pointer    where a breach is, such as {@code /after/closedOn}
     * @param sentence   what would be right there, such as "should be on or after `/after/openedOn`"
     */
    public record Source(
            String name, Severity severity, String expression, Optional<String> when, String pointer,
            String sentence) {
    }

    /** Fields that it names of {@code after} and of {@code before}. */
    record Names(Set<String> after, Set<String> before) {
    }

    /** What the variables stand for; asked as it is, where a map would be copied for each evaluation. */
    record Values(Map<String, Object> after, Map<String, Object> before, String op) implements CelVariableResolver {
        @Override
        public Optional<Object> find(String name) {
            return switch (name) {
                case "after" -> Optional.of(after);
                case "before" -> Optional.of(before);
                case "op" -> Optional.of(op);
                default -> Optional.empty();
            };
        }
    }

    /** @param varied the fields that may have many values, by the contract */
    Expression(Source source, Shape record, Names names, Program holds, Set<String> varied) {
        this.source = source;
        this.record = record;
        this.names = names;
        this.holds = holds;
        this.varied = Set.copyOf(varied);
    }

    public Source source() {
        return source;
    }

    /** Fields of the entity that the rule looks at, as a change sets them. */
    public Set<String> fields() {
        return names.after;
    }

    /** Whether a change whose fields are sound breaks the rule; a failed evaluation breaks it. */
    boolean isBroken(ObjectNode data) {
        return isBroken(data.path("op").textValue(), data.get("after")::get, data.get("before"));
    }

    /**
     * As {@link #isBroken(ObjectNode)}.
     *
     * @param set    the value of a field that the change sets, null of any other
     * @param before null where the change does not carry it
     */
    boolean isBroken(String op, Function<String, JsonNode> set, JsonNode before) {
        boolean created = "c".equals(op);
        if (!created && (!"u".equals(op) || !sets(set))) {
            return false;
        }
        Map<String, Object> after = new HashMap<>();
        for (String field : names.after) {
            JsonNode value = set.apply(field);
            if (value != null) {
                try {
                    after.put(field, value(field, value));
                } catch (Shape.Unfit e) {
                    return true;
                }
            } else if (!take(field, before, created, after)) {
                return false;
            }
        }
        Map<String, Object> old = names.before.isEmpty() ? Map.of() : new HashMap<>();
        for (String field : names.before) {
            if (!take(field, before, created, old)) {
                return false;
            }
        }
        Values values = new Values(after, old, op);
        return recurs(after) && recurs(old) ? verdicts.get(values, this::isBroken) : isBroken(values);
    }

    /** Whether no field with many values has one. */
    private boolean recurs(Map<String, Object> values) {
        for (String field : varied) {
            Object value = values.get(field);
            if (value != null && value != NullValue.NULL_VALUE) {
                return false;
            }
        }
        return true;
    }

    private boolean sets(Function<String, JsonNode> set) {
        for (String field : names.after) {
            if (set.apply(field) != null) {
                return true;
            }
        }
        return false;
    }

    private Object value(String field, JsonNode value) throws Shape.Unfit {
        return record.parts().get(field).value(value);
    }

    /** Nobody has checked the types in {@code before}: what does not fit there is as good as absent. */
    private boolean take(String field, JsonNode before, boolean created, Map<String, Object> into) {
        try {
            if (created || before != null && before.has(field)) {
                into.put(field, value(field, created ? null : before.get(field)));
                return true;
            }
            return false;
        } catch (Shape.Unfit e) {
            return false;
        }
    }

    private boolean isBroken(Values values) {
        try {
            return !holds(values);
        } catch (CelEvaluationException e) {
            return true;
        }
    }

    /** Whether values, as {@link Shape} gives them, keep the rule or are none that it is about. */
    boolean holds(Values values) throws CelEvaluationException {
        return Boolean.TRUE.equals(holds.eval(values));
    }
}
