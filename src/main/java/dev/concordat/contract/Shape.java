package dev.concordat.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableSet;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.NullableType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import dev.cel.common.values.NullValue;
import dev.concordat.change.UtcTime;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an expression sees of a value: a day or a point in time is a timestamp (a day begins at midnight UTC), a whole
 * number is an int, another number a double, an absent or null list is empty, anything else absent is null.
 *
 * @param name  name of the type in findings, such as {@code customer.address}
 * @param parts what is inside an object; empty for any other type
 * @param items what is inside a list; null for any other type
 */
record Shape(String name, Type type, Map<String, Shape> parts, Shape items) {
    /** A value that is not of the shape's type. */
    static final class Unfit extends Exception {
        Unfit() {
            super(null, null, false, false);
        }
    }

    static Shape of(String name, Odcs.Property property) {
        return new Shape(name, FieldReader.type(property), parts(name, property.properties()),
                property.items() == null ? null : of(name + ".items", property.items()));
    }

    /** An object with these properties. */
    static Shape of(String name, List<Odcs.Property> properties) {
        return new Shape(name, Type.OBJECT, parts(name, properties), null);
    }

    /** Whether each property says its type, and each list what it holds. */
    static boolean isWhole(List<Odcs.Property> properties) {
        return properties.stream().allMatch(property -> FieldReader.type(property) != null
                && isWhole(property.properties()) && (FieldReader.type(property) != Type.ARRAY
                || property.items() != null && isWhole(List.of(property.items()))));
    }

    private static Map<String, Shape> parts(String name, List<Odcs.Property> properties) {
        Map<String, Shape> parts = new LinkedHashMap<>();
        properties.forEach(part -> parts.put(part.name(), of(name + "." + part.name(), part)));
        return parts;
    }

    CelType celType() {
        return switch (type) {
            case STRING -> NullableType.create(SimpleType.STRING);
            case INTEGER -> NullableType.create(SimpleType.INT);
            case NUMBER -> NullableType.create(SimpleType.DOUBLE);
            case BOOLEAN -> NullableType.create(SimpleType.BOOL);
            case DATE, TIMESTAMP -> SimpleType.TIMESTAMP;
            case ARRAY -> ListType.create(items.celType());
            case OBJECT -> StructType.create(name, ImmutableSet.copyOf(parts.keySet()),
                    part -> Optional.ofNullable(parts.get(part)).map(Shape::celType));
        };
    }

    /** All objects in it, itself included. */
    List<StructType> structs() {
        List<StructType> structs = new ArrayList<>();
        if (type == Type.OBJECT) {
            structs.add((StructType) celType());
        }
        parts.values().forEach(part -> structs.addAll(part.structs()));
        if (items != null) {
            structs.addAll(items.structs());
        }
        return structs;
    }

    /** The part at a path of names; empty where there is none. */
    Optional<Shape> at(List<String> path) {
        Shape shape = this;
        for (String step : path) {
            shape = shape.parts.get(step);
            if (shape == null) {
                return Optional.empty();
            }
        }
        return Optional.of(shape);
    }

    Object value(JsonNode node) throws Unfit {
        if (node == null || node.isNull()) {
            return type == Type.ARRAY ? List.of() : NullValue.NULL_VALUE;
        }
        return switch (type) {
            case STRING -> text(node);
            case DATE -> time(text(node) + "T00:00:00Z");
            case TIMESTAMP -> time(text(node));
            case INTEGER -> {
                unless(node.isNumber() && node.canConvertToExactIntegral() && node.canConvertToLong());
                yield node.longValue();
            }
            case NUMBER -> {
                unless(node.isNumber());
                yield node.doubleValue();
            }
            case BOOLEAN -> {
                unless(node.isBoolean());
                yield node.booleanValue();
            }
            case ARRAY -> list(node);
            case OBJECT -> object(node);
        };
    }

    private static String text(JsonNode node) throws Unfit {
        unless(node.isTextual());
        return node.textValue();
    }

    private static Instant time(String text) throws Unfit {
        Instant usual = UtcTime.read(text);
        try {
            return usual == null ? OffsetDateTime.parse(text).toInstant() : usual;
        } catch (DateTimeException e) {
            throw new Unfit();
        }
    }

    private List<Object> list(JsonNode node) throws Unfit {
        unless(node.isArray());
        List<Object> list = new ArrayList<>(node.size());
        for (JsonNode element : node) {
            list.add(items.value(element));
        }
        return list;
    }

    private Map<String, Object> object(JsonNode node) throws Unfit {
        unless(node.isObject());
        Map<String, Object> object = new HashMap<>();
        for (Map.Entry<String, Shape> part : parts.entrySet()) {
            object.put(part.getKey(), part.getValue().value(node.get(part.getKey())));
        }
        return object;
    }

    private static void unless(boolean fits) throws Unfit {
        if (!fits) {
            throw new Unfit();
        }
    }

    /** Values to try an expression with; texts are those that it compares with, and another. */
    List<Object> samples(List<String> texts) {
        return switch (type) {
            case STRING -> {
                List<Object> samples = new ArrayList<>(texts);
                samples.add("a");
                yield samples;
            }
            case INTEGER -> List.of(0L, 7L);
            case NUMBER -> List.of(0.0, 7.5);
            case BOOLEAN -> List.of(true, false);
            case DATE, TIMESTAMP -> List.of(day(1984), day(2026));
            case ARRAY -> List.of(List.of(), List.of(items.samples(texts).get(0)));
            case OBJECT -> {
                Map<String, Object> empty = new HashMap<>();
                Map<String, Object> full = new HashMap<>();
                parts.forEach((name, part) -> {
                    empty.put(name, part.type == Type.ARRAY ? List.of() : NullValue.NULL_VALUE);
                    full.put(name, part.samples(texts).get(0));
                });
                yield List.of(empty, full);
            }
        };
    }

    private static Instant day(int year) {
        return LocalDate.of(year, 5, 23).atStartOfDay(ZoneOffset.UTC).toInstant();
    }
}
