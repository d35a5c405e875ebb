package dev.concordat.sample;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Collects what differs as readable lines; shows no value of a classified field. */
final class Differences {
    private static final Set<String> SHOWN =
            Set.of("type", "segment", "residency", "status", "product", "postingsBlocked");

    private final int atMost;
    private final List<String> lines = new ArrayList<>();

    Differences(int atMost) {
        this.atMost = atMost;
    }

    List<String> lines() {
        return lines;
    }

    void add(String line) {
        if (lines.size() < atMost) {
            lines.add(line);
        }
    }

    void unlessEqual(Entity entity, String id, String field, String where, JsonNode is, JsonNode expected) {
        if (!orNull(is).equals(orNull(expected))) {
            String values = SHOWN.contains(field) ? " has " + orNull(is) + ", expected " + orNull(expected)
                    : orNull(is).isNull() ? " has no value, expected one"
                    : orNull(expected).isNull() ? " has a value, expected none"
                    : " has another value than expected";
            add(entity.word() + " " + id + ", field '" + field + "': " + where + values);
        }
    }

    private static JsonNode orNull(JsonNode node) {
        return node == null || node.isMissingNode() ? Event.JSON.nullNode() : node;
    }
}
