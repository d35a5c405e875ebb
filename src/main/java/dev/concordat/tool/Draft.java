package dev.concordat.tool;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.concordat.contract.Classification;
import dev.concordat.contract.SqlName;
import dev.concordat.contract.Type;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Writes the first draft of a contract: all but the owners, which nobody can see in samples. */
final class Draft {
    private static final YAMLMapper YAML = YAMLMapper.builder().disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES).enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR).build();
    private static final String KEY = "id";
    private static final int LONGEST_KEY = 64;
    /** With room for a number behind it. */
    private static final int LONGEST_COLUMN = SqlName.LONGEST - 5;
    private static final int[] LENGTHS = {16, 40, 64, 100, 140, 280, 500, 1000, 2000, 4000};
    private static final Pattern WORD = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,39}");
    private static final int OFTEN = 3;

    private final String entity;
    private final Samples samples;
    private final List<String> notes = new ArrayList<>();
    private final Set<String> columns = new HashSet<>();

    Draft(String entity, Samples samples) {
        this.entity = entity;
        this.samples = samples;
    }

    /** The contract's text; what a person should look at stands in its comments. */
    String text() {
        Map<String, Object> contract = contract();
        var text = new StringBuilder("""
                # Draft of a contract, inferred from %s samples; nobody has agreed on it.
                # Put it into %s/v1.odcs.yaml. Then decide, field by field: who owns it (customProperties
                # {property: owningSystem, value: crm} or ledger; contract lint names those without), how sensitive it is,
                # what it means.
                """.formatted(samples.records(), entity));
        notes.forEach(note -> text.append("# Look at: ").append(note).append('\n'));
        try {
            return text.append(YAML.writeValueAsString(contract)).toString();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps and texts can always be written", e);
        }
    }

    /** What in the samples no draft could bring together; known once the text is. */
    List<String> notes() {
        return List.copyOf(notes);
    }

    private Map<String, Object> contract() {
        Map<String, Object> contract = new LinkedHashMap<>();
        contract.put("apiVersion", "v3.1.0");
        contract.put("kind", "DataContract");
        contract.put("id", "urn:concordat:contract:" + entity + ":1");
        contract.put("name", entity);
        contract.put("version", "1.0.0");
        contract.put("status", "draft");
        contract.put("description", Map.of("limitations", "A draft inferred from samples: types, lengths, required fields and "
                + "classifications are guesses until both sides have agreed on them."));
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("name", entity);
        object.put("physicalName", "ledger." + column(entity));
        object.put("physicalType", "table");
        object.put("logicalType", "object");
        List<Object> properties = new ArrayList<>();
        properties.add(key());
        samples.fields().forEach((name, field) -> {
            if (!name.equals(KEY)) {
                properties.add(field(name, field));
            }
        });
        object.put("properties", properties);
        contract.put("schema", List.of(object));
        return contract;
    }

    private Map<String, Object> key() {
        FieldSamples seen = samples.fields().get(KEY);
        if (seen == null || seen.type() != Type.STRING || seen.mixed() || !seen.always(samples.whole(), samples.records())) {
            notes.add("'" + KEY + "' should be a text in every record; it is what Concordat knows an entity by");
        }
        Map<String, Object> key = new LinkedHashMap<>();
        key.put("name", KEY);
        key.put("physicalName", once(KEY));
        key.put("logicalType", "string");
        key.put("logicalTypeOptions", options("minLength", 1, "maxLength", LONGEST_KEY));
        key.put("physicalType", "text");
        key.put("primaryKey", true);
        key.put("primaryKeyPosition", 1);
        key.put("required", true);
        key.put("unique", true);
        key.put("classification", word(Classification.INTERNAL));
        return key;
    }

    private Map<String, Object> field(String name, FieldSamples seen) {
        List<String> known = known(name, seen);
        Map<String, Object> property = part(name, seen, seen.always(samples.whole(), samples.records()));
        Map<String, Object> field = new LinkedHashMap<>();
        field.put("name", name);
        field.put("physicalName", once(column(name)));
        field.put("description", "Draft: in " + seen.seen() + " of " + samples.records() + " samples.");
        field.putAll(property);
        field.put("physicalType", type(name, seen).sql());
        Classification guessed = NameHints.classification(name, seen.format());
        boolean harmless = !known.isEmpty() || seen.format().equals("iso-4217");
        field.put("classification", word(harmless && guessed == Classification.CONFIDENTIAL ? Classification.INTERNAL : guessed));
        List<Object> customs = new ArrayList<>();
        NameHints.category(name, seen.format()).ifPresent(category -> customs.add(options("property", "piiCategory", "value", category)));
        if (!known.isEmpty()) {
            field.put("examples", known.subList(0, Math.min(2, known.size())));
            customs.add(options("property", "openEnum", "value", options("known", known, "unknown", "acceptAndReport")));
        }
        if (!customs.isEmpty()) {
            field.put("customProperties", customs);
        }
        return field;
    }

    private Map<String, Object> part(String name, FieldSamples seen, boolean required) {
        Map<String, Object> part = new LinkedHashMap<>();
        part.put("name", name);
        Type type = type(name, seen);
        if (seen.mixed()) {
            notes.add("'" + name.replaceAll("\\p{Cntrl}", "?") + "' holds values of several types; the draft takes "
                    + type.name().toLowerCase(Locale.ROOT));
        }
        part.put("logicalType", type.name().toLowerCase(Locale.ROOT));
        Map<String, Object> options = switch (type) {
            case STRING -> lengths(name, seen, required);
            case DATE -> options("format", "yyyy-MM-dd");
            case TIMESTAMP -> options("format", "yyyy-MM-dd'T'HH:mm:ssXXX");
            case INTEGER -> seen.fitsLong() ? options("format", "i64") : Map.of();
            default -> Map.of();
        };
        if (!options.isEmpty()) {
            part.put("logicalTypeOptions", options);
        }
        if (required) {
            part.put("required", true);
        }
        if (type == Type.OBJECT && !seen.parts().isEmpty()) {
            List<Object> parts = new ArrayList<>();
            seen.parts().forEach((inner, of) -> parts.add(part(inner, of, of.always(seen.objects(), seen.objects()))));
            part.put("properties", parts);
        }
        if (type == Type.ARRAY) {
            part.put("items", part("item", seen.items() == null ? new FieldSamples(0) : seen.items(), false));
        }
        return part;
    }

    /** Digits in a column of texts are a quantity only where the name does not say otherwise. */
    private static Type type(String name, FieldSamples seen) {
        boolean digits = seen.onlyCells() && (seen.type() == Type.INTEGER || seen.type() == Type.NUMBER);
        return digits && NameHints.code(name) ? Type.STRING : seen.type();
    }

    private static Map<String, Object> lengths(String name, FieldSamples seen, boolean required) {
        Map<String, Object> options = new LinkedHashMap<>();
        String format = seen.format();
        boolean believed = !format.equals("iso-3166-alpha-2") || NameHints.country(name);
        if (!format.isEmpty() && believed) {
            options.put("format", format);
        } else if (seen.longest() > 0) {
            if (required && seen.shortest() > 0) {
                options.put("minLength", 1);
            }
            for (int length : LENGTHS) {
                if (length >= 2 * seen.longest()) {
                    options.put("maxLength", length);
                    break;
                }
            }
        }
        return options;
    }

    /** Values that may stand in a draft: words, each seen often, in a field that by its name has a fixed set and is not personal. */
    private static List<String> known(String name, FieldSamples seen) {
        boolean words = seen.type() == Type.STRING && !seen.mixed() && seen.format().isEmpty() && !seen.values().isEmpty()
                && seen.values().keySet().stream().allMatch(value -> WORD.matcher(value).matches());
        return !words || !NameHints.closed(name, "") ? List.of() : seen.values().entrySet().stream()
                .filter(value -> value.getValue() >= OFTEN).map(Map.Entry::getKey).sorted().toList();
    }

    private static String column(String name) {
        String column = name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").replaceAll("[^A-Za-z0-9]+", "_").toLowerCase(Locale.ROOT);
        String plain = column.matches("[a-z].*") ? column : "c_" + column;
        return SqlName.isReserved(plain) ? plain + "_" : plain.substring(0, Math.min(LONGEST_COLUMN, plain.length()));
    }

    private String once(String column) {
        String own = column;
        for (int number = 2; !columns.add(own); number++) {
            own = column + "_" + number;
        }
        return own;
    }

    private static String word(Classification classification) {
        return classification.name().toLowerCase(Locale.ROOT);
    }

    private static Map<String, Object> options(String first, Object one) {
        Map<String, Object> options = new LinkedHashMap<>();
        options.put(first, one);
        return options;
    }

    private static Map<String, Object> options(String first, Object one, String second, Object other) {
        Map<String, Object> options = options(first, one);
        options.put(second, other);
        return options;
    }
}
