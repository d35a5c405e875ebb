package dev.concordat.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime.Program;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A rule of a contract that compares fields of one change, written in CEL.
 *
 * <p>A change is partial: what a create leaves out counts as null; what an update leaves out is taken from
 * {@code before} where the change carries it, and otherwise the update cannot be judged by the rule and passes. So does
 * an update that sets none of the fields that the rule names.
 */
public final class Expression {
    private final Source source;
    private final Shape record;
    private final Names names;
    private final Program holds;
    private final Program when;

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

    Expression(Source source, Shape record, Names names, Program holds, Program when) {
        this.source = source;
        this.record = record;
        this.names = names;
        this.holds = holds;
        this.when = when;
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
        String op = data.path("op").textValue();
        boolean created = "c".equals(op);
        if (!created && !"u".equals(op)) {
            return false;
        }
        JsonNode set = data.get("after");
        JsonNode before = data.path("before");
        if (!created && names.after.stream().noneMatch(set::has)) {
            return false;
        }
        Map<String, Object> after = new HashMap<>();
        Map<String, Object> old = new HashMap<>();
        for (String field : names.after) {
            if (set.has(field)) {
                try {
                    after.put(field, value(field, set));
                } catch (Shape.Unfit e) {
                    return true;
                }
            } else if (!take(field, before, created, after)) {
                return false;
            }
        }
        for (String field : names.before) {
            if (!take(field, before, created, old)) {
                return false;
            }
        }
        return isBroken(Map.of("after", after, "before", old, "op", op));
    }

    private Object value(String field, JsonNode from) throws Shape.Unfit {
        return record.parts().get(field).value(from.get(field));
    }

    /** Nobody has checked the types in {@code before}: what does not fit there is as good as absent. */
    private boolean take(String field, JsonNode before, boolean created, Map<String, Object> into) {
        try {
            if (created || before.has(field)) {
                into.put(field, created ? record.parts().get(field).value(null) : value(field, before));
                return true;
            }
            return false;
        } catch (Shape.Unfit e) {
            return false;
        }
    }

    private boolean isBroken(Map<String, Object> values) {
        try {
            return !holds(values);
        } catch (CelEvaluationException e) {
            return true;
        }
    }

    /** Whether values, as {@link Shape} gives them, keep the rule or are none that it is about. */
    boolean holds(Map<String, Object> values) throws CelEvaluationException {
        return when != null && !Boolean.TRUE.equals(when.eval(values)) || Boolean.TRUE.equals(holds.eval(values));
    }
}
