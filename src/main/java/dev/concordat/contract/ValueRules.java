package dev.concordat.contract;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the rules of one property's values, metric {@code invalidValues}: enforced is a closed set of values; observed
 * may be anything that the options of the property's type can say.
 */
final class ValueRules {
    static final String VALUES = "validValues";

    private final Odcs.Property property;
    private final List<Finding> findings;

    ValueRules(Odcs.Property property, List<Finding> findings) {
        this.property = property;
        this.findings = findings;
    }

    /** Whether would-be breaches of a rule pass and are counted. */
    static boolean isObserved(Odcs.Quality rule) {
        return rule.severity() != null && !rule.severity().equals("error");
    }

    /** The closed set of values that is enforced; empty where none is. */
    List<String> read() {
        List<String> closed = List.of();
        for (Odcs.Quality rule : property.element().quality()) {
            if ("text".equals(rule.type())) {
                continue;
            }
            if (!"invalidValues".equals(rule.metric()) || rule.arguments().isEmpty()) {
                find(rule.at(), FindingCode.UNCHECKED_RULE, "is a rule that nothing would check",
                        "use metric: invalidValues with arguments: {validValues: [...]}, or a rule of the object");
                continue;
            }
            List<String> values = rule(rule);
            closed = isObserved(rule) ? closed : values;
        }
        return closed;
    }

    private List<String> rule(Odcs.Quality rule) {
        new Choices(findings).of(Severity.class, rule.severity(), rule.at().key("severity"));
        if (rule.operators().size() == 1 && !rule.operators().toString().equals("{mustBe=0}")) {
            find(rule.at(), FindingCode.UNCHECKED_RULE, "lets some invalid values pass", "use mustBe: 0; severity says what a violation leads to");
        }
        Place at = rule.at().key("arguments");
        if (isObserved(rule)) {
            if (rule.name() == null) {
                find(rule.at(), FindingCode.WRONG_RULE, "has no 'name'", "name the rule, reports call it by this name");
            }
            Map<String, Object> options = options(rule);
            StructureChecks.options(at, property.logicalType(), VALUES, findings);
            new OptionChecks(property.logicalType(), options, at, findings).run();
            new FormatChecks(property.logicalType(), options, at, findings).run();
        } else if (!rule.arguments().keySet().equals(Set.of(VALUES))) {
            find(at, FindingCode.UNCHECKED_RULE, "enforces what belongs to the property itself",
                    "write it in logicalTypeOptions, or use severity: warning to try it first");
        }
        return rule.arguments().containsKey(VALUES) ? closed(rule, at.key(VALUES)) : List.of();
    }

    /** What a rule says beside a closed set of values. */
    static Map<String, Object> options(Odcs.Quality rule) {
        Map<String, Object> options = new LinkedHashMap<>(rule.arguments());
        options.remove(VALUES);
        return options;
    }

    private List<String> closed(Odcs.Quality rule, Place at) {
        if (!isObserved(rule) && property.element().custom("openEnum").isPresent()) {
            find(rule.at(), FindingCode.CONTRADICTORY_VALUES, "closes a set of values that openEnum opens", "keep either validValues or openEnum");
        }
        if (!"string".equals(property.logicalType())) {
            find(at, FindingCode.CONTRADICTORY_VALUES, "a closed set of values is for texts", "use logicalType: string");
        }
        if (rule.arguments().get(VALUES) instanceof List<?> values) {
            return texts(values, at, findings);
        }
        find(at, FindingCode.WRONG_CUSTOM_PROPERTY, "is not a list", "write [first, second, ...]");
        return List.of();
    }

    /** The values of a set that are texts. */
    static List<String> texts(List<?> values, Place at, List<Finding> findings) {
        if (values.isEmpty() || new HashSet<>(values).size() < values.size()) {
            findings.add(at.finding(FindingCode.CONTRADICTORY_VALUES, values.isEmpty() ? "is empty" : "names a value twice", "name each value once"));
        }
        values.stream().filter(value -> !(value instanceof String)).forEach(value ->
                findings.add(at.finding(FindingCode.WRONG_CUSTOM_PROPERTY, "[" + value + "] is not a text", "write it in quotes")));
        return values.stream().filter(String.class::isInstance).map(String.class::cast).toList();
    }

    private void find(Place at, FindingCode code, String wrong, String right) {
        findings.add(at.finding(code, wrong, right));
    }
}
