package dev.concordat;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Records that nobody should send, the same for the same seed: whatever a change may hold, each of its places holds once. */
public final class HostileChanges {
    /** Stands in the value of every classified field, and nowhere else. */
    static final String SECRET = "Qx7secretZ";

    private static final List<String> ATTRIBUTES = List.of("specversion", "id", "source", "type", "subject", "time", "dataschema",
            "partitionkey", "sequence", "origin", "data");
    private static final List<String> CLASSIFIED = List.of("givenName", "familyName", "email", "phone", "dateOfBirth", "taxId");
    private static final List<String> OPEN = List.of("id", "type", "segment", "residency", "status", "consent", "address", "customer");
    private static final List<String> HEADERS = List.of("kafka.OVERRIDE_TOPIC", "Kafka.Key", "CamelSqlQuery", "CamelHttpPath",
            "CamelHttpUri", "CamelJmsDestinationName", "JMSDestination", "JMSXGroupID", "CamelFileName", "CamelRedeliveryMaxCounter",
            "Retry-After", "concordat-subject", "concordat-change-at", "concordat-quarantined", "concordat-receipt", "concordat-identity", "concordat-kept-in",
            "ce-id", "CamelKafkaManualCommit", "CamelSplitIndex", "quarantined");
    private static final List<String> TEXTS = List.of("", " ", "\\u0000", "a\\u0000b", "\\ud800", "\\udc00\\ud800", "\\ufeff", "..",
            "../../etc/passwd", "${body}", "${bean:changes}", "{{concordat.crm.url}}", "'; DROP TABLE ledger.customer; --", "%n%s",
            "\\r\\nX-Evil: 1", "\\u202e", "eu.changes", "1e999999999", "9998-12-31T23:59:59.999Z", "2262-04-12T00:00:00Z",
            "null", "\\u0130\\u0131", "urn:concordat:account:1", "C-1", "DE", "d", "refetch");
    private static final List<String> NUMBERS = List.of("1e999999999", "-1e999999999", "1e-999999999", "1e400", "-0", "0.1e1",
            "9223372036854775808", "1E+2147483648", "NaN", "Infinity", "-", "01", ".5", "0x10");

    private final Random random;

    public HostileChanges(long seed) {
        random = new Random(seed);
    }

    /** One record of Kafka. */
    public record Hostile(byte[] body, Map<String, Object> headers) {
    }

    public Hostile next() {
        Map<String, String> data = new LinkedHashMap<>();
        data.put("op", quoted(one(List.of("c", "c", "u", "u", "u", "u", "d", "refetch", "x"))));
        String id = "C-" + random.nextInt(50);
        data.put("after", after(id));
        if (random.nextInt(6) == 0) {
            data.put(one(List.of("changed", "before", "after", "x")), value(false));
        }
        Map<String, String> envelope = envelope(id);
        envelope.put("data", object(data));
        if (random.nextInt(3) == 0) {
            envelope.put(one(ATTRIBUTES), value(false));
        }
        Map<String, Object> headers = new HashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            headers.put(one(HEADERS), random.nextBoolean() ? damagedText() : one(TEXTS).getBytes(UTF_8));
        }
        return random.nextInt(4) == 0 ? binary(envelope, headers) : new Hostile(damaged(object(envelope)), headers);
    }

    private Hostile binary(Map<String, String> envelope, Map<String, Object> headers) {
        String data = envelope.remove("data");
        envelope.forEach((name, value) -> headers.put("ce_" + name, random.nextInt(40) == 0 ? damagedText()
                : value.replaceAll("^\"|\"$", "").getBytes(UTF_8)));
        if (random.nextInt(20) == 0) {
            headers.put(one(List.of("ce_data", "ce_", "ce_ID", "ce_x".repeat(100))), damagedText());
        }
        return new Hostile(damaged(data + (random.nextInt(20) == 0 ? ",\"origin\":\"concordat\"" : "")), headers);
    }

    private Map<String, String> envelope(String id) {
        Map<String, String> envelope = new LinkedHashMap<>();
        envelope.put("specversion", "\"1.0\"");
        envelope.put("id", quoted("change-" + random.nextInt(1_000_000)));
        envelope.put("source", "\"urn:crm:hostile\"");
        envelope.put("type", "\"customer.changed\"");
        envelope.put("subject", quoted("customer/" + id));
        envelope.put("time", "\"2026-11-22T10:00:00Z\"");
        envelope.put("dataschema", "\"urn:concordat:customer:1\"");
        envelope.put("partitionkey", quoted(id));
        envelope.put("sequence", quoted("%020d".formatted(1 + random.nextInt(1_000))));
        return envelope;
    }

    private String after(String id) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("id", quoted(id));
        fields.put("familyName", quoted(SECRET));
        fields.put("type", "\"individual\"");
        fields.put("residency", "\"DE\"");
        fields.put("status", "\"active\"");
        for (int i = random.nextInt(3); i > 1; i--) {
            fields.put(one(CLASSIFIED), value(true));
        }
        if (random.nextInt(4) == 0) {
            fields.put(one(OPEN), value(false));
        }
        if (random.nextInt(4) == 0) {
            fields.put(one(TEXTS).replace("C-1", "unknown"), value(false));
        }
        String object = object(fields);
        return random.nextInt(12) == 0 ? object.substring(0, object.length() - 1) + ",\"" + one(OPEN) + "\":" + value(false) + "}" : object;
    }

    private String value(boolean secret) {
        String hidden = secret ? SECRET : "";
        return switch (random.nextInt(secret ? 5 : 10)) {
            case 0 -> quoted(one(TEXTS) + hidden);
            case 1 -> quoted(hidden + "x".repeat(random.nextInt(160)));
            case 2 -> "[" + quoted(hidden) + "]";
            case 3 -> "{" + quoted(hidden.isEmpty() ? one(TEXTS) : "a") + ":" + quoted(hidden) + "}";
            case 4 -> quoted(hidden + one(TEXTS) + hidden);
            case 5 -> one(NUMBERS);
            case 6 -> "9".repeat(1 + random.nextInt(rarely() ? 20_000 : 60));
            case 7 -> nested(rarely() ? 10_000 : 10);
            case 8 -> one(List.of("null", "true", "false", "[]", "{}", "[null]", "[1,2,3]"));
            default -> "[" + "1,".repeat(random.nextInt(rarely() ? 5_000 : 10)) + "1]";
        };
    }

    private boolean rarely() {
        return random.nextInt(200) == 0;
    }

    private String nested(int most) {
        int depth = 1 + random.nextInt(most);
        return random.nextBoolean() ? "[".repeat(depth) + "]".repeat(depth) : "{\"a\":".repeat(depth) + "1" + "}".repeat(depth);
    }

    /** Mostly as it is, so that much of it gets as far as the contract. */
    private byte[] damaged(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        switch (random.nextInt(30)) {
            case 0 -> bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            case 1 -> bytes = text.substring(0, random.nextInt(text.length())).getBytes(UTF_8);
            case 2 -> bytes = ("\ufeff" + text).getBytes(UTF_8);
            case 3 -> bytes = text.getBytes(UTF_16);
            case 4 -> bytes = (text + text).getBytes(UTF_8);
            case 5 -> bytes = !rarely() ? ("[" + text + "]").getBytes(UTF_8) : enlarged(bytes);
            default -> { }
        }
        return bytes;
    }

    private byte[] enlarged(byte[] bytes) {
        var large = new ByteArrayOutputStream();
        large.writeBytes(bytes);
        large.writeBytes(" ".repeat(random.nextInt(20) == 0 ? 5_000_000 : 300_000).getBytes(UTF_8));
        return large.toByteArray();
    }

    private byte[] damagedText() {
        byte[] bytes = new byte[random.nextInt(40)];
        random.nextBytes(bytes);
        return bytes;
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private static String quoted(String text) {
        return "\"" + text + "\"";
    }

    private static String object(Map<String, String> members) {
        var object = new StringBuilder("{");
        members.forEach((name, value) -> object.append(object.length() > 1 ? "," : "").append(quoted(name)).append(':').append(value));
        return object.append('}').toString();
    }
}
