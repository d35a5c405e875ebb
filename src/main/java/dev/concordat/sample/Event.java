package dev.concordat.sample;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Iterator;
import java.util.UUID;

/** Writes changes as CloudEvents 1.0 in JSON. */
final class Event {
    static final ObjectMapper JSON = new ObjectMapper();
    private static final String SOURCE = "urn:crm:sample";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final int HUGE = 1_000_000;

    private Event() {
    }

    static Emission emission(Step step, Instant at) {
        boolean unreadable = step.kind() == Kind.NOT_JSON || step.kind() == Kind.ENVELOPE;
        return new Emission(step.channel(), step.kind(), step.id().toString(), unreadable ? null : step.customer(),
                step.entity().word(), step.entityId(), step.version(), body(step, at));
    }

    /** The CRM's own event about what the bridge set. */
    static Emission echo(Entity entity, String customer, String id, long version, ObjectNode after, Instant at) {
        String subject = entity.word() + "/" + id;
        String event = UUID.nameUUIDFromBytes((subject + "@" + version).getBytes(StandardCharsets.UTF_8)).toString();
        ObjectNode echo = envelope(entity, customer, subject, version, at).put("origin", "concordat");
        echo.put("id", event);
        return new Emission(Channel.WEBHOOK, Kind.FOREIGN_ONLY, event, customer, entity.word(), id, version,
                bytes(withData(echo, "u", after)));
    }

    private static byte[] body(Step step, Instant at) {
        String subject = step.entity().word() + "/" + step.entityId();
        ObjectNode event = envelope(step.entity(), step.customer(), subject, step.version(), at);
        event.put("id", step.id().toString());
        withData(event, step.created() ? "c" : "u", step.after());
        return switch (step.kind()) {
            case NOT_JSON -> cut(bytes(event));
            case ENVELOPE -> bytes(event.without("subject"));
            case CONTRACT_VERSION -> bytes(event.put("dataschema", "urn:concordat:customer:9"));
            case DOCUMENT_SIZE -> huge(event);
            default -> bytes(event);
        };
    }

    private static ObjectNode envelope(Entity entity, String customer, String subject, long version, Instant at) {
        return JSON.createObjectNode()
                .put("specversion", "1.0")
                .put("id", "")
                .put("source", SOURCE)
                .put("type", entity.word() + ".changed")
                .put("subject", subject)
                .put("time", TIME.format(at))
                .put("dataschema", "urn:concordat:" + entity.word() + ":1")
                .put("partitionkey", customer)
                .put("sequence", String.format("%020d", version))
                .put("datacontenttype", "application/json");
    }

    private static ObjectNode withData(ObjectNode event, String op, ObjectNode after) {
        ObjectNode data = event.putObject("data").put("op", op);
        if (!op.equals("c")) {
            ArrayNode changed = data.putArray("changed");
            for (Iterator<String> names = after.fieldNames(); names.hasNext(); ) {
                String name = names.next();
                if (!name.equals("id") && !name.equals("customer")) {
                    changed.add(name);
                }
            }
        }
        data.set("after", after);
        return event;
    }

    private static byte[] cut(byte[] whole) {
        return Arrays.copyOf(whole, whole.length / 2);
    }

    private static byte[] huge(ObjectNode event) {
        ObjectNode after = (ObjectNode) event.get("data").get("after");
        ObjectNode longer = after.deepCopy().put("notes", "");
        ((ObjectNode) event.get("data")).set("after", longer);
        longer.put("notes", "n".repeat(HUGE - bytes(event).length));
        return bytes(event);
    }

    /** The fields that a sound change carries. */
    static ObjectNode after(Emission emission) {
        try {
            return (ObjectNode) JSON.readTree(emission.body()).path("data").path("after");
        } catch (IOException e) {
            throw new UncheckedIOException("a sound change has to be JSON", e);
        }
    }

    static byte[] bytes(ObjectNode event) {
        try {
            return JSON.writeValueAsBytes(event);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON nodes can always be written", e);
        }
    }
}
