package dev.concordat.tool;

import dev.concordat.contract.Contract;
import dev.concordat.contract.Expression;
import dev.concordat.contract.Field;
import dev.concordat.contract.Form;
import dev.concordat.contract.Severity;
import dev.concordat.contract.Sla;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Says in words what a contract says of a field. */
final class FieldWords {
    private FieldWords() {
    }

    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** Who sets it, or that it is the key. */
    static String owner(Field field) {
        return field.key() ? "key" : field.owner().word();
    }

    /** What happens to it at a region's border. */
    static String residency(Field field) {
        return field.residency() == null ? "policy" : word(field.residency());
    }

    /** Type, limits and values, such as {@code string, up to 3 characters; one of yes, no}. */
    static String values(Form form, List<String> known) {
        Object pattern = form.limits().get("pattern");
        String text = typed(form) + (pattern == null ? "" : ", matches " + pattern) + sets("one of", form.closed()) + sets("watched:",
                form.watched());
        return known.isEmpty() ? text : text + sets("known:", known) + " (others pass and are reported)";
    }

    /** Type and limits but the pattern, such as {@code string, up to 80 characters}. */
    static String typed(Form form) {
        List<String> words = new ArrayList<>();
        words.add(word(form.type()));
        words.addAll(limits(form.limits()));
        if (form.unique()) {
            words.add("unique");
        }
        form.item().ifPresent(item -> words.add("each " + values(item, List.of())));
        return String.join(", ", words);
    }

    private static String sets(String lead, List<String> values) {
        return values.isEmpty() ? "" : "; " + lead + " " + String.join(", ", values);
    }

    private static List<String> limits(Map<String, Object> limits) {
        List<String> words = new ArrayList<>();
        if (limits.containsKey("format")) {
            words.add(String.valueOf(limits.get("format")));
        }
        range(words, limits, "Length", "characters");
        range(words, limits, "Items", "items");
        range(words, limits, "Properties", "parts");
        limits.forEach((name, value) -> {
            switch (name) {
                case "minimum" -> words.add("from " + plain(value));
                case "maximum" -> words.add("to " + plain(value));
                case "exclusiveMinimum" -> words.add("above " + plain(value));
                case "exclusiveMaximum" -> words.add("below " + plain(value));
                case "multipleOf" -> words.add("multiple of " + plain(value));
                case "uniqueItems" -> words.add("no item twice");
                case "required" -> words.add("with " + value);
                default -> { }
            }
        });
        return words;
    }

    private static void range(List<String> words, Map<String, Object> limits, String what, String unit) {
        Object least = limits.get("min" + what);
        Object most = limits.get("max" + what);
        if (least != null && most != null) {
            words.add(least.equals(most) ? plain(least) + " " + unit : plain(least) + " to " + plain(most) + " " + unit);
        } else if (least != null) {
            words.add("at least " + plain(least) + " " + unit);
        } else if (most != null) {
            words.add("up to " + plain(most) + " " + unit);
        }
    }

    static String plain(Object value) {
        return value instanceof BigDecimal number ? number.toPlainString() : String.valueOf(value);
    }

    /** Such as {@code latency 30 s for 99.5 %}. */
    static String promise(Sla sla) {
        return sla.property() + " " + plain(sla.value()) + (sla.unit().isEmpty() ? "" : " " + sla.unit())
                + sla.percentile().map(percent -> " for " + plain(percent) + " %").orElse("");
    }

    /** A rule as people read it. */
    record RuleWords(String name, Severity severity, String kind, String field, String when, String meaning) {
    }

    /** Rules over each change, then those over many records. */
    static List<RuleWords> rules(Contract contract) {
        return Stream.concat(
                contract.expressions().stream().map(Expression::source).map(FieldWords::rule),
                contract.rules().stream().map(rule -> new RuleWords(rule.name(), rule.severity(), rule.kind(), rule.field().orElse(""),
                        "each audit", rule.description()))).toList();
    }

    private static RuleWords rule(Expression.Source rule) {
        String field = rule.pointer().replaceFirst("^/after/", "").replace('/', '.');
        return new RuleWords(rule.name(), rule.severity(), "expression", field, "each change", field + " " + rule.sentence() + " ("
                + rule.expression() + rule.when().map(when -> ", when " + when).orElse("") + ")");
    }
}
