package dev.concordat.contract;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

/** Finds what Concordat could not keep of what the properties of a contract promise. */
final class ProfileChecks {
    private final Odcs.SchemaObject object;
    private final List<Field> fields;
    private final List<Finding> findings;

    ProfileChecks(Odcs.SchemaObject object, List<Field> fields, List<Finding> findings) {
        this.object = object;
        this.fields = fields;
        this.findings = findings;
    }

    void run() {
        long keys = fields.stream().filter(Field::key).count();
        if (keys != 1) {
            find(object.at(), "has " + keys + " key fields", "mark exactly one property with primaryKey: true");
        }
        Set<String> columns = new HashSet<>();
        for (int i = 0; i < fields.size(); i++) {
            Field field = fields.get(i);
            Odcs.Property property = object.properties().get(i);
            if (field.key() && (!field.required() || field.type() != Type.STRING)) {
                find(property.at(), "is a key that is not a required text",
                        "use logicalType: string and required: true");
            }
            if (field.column() != null && !columns.add(field.column())) {
                find(property.at().key("physicalName"), "names the column of another field",
                        "give each field its own column");
            }
            property(property);
        }
    }

    private void property(Odcs.Property property) {
        format(property);
        property.properties().forEach(this::part);
        if (property.items() != null) {
            part(property.items());
        }
    }

    private void part(Odcs.Property part) {
        if (part.element().custom("owningSystem").isPresent()) {
            find(part.at(), "has an owner of its own", "the whole field is owned by one system; leave it out");
        }
        if (!part.element().quality().stream().allMatch(rule -> "invalidValues".equals(rule.metric()))) {
            find(part.at(), "has a rule that nothing would check", "use metric: invalidValues");
        }
        property(part);
    }

    private void format(Odcs.Property property) {
        String type = Objects.toString(property.logicalType(), "");
        Object format = property.logicalTypeOptions().get("format");
        switch (type) {
            case "string" -> unless(property, format, Formats.OF_TEXTS::contains,
                    "use one of " + String.join(", ", Formats.OF_TEXTS.stream().sorted().toList()));
            case "date" -> {
                unless(property, format, "yyyy-MM-dd"::equals, "use yyyy-MM-dd");
                onlyFormat(property);
            }
            case "timestamp" -> {
                unless(property, format, "yyyy-MM-dd'T'HH:mm:ssXXX"::equals, "use yyyy-MM-dd'T'HH:mm:ssXXX");
                onlyFormat(property);
            }
            case "integer" -> unless(property, format, word -> word.matches("[iu](8|16|32|64|128)"),
                    "use i or u and 8, 16, 32, 64 or 128, such as i64");
            case "number" -> unless(property, format, List.of("f32", "f64")::contains, "use f32 or f64");
            case "time" -> find(property.at().key("logicalType"), "a time of day is nothing that Concordat carries",
                    "use timestamp, or string with a pattern");
            default -> { }
        }
    }

    private void unless(Odcs.Property property, Object format, Predicate<String> known, String right) {
        if (format instanceof String word && !known.test(word)) {
            find(property.option("format"), "[" + word + "] is not a format that Concordat checks", right);
        }
    }

    private void onlyFormat(Odcs.Property property) {
        property.logicalTypeOptions().keySet().stream()
                .filter(option -> option.toLowerCase(java.util.Locale.ROOT).matches(".*(minimum|maximum)"))
                .forEach(option -> find(property.option(option), "is a bound that nothing would check",
                        "leave it out, or add a rule of type sql to the object"));
    }

    private void find(Place at, String wrong, String right) {
        findings.add(at.finding(wrong, right));
    }
}
