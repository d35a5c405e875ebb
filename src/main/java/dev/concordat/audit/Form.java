package dev.concordat.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.TreeMap;

/**
 * How the values of a field are compared: each has one text, whichever side wrote it and however. What is empty is no value, which is null.
 */
public enum Form {
    /** Also a date, and true and false. */
    TEXT,
    /** By its value: 1, 1.0 and "1" are the same. */
    NUMBER,
    /** A moment, to the microsecond, which is what PostgreSQL keeps. */
    TIME,
    /** An object or array: members in any order, and without those that have no value. */
    JSON;

    /** Digits; what is longer is compared as text. */
    private static final int LONGEST_NUMBER = 100;
    private static final int HALF_A_MICROSECOND = 500;
    private static final ObjectMapper MAPPER = JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    /** The text of what a record of the CRM holds. */
    String of(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        return this == JSON || value.isContainerNode() ? json(value) : of(value.asText());
    }

    /** The text of what a ledger holds, as {@link #column} reads it. */
    String of(String value) {
        if (value == null || value.isEmpty()) {
            return null;
        }
        return switch (this) {
            case TEXT -> value;
            case NUMBER -> number(value);
            case TIME -> time(value);
            case JSON -> json(parsed(value));
        };
    }

    /** What reads a column in the form that {@link #of(String)} takes. */
    String column(String column) {
        return this == TIME ? "to_json(" + column + "::timestamptz) #>> '{}'" : column + "::text";
    }

    private static String number(String value) {
        try {
            return value.length() > LONGEST_NUMBER ? value : new BigDecimal(value).stripTrailingZeros().toString();
        } catch (NumberFormatException notNumber) {
            return value;
        }
    }

    private static String time(String value) {
        try {
            Instant time = OffsetDateTime.parse(value).toInstant();
            return time.plusNanos(HALF_A_MICROSECOND).truncatedTo(ChronoUnit.MICROS).toString();
        } catch (DateTimeException notTime) {
            return value;
        }
    }

    private static JsonNode parsed(String value) {
        try {
            return MAPPER.readTree(value);
        } catch (JsonProcessingException notJson) {
            return JsonNodeFactory.instance.textNode(value);
        }
    }

    private static String json(JsonNode value) {
        StringBuilder text = new StringBuilder();
        return write(value, text) ? text.toString() : null;
    }

    /** Whether there was a value to write. */
    private static boolean write(JsonNode value, StringBuilder text) {
        int begin = text.length();
        if (value.isObject()) {
            TreeMap<String, JsonNode> members = new TreeMap<>();
            value.properties().forEach(member -> members.put(member.getKey(), member.getValue()));
            members.forEach((name, member) -> {
                int before = text.length();
                text.append(JsonNodeFactory.instance.textNode(name)).append(':');
                if (!write(member, text)) {
                    text.setLength(before);
                }
            });
            return enclosed('{', begin, text, '}');
        }
        if (value.isArray()) {
            value.forEach(element -> text.append(write(element, text) ? "" : "null").append(','));
            return enclosed('[', begin, text, ']');
        }
        String plain = value.isNull() ? "" : value.asText();
        text.append(value.isNumber() ? number(plain) : plain.isEmpty() ? "" : value.isTextual() ? value.toString() : plain);
        return !plain.isEmpty();
    }

    private static boolean enclosed(char opening, int begin, StringBuilder text, char closing) {
        if (text.length() == begin) {
            return false;
        }
        text.insert(begin, opening).append(closing);
        return true;
    }
}
