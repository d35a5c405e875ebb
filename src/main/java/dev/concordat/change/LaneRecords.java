package dev.concordat.change;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.support.DefaultMessage;

/**
 * Writes judged changes as the records of their lanes: the verdict first, the change as it came last.
 *
 * <p>A record is {@code {"contract", "receipt", "delivery"?, "returned", "outcome"?, "misplaced"?, "parent"?, "after"?, "change"}}. {@code after}
 * is there only where the bytes of the change say something else than what passed the gate: so a lane writes
 * no field that the contract which judged the change did not know, whatever contract the lane has by then.
 */
public final class LaneRecords {
    /** Kafka header: entity and id, which tells the lane what may go into one statement. */
    public static final String SUBJECT = "concordat-subject";
    /** Kafka header: length of what stands before the change's own bytes in the record. */
    public static final String CHANGE_AT = "concordat-change-at";
    /**
     * Kafka header of a change in breach: the {@link Quarantined} as JSON; the record is the change as it came. The first receipt of one that comes
     * back is in the header {@link ChangeReader#FIRST}, which a bridge of before passes over.
     */
    public static final String QUARANTINED = "concordat-quarantined";

    private final ObjectMapper json = JsonMapper.builder().build();
    private final String topicSuffix;
    private final String refetchTopic;

    /**
     * @param topicSuffix  what follows the region in a lane's topic, such as {@code .changes}
     * @param refetchTopic topic of the changes whose values have to be read from their source first
     */
    public LaneRecords(String topicSuffix, String refetchTopic) {
        this.topicSuffix = topicSuffix;
        this.refetchTopic = refetchTopic;
    }

    /** One Kafka message for each change, for the topic of the lane that admit chose. */
    public List<Message> write(List<Change> changes, Exchange exchange) {
        var messages = new ArrayList<Message>(changes.size());
        for (Change change : changes) {
            var message = new DefaultMessage(exchange.getContext());
            message.setHeader(KafkaConstants.OVERRIDE_TOPIC, change.refetch() ? refetchTopic : change.region() + topicSuffix);
            try {
                fill(message, change);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            messages.add(message);
        }
        return messages;
    }

    private void fill(Message message, Change change) throws IOException {
        if (change.envelope() != null) {
            message.setHeader(KafkaConstants.KEY, change.envelope().customer());
        }
        if (change.outcome() == Outcome.QUARANTINED) {
            message.setHeader(QUARANTINED, Quarantined.of(change).json());
            if (change.receipt().isFurther()) {
                message.setHeader(ChangeReader.FIRST, change.receipt().booked());
            }
            message.setBody(change.original());
            return;
        }
        if (change.refetch()) {
            message.setHeader(ChangeReader.FIRST, change.receipt().booked());
            message.setBody(change.original());
            return;
        }
        var bytes = new ByteArrayOutputStream(change.original().length + 256);
        writeVerdict(change, bytes);
        message.setHeader(SUBJECT, change.envelope().subject());
        message.setHeader(CHANGE_AT, Integer.toString(bytes.size()));
        bytes.write(change.outcome() == Outcome.FILTERED ? nameOnly(change.envelope()) : change.original());
        bytes.write('}');
        message.setBody(bytes.toByteArray());
    }

    private void writeVerdict(Change change, ByteArrayOutputStream bytes) throws IOException {
        try (JsonGenerator out = json.getFactory().createGenerator(bytes)) {
            out.disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT);
            out.writeStartObject();
            out.writeStringField("contract", change.contract());
            out.writeStringField("receipt", change.receipt().booked());
            if (change.receipt().isFurther()) {
                out.writeStringField("delivery", change.receipt().position());
            }
            out.writeBooleanField("returned", change.receipt().isFurther());
            if (change.outcome() != null) {
                out.writeStringField("outcome", change.outcome().word());
            }
            if (change.misplaced() != null) {
                out.writePOJOField("misplaced", change.misplaced());
            }
            if (change.parent() != null) {
                out.writeStringField("parent", change.parent());
            }
            if (!change.ended() && change.altered()) {
                out.writeFieldName("after");
                json.writeTree(out, change.after());
            }
            out.writeFieldName("change");
            out.flush();
        }
        bytes.write(':');
    }

    /** What was filtered reaches its lane as a name, without data. */
    private byte[] nameOnly(Change.Envelope envelope) throws IOException {
        return json.writeValueAsBytes(json.createObjectNode().put("source", envelope.source()).put("id", envelope.id())
                .put("subject", envelope.subject()).put("time", envelope.time().toString())
                .put("sequence", Long.toString(envelope.version())));
    }
}
