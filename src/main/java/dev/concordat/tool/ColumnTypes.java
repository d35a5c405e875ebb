package dev.concordat.tool;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.contract.Contract;
import dev.concordat.contract.Field;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Gives values that came without JSON's types the types that a contract says; what does not fit stays for it to judge. */
final class ColumnTypes {
    static final Pattern WHOLE = Pattern.compile("-?(0|[1-9][0-9]{0,999})");
    static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]{0,400})(\\.[0-9]{1,400})?([eE][+-]?[0-9]{1,3})?");
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final JsonNode schema;
    private final Map<String, Field> byColumn;
    private final Map<String, Field> byName;
    private final ObjectMapper json = JsonMapper.builder().build();

    ColumnTypes(Contract contract) {
        this.schema = contract.jsonSchema().at("/properties/after");
        this.byColumn = contract.fields().stream().collect(Collectors.toMap(Field::column, Function.identity()));
        this.byName = contract.fields().stream().collect(Collectors.toMap(Field::name, Function.identity()));
    }

    /** A row of texts with the types of the contract's fields. */
    ObjectNode typed(ObjectNode texts) {
        return typed(texts, schema);
    }

    private ObjectNode typed(ObjectNode texts, JsonNode object) {
        ObjectNode typed = NODES.objectNode();
        texts.properties().forEach(cell -> {
            JsonNode wanted = object.path("properties").path(cell.getKey());
            typed.set(cell.getKey(), cell.getValue() instanceof ObjectNode inner ? typed(inner, wanted)
                    : typed(cell.getValue(), type(wanted)));
        });
        return typed;
    }

    private static String type(JsonNode schema) {
        JsonNode type = schema.path("type");
        return type.isArray() ? type.path(0).asText() : type.asText();
    }

    private JsonNode typed(JsonNode cell, String type) {
        String text = cell.textValue();
        return switch (type) {
            case "integer" -> WHOLE.matcher(text).matches() ? NODES.numberNode(new BigInteger(text)) : cell;
            case "number" -> NUMBER.matcher(text).matches() ? NODES.numberNode(new BigDecimal(text)) : cell;
            case "boolean" -> text.equals("true") || text.equals("false") ? NODES.booleanNode(text.equals("true")) : cell;
            case "object", "array" -> parsed(cell);
            default -> cell;
        };
    }

    private JsonNode parsed(JsonNode text) {
        try {
            JsonNode parsed = json.readTree(text.textValue());
            return parsed.isContainerNode() ? parsed : text;
        } catch (JsonProcessingException e) {
            return text;
        }
    }

    /** A row as Debezium reads it from a database: columns by the names of their fields, days and documents as the contract has them. */
    ObjectNode ofTable(ObjectNode row) {
        ObjectNode fields = NODES.objectNode();
        row.properties().forEach(column -> {
            Field field = byName.containsKey(column.getKey()) ? byName.get(column.getKey()) : byColumn.get(column.getKey());
            if (field == null) {
                fields.set(column.getKey(), column.getValue());
            } else {
                fields.set(field.name(), ofTable(field, column.getValue()));
            }
        });
        return fields;
    }

    private JsonNode ofTable(Field field, JsonNode value) {
        return switch (field.type()) {
            case DATE -> value.isIntegralNumber() ? day(value) : value;
            case OBJECT, ARRAY -> value.isTextual() ? parsed(value) : value;
            default -> value;
        };
    }

    private static JsonNode day(JsonNode days) {
        try {
            return NODES.textNode(LocalDate.ofEpochDay(days.longValue()).toString());
        } catch (DateTimeException e) {
            return days;
        }
    }
}
