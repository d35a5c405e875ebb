package dev.concordat.tool;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.change.Breach;
import dev.concordat.change.Change;
import dev.concordat.change.ChangeReader;
import dev.concordat.change.Receipt;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes of each record the changes that would reach the bridge, and reads them as the bridge does.
 *
 * <p>Numbers keep all their digits on the way, so that the bridge's reader sees what the file says.
 */
final class ChangeMaker {
    private static final ObjectMapper JSON = JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES).build();
    private static final String DEBEZIUM_OPS = "crud";

    private final Target target;
    private final DataFormat as;
    private final ChangeReader reader;
    private final SourceAdapter adapter;
    private String tableEvents = "";

    /**
     * What the data are about.
     *
     * @param op    {@code c} or {@code u}, what documents are judged as
     * @param types where the fields' types are known
     */
    record Target(String entity, String dataschema, String op, Optional<ColumnTypes> types) {
    }

    /** @param as null to find by content what each record is */
    ChangeMaker(Target target, DataFormat as, ChangeReader reader, SourceAdapter adapter) {
        this.target = target;
        this.as = as;
        this.reader = reader;
        this.adapter = adapter;
    }

    /** Read, or in breach where they cannot be; none for what says nothing of an entity, such as a tombstone. */
    List<Change> of(DataRecord found) {
        if (found.fault() != null) {
            var change = new Change(receipt(found), new byte[0]);
            change.breach(new Breach(found.fault().rule(), "none", "", found.fault().rule(), found.fault().sentence()));
            return List.of(change);
        }
        if (found.row() != null) {
            return List.of(document(found, target.types().map(types -> types.typed(found.row())).orElse(found.row()), target.op()));
        }
        JsonNode json = parsed(found.json());
        if (json != null && json.isNull() && (as == DataFormat.DEBEZIUM || tableEvents.equals(found.file()))) {
            return List.of();
        }
        return json instanceof ObjectNode object ? of(found, object) : List.of(reader.readStructured(receipt(found), found.json()));
    }

    private List<Change> of(DataRecord found, ObjectNode object) {
        return switch (as == null ? kind(object) : as) {
            case CLOUDEVENTS -> List.of(reader.readStructured(receipt(found), found.json()));
            case SALESFORCE -> adapter.changes(found.json()).stream().map(change -> reader.readStructured(receipt(found), change)).toList();
            case DEBEZIUM -> table(found, object.path("payload") instanceof ObjectNode payload ? payload : object);
            default -> List.of(document(found, object, target.op()));
        };
    }

    private static DataFormat kind(ObjectNode object) {
        JsonNode payload = object.path("payload").isObject() ? object.get("payload") : object;
        if (payload.has("ChangeEventHeader")) {
            return DataFormat.SALESFORCE;
        }
        if (payload.has("op") && payload.has("source") && (payload.has("before") || payload.has("after"))) {
            return DataFormat.DEBEZIUM;
        }
        boolean envelope = object.has("specversion") || object.has("data") && (object.has("dataschema") || object.has("subject"));
        return envelope ? DataFormat.CLOUDEVENTS : DataFormat.NDJSON;
    }

    /** The change that a row's event says; nothing for what concerns no row. A row whose old values came too says what changed. */
    private List<Change> table(DataRecord found, ObjectNode event) {
        tableEvents = found.file();
        String op = event.path("op").asText();
        if (op.length() != 1 || DEBEZIUM_OPS.indexOf(op.charAt(0)) < 0) {
            return List.of();
        }
        boolean deleted = op.equals("d");
        if (!(event.get(deleted ? "before" : "after") instanceof ObjectNode columns)) {
            return List.of(reader.readStructured(receipt(found), found.json()));
        }
        ObjectNode fields = row(columns);
        if (deleted) {
            return List.of(document(found, fields.retain("id", "customer"), "d"));
        }
        if (op.equals("u") && event.get("before") instanceof ObjectNode before && before.size() > 1) {
            ObjectNode old = row(before);
            ArrayNode changed = JSON.createArrayNode();
            fields.fieldNames().forEachRemaining(name -> {
                if (!fields.get(name).equals(old.get(name))) {
                    changed.add(name);
                }
            });
            return List.of(document(found, fields, Map.of("changed", changed), "u"));
        }
        return List.of(document(found, fields, op.equals("u") ? "u" : "c"));
    }

    private ObjectNode row(ObjectNode columns) {
        return target.types().map(types -> types.ofTable(columns)).orElse(columns);
    }

    private Change document(DataRecord found, ObjectNode fields, String op) {
        return document(found, fields, Map.of(), op);
    }

    /** A document in an envelope of its own; one that lacks what an envelope names is left to the contract to judge. */
    private Change document(DataRecord found, ObjectNode fields, Map<String, JsonNode> more, String op) {
        JsonNode id = fields.path("id");
        JsonNode customer = target.entity().equals("customer") ? id : fields.path("customer");
        ObjectNode data = JSON.createObjectNode().put("op", op).setAll(more);
        data.set("after", fields);
        if (id.isValueNode() && !id.isNull() && (customer.isMissingNode() || customer.isValueNode() && !customer.isNull())) {
            String owner = customer.isMissingNode() ? id.asText() : customer.asText();
            ObjectNode event = JSON.createObjectNode().put("specversion", "1.0").put("id", String.valueOf(found.number()))
                    .put("source", "urn:concordat:data").put("type", target.entity() + ".changed")
                    .put("subject", target.entity() + "/" + id.asText()).put("time", Instant.EPOCH.toString())
                    .put("dataschema", target.dataschema()).put("partitionkey", owner).put("sequence", "1");
            event.set("data", data);
            return reader.readStructured(receipt(found), bytes(event));
        }
        Change change = new Change(receipt(found), new byte[0]);
        change.read(new Change.Envelope("urn:concordat:data", String.valueOf(found.number()), target.entity(), id.asText(),
                customer.asText(), 1, Instant.EPOCH, target.dataschema(), null), plain(data), true);
        return change;
    }

    private static Receipt receipt(DataRecord found) {
        return new Receipt(found.file(), 0, found.number(), false, null, null);
    }

    /** Null for what is not one JSON value in UTF-8; the parser alone would also read UTF-16. */
    private static JsonNode parsed(byte[] bytes) {
        if (bytes[0] <= 0 || bytes.length > 1 && bytes[1] == 0) {
            return null;
        }
        try {
            return JSON.readTree(bytes);
        } catch (IOException e) {
            return null;
        }
    }

    /** As the reader of changes would hold it. */
    private static ObjectNode plain(ObjectNode data) {
        try {
            return (ObjectNode) new ObjectMapper().readTree(bytes(data));
        } catch (IOException e) {
            throw new IllegalStateException("a tree of JSON nodes can always be read again", e);
        }
    }

    private static byte[] bytes(ObjectNode tree) {
        try {
            return JSON.writeValueAsBytes(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON nodes can always be written", e);
        }
    }
}
