package dev.concordat.contract;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/** Finds formats that Concordat does not check, and bounds that nothing would check. */
final class FormatChecks {
    private final String type;
    private final Map<String, Object> options;
    private final Place at;
    private final List<Finding> findings;

    /** @param at where the options stand */
    FormatChecks(String type, Map<String, Object> options, Place at, List<Finding> findings) {
        this.type = Objects.toString(type, "");
        this.options = options;
        this.at = at;
        this.findings = findings;
    }

    void run() {
        switch (type) {
            case "string" -> unless(Formats.OF_TEXTS::contains,
                    "use one of " + String.join(", ", Formats.OF_TEXTS.stream().sorted().toList()));
            case "date" -> {
                unless("yyyy-MM-dd"::equals, "use yyyy-MM-dd");
                onlyFormat();
            }
            case "timestamp" -> {
                unless("yyyy-MM-dd'T'HH:mm:ssXXX"::equals, "use yyyy-MM-dd'T'HH:mm:ssXXX");
                onlyFormat();
            }
            case "integer" -> unless(word -> word.matches("[iu](8|16|32|64|128)"),
                    "use i or u and 8, 16, 32, 64 or 128, such as i64");
            case "number" -> unless(List.of("f32", "f64")::contains, "use f32 or f64");
            default -> { }
        }
    }

    private void unless(Predicate<String> known, String right) {
        if (options.get("format") instanceof String word && !known.test(word)) {
            findings.add(at.key("format").finding(FindingCode.UNCHECKED_OPTION, "[" + word + "] is not a format that Concordat checks", right));
        }
    }

    private void onlyFormat() {
        options.keySet().stream().filter(option -> option.toLowerCase(Locale.ROOT).matches(".*(minimum|maximum)"))
                .forEach(option -> findings.add(at.key(option).finding(FindingCode.UNCHECKED_OPTION, "is a bound that nothing would check",
                        "leave it out, or add a rule of the object with engine: cel")));
    }
}
