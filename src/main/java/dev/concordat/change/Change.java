package dev.concordat.change;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.component.kafka.KafkaConstants;

/**
 * One change event on its way through admit: what came, what the envelope says, and what was found so far.
 *
 * <p>One thread at a time handles its batch. A step that finds a breach calls {@link #breach}; later
 * steps leave a change alone that has {@link #ended()}.
 */
public final class Change {
    /** Source of changes that name none because they cannot be read. */
    public static final String RECEIPT_SOURCE = "urn:concordat:receipt";

    /** The entity of customers, and the field by which any other entity names its customer. */
    public static final String CUSTOMER = "customer";
    /** The field of a customer that says where they live. */
    public static final String RESIDENCY = "residency";
    /** The field that holds an entity's id. */
    public static final String ID = "id";

    static final String NO_CONTRACT = "none";

    /** So many breaches are kept of a change: they travel in a header and are read by people. */
    private static final int MOST_BREACHES = 100;

    private final Receipt receipt;
    private final byte[] original;
    private final List<Breach> breaches = new ArrayList<>(0);
    private Envelope envelope;
    /** Null once there is a document. */
    private FieldValues values;
    private ObjectNode data;
    private ObjectNode after;
    private boolean toBeRead;
    private boolean creates;
    private boolean fractions;
    /** Names and values as they came, in turns. */
    private Object[] received;
    private String contract = NO_CONTRACT;
    private boolean again;
    private boolean takenOver;
    private String region;
    private Outcome outcome;
    private Breach misplaced;
    private String parent;
    private Object recordKey;
    private String keptIn;
    /** What {@link ChangeReader#key} finds in bytes without an envelope; null until it has looked. */
    private Optional<String> key;

    public Change(Receipt receipt, byte[] original) {
        this.receipt = receipt;
        this.original = original;
    }

    /** For the log of a route: what it is, and none of its values. */
    @Override
    public String toString() {
        return (envelope == null ? "unreadable" : envelope.entity() + " change " + envelope.id()) + " received as " + receipt.delivery();
    }

    /** Who sent what, as the CloudEvents attributes say it. */
    public record Envelope(
            String source, String id, String entity, String entityId, String customer, long version, Instant time,
            String dataschema, String origin) {
        /** The same of another customer. */
        Envelope about(String otherCustomer) {
            return new Envelope(source, id, entity, entityId, otherCustomer, version, time, dataschema, origin);
        }

        /** {@code customer/<id>} or {@code account/<id>}. */
        public String subject() {
            return entity + "/" + entityId;
        }
    }

    /**
     * Sets what was read from the bytes; until then, the change is known by its receipt alone.
     *
     * @param withFractions whether there may be a number with a fraction in them
     */
    public void read(Envelope readEnvelope, ObjectNode readData, boolean withFractions) {
        this.fractions = withFractions;
        this.envelope = readEnvelope;
        take(readData);
        String op = readData.path("op").asText();
        this.toBeRead = op.equals("refetch");
        this.creates = op.equals("c");
    }

    private void take(ObjectNode document) {
        this.data = document;
        this.after = document.get("after") instanceof ObjectNode fields ? fields : null;
        this.received = after == null ? new Object[0] : namesAndValues(after);
    }

    /** Sets what was read of a change that every step to the gate leaves as it is. */
    void read(Envelope readEnvelope, SoundReader.Sound sound) {
        this.envelope = readEnvelope;
        this.values = sound.values();
        this.creates = sound.creates();
    }

    /** Makes a document of what was read without one, as it is by now: whoever asks may alter it. */
    private void document() {
        if (values != null) {
            values = null;
            take(ChangeReader.dataOf(original));
            if (judged()) {
                data.remove("changed");
            }
        }
    }

    /** The same change as it is now, to be judged apart. */
    public Change copy() {
        var copy = new Change(receipt, original);
        if (values != null) {
            copy.read(envelope, new SoundReader.Sound(values, creates));
        } else if (envelope != null) {
            copy.read(envelope, data.deepCopy(), fractions);
        }
        copy.breaches.addAll(breaches);
        copy.contract = contract;
        copy.region = region;
        copy.outcome = outcome;
        copy.misplaced = misplaced;
        copy.recordKey = recordKey;
        copy.keptIn = keptIn;
        copy.parent = parent;
        return copy;
    }

    private static Object[] namesAndValues(ObjectNode fields) {
        Object[] both = new Object[2 * fields.size()];
        int next = 0;
        for (Map.Entry<String, JsonNode> field : fields.properties()) {
            both[next++] = field.getKey();
            both[next++] = field.getValue();
        }
        return both;
    }

    public Receipt receipt() {
        return receipt;
    }

    /** The structured change as it came; kept as it is for quarantine. */
    public byte[] original() {
        return original;
    }

    /** Null while the bytes could not be read as a change. */
    public Envelope envelope() {
        return envelope;
    }

    /** Remembers what its record says of where it belongs. */
    Change came(Map<String, Object> headers) {
        this.recordKey = headers.get(KafkaConstants.KEY);
        this.keptIn = receipt.returned() ? Receipts.text(headers.get(ChangeReader.KEPT_IN)) : null;
        return this;
    }

    /** The region in whose quarantine it was before; null where it was in none. */
    public String keptIn() {
        return keptIn;
    }

    /** Whom it concerns, also where it cannot be read but it, or its record, names its partition key; null where nothing says so. */
    public String customer() {
        if (envelope != null) {
            return envelope.customer();
        }
        if (key == null) {
            key = Optional.ofNullable(ChangeReader.key(original)).or(() -> Optional.ofNullable(recordKey).map(Object::toString)
                    .filter(EnvelopeReader::isEntityId));
        }
        return key.orElse(null);
    }

    /** The identity (source, id) under which this change is known; a change that could not be read has its receipt's. */
    public String source() {
        return envelope == null ? RECEIPT_SOURCE : envelope.source();
    }

    /** See {@link #source()}. */
    public String id() {
        return envelope != null ? envelope.id() : receipt.identity() != null ? receipt.identity() : receipt.position();
    }

    /** {@code {op, changed?, before?, after}}; enriched and reduced in place. Makes the document where none was made yet, see {@link #values}. */
    public ObjectNode data() {
        document();
        return data;
    }

    /** The shared entity's fields that the change carries. Makes the document where none was made yet, see {@link #values}. */
    public ObjectNode after() {
        document();
        return after;
    }

    /**
     * What the change sets, where it was read without a document, and is all that the steps to the gate would leave; null otherwise, and from
     * when on somebody has asked for {@link #data()} or {@link #after()}.
     */
    public FieldValues values() {
        return values;
    }

    /** The text of a field; null where the change does not set it, or to something else. */
    public String text(String field) {
        return values != null ? values.text(field) : after.path(field).textValue();
    }

    /** Whether the fields no longer say what the sender's bytes say: enriched, cleared, or taken away. */
    public boolean altered() {
        if (values != null) {
            return false;
        }
        if (received.length != 2 * after().size()) {
            return true;
        }
        int next = 0;
        for (Map.Entry<String, JsonNode> field : after().properties()) {
            if (!field.getKey().equals(received[next++]) || field.getValue() != received[next++]) {
                return true;
            }
        }
        return false;
    }

    /** Entity and contract version that judged, such as {@code customer/1.0.0}. */
    public String contract() {
        return contract;
    }

    /** The entity as metrics name it: a sender may call one whatever it likes, and each word is kept for good, so only those with a contract. */
    public String counted() {
        return envelope == null || outcome == Outcome.QUARANTINED && !judged() ? Outcomes.UNKNOWN : envelope.entity();
    }

    public void judgedBy(String contractVersion) {
        this.contract = contractVersion;
    }

    private boolean judged() {
        return !contract.equals(NO_CONTRACT);
    }

    public List<Breach> breaches() {
        return breaches;
    }

    /** Adds a breach; of more than a hundred, the first are kept. */
    public void breach(Breach breach) {
        if (breaches.size() < MOST_BREACHES) {
            breaches.add(breach);
        }
        outcome = Outcome.QUARANTINED;
    }

    /** What the change is in breach of, unless its ledger has a newer residency than the one that it brings; null where it may live where it does. */
    public Breach misplaced() {
        return misplaced;
    }

    /** Leaves it to the ledger of the region whether its residency counts: one that was overtaken moves nobody. */
    public void misplaced(Breach unlessOvertaken) {
        this.misplaced = unlessOvertaken;
    }

    /** Whether the change tells that something changed but not what: the entity is to be read from its source. */
    public boolean refetch() {
        return toBeRead && !ended();
    }

    /** Whether the change says that it brings a new entity. */
    public boolean creates() {
        return creates;
    }

    /** Whether there may be a number with a fraction in what came: such numbers were read, but not with all their digits. */
    public boolean fractions() {
        return fractions;
    }

    /** Whether this delivery was counted before: it comes again after a crash, or from another bridge. */
    public boolean again() {
        return again;
    }

    public void comeAgain() {
        this.again = true;
    }

    /** Whether another bridge had its partition last, as far as this one knows. */
    public boolean takenOver() {
        return takenOver;
    }

    public void takeOver() {
        this.takenOver = true;
    }

    /** Null while no region was chosen. */
    public String region() {
        return region;
    }

    public void live(String inRegion) {
        this.region = inRegion;
    }

    /** The id of the customer that has to come before this change can be applied; null where none is missing. */
    public String parent() {
        return parent;
    }

    /** Ends the change until its customer comes. */
    public void park(String awaitedCustomer) {
        this.parent = awaitedCustomer;
        this.outcome = Outcome.PARKED;
    }

    /** Null while the change is on its way. */
    public Outcome outcome() {
        return outcome;
    }

    public void end(Outcome ending) {
        this.outcome = ending;
    }

    public boolean ended() {
        return outcome != null;
    }
}
