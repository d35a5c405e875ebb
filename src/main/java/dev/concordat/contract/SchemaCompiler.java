package dev.concordat.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Compiles the properties of an ODCS object into JSON Schema 2020-12; unknown fields are allowed everywhere. */
final class SchemaCompiler {
    private static final String DRAFT = "https://json-schema.org/draft/2020-12/schema";
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final String entity;
    private final int major;
    private final List<Odcs.Property> properties;
    private final List<Field> fields;

    SchemaCompiler(Odcs.SchemaObject object, int major, List<Field> fields) {
        this.entity = object.name();
        this.major = major;
        this.properties = object.properties();
        this.fields = fields;
    }

    /** Schema of a change's {@code data}. */
    ObjectNode change(String key, Optional<Parent> parent, boolean deletable) {
        ObjectNode schema = document("urn:concordat:" + entity + ":" + major, "A change of " + entity);
        schema.putArray("required").add("op").add("after");
        ObjectNode parts = schema.putObject("properties");
        ArrayNode ops = parts.putObject("op").putArray("enum").add("c").add("u");
        if (deletable) {
            ops.add("d");
        }
        ops.add("refetch");
        parts.putObject("changed").put("type", "array").putObject("items").put("type", "string");
        parts.putObject("before").putArray("type").add("object").add("null");
        ObjectNode after = parts.putObject("after").put("type", "object");
        after.putArray("required").add(key);
        after.set("properties", properties(field -> true));
        ArrayNode cases = schema.putArray("allOf");
        ArrayNode created = whenOp(cases, "c");
        fields.stream().filter(field -> field.required() && field.owner() == Owner.CRM)
                .forEach(field -> created.add(field.name()));
        parent.ifPresent(above -> whenOp(cases, "u").add(above.field()));
        return schema;
    }

    /** Schema of what the ledger tells the CRM: the key and the fields that the ledger owns. */
    ObjectNode export(String key) {
        ObjectNode schema = document("urn:concordat:" + entity + ":" + major + ":export", "What the ledger says of "
                + entity);
        schema.putArray("required").add(key);
        schema.set("properties", properties(field -> field.key() || field.owner() == Owner.LEDGER));
        return schema;
    }

    private static ObjectNode document(String id, String title) {
        return JSON.objectNode().put("$schema", DRAFT).put("$id", id).put("title", title).put("type", "object");
    }

    private static ArrayNode whenOp(ArrayNode cases, String op) {
        ObjectNode one = cases.addObject();
        ObjectNode condition = one.putObject("if");
        condition.putArray("required").add("op");
        condition.putObject("properties").putObject("op").put("const", op);
        return one.putObject("then").putObject("properties").putObject("after").putArray("required");
    }

    private ObjectNode properties(Predicate<Field> wanted) {
        ObjectNode schemas = JSON.objectNode();
        for (int i = 0; i < fields.size(); i++) {
            if (wanted.test(fields.get(i))) {
                schemas.set(fields.get(i).name(), property(properties.get(i)));
            }
        }
        return schemas;
    }

    private static ObjectNode property(Odcs.Property property) {
        ObjectNode schema = JSON.objectNode();
        Type type = FieldReader.type(property);
        type(schema, jsonType(type), !property.required());
        if (property.element().description() != null) {
            schema.put("description", property.element().description());
        }
        switch (type) {
            case STRING -> text(schema, property);
            case DATE -> schema.put("format", "date");
            case TIMESTAMP -> schema.put("format", "date-time");
            case INTEGER, NUMBER -> number(schema, property.logicalTypeOptions());
            case OBJECT -> object(schema, property);
            case ARRAY -> {
                property.logicalTypeOptions().forEach((name, value) -> put(schema, name, value));
                schema.set("items", property(property.items()));
            }
            default -> { }
        }
        if (!property.examples().isEmpty()) {
            put(schema, "examples", property.examples());
        }
        return schema;
    }

    private static String jsonType(Type type) {
        return switch (type) {
            case STRING, DATE, TIMESTAMP -> "string";
            case INTEGER -> "integer";
            case NUMBER -> "number";
            case BOOLEAN -> "boolean";
            case OBJECT -> "object";
            case ARRAY -> "array";
        };
    }

    private static void type(ObjectNode schema, String type, boolean nullable) {
        if (nullable) {
            schema.putArray("type").add(type).add("null");
        } else {
            schema.put("type", type);
        }
    }

    private static void text(ObjectNode schema, Odcs.Property property) {
        property.logicalTypeOptions().forEach((name, value) -> put(schema, name, value));
        if (!schema.has("format")) {
            schema.put("format", Formats.TEXT);
        }
        List<String> closed = enforced(property);
        if (!closed.isEmpty()) {
            closed(schema, closed, !property.required());
        }
    }

    /** The closed set of values whose violation is an error. */
    static List<String> enforced(Odcs.Property property) {
        return property.element().quality().stream().filter(rule -> !ValueRules.isObserved(rule))
                .flatMap(rule -> values(rule).stream()).toList();
    }

    private static List<String> values(Odcs.Quality rule) {
        return rule.arguments().get(ValueRules.VALUES) instanceof List<?> values
                ? values.stream().map(String::valueOf).toList() : List.of();
    }

    /** The rules that are observed, each as a schema of a change's {@code data} that says nothing else. */
    List<Watch> watches() {
        List<Watch> watches = new ArrayList<>();
        properties.forEach(property -> watches(property, schema -> inside(property.name(), schema), watches));
        return watches;
    }

    private static void watches(Odcs.Property property, UnaryOperator<ObjectNode> place, List<Watch> into) {
        property.element().quality().stream().filter(ValueRules::isObserved).filter(rule -> !rule.arguments().isEmpty())
                .forEach(rule -> into.add(new Watch(rule.name(),
                        rule.severity().equals("info") ? Severity.INFO : Severity.WARNING,
                        inside("after", place.apply(watched(property, rule))))));
        property.properties().forEach(part -> watches(part, schema -> place.apply(inside(part.name(), schema)), into));
        if (property.items() != null) {
            watches(property.items(), schema -> place.apply(JSON.objectNode().set("items", schema)), into);
        }
    }

    private static ObjectNode inside(String name, ObjectNode schema) {
        ObjectNode object = JSON.objectNode();
        object.putObject("properties").set(name, schema);
        return object;
    }

    private static ObjectNode watched(Odcs.Property property, Odcs.Quality rule) {
        ObjectNode schema = JSON.objectNode();
        if (rule.arguments().containsKey(ValueRules.VALUES)) {
            closed(schema, values(rule), true);
        }
        Map<String, Object> options = ValueRules.options(rule);
        switch (FieldReader.type(property)) {
            case INTEGER, NUMBER -> number(schema, options);
            default -> options.forEach((name, value) -> put(schema, name, value));
        }
        return schema;
    }

    private static void closed(ObjectNode schema, List<String> values, boolean nullable) {
        ArrayNode all = schema.putArray("enum");
        values.forEach(all::add);
        if (nullable) {
            all.addNull();
        }
    }

    private static void object(ObjectNode schema, Odcs.Property property) {
        property.logicalTypeOptions().forEach((name, value) -> put(schema, name, value));
        ArrayNode required = schema.withArray("required");
        ObjectNode inner = schema.putObject("properties");
        for (Odcs.Property part : property.properties()) {
            inner.set(part.name(), property(part));
            if (part.required()) {
                required.add(part.name());
            }
        }
    }

    private static void number(ObjectNode schema, Map<String, Object> options) {
        if (options.get("format") instanceof String format && format.matches("[iu]\\d+")) {
            int bits = Integer.parseInt(format.substring(1));
            boolean signed = format.startsWith("i");
            BigInteger span = BigInteger.ONE.shiftLeft(signed ? bits - 1 : bits);
            schema.put("minimum", signed ? span.negate() : BigInteger.ZERO);
            schema.put("maximum", span.subtract(BigInteger.ONE));
        }
        options.forEach((name, value) -> {
            if (!name.equals("format")) {
                put(schema, name, value);
            }
        });
    }

    private static void put(ObjectNode schema, String name, Object value) {
        schema.set(name, node(value));
    }

    private static JsonNode node(Object value) {
        if (value instanceof List<?> list) {
            ArrayNode array = JSON.arrayNode();
            list.forEach(element -> array.add(node(element)));
            return array;
        }
        if (value instanceof BigDecimal number) {
            return number.stripTrailingZeros().scale() <= 0 ? JSON.numberNode(number.toBigInteger())
                    : JSON.numberNode(number);
        }
        return value instanceof Boolean flag ? JSON.booleanNode(flag) : JSON.textNode(String.valueOf(value));
    }
}
