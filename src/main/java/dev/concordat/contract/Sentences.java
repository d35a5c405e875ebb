package dev.concordat.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;
import java.util.StringJoiner;

/** Says in one sentence what would be right at a place of a change; built from the contract, never from a value. */
final class Sentences {
    /** Where one value breaks several keywords, the first of these says most. */
    private static final List<String> TELLING = List.of("required", "type", "const", "enum", "pattern", "format");
    private static final Properties PHRASES = phrases();

    private final String entity;
    private final String key;
    private final JsonNode schema;

    /** @param schema schema of a change's {@code data} that the breaches are of */
    Sentences(Contract contract, JsonNode schema) {
        this.entity = ("aeiou".indexOf(contract.entity().charAt(0)) < 0 ? "a " : "an ") + contract.entity();
        this.key = contract.key().name();
        this.schema = schema;
    }

    private static Properties phrases() {
        Properties phrases = new Properties();
        try (Reader file = new InputStreamReader(Sentences.class.getResourceAsStream("sentences.properties"),
                StandardCharsets.UTF_8)) {
            phrases.load(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return phrases;
    }

    static String of(String phrase, Object... facts) {
        String text = PHRASES.getProperty(phrase);
        for (int i = 0; i < facts.length; i++) {
            text = text.replace("{" + i + "}", String.valueOf(facts[i]));
        }
        return text;
    }

    /** Where the breach is; a missing field's own place, not its parent's. */
    static String pointer(ValidationMessage message) {
        String pointer = message.getInstanceLocation().toString();
        return message.getType().equals("required") ? pointer + "/" + message.getProperty() : pointer;
    }

    static ValidationMessage moreTelling(ValidationMessage one, ValidationMessage other) {
        return rank(other) < rank(one) ? other : one;
    }

    private static int rank(ValidationMessage message) {
        int rank = TELLING.indexOf(message.getType());
        return rank < 0 ? TELLING.size() : rank;
    }

    String of(String pointer, ValidationMessage message, JsonNode data) {
        JsonNode wanted = message.getSchemaNode();
        return switch (message.getType()) {
            case "required" -> required(pointer, data);
            case "type" -> type(pointer, data.at(pointer).isNull());
            case "enum" -> oneOf(pointer, wanted, data.at(pointer));
            case "format" -> of("format." + wanted.asText());
            case "pattern" -> pattern(pointer, wanted.asText());
            default -> limit(message.getType(), wanted.asText());
        };
    }

    private static String limit(String keyword, String limit) {
        if (PHRASES.containsKey(keyword + "." + limit)) {
            return of(keyword + "." + limit);
        }
        return of(PHRASES.containsKey(keyword) ? keyword : "other", limit);
    }

    private String required(String pointer, JsonNode data) {
        if (!pointer.startsWith("/after/")) {
            return of("required.part");
        }
        if (pointer.indexOf('/', "/after/".length()) > 0) {
            return of("required.inside");
        }
        boolean created = "c".equals(data.path("op").textValue()) && !pointer.equals("/after/" + key);
        return of(created ? "required.created" : "required.always", entity);
    }

    private String type(String pointer, boolean cleared) {
        JsonNode field = field(pointer);
        String type = field.get("type").isArray() ? field.get("type").get(0).asText() : field.get("type").asText();
        return of(cleared ? "cleared" : "type." + type);
    }

    private String oneOf(String pointer, JsonNode wanted, JsonNode value) {
        if (pointer.equals("/op") && "d".equals(value.textValue())) {
            return of("delete", entity);
        }
        StringJoiner values = new StringJoiner(", ");
        wanted.forEach(one -> {
            if (!one.isNull()) {
                values.add(one.asText());
            }
        });
        return of("enum", values);
    }

    /** A pattern of a field that has a format is explained by the format. */
    private String pattern(String pointer, String pattern) {
        JsonNode field = field(pointer);
        String format = "format." + field.path("format").asText();
        if (!field.path("format").asText().equals(Formats.TEXT) && PHRASES.containsKey(format)) {
            return of(format);
        }
        JsonNode example = field.path("examples").path(0);
        return example.isMissingNode() ? of("pattern", pattern) : of("pattern.example", pattern, example.asText());
    }

    private JsonNode field(String pointer) {
        JsonNode field = schema;
        for (String step : pointer.isEmpty() ? new String[0] : pointer.substring(1).split("/")) {
            field = field.has("items") ? field.get("items") : field.path("properties").path(step);
        }
        return field;
    }
}
