package dev.concordat.sample;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** What both sides must hold of one entity: for each field the value of the newest change that set it. */
public final class Held {
    private final Entity entity;
    private final ObjectNode fields = Event.JSON.createObjectNode();
    private final Map<String, Long> versions = new HashMap<>(16);
    private boolean anything;

    Held(Entity entity) {
        this.entity = entity;
    }

    /** The CRM-owned fields by name; a field that was never set or was cleared is absent. */
    public Map<String, JsonNode> fields() {
        Map<String, JsonNode> copy = new HashMap<>();
        fields.properties().forEach(field -> copy.put(field.getKey(), field.getValue()));
        return copy;
    }

    /** The value as text; empty where there is none. */
    public String text(String field) {
        return fields.path(field).asText();
    }

    /** The versions of the changes whose values stand; each of them must have had its effect. */
    public Set<Long> standing() {
        return Set.copyOf(versions.values());
    }

    JsonNode value(String field) {
        JsonNode value = fields.get(field);
        return value == null ? Event.JSON.nullNode() : value;
    }

    /** Takes in a change; false if each field it sets was set by a newer one. */
    boolean take(ObjectNode after, long version) {
        boolean effect = !anything;
        anything = true;
        for (String field : entity.ofCrm()) {
            JsonNode value = after.get(field);
            if (value != null && version > versions.getOrDefault(field, 0L)) {
                versions.put(field, version);
                set(field, value);
                effect = true;
            }
        }
        return effect;
    }

    private void set(String field, JsonNode value) {
        if (value.isNull()) {
            fields.remove(field);
        } else {
            fields.set(field, value);
        }
    }
}
