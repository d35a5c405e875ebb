package dev.concordat.contract;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Finds what Concordat could not keep of what the properties of a contract promise. */
final class ProfileChecks {
    private static final String VERSIONS = "versions";

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
            find(object.at(), FindingCode.KEY_FIELD, "has " + keys + " key fields", "mark exactly one property with primaryKey: true");
        }
        Set<String> columns = new HashSet<>();
        for (int i = 0; i < fields.size(); i++) {
            Field field = fields.get(i);
            Odcs.Property property = object.properties().get(i);
            if (field.key() && (!field.required() || field.type() != Type.STRING)) {
                find(property.at(), FindingCode.KEY_FIELD, "is a key that is not a required text",
                        "use logicalType: string and required: true");
            }
            // PostgreSQL folds what is not quoted.
            String column = field.column() == null ? null : field.column().toLowerCase(Locale.ROOT);
            if (VERSIONS.equals(column)) {
                find(property.at().key("physicalName"), FindingCode.DUPLICATE_COLUMN, "names the column in which the bridge keeps versions",
                        "give each field its own column");
            } else if (column != null && !columns.add(column)) {
                find(property.at().key("physicalName"), FindingCode.DUPLICATE_COLUMN, "names the column of another field",
                        "give each field its own column");
            }
            property(property);
        }
    }

    private void property(Odcs.Property property) {
        if (property.logicalType() == null) {
            find(property.at(), FindingCode.NO_LOGICAL_TYPE, "has no 'logicalType'", "'logicalType' is required here");
        }
        new FormatChecks(property.logicalType(), property.logicalTypeOptions(),
                property.at().key("logicalTypeOptions"), findings).run();
        if ("time".equals(property.logicalType())) {
            find(property.at().key("logicalType"), FindingCode.UNCHECKED_OPTION, "a time of day is nothing that Concordat carries",
                    "use timestamp, or string with a pattern");
        }
        property.logicalTypeOptions().forEach((option, value) -> {
            if (value instanceof Boolean && option.startsWith("exclusive")) {
                find(property.option(option), FindingCode.UNCHECKED_OPTION, "is the older form, which nothing would check",
                        "declare apiVersion: " + Grammar.NEWEST + " and write the bound itself");
            }
        });
        property.properties().forEach(this::part);
        if (property.items() != null) {
            part(property.items());
        }
    }

    private void part(Odcs.Property part) {
        if (part.element().custom("owningSystem").isPresent()) {
            find(part.at(), FindingCode.MISPLACED_OWNER, "has an owner of its own", "the whole field is owned by one system; leave it out");
        }
        new ValueRules(part, findings).read();
        property(part);
    }

    private void find(Place at, FindingCode code, String wrong, String right) {
        findings.add(at.finding(code, wrong, right));
    }
}
