package dev.concordat.change;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;

/** A change as a CRM sends it, built for a test. */
public final class Sent {
    public static final CamelContext CAMEL = new DefaultCamelContext();
    public static final int LARGEST = 262_144;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ObjectNode event = JSON.createObjectNode();
    private long offset;
    private boolean returned;
    private String first;

    private Sent(String entity, String id, String customer) {
        event.put("specversion", "1.0").put("id", entity + "-" + id + "-1").put("source", "urn:crm:test")
                .put("type", entity + ".changed").put("subject", entity + "/" + id).put("time", "2026-11-22T10:00:00.123Z")
                .put("dataschema", "urn:concordat:" + entity + ":1").put("partitionkey", customer)
                .put("sequence", "00000000000000000001").put("datacontenttype", "application/json");
        event.putObject("data").put("op", "u").putObject("after").put("id", id);
    }

    /** An update of a customer that sets nothing yet. */
    public static Sent customer(String id) {
        return new Sent("customer", id, id);
    }

    /** The first change of a customer, complete. */
    public static Sent newCustomer(String id, String residency) {
        return customer(id).op("c").set("familyName", "Muster").set("type", "individual").set("residency", residency)
                .set("status", "active");
    }

    /** An update of an account that sets nothing yet. */
    public static Sent account(String id, String customer) {
        return new Sent("account", id, customer).set("customer", customer);
    }

    /** The first change of an account, complete. */
    public static Sent newAccount(String id, String customer) {
        return account(id, customer).op("c").set("product", "current");
    }

    public Sent op(String op) {
        ((ObjectNode) event.get("data")).put("op", op);
        return this;
    }

    /** The version of the entity, and an event id that goes with it. */
    public Sent version(long version) {
        event.put("sequence", "%020d".formatted(version));
        return id(event.get("subject").asText().replace('/', '-') + "-" + version);
    }

    public Sent id(String id) {
        event.put("id", id);
        return this;
    }

    public Sent at(long receivedAt) {
        offset = receivedAt;
        return this;
    }

    /** Sent through the front door again by the bridge itself. */
    public Sent returned() {
        returned = true;
        return this;
    }

    /** Sent through the front door again; {@code first} is where it was received first, such as {@code crm.changes-0@7}. */
    public Sent returned(String receivedFirst) {
        first = receivedFirst;
        return returned();
    }

    public Sent set(String field, Object value) {
        after().set(field, JSON.valueToTree(value));
        return this;
    }

    public Sent clear(String field) {
        after().putNull(field);
        return this;
    }

    /** Sets an attribute of the envelope; null takes it away. */
    public Sent with(String attribute, Object value) {
        if (value == null) {
            event.remove(attribute);
        } else {
            event.set(attribute, JSON.<JsonNode>valueToTree(value));
        }
        return this;
    }

    /** The same change, to be sent once more. */
    public Sent copy() {
        var copy = customer("copy");
        copy.event.removeAll();
        copy.event.setAll(event.deepCopy());
        copy.returned = returned;
        copy.first = first;
        return copy;
    }

    public ObjectNode data() {
        return (ObjectNode) event.get("data");
    }

    public ObjectNode after() {
        return (ObjectNode) data().get("after");
    }

    /** An attribute of the envelope. */
    public String attribute(String name) {
        return event.get(name).asText();
    }

    public String json() {
        return event.toString();
    }

    public byte[] bytes() {
        return json().getBytes(StandardCharsets.UTF_8);
    }

    public Receipt receipt() {
        return new Receipt("crm.changes", 0, offset, returned, first, null);
    }

    /** The record as Camel's batching consumer hands it over. */
    public Exchange received() {
        var headers = new HashMap<String, Object>();
        if (returned) {
            headers.put(ChangeReader.RETURNED, "replay".getBytes(StandardCharsets.UTF_8));
        }
        if (first != null) {
            headers.put(ChangeReader.FIRST, first.getBytes(StandardCharsets.UTF_8));
        }
        return received(bytes(), headers, offset);
    }

    public static Exchange received(byte[] body, Map<String, Object> headers, long offset) {
        var exchange = new DefaultExchange(CAMEL);
        exchange.getMessage().setBody(body);
        exchange.getMessage().setHeaders(new HashMap<>(headers));
        exchange.getMessage().setHeader(KafkaConstants.TOPIC, "crm.changes");
        exchange.getMessage().setHeader(KafkaConstants.PARTITION, 0);
        exchange.getMessage().setHeader(KafkaConstants.OFFSET, offset);
        return exchange;
    }

    /** The change as admit's first step makes it. */
    public Change read() {
        return new ChangeReader(LARGEST).read(received());
    }

    /** What a document of JSON says, however it is written; any other text as it is. */
    public static Object tree(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            return text;
        }
    }
}
