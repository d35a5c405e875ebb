package dev.concordat.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the values of a field are compared: each has one text, whichever side wrote it and however. What is empty is no value, which is null.
 */
public enum Form {
    /** Also a date, and true and false. */
    TEXT,
    /** By its value: 1, 1.0 and "1" are the same. */
    NUMBER,
    /** A moment. PostgreSQL keeps microseconds: what is less than one apart is the same. */
    TIME,
    /** An object or array: members in any order, and without those that have no value. */
    JSON;

    /** Sign, digits, those after the point, and the exponent, with so few digits that it can be counted with. */
    private static final Pattern NUMERAL = Pattern.compile("([+-]?)([0-9]*)(?:\\.([0-9]*))?(?:[eE]([+-]?[0-9]{1,9}))?");
    private static final int LONGEST_YEAR = 4;
    private static final Duration MICROSECOND = Duration.ofNanos(1000);
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

    /** Whether the texts of both sides stand for the same value, each in its form or null. */
    boolean same(String one, String other) {
        return Objects.equals(one, other) || this == TIME && one != null && other != null && isSameMoment(one, other);
    }

    private static boolean isSameMoment(String one, String other) {
        try {
            return Duration.between(Instant.parse(one), Instant.parse(other)).abs().compareTo(MICROSECOND) < 0;
        } catch (DateTimeException notTime) {
            return false;
        }
    }

    /** What reads a column in the form that {@link #of(String)} takes. */
    String column(String column) {
        return this == TIME ? "to_json(" + column + "::timestamptz) #>> '{}'" : column + "::text";
    }

    /** Worked out on the digits, because a short text such as 1e9999 may stand for a long number, which takes long to be made a text. */
    private static String number(String value) {
        Matcher numeral = NUMERAL.matcher(value);
        if (!numeral.matches()) {
            return value;
        }
        String fraction = numeral.group(3) == null ? "" : numeral.group(3);
        String digits = numeral.group(2) + fraction;
        int begin = 0;
        while (begin < digits.length() && digits.charAt(begin) == '0') {
            begin++;
        }
        if (begin == digits.length()) {
            return digits.isEmpty() ? value : "0";
        }
        int end = digits.length();
        while (digits.charAt(end - 1) == '0') {
            end--;
        }
        long exponent = (numeral.group(4) == null ? 0 : Long.parseLong(numeral.group(4))) - fraction.length() + digits.length() - end;
        return (numeral.group(1).equals("-") ? "-" : "") + digits.substring(begin, end) + "E" + exponent;
    }

    private static String time(String value) {
        try {
            // PostgreSQL writes a year of five digits without the sign that ISO 8601 gives it.
            return OffsetDateTime.parse(value.indexOf('-') > LONGEST_YEAR ? "+" + value : value).toInstant().toString();
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
