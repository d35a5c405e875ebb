package dev.concordat.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.change.Change;
import java.util.LinkedHashMap;
import java.util.Map;

/** What was seen of all fields of an entity. */
final class Samples {
    private static final int MOST_FIELDS = 500;

    private final Map<String, FieldSamples> fields = new LinkedHashMap<>();
    private long records;
    private long whole;

    /**
     * Takes the fields that a change carries.
     *
     * @param cells whether they came as texts because everything there is a text
     */
    void saw(Change change, boolean cells) {
        boolean created = change.data().path("op").asText().equals("c");
        ObjectNode after = change.after();
        records++;
        whole += created ? 1 : 0;
        after.properties().forEach(field -> saw(field.getKey(), field.getValue(), created, cells));
        for (JsonNode name : change.data().path("changed")) {
            if (name.isTextual() && !after.has(name.textValue())) {
                saw(name.textValue(), NullNode.getInstance(), created, cells);
            }
        }
    }

    private void saw(String name, JsonNode value, boolean created, boolean cells) {
        if (fields.size() < MOST_FIELDS || fields.containsKey(name)) {
            fields.computeIfAbsent(name, own -> new FieldSamples(0)).saw(value, created, cells);
        }
    }

    /** In the order in which they came. */
    Map<String, FieldSamples> fields() {
        return fields;
    }

    long records() {
        return records;
    }

    /** How many of them had all fields of the entity. */
    long whole() {
        return whole;
    }
}
