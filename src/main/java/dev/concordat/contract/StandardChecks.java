package dev.concordat.contract;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Finds what is contradictory in an ODCS file by the standard's own meaning, beyond what its JSON Schema sees. */
final class StandardChecks {
    private static final Map<String, List<String>> SERVER_NEEDS = Map.of(
            "api", List.of("location"),
            "kafka", List.of("host"),
            "postgres", List.of("host", "port", "database", "schema"),
            "postgresql", List.of("host", "port", "database", "schema"));
    private static final Map<String, List<String>> SERVER_MAY = Map.of("kafka", List.of("format"));

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
        once("server", document.servers(), Odcs.Server::server, Odcs.Server::at);
        once("role", document.roles(), Odcs.Role::role, Odcs.Role::at);
        if (document.team() != null) {
            once("member", document.team().members(), Odcs.Member::username, Odcs.Member::at);
        }
        once("custom property", document.customProperties(), Odcs.Custom::property, Odcs.Custom::at);
        document.servers().forEach(this::server);
        document.slaProperties().forEach(this::sla);
        document.schema().forEach(this::object);
    }

    private void object(Odcs.SchemaObject object) {
        element(object.at(), object.element());
        properties(object.properties());
        for (Odcs.Relationship relationship : object.element().relationships()) {
            if (relationship.from().isEmpty() || relationship.from().size() != relationship.to().size()) {
                findings.add(relationship.at().finding("'from' and 'to' name different numbers of fields",
                        "name as many fields in 'from' as in 'to', and at least one"));
            }
            relationship.from().forEach(end -> target(relationship, end, "from"));
            relationship.to().forEach(end -> target(relationship, end, "to"));
        }
    }

    private void properties(List<Odcs.Property> properties) {
        once("property", properties, Odcs.Property::name, Odcs.Property::at);
        properties.forEach(this::property);
    }

    private void property(Odcs.Property property) {
        element(property.at(), property.element());
        shape(property);
        new OptionChecks(property.logicalType(), property.logicalTypeOptions(), property.at().key("logicalTypeOptions"),
                findings).run();
        for (Odcs.Relationship relationship : property.element().relationships()) {
            if (!relationship.from().isEmpty()) {
                findings.add(relationship.at().key("from").finding("'from' is the property itself",
                        "leave 'from' out"));
            }
            if (relationship.to().size() != 1) {
                findings.add(relationship.at().finding("'to' does not name exactly one field",
                        "name one, such as to: customer.id"));
            }
            relationship.to().forEach(end -> target(relationship, end, "to"));
        }
        properties(property.properties());
        if (property.items() != null) {
            property(property.items());
        }
    }

    private void shape(Odcs.Property property) {
        String type = property.logicalType();
        if (type == null) {
            need(null, property.at(), "logicalType");
            return;
        }
        if (type.equals("array") && property.items() == null) {
            findings.add(property.at().finding("is an array without 'items'", "say in 'items' what the array holds"));
        }
        if (!type.equals("array") && property.items() != null) {
            findings.add(property.at().key("items").finding("'items' belongs to an array, this is " + type,
                    "leave 'items' out or use logicalType: array"));
        }
        if (!type.equals("object") && !property.properties().isEmpty()) {
            findings.add(property.at().key("properties").finding("'properties' belongs to an object, this is " + type,
                    "leave 'properties' out or use logicalType: object"));
        }
    }

    private void element(Place at, Odcs.Element element) {
        once("custom property", element.customProperties(), Odcs.Custom::property, Odcs.Custom::at);
        once("quality rule", element.quality(), Odcs.Quality::name, Odcs.Quality::at);
        element.quality().forEach(this::quality);
        if (element.id() != null && !element.id().matches("[A-Za-z0-9_-]+")) {
            findings.add(at.key("id").finding("[" + element.id() + "] is not an id",
                    "use letters, digits, _ and - only"));
        }
    }

    private void quality(Odcs.Quality quality) {
        String type = quality.type() == null ? "library" : quality.type();
        switch (type) {
            case "library" -> {
                need(quality.metric(), quality.at(), "metric");
                operator(quality);
            }
            case "sql" -> {
                need(quality.query(), quality.at(), "query");
                operator(quality);
            }
            case "custom" -> {
                need(quality.engine(), quality.at(), "engine");
                need(quality.implementation(), quality.at(), "implementation");
            }
            default -> need(quality.description(), quality.at(), "description");
        }
    }

    private void operator(Odcs.Quality quality) {
        if (quality.operators().size() != 1) {
            String found = quality.operators().isEmpty() ? "has no operator"
                    : "has more than one operator: " + String.join(", ", quality.operators().keySet());
            findings.add(quality.at().finding(found, "use exactly one, such as mustBe: 0"));
            return;
        }
        quality.operators().forEach((operator, value) -> {
            boolean range = operator.endsWith("Between");
            if (range ? !isRange(value) : !(value instanceof BigDecimal)) {
                findings.add(quality.at().key(operator).finding("is not " + (range ? "a range" : "a number"),
                        range ? "write [smallest, largest]" : "write a number, such as " + operator + ": 0"));
            }
        });
    }

    private static boolean isRange(Object value) {
        return value instanceof List<?> list && list.size() == 2 && list.get(0) instanceof BigDecimal low
                && list.get(1) instanceof BigDecimal high && low.compareTo(high) < 0;
    }

    private void sla(Odcs.SlaProperty sla) {
        if (sla.element() == null) {
            return;
        }
        for (String element : sla.element().split("\\s*,\\s*")) {
            if (references.isDangling(document, element)) {
                findings.add(sla.at().key("element").finding("[" + element + "] is not in any contract",
                        "name an object or object.property that is"));
            }
        }
    }

    private void server(Odcs.Server server) {
        List<String> needs = SERVER_NEEDS.get(server.type());
        if (needs == null) {
            return;
        }
        needs.forEach(key -> need(server.details().get(key), server.at(), key));
        List<String> may = SERVER_MAY.getOrDefault(server.type(), List.of());
        server.details().keySet().stream().filter(key -> !needs.contains(key) && !may.contains(key)).forEach(
                key -> findings.add(server.at().key(key).finding("key '" + key + "' is unknown for a server of type "
                        + server.type(), "known here are " + String.join(", ", needs))));
    }

    private void target(Odcs.Relationship relationship, String end, String key) {
        if (references.isDangling(document, end)) {
            findings.add(relationship.at().key(key).finding("[" + end + "] is not in any contract",
                    "name a field that is, such as customer.id"));
        }
    }

    private void need(Object value, Place at, String key) {
        if (value == null && !at.has(key)) {
            findings.add(at.finding("has no '" + key + "'", "'" + key + "' is required here"));
        }
    }

    private <T> void once(String what, Collection<T> elements, Function<T, String> name, Function<T, Place> at) {
        Set<String> names = new HashSet<>();
        for (T element : elements) {
            String own = name.apply(element);
            if (own != null && !own.isEmpty() && !names.add(own)) {
                findings.add(at.apply(element).finding(what + " '" + own + "' is there twice",
                        "give each its own name"));
            }
        }
    }
}
