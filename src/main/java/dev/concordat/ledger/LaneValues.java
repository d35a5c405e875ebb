package dev.concordat.ledger;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/** Values of JSON as the ledger reads them: a text without its quotes, an object or array as JSON, null as null. */
final class LaneValues {
    /** Digits; a longer number is left to the ledger to refuse. */
    private static final int LONGEST_NUMBER = 100;

    private LaneValues() {
    }

    /** A value that was parsed, and says what {@link #of(JsonParser, byte[])} says unless it holds a fraction. */
    static String of(JsonNode value) {
        return switch (value.getNodeType()) {
            case NULL -> null;
            case STRING -> value.textValue();
            case NUMBER -> value.isFloatingPointNumber() ? plain(value.asText()) : value.asText();
            default -> value.toString();
        };
    }

    /** Whether there is a fraction in a value: parsed, it has lost digits that stand in the bytes. */
    static boolean haveFraction(JsonNode value) {
        if (value.isContainerNode()) {
            for (JsonNode each : value) {
                if (haveFraction(each)) {
                    return true;
                }
            }
        }
        return value.isFloatingPointNumber();
    }

    /**
     * The value that a parser has come to.
     *
     * @param bytes what it parses
     */
    static String of(JsonParser parser, byte[] bytes) throws IOException {
        return switch (parser.currentToken()) {
            case VALUE_NULL -> null;
            case START_OBJECT, START_ARRAY -> {
                int begin = (int) parser.currentTokenLocation().getByteOffset();
                parser.skipChildren();
                yield new String(bytes, begin, (int) parser.currentLocation().getByteOffset() - begin, StandardCharsets.UTF_8);
            }
            case VALUE_NUMBER_FLOAT -> plain(parser.getText());
            default -> text(parser);
        };
    }

    /** As admit reads it: -0 is 0. */
    static String text(JsonParser parser) throws IOException {
        return parser.currentToken() == JsonToken.VALUE_NUMBER_INT ? parser.getNumberValue().toString() : parser.getText();
    }

    /** A whole number is one also where it is written 1.0 or 1e3. */
    private static String plain(String number) {
        BigDecimal value;
        try {
            value = new BigDecimal(number).stripTrailingZeros();
        } catch (NumberFormatException e) {
            return number;
        }
        return Math.abs(value.scale()) > LONGEST_NUMBER ? number : value.toPlainString();
    }
}
