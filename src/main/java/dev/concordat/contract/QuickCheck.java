package dev.concordat.contract;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/** What a field's schema allows, checked while the value is read. Each kind knows a few keywords; with any other there is none. */
sealed interface QuickCheck {
    /** Whether the value may be null. */
    boolean nullable();

    /**
     * The value that a parser has come to, as the ledger reads it; null where it is not allowed, or looked at better as a document.
     *
     * @param bytes what it parses
     */
    String take(JsonParser parser, byte[] bytes) throws IOException;

    /** So many characters may make a text, and these tests have to pass. */
    record Text(boolean nullable, int least, int most, List<Predicate<String>> tests) implements QuickCheck {
        @Override
        public String take(JsonParser parser, byte[] bytes) throws IOException {
            return parser.currentToken() == JsonToken.VALUE_STRING && allows(parser.getText()) ? parser.getText() : null;
        }

        /** A character beyond the first 65,536 counts once in a schema and twice here; the few that are near a limit are left. */
        private boolean allows(String text) {
            if (text.length() > most || text.length() < least || least > 1 && text.length() < 2 * least
                    && text.codePointCount(0, text.length()) < least) {
                return false;
            }
            for (Predicate<String> test : tests) {
                if (!test.test(text)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** True or false. */
    record Flag(boolean nullable) implements QuickCheck {
        @Override
        public String take(JsonParser parser, byte[] bytes) throws IOException {
            return switch (parser.currentToken()) {
                case VALUE_TRUE -> "true";
                case VALUE_FALSE -> "false";
                default -> null;
            };
        }
    }

    /** A whole number from here to there. */
    record Whole(boolean nullable, long least, long most) implements QuickCheck {
        @Override
        public String take(JsonParser parser, byte[] bytes) throws IOException {
            if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
                return null;
            }
            long value = parser.getLongValue();
            return value >= least && value <= most ? Long.toString(value) : null;
        }
    }

    /** An object of known parts; the ledger reads it as it stands in the bytes. */
    record Parts(boolean nullable, Map<String, QuickCheck> parts, Set<String> required) implements QuickCheck {
        @Override
        public String take(JsonParser parser, byte[] bytes) throws IOException {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                return null;
            }
            int begin = (int) parser.currentTokenLocation().getByteOffset();
            var seen = new ArrayList<String>(parts.size());
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                QuickCheck check = parts.get(name);
                if (check == null || seen.contains(name)) {
                    return null;
                }
                seen.add(name);
                if (parser.nextToken() == JsonToken.VALUE_NULL ? !check.nullable() : check.take(parser, bytes) == null) {
                    return null;
                }
            }
            return parser.currentToken() == JsonToken.END_OBJECT && (required.isEmpty() || seen.containsAll(required))
                    ? wellFormed(new String(bytes, begin, (int) parser.currentLocation().getByteOffset() - begin, StandardCharsets.UTF_8)) : null;
        }

        /** The parser reads some sequences of bytes that are no UTF-8; here, a substitute stands for them. */
        private static String wellFormed(String json) {
            return json.indexOf('\uFFFD') < 0 ? json : null;
        }
    }

    /**
     * Compiles the schema of a value.
     *
     * @param path  the field, and the names inside its objects
     * @param tests what a text at a path has to pass besides its schema
     */
    static Optional<QuickCheck> of(JsonNode schema, List<String> path, Function<List<String>, List<Predicate<String>>> tests) {
        boolean nullable = schema.path("type").isArray();
        String type = (nullable ? schema.path("type").path(0) : schema.path("type")).asText();
        Set<String> keywords = new HashSet<>();
        schema.fieldNames().forEachRemaining(keywords::add);
        keywords.removeAll(Set.of("type", "description", "examples"));
        return switch (type) {
            case "string" -> text(schema, keywords, nullable, tests.apply(path));
            case "boolean" -> keywords.isEmpty() ? Optional.of(new Flag(nullable)) : Optional.empty();
            case "integer" -> whole(schema, keywords, nullable);
            case "object" -> parts(schema, keywords, nullable, path, tests);
            default -> Optional.empty();
        };
    }

    private static Optional<QuickCheck> text(JsonNode schema, Set<String> keywords, boolean nullable, List<Predicate<String>> further) {
        if (!Set.of("minLength", "maxLength", "pattern", "format", "enum").containsAll(keywords) || !isLength(schema.path("minLength"))
                || !isLength(schema.path("maxLength"))) {
            return Optional.empty();
        }
        List<Predicate<String>> tests = new ArrayList<>();
        if (schema.has("enum")) {
            Set<String> allowed = new HashSet<>();
            schema.get("enum").forEach(value -> allowed.add(value.textValue()));
            tests.add(allowed::contains);
        }
        if (schema.has("format")) {
            Predicate<String> own = Formats.own(schema.get("format").textValue());
            if (own == null) {
                return Optional.empty();
            }
            tests.add(own);
        }
        if (schema.has("pattern")) {
            tests.add(Patterns.compile(schema.get("pattern").textValue()));
        }
        tests.addAll(further);
        return Optional.of(new Text(nullable, schema.path("minLength").asInt(0), schema.path("maxLength").asInt(Integer.MAX_VALUE),
                List.copyOf(tests)));
    }

    private static boolean isLength(JsonNode limit) {
        return limit.isMissingNode() || limit.canConvertToInt();
    }

    private static Optional<QuickCheck> whole(JsonNode schema, Set<String> keywords, boolean nullable) {
        JsonNode least = schema.path("minimum");
        JsonNode most = schema.path("maximum");
        boolean known = Set.of("minimum", "maximum").containsAll(keywords) && (least.isMissingNode() || isLong(least))
                && (most.isMissingNode() || isLong(most));
        return known ? Optional.of(new Whole(nullable, least.asLong(Long.MIN_VALUE), most.asLong(Long.MAX_VALUE))) : Optional.empty();
    }

    private static boolean isLong(JsonNode limit) {
        return limit.isIntegralNumber() && limit.canConvertToLong();
    }

    private static Optional<QuickCheck> parts(JsonNode schema, Set<String> keywords, boolean nullable, List<String> path,
            Function<List<String>, List<Predicate<String>>> tests) {
        if (!Set.of("properties", "required").containsAll(keywords)) {
            return Optional.empty();
        }
        Map<String, QuickCheck> parts = new HashMap<>();
        for (Map.Entry<String, JsonNode> part : schema.path("properties").properties()) {
            List<String> inside = new ArrayList<>(path);
            inside.add(part.getKey());
            of(part.getValue(), inside, tests).ifPresent(check -> parts.put(part.getKey(), check));
        }
        Set<String> required = new HashSet<>();
        schema.path("required").forEach(name -> required.add(name.textValue()));
        return Optional.of(new Parts(nullable, Map.copyOf(parts), Set.copyOf(required)));
    }
}
