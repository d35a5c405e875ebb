package dev.concordat.change;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.component.kafka.KafkaConstants;

/** Reads CloudEvents 1.0 changes from Kafka records, structured or binary; what cannot be read ends in breach. */
public final class ChangeReader {
    /** Kafka header on a change that the bridge itself sent through the front door again; its value says why. */
    public static final String RETURNED = "concordat-returned";
    /** Kafka header with the position of a returned change's first delivery. */
    public static final String FIRST = "concordat-receipt";
    /** Kafka header with the quarantined change's identity, for a replayed one whose bytes hold none. */
    public static final String IDENTITY = "concordat-identity";

    /** The world's offsets end at 14 hours, in seconds; PostgreSQL's not much later. */
    private static final int FARTHEST_OFFSET = 14 * 3600;

    private final int largest;
    private final ObjectMapper json = JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY).build();

    /** @param largest largest change accepted, in bytes */
    public ChangeReader(int largest) {
        this.largest = largest;
    }

    /** Reads the records of a batch; see {@link #read}. */
    public List<Change> readEach(List<Exchange> batch) {
        var changes = new ArrayList<Change>(batch.size());
        batch.forEach(each -> changes.add(read(each)));
        return changes;
    }

    /** Reads one record of a batch; never fails, a change that cannot be read has its breach. */
    public Change read(Exchange batchRecord) {
        var message = batchRecord.getMessage();
        return readRecord(message.getHeaders(), message.getBody(byte[].class));
    }

    /**
     * Reads one Kafka record; never fails, as {@link #read}.
     *
     * @param headers the record's headers, and topic, partition and offset under Camel's names for them
     * @param body    null for a record without a value
     */
    public Change readRecord(Map<String, Object> headers, byte[] body) {
        return readStructured(receipt(headers), structured(headers, body));
    }

    /** Reads a change in structured mode; never fails, as {@link #read}. */
    public Change readStructured(Receipt receipt, byte[] structured) {
        var change = new Change(receipt, structured);
        EachChange.one(change, this::readInto);
        return change;
    }

    /** Where the CRM answers with the entity that a change concerns, such as {@code /customers/C-1}. */
    public String path(byte[] change) throws IOException {
        String subject = json.readTree(change).path("subject").asText();
        int slash = subject.indexOf('/');
        return "/" + subject.substring(0, slash) + "s" + subject.substring(slash);
    }

    /**
     * A change without values, filled with the entity as its source has it; without fields where the source has none.
     *
     * @param entity the source's document; null where it does not know the entity
     */
    public byte[] filled(byte[] change, byte[] entity) throws IOException {
        var filled = (ObjectNode) json.readTree(change);
        var data = filled.putObject("data").put("op", "u");
        if (entity != null) {
            // The source's document also holds what the ledger told it: an echo, not an attempt to set it.
            filled.put("origin", "concordat");
            var after = (ObjectNode) json.readTree(entity);
            data.set("after", after.without(List.of("version", "updatedAt")));
        }
        return json.writeValueAsBytes(filled);
    }

    /** The customer id that a change names as its partition key; null where it names none or is not JSON. */
    public String key(byte[] body) {
        try (JsonParser parser = json.getFactory().createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                if (name.equals("partitionkey")) {
                    return parser.getValueAsString();
                }
                parser.skipChildren();
            }
        } catch (IOException e) {
            return null;
        }
        return null;
    }

    private static Receipt receipt(Map<String, Object> headers) {
        return new Receipt((String) headers.get(KafkaConstants.TOPIC), (Integer) headers.get(KafkaConstants.PARTITION),
                (Long) headers.get(KafkaConstants.OFFSET), headers.containsKey(RETURNED), text(headers.get(FIRST)), text(headers.get(IDENTITY)));
    }

    private void readInto(Change change) {
        try {
            readOrRefuse(change);
        } catch (Unreadable e) {
            change.breach(new Breach(e.rule(), "none", e.pointer(), e.rule(), e.getMessage()));
        }
    }

    private void readOrRefuse(Change change) throws Unreadable {
        if (change.original().length > largest) {
            throw new Unreadable("document-size", "", "The change should be at most " + largest + " bytes; it has "
                    + change.original().length);
        }
        ObjectNode document = parse(change.original());
        var envelope = envelope(name -> attribute(document.path(name)));
        JsonNode data = document.path("data");
        if (!data.isObject()) {
            throw new Unreadable("envelope", "", "`data` should be an object {op, after}");
        }
        change.read(envelope, complete((ObjectNode) data, envelope));
    }

    /** The record's bytes; of a change in binary mode, the structured change with the same bytes as its data. */
    private byte[] structured(Map<String, Object> headers, byte[] body) {
        if (body == null) {
            return new byte[0];
        }
        if (!headers.containsKey("ce_id")) {
            return body;
        }
        ObjectNode attributes = json.createObjectNode();
        headers.forEach((name, value) -> {
            if (name.startsWith("ce_")) {
                attributes.put(name.substring(3), text(value));
            }
        });
        String opening = attributes.toString();
        var bytes = new ByteArrayOutputStream(body.length + 512);
        bytes.writeBytes(opening.substring(0, opening.length() - 1).getBytes(StandardCharsets.UTF_8));
        bytes.writeBytes(",\"data\":".getBytes(StandardCharsets.UTF_8));
        bytes.writeBytes(body);
        bytes.write('}');
        return bytes.toByteArray();
    }

    /** Null for what the ledger would not read as the same text: null, a fraction, an object. */
    private static String attribute(JsonNode value) {
        return value.isTextual() || value.isIntegralNumber() ? value.asText() : null;
    }

    private ObjectNode parse(byte[] bytes) throws Unreadable {
        if (otherEncoding(bytes)) {
            throw new Unreadable("not-json", "", "The change should be one JSON object in UTF-8 without a byte order mark");
        }
        JsonNode document;
        try (JsonParser parser = json.getFactory().createParser(bytes)) {
            document = json.readTree(parser);
            if (document != null && parser.nextToken() != null) {
                throw new Unreadable("not-json", "", "The change should be one JSON object; more follows after it");
            }
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            var at = e.getLocation();
            throw new Unreadable("not-json", "", "The change should be one JSON object; it cannot be read"
                    + (at == null ? "" : " from line " + at.getLineNr() + ", column " + at.getColumnNr()));
        } catch (IOException e) {
            throw new Unreadable("not-json", "", "The change should be one JSON object in UTF-8");
        }
        if (document == null || !document.isObject()) {
            throw new Unreadable("not-json", "", "The change should be one JSON object");
        }
        return (ObjectNode) document;
    }

    /** The parser would read UTF-16, UTF-32 and byte order marks; no ledger does. JSON begins with a character of ASCII. */
    private static boolean otherEncoding(byte[] bytes) {
        return bytes.length > 0 && bytes[0] <= 0 || bytes.length > 1 && bytes[1] == 0;
    }

    private interface Attributes {
        String get(String name);
    }

    private static Change.Envelope envelope(Attributes attributes) throws Unreadable {
        if (!"1.0".equals(attributes.get("specversion"))) {
            throw new Unreadable("envelope", "", "`specversion` should be 1.0");
        }
        String id = required(attributes, "id", "an id that is unique in its source");
        String source = required(attributes, "source", "the URI of the sending system");
        String subject = required(attributes, "subject", "the entity and its id, for example customer/C-1");
        String dataschema = required(attributes, "dataschema", "urn:concordat:<entity>:<major>");
        String customer = required(attributes, "partitionkey", "the customer's id");
        int slash = subject.indexOf('/');
        String entity = slash < 0 ? subject : subject.substring(0, slash);
        String entityId = slash < 0 ? "" : subject.substring(slash + 1);
        if (!isEntityId(entityId) || !isEntityId(customer)) {
            throw new Unreadable("envelope", "", "`subject` should be the entity and its id, for example customer/C-1, and "
                    + "`partitionkey` the customer's id: 1 to 64 letters, digits or _ . ~ : -");
        }
        if (!(entity + ".changed").equals(attributes.get("type"))) {
            throw new Unreadable("envelope", "", "`type` should be <entity>.changed with the entity that `subject` names");
        }
        return new Change.Envelope(source, id, entity, entityId, customer, sequence(attributes), time(attributes),
                dataschema, attributes.get("origin"));
    }

    private static boolean isEntityId(String text) {
        boolean ok = !text.isEmpty() && text.length() <= 64;
        for (int i = 0; ok && i < text.length(); i++) {
            ok = text.charAt(i) < 128 && Character.isLetterOrDigit(text.charAt(i)) || "_.~:-".indexOf(text.charAt(i)) >= 0;
        }
        return ok;
    }

    private static String required(Attributes attributes, String name, String right) throws Unreadable {
        String value = attributes.get(name);
        if (value == null || value.isBlank() || value.length() > 256 || value.indexOf('\u0000') >= 0) {
            throw new Unreadable("envelope", "", "`" + name + "` should be " + right + ", at most 256 characters");
        }
        return value;
    }

    private static long sequence(Attributes attributes) throws Unreadable {
        long version = Sequence.read(attributes.get("sequence"));
        if (version == 0) {
            throw new Unreadable("envelope", "", "`sequence` should be the entity's version at its source: a whole number from 1 on, "
                    + "padded to 20 digits");
        }
        return version;
    }

    private static Instant time(Attributes attributes) throws Unreadable {
        Instant usual = UtcTime.read(String.valueOf(attributes.get("time")));
        if (usual != null) {
            return usual;
        }
        try {
            var time = OffsetDateTime.parse(String.valueOf(attributes.get("time")));
            if (time.getYear() >= 1970 && time.getYear() < 9999 && Math.abs(time.getOffset().getTotalSeconds()) <= FARTHEST_OFFSET) {
                return time.toInstant();
            }
        } catch (DateTimeParseException e) {
            // falls through: no date and time with offset
        }
        throw new Unreadable("envelope", "", "`time` should be a date and time with offset, for example 2026-01-31T10:00:00Z");
    }

    private static ObjectNode complete(ObjectNode data, Change.Envelope envelope) throws Unreadable {
        JsonNode after = data.get("after");
        if (after == null || after.isNull()) {
            String op = data.path("op").asText();
            if (!op.equals("d") && !op.equals("refetch")) {
                throw new Unreadable("envelope", "/after", "`/after` should be an object with the entity's fields");
            }
            data.putObject("after").put("id", envelope.entityId());
        } else if (!after.isObject()) {
            throw new Unreadable("envelope", "/after", "`/after` should be an object with the entity's fields");
        } else if (!envelope.entityId().equals(after.path("id").asText(null))) {
            throw new Unreadable("envelope", "/after/id", "`/after/id` should be the id that `subject` names");
        }
        String customer = envelope.entity().equals("customer") ? envelope.entityId() : data.get("after").path("customer").asText("");
        if (!customer.isEmpty() && !customer.equals(envelope.customer())) {
            throw new Unreadable("envelope", "", "`partitionkey` should be the customer whom the change concerns");
        }
        return data;
    }

    private static String text(Object header) {
        return header instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8)
                : header == null ? null : header.toString();
    }
}
