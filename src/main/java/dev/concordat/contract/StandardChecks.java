package dev.concordat.contract;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Finds what is contradictory in an ODCS file by the standard's own meaning, beyond what its structure shows. */
final class StandardChecks {
    private static final List<String> STATUSES = List.of("proposed", "draft", "active", "deprecated", "retired");

    private final Odcs.Document document;
    private final References references;
    private final List<Finding> findings;

    StandardChecks(Odcs.Document document, References references, List<Finding> findings) {
        this.document = document;
        this.references = references;
        this.findings = findings;
    }

    void run() {
        once("object", document.schema(), Odcs.SchemaObject::name, Odcs.SchemaObject::at);
        unique(document.schema(), object -> object.element().id(), Odcs.SchemaObject::at);
        once("server", document.servers(), Odcs.Server::server, Odcs.Server::at);
        once("role", document.roles(), Odcs.Role::role, Odcs.Role::at);
        if (document.team() != null) {
            once("member", document.team().members(), Odcs.Member::username, Odcs.Member::at);
        }
        once("custom property", document.customProperties(), Odcs.Custom::property, Odcs.Custom::at);
        if (document.status() != null && !STATUSES.contains(document.status())) {
            add(document.at().key("status"), FindingCode.UNUSUAL_VALUE, "[" + document.status() + "] is not a usual status",
                    "use one of " + String.join(", ", STATUSES));
        }
        document.slaProperties().forEach(this::sla);
        document.schema().forEach(this::object);
    }

    private void object(Odcs.SchemaObject object) {
        element(object.element());
        properties(object.properties());
        for (Odcs.Relationship relationship : object.element().relationships()) {
            boolean lists = relationship.at().key("from").isList() == relationship.at().key("to").isList();
            if (relationship.from().size() != relationship.to().size() || !lists) {
                add(relationship.at(), FindingCode.KEY_LENGTH, lists ? "'from' and 'to' name different numbers of fields"
                        : "one of 'from' and 'to' is a list, the other is not", "name as many fields in 'from' as in 'to'");
            }
            relationship.from().forEach(end -> target(relationship, end, "from"));
            relationship.to().forEach(end -> target(relationship, end, "to"));
        }
    }

    private void properties(List<Odcs.Property> properties) {
        once("property", properties, Odcs.Property::name, Odcs.Property::at);
        unique(properties, property -> property.element().id(), Odcs.Property::at);
        properties.forEach(this::property);
    }

    private void property(Odcs.Property property) {
        element(property.element());
        if ("array".equals(property.logicalType()) && property.items() == null) {
            add(property.at(), FindingCode.ARRAY_WITHOUT_ITEMS, "is an array without 'items'",
                    "say in 'items' what the array holds");
        }
        new OptionChecks(property.logicalType(), property.logicalTypeOptions(), property.at().key("logicalTypeOptions"),
                findings).run();
        for (Odcs.Relationship relationship : property.element().relationships()) {
            if (relationship.to().size() > 1) {
                add(relationship.at().key("to"), FindingCode.KEY_LENGTH, "joins one field to "
                        + relationship.to().size(), "name one, or move the relationship to the object and add 'from'");
            }
            relationship.to().forEach(end -> target(relationship, end, "to"));
        }
        properties(property.properties());
        if (property.items() != null) {
            property(property.items());
        }
    }

    private void element(Odcs.Element element) {
        once("custom property", element.customProperties(), Odcs.Custom::property, Odcs.Custom::at);
        once("quality rule", element.quality(), Odcs.Quality::name, Odcs.Quality::at);
        unique(element.quality(), Odcs.Quality::id, Odcs.Quality::at);
        element.quality().forEach(this::quality);
    }

    private void quality(Odcs.Quality quality) {
        String type = quality.type() == null ? "library" : quality.type();
        boolean measured = quality.metric() != null || quality.rule() != null || type.equals("sql");
        if (type.equals("text") && quality.description() == null && !measured) {
            add(quality.at(), FindingCode.RULE_WITHOUT_TEXT, "has no 'description'", "say in 'description' what holds");
        }
        if (measured && quality.operators().size() != 1) {
            boolean none = quality.operators().isEmpty();
            Finding finding = quality.at().finding(none ? FindingCode.NO_OPERATOR : FindingCode.TWO_OPERATORS, none
                    ? "has no operator" : "has more than one operator: " + String.join(", ", quality.operators().keySet()),
                    "use exactly one, such as mustBe: 0");
            boolean demanded = document.apiVersion().equals(Grammar.NEWEST);
            findings.add(demanded ? finding : finding.with(Finding.Level.WARNING));
        }
        quality.operators().forEach((operator, value) -> {
            if (operator.endsWith("Between") && Expectation.isCrossed(value)) {
                add(quality.at().key(operator), FindingCode.CROSSED_BOUNDS, "starts above its end",
                        "write [smallest, largest]");
            }
        });
        if (quality.arguments().get("pattern") instanceof String regex) {
            OptionChecks.pattern(regex, quality.at().key("arguments").key("pattern"), findings);
        }
    }

    private void sla(Odcs.SlaProperty sla) {
        if (sla.element() == null) {
            return;
        }
        for (String element : sla.element().split(",")) {
            if (references.isDangling(document, element.strip())) {
                add(sla.at().key("element"), FindingCode.DANGLING_REFERENCE, "[" + element.strip() + "] is not in any contract",
                        "name an object or object.property that is");
            }
        }
    }

    private void target(Odcs.Relationship relationship, String end, String key) {
        if (references.isDangling(document, end)) {
            add(relationship.at().key(key), FindingCode.DANGLING_REFERENCE, "[" + end + "] is not in any contract",
                    "name a field that is, such as customer.id");
        }
    }

    private <T> void once(String what, Collection<T> elements, Function<T, String> name, Function<T, Place> at) {
        twice(elements, name).forEach(element -> add(at.apply(element), FindingCode.DUPLICATE_NAME,
                what + " '" + name.apply(element) + "' is there twice", "give each its own name"));
    }

    private <T> void unique(Collection<T> elements, Function<T, String> id, Function<T, Place> at) {
        twice(elements, id).forEach(element -> add(at.apply(element).key("id"), FindingCode.DUPLICATE_ID,
                "id '" + id.apply(element) + "' is there twice", "give each its own id"));
    }

    private static <T> List<T> twice(Collection<T> elements, Function<T, String> name) {
        Set<String> names = new HashSet<>();
        return elements.stream().filter(element -> name.apply(element) != null && !name.apply(element).isEmpty()
                && !names.add(name.apply(element))).toList();
    }

    private void add(Place at, FindingCode code, String wrong, String right) {
        findings.add(at.finding(code, wrong, right));
    }
}
