package dev.concordat.contract;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.regex.PatternSyntaxException;

/** Finds options of a property that contradict each other, and patterns that cannot be used. */
final class OptionChecks {
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
        List.of("Length", "Properties", "Items").forEach(what -> ordered("min" + what, "max" + what));
        ordered("minimum", "maximum");
        if ("boolean".equals(type)) {
            options.keySet().forEach(option -> findings.add(at.key(option).finding(FindingCode.IGNORED_KEY,
                    "option '" + option + "' means nothing here", "a boolean has no options, leave it out")));
        }
        if (options.get("pattern") instanceof String regex) {
            pattern(regex, at.key("pattern"), findings);
        }
    }

    private void ordered(String low, String high) {
        if (options.get(low) instanceof BigDecimal least && options.get(high) instanceof BigDecimal most
                && least.compareTo(most) > 0) {
            findings.add(at.key(low).finding(FindingCode.CROSSED_BOUNDS, "'" + low + "' is greater than '" + high + "'",
                    "let '" + low + "' be at most " + most));
        }
    }

    static void pattern(String regex, Place at, List<Finding> findings) {
        try {
            Patterns.compile(regex);
        } catch (PatternSyntaxException e) {
            findings.add(at.finding(FindingCode.BROKEN_PATTERN, "is not a regular expression", "mend it: "
                    + e.getDescription()));
            return;
        }
        if (Patterns.isEndless(regex)) {
            findings.add(at.finding(FindingCode.ENDLESS_PATTERN, "matches some texts in very many ways, which can take for ever",
                    "use one repetition, such as [a-z]+ for ([a-z]+)+"));
        }
    }
}
