package dev.concordat.contract;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;

/** Finds options of a property that do not belong to its type, are of the wrong kind, or contradict each other. */
final class OptionChecks {
    private static final Map<String, Class<?>> TEXTUAL = Map.of("minLength", BigDecimal.class, "maxLength",
            BigDecimal.class, "pattern", String.class, "format", String.class);
    private static final Map<String, Class<?>> DATED = Map.of("format", String.class, "minimum", String.class,
            "maximum", String.class, "exclusiveMinimum", String.class, "exclusiveMaximum", String.class,
            "timezone", Boolean.class, "defaultTimezone", String.class);
    private static final Map<String, Class<?>> NUMERIC = Map.of("minimum", BigDecimal.class, "maximum",
            BigDecimal.class, "exclusiveMinimum", BigDecimal.class, "exclusiveMaximum", BigDecimal.class,
            "multipleOf", BigDecimal.class, "format", String.class);
    private static final Map<String, Map<String, Class<?>>> BY_TYPE = Map.of(
            "string", TEXTUAL,
            "date", DATED,
            "timestamp", DATED,
            "time", DATED,
            "integer", NUMERIC,
            "number", NUMERIC,
            "object", Map.of("minProperties", BigDecimal.class, "maxProperties", BigDecimal.class, "required",
                    List.class),
            "array", Map.of("minItems", BigDecimal.class, "maxItems", BigDecimal.class, "uniqueItems", Boolean.class),
            "boolean", Map.of());

    /** Every option that some type has. */
    static final Set<String> OPTIONS = BY_TYPE.values().stream().flatMap(known -> known.keySet().stream())
            .collect(Collectors.toUnmodifiableSet());

    private final String type;
    private final Map<String, Object> options;
    private final Place at;
    private final List<Finding> findings;

    /** @param at where the options stand */
    OptionChecks(String type, Map<String, Object> options, Place at, List<Finding> findings) {
        this.type = type;
        this.options = options;
        this.at = at;
        this.findings = findings;
    }

    void run() {
        if (type == null) {
            return;
        }
        Map<String, Class<?>> known = BY_TYPE.get(type);
        options.forEach((option, value) -> kind(option, value, known));
        List.of("Length", "Properties", "Items").forEach(what -> ordered("min" + what, "max" + what));
        ordered("minimum", "maximum");
        pattern();
    }

    private void kind(String option, Object value, Map<String, Class<?>> known) {
        Class<?> kind = known.get(option);
        if (kind == null) {
            findings.add(at.key(option).finding("option '" + option + "' does not belong to type "
                    + type, known.isEmpty() ? "leave it out"
                    : "known here are " + String.join(", ", known.keySet().stream().sorted().toList())));
        } else if (!kind.isInstance(value)) {
            findings.add(at.key(option).finding("is not a " + word(kind), "write a " + word(kind)));
        } else if (option.matches("(min|max)[A-Z].*") && !isCount(value)) {
            findings.add(at.key(option).finding("is not a count", "write a whole number from 0"));
        }
    }

    private static boolean isCount(Object value) {
        return value instanceof BigDecimal number && number.signum() >= 0 && number.stripTrailingZeros().scale() <= 0;
    }

    private static String word(Class<?> kind) {
        return kind == BigDecimal.class ? "number" : kind == Boolean.class ? "flag, true or false"
                : kind == List.class ? "list" : "text";
    }

    private void ordered(String low, String high) {
        if (options.get(low) instanceof BigDecimal least && options.get(high) instanceof BigDecimal most
                && least.compareTo(most) > 0) {
            findings.add(at.key(low).finding("'" + low + "' is greater than '" + high + "'",
                    "let '" + low + "' be at most " + most));
        }
    }

    private void pattern() {
        if (!(options.get("pattern") instanceof String regex)) {
            return;
        }
        try {
            Patterns.compile(regex);
        } catch (PatternSyntaxException e) {
            findings.add(at.key("pattern").finding("is not a regular expression", "mend it: "
                    + e.getDescription()));
            return;
        }
        if (Patterns.isEndless(regex)) {
            findings.add(at.key("pattern").finding("matches some texts in very many ways, which can take for ever",
                    "use one repetition, such as [a-z]+ for ([a-z]+)+"));
        }
    }
}
