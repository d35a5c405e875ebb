package dev.concordat.change;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads CloudEvents 1.0 changes from Kafka records, structured or binary; what cannot be read ends in breach. */
public final class ChangeReader {
    /** Kafka header on a change that the bridge itself sent through the front door again; its value says why. */
    public static final String RETURNED = "concordat-returned";
    /** Kafka header with the position of a returned change's first delivery. */
    public static final String FIRST = "concordat-receipt";
    /** Kafka header with the quarantined change's identity, for a replayed one whose bytes hold none. */
    public static final String IDENTITY = "concordat-identity";

    /** Kafka header with the region that kept a replayed change. */
    public static final String KEPT_IN = "concordat-kept-in";

    /** Bytes; of a longer change, quarantine keeps as many: with what travels beside them they fit into a record of Kafka. */
    public static final int MOST_KEPT = 2_097_152;

    /** How long the source may take to tell an entity: 2 seconds to connect, 10 for the whole of its answer. */
    public static final Duration LONGEST_REFETCH = Duration.ofSeconds(12);

    private static final Logger LOG = LoggerFactory.getLogger(ChangeReader.class);

    private static final ObjectMapper JSON = JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY).build();
    private static final ObjectReader TREES = JSON.reader();

    private final int largest;
    /** Null where each change is read as a document. */
    private final QuickReader quick;
    private volatile Map<String, String> names = Map.of();

    /** @param largest largest change accepted, in bytes */
    public ChangeReader(int largest) {
        this.largest = largest;
        this.quick = null;
    }

    /**
     * @param largest largest change accepted, in bytes
     * @param sound   reads what is plainly sound, so that no document has to be made of it
     */
    public ChangeReader(int largest, SoundReader sound) {
        this.largest = largest;
        this.quick = new QuickReader(JSON.getFactory(), sound);
    }

    /**
     * Says how positions in a topic are called from now on.
     *
     * @param name the topic's own, or another one where there was a topic of its name before
     */
    public void calls(String topic, String name) {
        names = Map.of(topic, name);
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
        Receipt receipt = Receipts.of(headers, names);
        byte[] value = body == null ? new byte[0] : body;
        try {
            boolean binary = BinaryMode.is(headers) && value.length <= MOST_KEPT;
            return readStructured(receipt, binary ? BinaryMode.structured(headers, value) : value).came(headers);
        } catch (Unreadable e) {
            return refused(new Change(receipt, value).came(headers), e);
        }
    }

    /** Reads a change in structured mode; never fails, as {@link #read}. */
    public Change readStructured(Receipt receipt, byte[] structured) {
        if (structured.length > MOST_KEPT) {
            return refused(new Change(receipt, Arrays.copyOf(structured, MOST_KEPT)), new Unreadable("document-size", "",
                    "The change should be at most " + largest + " bytes; it has more than " + MOST_KEPT + ", of which the first are kept"));
        }
        var change = new Change(receipt, structured);
        EachChange.one(change, this::readInto);
        return change;
    }

    private static Change refused(Change change, Unreadable why) {
        change.breach(new Breach(why.rule(), "none", why.pointer(), why.rule(), why.getMessage()));
        return change;
    }

    private String size(int bytes) {
        return "The change should be at most " + largest + " bytes; it has " + bytes;
    }

    /** Where the CRM answers with the entity that a change concerns, such as {@code /customers/C-1}; null where it names none that can be one. */
    public String path(byte[] change) {
        String subject = subject(change);
        int slash = subject.indexOf('/');
        // As at the intake, no more and no less: what passes there and names nothing here would go round without end.
        if (slash < 1 || !EnvelopeReader.isIdentity(subject) || !EnvelopeReader.isEntityId(subject.substring(slash + 1))) {
            return null;
        }
        String entity = URLEncoder.encode(subject.substring(0, slash), UTF_8).replace("+", "%20");
        return "/" + entity + "s" + subject.substring(slash);
    }

    private static String subject(byte[] change) {
        try {
            return JSON.readTree(change).path("subject").asText();
        } catch (IOException e) {
            return "";
        }
    }

    /**
     * A change without values, filled with the entity as its source has it; without fields, and so in breach, where the source has
     * none or its answer cannot be read as one.
     *
     * @param entity the source's document, read no further than a change may be long; null where it does not know the entity
     */
    public byte[] filled(byte[] change, InputStream entity) throws IOException {
        var filled = (ObjectNode) JSON.readTree(change);
        var data = filled.putObject("data").put("op", "u");
        ObjectNode after = entity == null ? null : answered(entity.readNBytes(MOST_KEPT));
        if (after != null) {
            // The source's document also holds what the ledger told it: an echo, not an attempt to set it.
            filled.put("origin", "concordat");
            data.set("after", after.without(List.of("version", "updatedAt")));
        }
        return JSON.writeValueAsBytes(filled);
    }

    private static ObjectNode answered(byte[] document) {
        try {
            return parse(document, new FractionSeen());
        } catch (Unreadable e) {
            LOG.warn("the CRM's answer should be the entity as one JSON object: bytes={}", document.length);
            return null;
        }
    }

    /** The customer id that a change names as its partition key; null where it names none that can be one, or is not JSON. */
    public static String key(byte[] body) {
        if (body == null) {
            return null;
        }
        try (JsonParser parser = JSON.getFactory().createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                if (name.equals("partitionkey")) {
                    String customer = parser.getValueAsString();
                    return customer != null && EnvelopeReader.isEntityId(customer) ? customer : null;
                }
                parser.skipChildren();
            }
        } catch (IOException e) {
            return null;
        }
        return null;
    }

    private void readInto(Change change) {
        try {
            readOrRefuse(change);
        } catch (Unreadable e) {
            refused(change, e);
        }
    }

    private void readOrRefuse(Change change) throws Unreadable {
        if (change.original().length > largest) {
            throw new Unreadable("document-size", "", size(change.original().length));
        }
        if (quick != null && !otherEncoding(change.original()) && quick.read(change)) {
            return;
        }
        var fractions = new FractionSeen();
        ObjectNode document = parse(change.original(), fractions);
        var envelope = EnvelopeReader.read(name -> attribute(document.path(name)));
        JsonNode data = document.path("data");
        if (!data.isObject()) {
            throw new Unreadable("envelope", "", "`data` should be an object {op, after}");
        }
        ObjectNode completed = complete((ObjectNode) data, envelope);
        String concerned = concerned(completed, envelope);
        if (!concerned.equals(envelope.customer())) {
            // Kept where the one lives whom it concerns, whatever key the sender gave it.
            if (EnvelopeReader.isEntityId(concerned)) {
                change.read(envelope.about(concerned), completed, fractions.any());
            }
            throw new Unreadable("envelope", "", "`partitionkey` should be the customer whom the change concerns");
        }
        change.read(envelope, completed, fractions.any());
    }

    /** Null for what the ledger would not read as the same text: null, a fraction, an object. */
    private static String attribute(JsonNode value) {
        return value.isTextual() || value.isIntegralNumber() ? value.asText() : null;
    }

    /** The data of a change that was read once before. */
    static ObjectNode dataOf(byte[] change) {
        try {
            return (ObjectNode) TREES.readTree(change).path("data");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ObjectNode parse(byte[] bytes, FractionSeen fractions) throws Unreadable {
        if (otherEncoding(bytes)) {
            throw new Unreadable("not-json", "", "The change should be one JSON object in UTF-8 without a byte order mark");
        }
        JsonNode document;
        try (JsonParser parser = JSON.getFactory().createParser(bytes)) {
            document = TREES.with(fractions).readTree(parser);
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
        if (document == null || document.isMissingNode()) {
            throw new Unreadable("not-json", "", "The change is empty; it should be one JSON object");
        }
        if (!document.isObject()) {
            throw new Unreadable("not-json", "", "The change should be one JSON object");
        }
        return (ObjectNode) document;
    }

    /** The parser would read UTF-16, UTF-32 and byte order marks; no ledger does. JSON begins with a character of ASCII. */
    private static boolean otherEncoding(byte[] bytes) {
        return bytes.length > 0 && bytes[0] <= 0 || bytes.length > 1 && bytes[1] == 0;
    }

    private static ObjectNode complete(ObjectNode data, Change.Envelope envelope) throws Unreadable {
        JsonNode after = data.get("after");
        if (after == null || after.isNull()) {
            String op = data.path("op").asText();
            if (!op.equals("d") && !op.equals("refetch")) {
                throw new Unreadable("envelope", "/after", "`/after` should be an object with the entity's fields");
            }
            data.putObject("after").put(Change.ID, envelope.entityId());
        } else if (!after.isObject()) {
            throw new Unreadable("envelope", "/after", "`/after` should be an object with the entity's fields");
        } else if (!envelope.entityId().equals(after.path(Change.ID).asText(null))) {
            throw new Unreadable("envelope", "/after/id", "`/after/id` should be the id that `subject` names");
        }
        return data;
    }

    /** The customer whom the change concerns by what it says of itself; by its partition key where it says nothing. */
    private static String concerned(ObjectNode data, Change.Envelope envelope) {
        String named = envelope.entity().equals(Change.CUSTOMER) ? envelope.entityId() : data.get("after").path(Change.CUSTOMER).asText("");
        return named.isEmpty() ? envelope.customer() : named;
    }
}
