package dev.concordat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.concordat.change.Sent;
import dev.concordat.sample.Faults;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What nobody should send, through the real webhook and the real Kafka: each ends in one way, and what comes behind it is applied. */
@Timeout(1800)
class HostileIT {
    private static final Duration SOON = Duration.ofMinutes(5);
    private static final String NONE = "";

    private static TestBed bed;
    private static Bridge bridge;
    private static Webhooks door;
    private static KafkaProducer<String, byte[]> producer;
    private static int customers;

    /** One record, and the rule that it breaks; none for one that is applied. */
    private record Input(String name, String rule, byte[] body, Map<String, byte[]> headers) {
    }

    @BeforeAll
    static void start() throws IOException {
        bed = new TestBed(Faults.off());
        bridge = Bridge.start(bed.settings().with("concordat.webhook.together", "4194304").with("concordat.webhook.patience", "PT2S")
                .with("concordat.http.idle", "PT4S"), Clock.systemUTC());
        door = new Webhooks(URI.create("http://127.0.0.1:" + bed.webhookPort + "/webhooks/crm"), TestBed.SECRET);
        var settings = new Properties();
        settings.put("bootstrap.servers", bed.parts.kafkaBootstrap());
        settings.put("acks", "all");
        // What is large when it is unpacked passes a broker that looks at what is packed.
        settings.put("compression.type", "gzip");
        settings.put("max.request.size", "300000000");
        settings.put("buffer.memory", "300000000");
        producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    }

    @AfterAll
    static void stop() {
        producer.close();
        bridge.close();
        bed.close();
    }

    private static Sent customer() {
        return Sent.newCustomer("H-" + ++customers, "DE");
    }

    private static Input input(String name, String rule, String body) {
        return new Input(name, rule, body.getBytes(UTF_8), Map.of());
    }

    /** The change with a further field, written as it is. */
    private static String with(String member) {
        return customer().json().replace("\"familyName\"", member + ",\"familyName\"");
    }

    private static Map<String, byte[]> attributes(Sent sent, String... more) {
        Map<String, byte[]> headers = new LinkedHashMap<>();
        for (String attribute : List.of("specversion", "id", "source", "type", "subject", "time", "dataschema", "partitionkey",
                "sequence")) {
            headers.put("ce_" + attribute, sent.attribute(attribute).getBytes(UTF_8));
        }
        for (int i = 0; i < more.length; i += 2) {
            headers.put(more[i], more[i + 1].getBytes(UTF_8));
        }
        return headers;
    }

    private static Input binary(String name, String rule, String damage, String... more) {
        Sent sent = customer();
        return new Input(name, rule, (sent.data() + damage).getBytes(UTF_8), attributes(sent, more));
    }

    private static Input cut(Input whole) {
        return new Input("half of the data", "not-json", Arrays.copyOf(whole.body, whole.body.length / 2), whole.headers);
    }

    private static Map<String, byte[]> damaged(Map<String, byte[]> attributes) {
        attributes.put("ce_id", new byte[] {(byte) 0xff});
        return attributes;
    }

    private static Input headed(String name, String rule, String body, String... headers) {
        Map<String, byte[]> all = new LinkedHashMap<>();
        for (int i = 0; i < headers.length; i += 2) {
            all.put(headers[i], headers[i + 1].getBytes(UTF_8));
        }
        return new Input(name, rule, body.getBytes(UTF_8), all);
    }

    private static List<Input> inputs() {
        String steering = "us.changes";
        return List.of(input("a change of 1 MB", "document-size", with("\"x\":\"" + "x".repeat(1_000_000) + "\"")),
                input("almost as long as a record may be", "document-size", with("\"x\":\"" + "x".repeat(4_190_000) + "\"")),
                input("100 MB", "document-size", with("\"x\":\"" + "x".repeat(100_000_000) + "\"")),
                input("10,000 deep", "not-json", with("\"x\":" + "[".repeat(10_000) + "]".repeat(10_000))),
                input("as deep as may be", NONE, with("\"x\":" + "[".repeat(900) + "]".repeat(900))),
                input("a key twice", "not-json", with("\"id\":\"H-0\"")),
                new Input("no UTF-8", "not-json", with("\"x\":\"\u00ff\"").getBytes(ISO_8859_1), Map.of()),
                input("NUL", "not-json", with("\"x\":\"\u0000\"")),
                input("NUL in a field of the contract", "schema", with("\"givenName\":\"a\\u0000b\"")),
                input("NUL in a field of nobody", NONE, with("\"x\\u0000\":\"a\\u0000b\"")),
                input("1e999999999", "schema", with("\"x\":1e999999999")),
                input("a million digits", "document-size", with("\"x\":" + "9".repeat(1_000_000))),
                input("a hundred thousand digits", "not-json", with("\"x\":" + "9".repeat(100_000))),
                input("half a surrogate pair", "schema", with("\"givenName\":\"\\ud800\"")),
                input("half a surrogate pair in the id", "envelope", customer().json()
                        .replace("\"id\":\"customer", "\"id\":\"\\ud800customer")),
                input("a byte order mark", "not-json", "\ufeff" + customer().json()),
                input("nothing", "not-json", ""),
                input("a hundred thousand breaches", "schema", with("\"x\":1").replace("\"op\"",
                        "\"changed\":[" + "1,".repeat(100_000) + "1],\"op\"")),
                input("a path as id", "envelope", Sent.newCustomer("..", "DE").json()),
                headed("headers of Camel and Kafka", NONE, customer().json(), "kafka.OVERRIDE_TOPIC", steering, "Kafka.Key", "x",
                        "kafka.OFFSET", "7", "kafka.TOPIC", steering, "CamelSqlQuery", "DROP TABLE ledger.customer",
                        "CamelHttpPath", "/evil", "CamelHttpUri", "http://127.0.0.1:1/", "CamelJmsDestinationName", "evil",
                        "JMSDestination", "evil", "JMSXGroupID", "evil",
                        "CamelRedeliveryMaxCounter", "0", "CamelFileName", "evil", "CamelKafkaManualCommit", "evil"),
                headed("headers of the bridge's own", NONE, customer().json(), "concordat-subject", "account/A-1",
                        "concordat-change-at", "1", "concordat-quarantined", "{}", "quarantined", "{}", "concordat-receipt",
                        "a\u0000b", "concordat-identity", "a\u0000b"),
                binary("binary mode", NONE, ""),
                binary("an attribute behind the data", "not-json", ",\"origin\":\"concordat\""),
                binary("data as an attribute", "envelope", "", "ce_data", "{}"),
                binary("a long attribute", "document-size", "", "ce_x", "x".repeat(1_000_000)),
                new Input("attributes that are no UTF-8", "envelope", customer().data().toString().getBytes(UTF_8),
                        damaged(attributes(customer()))),
                cut(binary("", "", "")));
    }

    @Test
    void whatComesOverKafkaIsAppliedOrQuarantinedWithItsRuleAndWhatComesBehindItIsApplied() throws Exception {
        var applied = new ArrayList<String>();
        var refused = new LinkedHashMap<String, String>();
        for (Input input : inputs()) {
            var record = new ProducerRecord<>("crm.changes", 0, "k", input.body,
                    input.headers.entrySet().stream().map(header -> (org.apache.kafka.common.header.Header)
                            new RecordHeader(header.getKey(), header.getValue())).toList());
            String receipt = "crm.changes-0@" + producer.send(record).get().offset();
            if (input.rule.equals(NONE)) {
                applied.add(receipt);
            } else {
                refused.put(receipt, input.rule);
            }
            applied.add("crm.changes-0@" + producer.send(new ProducerRecord<>("crm.changes", 0, "k", customer().bytes())).get().offset());
        }
        // Webhooks of other tests may have come to the same partition.
        var mine = new HashSet<>(applied);
        mine.addAll(refused.keySet());
        await().atMost(SOON).untilAsserted(() -> assertThat(column("SELECT receipt FROM concordat.inbox WHERE outcome = 'applied' "
                + "AND receipt LIKE 'crm.changes-0@%'")).filteredOn(mine::contains).containsExactlyInAnyOrderElementsOf(applied));
        await().atMost(SOON).untilAsserted(() -> assertThat(column("SELECT receipt || ' ' || rule FROM concordat.quarantine "
                + "WHERE receipt LIKE 'crm.changes-0@%'")).filteredOn(each -> mine.contains(each.split(" ")[0]))
                .containsExactlyInAnyOrderElementsOf(refused.entrySet().stream().map(each -> each.getKey() + " " + each.getValue())
                        .toList()));
        assertThat(column("SELECT breach ->> 'sentence' FROM concordat.quarantine, jsonb_array_elements(breaches) breach"))
                .allSatisfy(sentence -> assertThat(sentence).contains("should"));
        await().atMost(SOON).untilAsserted(() -> {
            var books = bed.accounting().read();
            assertThat(books.inFlight()).isZero();
            assertThat(books.received()).isEqualTo(books.ended()).isGreaterThanOrEqualTo(applied.size() + refused.size());
        });
    }

    @Test
    void whatComesOverTheWebhookIsRefusedWithASentenceOrEndsAsOverKafka() throws Exception {
        byte[] sound = customer().bytes();
        var genuine = door.of("genuine", sound);
        assertThat(answer(new Webhooks.Webhook("genuine", genuine.time(), "v1,AAAA", sound))).startsWith("401 the signature should fit");
        assertThat(answer(new Webhooks.Webhook("genuine", genuine.time() + 1, genuine.signature(), sound))).startsWith("401 ");
        assertThat(answer(genuine, "Content-Type", "application/x-www-form-urlencoded; charset=utf-8")).startsWith("415 Content-Type should be application/json");
        assertThat(answer(genuine, "kafka.OVERRIDE_TOPIC", "us.changes", "CamelHttpResponseCode", "200", "CamelSqlQuery", "x", "ce_id", "x",
                "ce-id", "x", "concordat-returned", "x", "Content-Encoding", "gzip")).isEqualTo("202 ");
        assertThat(answer(genuine)).startsWith("401 ");
        assertThat(answer(door.of("large", new byte[2_097_153]))).isEqualTo("413 the body should be at most 2097152 bytes");
        assertThat(answer(door.of("nothing", new byte[0]))).isEqualTo("202 ");
        assertThat(answer(door.of("key", ("{\"partitionkey\":\"" + "x".repeat(2_000_000) + "\"}").getBytes(UTF_8)))).isEqualTo("202 ");
        assertThat(answer(door.of("garbage", "garbage\u0000".getBytes(UTF_8)))).isEqualTo("202 ");
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(column("SELECT id FROM concordat.inbox WHERE outcome = 'applied'")).contains(new String(sound, UTF_8)
                    .replaceFirst(".*?\"id\":\"(.*?)\".*", "$1"));
            assertThat(column("SELECT rule FROM concordat.quarantine WHERE original = '\\x6761726261676500'")).containsOnly("not-json");
            assertThat(column("SELECT rule FROM concordat.quarantine WHERE length(original) BETWEEN 2000000 AND 2097151"))
                    .containsOnly("document-size");
        });
    }

    /** The server under Camel would write an unsigned sender's files into the folder in which the bridge was started. */
    @Test
    void aFormIsRefusedBeforeAnythingOfItReachesTheDisk() throws Exception {
        byte[] form = ("--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\nContent-Type: text/plain\r\n\r\n" + "x".repeat(100_000)
                + "\r\n--x--\r\n").getBytes(UTF_8);
        for (String type : List.of("multipart/form-data; boundary=x", "Multipart/Form-Data;boundary=x", "application/x-www-form-urlencoded")) {
            assertThat(answer(new Webhooks.Webhook("form", 0, "v1,AAAA", form), "Content-Type", type)).startsWith("415 Content-Type should be application/json");
        }
        assertThat(Path.of("file-uploads")).doesNotExist();
    }

    @Test
    void slowSendersMakeRoomForOthersAndAreTurnedAway() throws Exception {
        var slow = new ArrayList<Socket>();
        try {
            for (int i = 0; i < 40; i++) {
                slow.add(opened(i % 2 == 0 ? "POST /webhooks/crm HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n{"
                        : "POST /webhooks/crm HTTP/1.1\r\nHost: x\r\nContent-"));
            }
            assertThat(answer(door.of("beside", customer().bytes()))).isEqualTo("202 ");
            for (int i = 0; i < slow.size(); i++) {
                String said = new String(slow.get(i).getInputStream().readAllBytes(), UTF_8);
                if (i % 2 == 0) {
                    assertThat(said).startsWith("HTTP/1.1 ").containsAnyOf("408", "503").contains("the body ");
                } else {
                    assertThat(said).isEmpty();
                }
            }
            // One for each that had announced a body; another test's may be among them.
            assertThat(bridge.metrics().get("concordat.webhooks.turned.away").tag("reason", "slow").counter().count()).isGreaterThanOrEqualTo(20);
            assertThat(answer(door.of("after", customer().bytes()))).isEqualTo("202 ");
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    private static Socket opened(String beginning) throws IOException {
        var socket = new Socket("127.0.0.1", bed.webhookPort);
        socket.setSoTimeout((int) SOON.toMillis());
        socket.getOutputStream().write(beginning.getBytes(UTF_8));
        socket.getOutputStream().flush();
        return socket;
    }

    private static String answer(Webhooks.Webhook webhook, String... headers) {
        var answer = door.send(webhook, headers).join();
        return answer.statusCode() + " " + answer.body().strip();
    }

    private static List<String> column(String sql) throws SQLException {
        var values = new ArrayList<String>();
        try (var connection = bed.database("ledger_eu").getConnection(); var rows = connection.createStatement().executeQuery(sql)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }
}
