package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.concordat.quarantine.Quarantine;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.camel.api.management.ManagedCamelContext;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What users see of the running bridge, on real servers; each test has customers of its own. */
class BridgeIT {
    private static final Duration SOON = Duration.ofMinutes(5);

    private static TestBed bed;
    private static Bridge bridge;
    private static Quarantine quarantine;

    @BeforeAll
    static void start() throws Exception {
        bed = new TestBed();
        bridge = Bridge.start(bed.settings(), Clock.systemUTC());
        quarantine = new Quarantine(bridge.quarantine(), List.of("eu", "uk", "us"));
    }

    @AfterAll
    static void stop() {
        bridge.close();
        bed.close();
    }

    @Test
    void aSuspensionBlocksPostingsOnAllAccountsAndAReactivationFreesThem() throws Exception {
        create("C-block");
        IntStream.of(1, 2).forEach(n -> account("A-block-" + n, "C-block", 1));
        eventually("2", "ledger_eu", "SELECT count(*) FROM ledger.account WHERE customer_id = 'C-block' AND NOT postings_blocked");
        update("C-block", 2, "{\"id\":\"C-block\",\"status\":\"suspended\"}");
        eventually("2", "ledger_eu", "SELECT count(*) FROM ledger.account WHERE customer_id = 'C-block' AND postings_blocked");
        update("C-block", 3, "{\"id\":\"C-block\",\"status\":\"active\"}");
        eventually("2", "ledger_eu", "SELECT count(*) FROM ledger.account WHERE customer_id = 'C-block' AND NOT postings_blocked");
    }

    @Test
    void anOrphanIsQuarantinedAndAReplayAfterItsCustomerCameIsAppliedOnce() throws Exception {
        account("A-orphan", "C-late", 1);
        waitedForAnHour("A-orphan");
        String name = quarantined("account/A-orphan", 0);
        assertThat(quarantine.show(name)).contains("orphan").contains("should name a customer that exists");
        create("C-late");
        eventually("1", "ledger_eu", "SELECT count(*) FROM ledger.customer WHERE id = 'C-late'");
        assertThat(quarantine.replay(name)).contains("goes through the front door again");
        eventually("1", "ledger_eu", "SELECT count(*) FROM ledger.account WHERE id = 'A-orphan'");
        eventually("replayed", "ledger_eu", "SELECT state FROM concordat.quarantine WHERE subject = 'account/A-orphan'");
        assertThat(quarantine.replay(name)).contains("is replayed; only a quarantined change can be replayed");
        eventually("1", "ledger_eu", "SELECT count(*) FROM concordat.inbox WHERE subject = 'account/A-orphan'");
    }

    /** By a constraint and by triggers of the bank's own, one of which speaks at the commit. */
    @Test
    void whatTheLedgerItselfRefusesIsQuarantinedAndItsNeighboursAreApplied() throws Exception {
        try (var ledger = bed.database("ledger_eu").getConnection(); var statement = ledger.createStatement()) {
            statement.execute("ALTER TABLE ledger.customer ADD CONSTRAINT refuse CHECK (id !~ '^C-refused-[0-4]')");
            statement.execute("CREATE FUNCTION ledger.refuse() RETURNS trigger LANGUAGE plpgsql AS "
                    + "$$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = TG_ARGV[0]; END $$");
            statement.execute("CREATE TRIGGER refuse BEFORE INSERT ON ledger.customer FOR EACH ROW WHEN (NEW.id ~ '^C-refused-[5-9]') "
                    + "EXECUTE FUNCTION ledger.refuse('P0001')");
            statement.execute("CREATE CONSTRAINT TRIGGER refuse_late AFTER INSERT ON ledger.customer DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
                    + "WHEN (NEW.id ~ '^C-refused-late') EXECUTE FUNCTION ledger.refuse('BK001')");
        }
        IntStream.range(0, 10).forEach(n -> {
            create("C-refused-" + n);
            create("C-taken-" + n);
            create("C-refused-late-" + n);
        });
        eventually("10", "ledger_eu", "SELECT count(*) FROM ledger.customer WHERE id LIKE 'C-taken-%'");
        eventually("5 23514, 10 BK001, 5 P0001", "ledger_eu", """
                SELECT string_agg(changes || ' ' || state, ', ' ORDER BY state) FROM (
                  SELECT substring(breaches -> 0 ->> 'sentence' FROM 'SQLSTATE (.....)') AS state, count(*) AS changes FROM concordat.quarantine
                  WHERE rule = 'ledger-refused' AND subject LIKE 'customer/C-refused-%' GROUP BY 1) refused""");
        await().atMost(SOON).until(() -> bridge.waiting().all().isEmpty());
    }

    /** As after a stop that lasted longer than an orphan waits. */
    @Test
    void whoseCustomerStandsUnreadInTheIntakeIsNoOrphan() throws Exception {
        account("A-unread", "C-unread", 1);
        eventually("1", "ledger_eu", "SELECT count(*) FROM concordat.parked WHERE subject = 'account/A-unread'");
        bridge.camel().getRouteController().stopRoute("receive");
        create("C-unread");
        waitedForAnHour("A-unread");
        var looks = bridge.camel().getCamelContextExtension().getContextPlugin(ManagedCamelContext.class).getManagedRoute("orphans-eu");
        long before = looks.getExchangesCompleted();
        await().atMost(SOON).until(() -> looks.getExchangesCompleted() > before + 3);
        assertThat(bed.query("ledger_eu", "SELECT state FROM concordat.parked WHERE subject = 'account/A-unread'")).isEqualTo("parked");
        bridge.camel().getRouteController().startRoute("receive");
        eventually("1", "ledger_eu", "SELECT count(*) FROM ledger.account WHERE id = 'A-unread'");
        assertThat(bed.query("ledger_eu", "SELECT count(*) FROM concordat.quarantine WHERE subject = 'account/A-unread' AND direction = 'crm-to-ledger'"))
                .isEqualTo("0");
    }

    @Test
    void aReplayBeforeItsCustomerCameWaitsForItOrComesBack() throws Exception {
        account("A-early", "C-later", 1);
        waitedForAnHour("A-early");
        String name = quarantined("account/A-early", 0);
        quarantine.replay(name);
        waitedForAnHour("A-early");
        assertThat(quarantined("account/A-early", 1)).as("as an orphan once more").isEqualTo(name);
        quarantine.replay(name);
        eventually("1", "ledger_eu", "SELECT count(*) FROM concordat.parked WHERE subject = 'account/A-early'");
        create("C-later");
        eventually("1", "ledger_eu", "SELECT count(*) FROM ledger.account WHERE id = 'A-early'");
        eventually("replayed", "ledger_eu", "SELECT state FROM concordat.quarantine WHERE subject = 'account/A-early'");
        eventually("0", "ledger_eu", "SELECT count(*) FROM concordat.parked WHERE subject = 'account/A-early'");
    }

    @Test
    void aReplayThatIsStillInBreachComesBackWithItsAttemptAndItsBytes() throws Exception {
        create("C-again");
        String change = change("customer", "C-again", "C-again", 2, "u", "{\"id\":\"C-again\",\"phone\":\"no number\"}");
        bed.send("crm.changes", "C-again", change);
        String name = quarantined("customer/C-again", 0);
        quarantine.replay(name);
        assertThat(quarantined("customer/C-again", 1)).isEqualTo(name);
        assertThat(bridge.quarantine().original(name)).hasValueSatisfying(bytes -> assertThat(new String(bytes)).isEqualTo(change));
        assertThat(quarantine.discard(name, "the CRM sent it by mistake")).contains("is discarded");
        assertThat(quarantine.replay(name)).contains("is discarded; only a quarantined change can be replayed");
    }

    @Test
    void aBreachThatIsSentFourTimesIsOneBreachToTheMetricsToo() throws Exception {
        String change = change("customer", "C-four", "C-four", 1, "c", "{\"id\":\"C-four\",\"phone\":\"no number\"}")
                .replace("urn:concordat:customer:1", "urn:concordat:customer:77");
        for (int i = 0; i < 4; i++) {
            bed.send("crm.changes", "C-four", change);
        }
        eventually("3", "ledger_eu", "SELECT count(*) FROM concordat.duplicate WHERE id = 'customer/C-four/1'");
        await().atMost(SOON).untilAsserted(() -> assertThat(bed.managed("/observe/metrics"))
                .containsPattern("concordat_breaches_total\\{contract=\"none\",direction=\"crm-to-ledger\",rule=\"contract-version\"} 1.0")
                .containsPattern("concordat_changes_total\\{direction=\"crm-to-ledger\",entity=\"unknown\",outcome=\"duplicate\",region=\"eu\","
                        + "returned=\"false\"} 3.0"));
    }

    @Test
    void whatIsNoChangeAtAllIsKeptWithAReplayableIdentity() throws Exception {
        bed.send("crm.changes", null, "this is not JSON");
        await().atMost(SOON).until(() -> bed.query("ledger_eu", "SELECT rule FROM concordat.quarantine WHERE rule = 'not-json'") != null);
        String number = bed.query("ledger_eu", "SELECT number FROM concordat.quarantine WHERE rule = 'not-json'");
        quarantine.replay("eu-" + number);
        eventually("1", "ledger_eu", "SELECT attempts FROM concordat.quarantine WHERE number = " + number);
        eventually("1", "ledger_eu", "SELECT count(*) FROM concordat.quarantine WHERE rule = 'not-json'");
    }

    @Test
    void aFieldOfTheLedgerIsNeverWrittenByTheCrm() throws Exception {
        create("C-foreign");
        update("C-foreign", 2, "{\"id\":\"C-foreign\",\"creditLimit\":99999999,\"familyName\":\"Neu\"}");
        eventually("Neu", "ledger_eu", "SELECT family_name FROM ledger.customer WHERE id = 'C-foreign'");
        eventually("0", "ledger_eu", "SELECT credit_limit FROM ledger.customer WHERE id = 'C-foreign'");
        update("C-foreign", 3, "{\"id\":\"C-foreign\",\"creditLimit\":99999999}");
        eventually("filtered", "ledger_eu", "SELECT outcome FROM concordat.inbox WHERE id = 'customer/C-foreign/3'");
        update("C-foreign", 4, "{\"id\":\"C-foreign\",\"postingsBlocked\":true}");
        assertThat(quarantine.show(quarantined("customer/C-foreign", 0))).contains("foreign-owned");
    }

    @Test
    void whatTheLedgerWouldTellAgainstARuleOfTheContractGoesToQuarantineWithItsPlace() throws Exception {
        create("C-closed");
        account("A-closed", "C-closed", 1);
        eventually("1", "ledger_eu", "SELECT count(*) FROM ledger.account WHERE id = 'A-closed'");
        try (var connection = bed.database("ledger_eu").getConnection(); var statement = connection.createStatement()) {
            statement.execute("UPDATE ledger.account SET opened_on = '2026-02-01', closed_on = '2026-01-31' WHERE id = 'A-closed'");
        }
        eventually("closed-after-opened|/after/closedOn|`/after/closedOn` should be on or after `/after/openedOn`", "ledger_eu", """
                SELECT rule || '|' || (breaches -> 0 ->> 'pointer') || '|' || (breaches -> 0 ->> 'sentence') FROM concordat.quarantine
                WHERE direction = 'ledger-to-crm' AND subject = 'account/A-closed' AND rule <> 'crm-refused'""");
        eventually("0", "ledger_eu", "SELECT count(*) FROM concordat.outbox WHERE id = 'A-closed'");
    }

    @Test
    void aChangeInBinaryModeIsAppliedLikeOneInStructuredMode() throws Exception {
        bed.sendBinary("crm.changes", "C-binary", change("customer", "C-binary", "C-binary", 1, "c", customer("C-binary", "DE")));
        eventually("Muster", "ledger_eu", "SELECT family_name FROM ledger.customer WHERE id = 'C-binary'");
    }

    @Test
    void aChangeWithoutValuesIsReadFromTheCrm() throws Exception {
        create("C-gap");
        eventually("1", "ledger_eu", "SELECT count(*) FROM ledger.customer WHERE id = 'C-gap'");
        try (var connection = bed.database("crm").getConnection(); var statement = connection.createStatement()) {
            statement.execute("INSERT INTO crm.record (entity, id, version, document) VALUES ('customer', 'C-gap', 7000, "
                    + "'{\"id\":\"C-gap\",\"familyName\":\"Nachgelesen\",\"type\":\"individual\",\"residency\":\"DE\",\"status\":\"active\"}') "
                    + "ON CONFLICT (entity, id) DO UPDATE SET document = EXCLUDED.document");
        }
        bed.send("crm.changes", "C-gap", change("customer", "C-gap", "C-gap", 9, "refetch", "null"));
        eventually("Nachgelesen", "ledger_eu", "SELECT family_name FROM ledger.customer WHERE id = 'C-gap'");
        eventually("1", "ledger_eu", "SELECT count(*) FROM concordat.inbox WHERE id = 'customer/C-gap/9'");
    }

    @Test
    void aRefetchOfNothingEndsInQuarantineWithItsSentenceAndHoldsNobodyUp() throws Exception {
        bed.send("crm.refetch", null, "{\"asks\":\"for nothing\"}");
        String sql = "SELECT 'eu-' || number FROM concordat.quarantine WHERE original = convert_to('{\"asks\":\"for nothing\"}', 'UTF8')";
        await().atMost(SOON).until(() -> bed.query("ledger_eu", sql) != null);
        assertThat(quarantine.show(bed.query("ledger_eu", sql))).contains("`specversion` should be 1.0").contains("crm.changes-");
        bed.send("crm.refetch", "C-behind", change("customer", "C-behind", "C-behind", 9, "refetch", "null"));
        eventually("1", "ledger_eu", "SELECT count(*) FROM concordat.quarantine WHERE position('customer/C-behind/9'::bytea IN original) > 0");
    }

    @Test
    void customersLiveInTheRegionOfTheirResidencyAndNowhereElse() throws Exception {
        bed.send("crm.changes", "C-gb", change("customer", "C-gb", "C-gb", 1, "c", customer("C-gb", "GB")));
        bed.send("crm.changes", "C-cn", change("customer", "C-cn", "C-cn", 1, "c", customer("C-cn", "CN")));
        eventually("1", "ledger_uk", "SELECT count(*) FROM ledger.customer WHERE id = 'C-gb'");
        assertThat(quarantine.show(quarantined("customer/C-cn", 0))).contains("residency-unknown").contains("PIPL");
        for (String ledger : List.of("ledger_eu", "ledger_us")) {
            assertThat(bed.query(ledger, "SELECT count(*) FROM ledger.customer WHERE id IN ('C-gb', 'C-cn')")).isEqualTo("0");
        }
    }

    /** Who corrects the country has not taken back what else the change said. */
    @Test
    void aResidencyThatANewerOneHasReplacedHoldsNothingElseBack() throws Exception {
        create("C-corrected");
        update("C-corrected", 50, "{\"id\":\"C-corrected\",\"residency\":\"US\",\"status\":\"suspended\"}");
        update("C-corrected", 60, "{\"id\":\"C-corrected\",\"residency\":\"CN\",\"givenName\":\"Ada\"}");
        eventually("2", "ledger_eu", "SELECT count(*) FROM concordat.quarantine WHERE id IN ('customer/C-corrected/50', 'customer/C-corrected/60')");
        String byVersion = "SELECT 'eu-' || number FROM concordat.quarantine WHERE id = 'customer/C-corrected/%d'";
        String relocation = bed.query("ledger_eu", byVersion.formatted(50));
        String nowhere = bed.query("ledger_eu", byVersion.formatted(60));
        assertThat(quarantine.show(relocation)).contains("residency-relocation", "maps to region us, but the customer lives in region eu");
        assertThat(quarantine.show(nowhere)).contains("residency-unknown", "PIPL");
        update("C-corrected", 70, "{\"id\":\"C-corrected\",\"residency\":\"AT\"}");
        eventually("AT active f", "ledger_eu", "SELECT residency || ' ' || status || ' ' || left(postings_blocked::text, 1) FROM ledger.customer "
                + "WHERE id = 'C-corrected'");
        assertThat(quarantine.replay(relocation) + quarantine.replay(nowhere)).doesNotContain("can be replayed");
        eventually("AT suspended Ada t", "ledger_eu", "SELECT residency || ' ' || status || ' ' || given_name || ' ' || left(postings_blocked::text, 1) "
                + "FROM ledger.customer WHERE id = 'C-corrected'");
    }

    @Test
    void aCreateThatComesLateWithAnotherCountryFillsWhatIsMissing() throws Exception {
        update("C-late-create", 5, "{\"id\":\"C-late-create\",\"residency\":\"DE\"}");
        eventually("1", "ledger_eu", "SELECT count(*) FROM ledger.customer WHERE id = 'C-late-create'");
        bed.send("crm.changes", "C-late-create", change("customer", "C-late-create", "C-late-create", 1, "c", customer("C-late-create", "US")));
        eventually("Muster DE active", "ledger_eu", "SELECT family_name || ' ' || residency || ' ' || status FROM ledger.customer WHERE id = 'C-late-create'");
    }

    @Test
    void aRegionWhereCustomersLiveIsNotTakenOutOfThePolicy(@TempDir Path folder) throws Exception {
        bed.send("crm.changes", "C-stays", change("customer", "C-stays", "C-stays", 1, "c", customer("C-stays", "PR")));
        eventually("1", "ledger_us", "SELECT count(*) FROM ledger.customer WHERE id = 'C-stays'");
        var policy = Files.writeString(folder.resolve("residency.yaml"), Files.readString(Path.of("config/residency.yaml"))
                .replaceAll("(?s)  us:\n.*?\n\n", "\n").replace("crm: [eu, uk, us]", "crm: [eu, uk]"));
        var settings = bed.settings().with("concordat.residency", policy.toString()).with("concordat.ledger.us.url", "")
                .with("concordat.ledger.us.user", "").with("concordat.ledger.us.password", "").with("concordat.webhook.port", "0").with("concordat.management.port", "0");
        assertThatThrownBy(() -> Bridge.start(settings, Clock.systemUTC())).isInstanceOf(BridgeException.class).message()
                .matches("'concordat.residency' \\[.*residency.yaml] should have region 'us', where [1-9][0-9]* customers live by the directory; "
                        + "put it back, or move them first");
    }

    @Test
    void allLoginsThatAreRefusedAreToldAtOneStart() throws Exception {
        try (var broker = new TestBroker(0)) {
            var settings = bed.settings().with("concordat.directory.password", "wrong")
                    .with("concordat.ledger.eu.user", "").with("concordat.ledger.eu.password", "")
                    .with("concordat.ledger.uk.url", bed.settings().text("concordat.ledger.uk.url") + "?sslmode=verify-full")
                    .with("concordat.ledger.us.password", "wrong")
                    .with("concordat.activemq.url", "tcp://127.0.0.1:" + broker.port)
                    .with("concordat.webhook.port", "0").with("concordat.management.port", "0");
            assertThatThrownBy(() -> Bridge.start(settings, Clock.systemUTC())).isInstanceOf(BridgeException.class)
                    .message().satisfies(said -> assertThat(said.lines()).satisfiesExactly(
                            line -> assertThat(line).startsWith("the directory at 'concordat.directory.url' [jdbc:postgresql://")
                                    .contains("] cannot be prepared: FATAL: password authentication failed for user")
                                    .endsWith("; 'concordat.directory.user' and 'concordat.directory.password' should be a login that it takes,"
                                            + " and `sslmode` in the address as it does TLS"),
                            line -> assertThat(line).startsWith("the ledger of region 'eu' at 'concordat.ledger.eu.url' [")
                                    .contains("no password was provided"),
                            line -> assertThat(line).startsWith("the ledger of region 'uk' at 'concordat.ledger.uk.url' [")
                                    .contains("does not support SSL"),
                            line -> assertThat(line).startsWith("the ledger of region 'us' at 'concordat.ledger.us.url' [")
                                    .contains("password authentication failed"),
                            line -> assertThat(line).startsWith("ActiveMQ at 'concordat.activemq.url' [")));
        }
    }

    @Test
    void aSourceWhoseClockIsCenturiesAheadHoldsNothingUp() throws Exception {
        bed.send("crm.changes", "C-future", change("customer", "C-future", "C-future", 1, "c", customer("C-future", "DE"))
                .replace("2026-11-22T10:00:00Z", "9998-12-31T23:59:59.999Z"));
        create("C-present");
        eventually("2", "ledger_eu", "SELECT count(*) FROM ledger.customer WHERE id IN ('C-future', 'C-present')");
        await().atMost(SOON).untilAsserted(() -> assertThat(bed.managed("/observe/metrics")).contains("concordat_lane_straight{region=\"eu\"} 1.0"));
    }

    @Test
    void whatItsSenderTakesBackReachesNoLedger() throws Exception {
        var settings = Map.<String, Object>of("bootstrap.servers", bed.parts.kafkaBootstrap(), "transactional.id", "crm-of-a-bank");
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            for (String id : List.of("C-aborted", "C-committed")) {
                producer.beginTransaction();
                producer.send(new ProducerRecord<>("crm.changes", 0, id, change("customer", id, id, 1, "c", customer(id, "DE"))));
                producer.flush();
                if (id.equals("C-aborted")) {
                    producer.abortTransaction();
                } else {
                    producer.commitTransaction();
                }
            }
        }
        eventually("1", "ledger_eu", "SELECT count(*) FROM ledger.customer WHERE id = 'C-committed'");
        assertThat(bed.query("ledger_eu", "SELECT count(*) FROM ledger.customer WHERE id = 'C-aborted'")).isEqualTo("0");
    }

    @Test
    void aRouteBeforeTheLanesThatWaitsIsToldByHealth() throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", bed.parts.kafkaBootstrap()))) {
            var lane = new ConfigResource(ConfigResource.Type.TOPIC, "uk.changes");
            largest(admin, lane, "10");
            // A breach goes by the lane's topic.
            bed.send("crm.changes", "C-large", change("customer", "C-large", "C-large", 1, "c", customer("C-large", "GB").replace("active", "gone")));
            await().atMost(SOON).untilAsserted(() -> assertThat(bed.managed("/observe/health?data=true&exposureLevel=full"))
                    .contains("\"waiting.route\":\"admit\"", "RecordTooLargeException"));
            assertThat(bed.managed("/observe/health")).contains("\"DOWN\"");
            largest(admin, lane, "4194304");
            await().atMost(SOON).untilAsserted(() -> assertThat(bed.managed("/observe/health")).contains("\"UP\""));
        }
        eventually("1", "ledger_uk", "SELECT count(*) FROM concordat.quarantine WHERE subject = 'customer/C-large'");
    }

    private static void largest(Admin admin, ConfigResource topic, String bytes) throws Exception {
        admin.incrementalAlterConfigs(Map.of(topic, List.of(new AlterConfigOp(new ConfigEntry("max.message.bytes", bytes), AlterConfigOp.OpType.SET))))
                .all().get();
    }

    @Test
    void healthTellsOfEveryLaneAndMetricsOfEveryOutcome() throws Exception {
        create("C-metric");
        eventually("1", "ledger_eu", "SELECT count(*) FROM ledger.customer WHERE id = 'C-metric'");
        assertThat(bed.managed("/observe/health")).contains("\"UP\"");
        await().atMost(SOON).untilAsserted(() -> assertThat(bed.managed("/observe/metrics"))
                .contains("concordat_changes_total{").contains("outcome=\"applied\"").contains("concordat_lane_up{region=\"uk\"} 1.0")
                .contains("concordat_lane_straight{region=\"uk\"} 1.0").contains("concordat_kafka_up 1.0")
                .contains("concordat_intake_unread_seconds ").contains("concordat_lane_unread_seconds{region=\"uk\"}")
                .containsPattern("concordat_outbox_oldest_seconds\\{region=\"uk\"} [0-9]")
                .contains("concordat_latency_seconds_bucket"));
    }

    @Test
    void aQueryOfHealthThatCannotBeReadIsTheAskersFault() throws Exception {
        try (var socket = new Socket("127.0.0.1", bed.managementPort)) {
            socket.getOutputStream().write("GET /observe/health?%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)).startsWith("HTTP/1.1 400 ");
        }
    }

    /** Once it is parked, it has waited for its customer for as long as an orphan does. */
    private static void waitedForAnHour(String account) {
        await().atMost(SOON).until(() -> {
            try (var connection = bed.database("ledger_eu").getConnection(); var statement = connection.createStatement()) {
                return statement.executeUpdate("UPDATE concordat.parked SET parked_at = now() - interval '1 hour' WHERE subject = 'account/" + account + "'") == 1;
            }
        });
    }

    private static void create(String id) {
        bed.send("crm.changes", id, change("customer", id, id, 1, "c", customer(id, "DE")));
    }

    private static void update(String id, int version, String after) {
        bed.send("crm.changes", id, change("customer", id, id, version, "u", after));
    }

    private static void account(String id, String customer, int version) {
        bed.send("crm.changes", customer, change("account", id, customer, version, "c",
                "{\"id\":\"%s\",\"customer\":\"%s\",\"product\":\"current\"}".formatted(id, customer)));
    }

    private static String customer(String id, String residency) {
        return ("{\"id\":\"%s\",\"familyName\":\"Muster\",\"type\":\"individual\",\"residency\":\"%s\",\"status\":\"active\"}")
                .formatted(id, residency);
    }

    private static String change(String entity, String id, String customer, int version, String op, String after) {
        return """
                {"specversion":"1.0","id":"%s/%s/%d","source":"urn:crm:test","type":"%s.changed","subject":"%s/%s",\
                "time":"2026-11-22T10:00:00Z","dataschema":"urn:concordat:%s:1","partitionkey":"%s","sequence":"%020d",\
                "data":{"op":"%s","after":%s}}""".formatted(entity, id, version, entity, entity, id, entity, customer, version, op, after);
    }

    private static void eventually(String expected, String database, String sql) {
        await().atMost(SOON).untilAsserted(() -> assertThat(bed.query(database, sql)).isEqualTo(expected));
    }

    private static String quarantined(String subject, int attempts) throws SQLException {
        String sql = ("SELECT 'eu-' || number FROM concordat.quarantine WHERE state = 'quarantined' "
                + "AND direction = 'crm-to-ledger' AND subject = '%s' AND attempts = %d")
                .formatted(subject, attempts);
        await().atMost(SOON).until(() -> bed.query("ledger_eu", sql) != null);
        return bed.query("ledger_eu", sql);
    }
}
