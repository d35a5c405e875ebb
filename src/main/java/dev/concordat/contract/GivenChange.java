package dev.concordat.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads which change a case sends: a base, what differs from it, and an envelope that fits unless the case says otherwise. */
final class GivenChange {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final List<String> PARTS = List.of("op", "changed", "before", "after");

    private final Contract contract;
    private final Map<String, ObjectNode> bases;
    private final List<Finding> findings;

    GivenChange(Contract contract, Map<String, ObjectNode> bases, List<Finding> findings) {
        this.contract = contract;
        this.bases = bases;
        this.findings = findings;
    }

    /** The change event in JSON. */
    byte[] read(Section section) {
        ObjectNode base = base(section);
        ObjectNode data = base.deepCopy();
        for (String part : PARTS) {
            if (section.has(part)) {
                data.set(part, json(section, part));
            }
        }
        set(section, data);
        ObjectNode envelope = envelope(data.get("after"), base.get("after"));
        if (section.has("with")) {
            with(section, envelope);
        }
        String text = section.text("json");
        String opening = envelope.toString();
        return (opening.substring(0, opening.length() - 1) + ",\"data\":" + (text == null ? data : text) + "}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private ObjectNode base(Section section) {
        String name = section.text("base");
        if (name != null && !bases.containsKey(name)) {
            findings.add(section.place().key("base").finding(FindingCode.WRONG_CASE, "[" + name + "] is unknown", "use one of "
                    + String.join(", ", bases.keySet())));
        }
        return bases.getOrDefault(name, bases.values().iterator().next());
    }

    private void set(Section section, ObjectNode data) {
        fields(section, "set", data).forEach(field -> put(data, field.getKey(), field.getValue()));
        fields(section, "fill", data).forEach(field -> {
            if (field.getValue().isIntegralNumber() && field.getValue().intValue() >= 0) {
                put(data, field.getKey(), JSON.textNode("x".repeat(field.getValue().intValue())));
            } else {
                findings.add(section.place().key("fill").key(field.getKey()).finding(FindingCode.WRONG_CASE, "is no length",
                        "write how many characters, such as 100"));
            }
        });
        for (String path : section.texts("remove")) {
            int slash = path.lastIndexOf('/');
            JsonNode parent = slash < 0 ? data.get("after") : data.get("after").at("/" + path.substring(0, slash));
            if (!(parent instanceof ObjectNode object) || object.remove(path.substring(slash + 1)) == null) {
                findings.add(section.place().key("remove").finding(FindingCode.WRONG_CASE, "[" + path + "] is not there", "name a field of the base"));
            }
        }
    }

    private Set<Map.Entry<String, JsonNode>> fields(Section section, String key, ObjectNode data) {
        if (!section.has(key)) {
            return Set.of();
        }
        if (json(section, key) instanceof ObjectNode fields && data.get("after") instanceof ObjectNode) {
            return fields.properties();
        }
        findings.add(section.place().key(key).finding(FindingCode.WRONG_CASE, "cannot be set", "write fields and values, where 'after' has fields"));
        return Set.of();
    }

    /** A path such as {@code address/city} names a field inside an object. */
    private static void put(ObjectNode data, String path, JsonNode value) {
        ObjectNode object = (ObjectNode) data.get("after");
        String[] steps = path.split("/");
        for (int i = 0; i < steps.length - 1; i++) {
            object = object.get(steps[i]) instanceof ObjectNode inner ? inner : object.putObject(steps[i]);
        }
        object.set(steps[steps.length - 1], value);
    }

    private ObjectNode envelope(JsonNode after, JsonNode base) {
        String entity = contract.entity();
        String id = text(after, base, contract.key().name());
        String customer = contract.parent().map(parent -> text(after, base, parent.field())).orElse(id);
        return JSON.objectNode().put("specversion", "1.0").put("id", "case-1")
                .put("source", "urn:concordat:case").put("type", entity + ".changed").put("subject", entity + "/" + id)
                .put("time", "2026-11-22T10:00:00Z").put("dataschema", contract.dataschema()).put("partitionkey", customer)
                .put("sequence", "00000000000000000001");
    }

    private static String text(JsonNode after, JsonNode base, String name) {
        JsonNode given = after.path(name);
        return given.isTextual() || given.isIntegralNumber() ? given.asText() : base.path(name).asText();
    }

    private void with(Section section, ObjectNode envelope) {
        if (!(json(section, "with") instanceof ObjectNode attributes)) {
            findings.add(section.place().key("with").finding(FindingCode.WRONG_CASE, "is not a mapping",
                    "write attributes of the envelope, such as {origin: concordat}"));
            return;
        }
        attributes.properties().forEach(attribute -> {
            if (attribute.getValue().isNull()) {
                envelope.remove(attribute.getKey());
            } else {
                envelope.set(attribute.getKey(), attribute.getValue());
            }
        });
    }

    private static JsonNode json(Section section, String key) {
        return YamlValues.json(section.place().key(key).node());
    }
}
