package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.concordat.change.Sent;
import dev.concordat.quarantine.QuarantineStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A delivery has one end, however it is judged when it comes again. */
class EndedOnceIT {
    private static final Duration LONG = Duration.ofMinutes(5);

    private TestBed bed;
    private Path contracts;
    private Settings settings;

    @BeforeEach
    void begin() throws Exception {
        bed = new TestBed();
        contracts = TestBed.copyOfContracts(bed.folder.resolve("contracts"));
        // One row of all that comes, through intake, lane and queue.
        settings = bed.settings().with("concordat.contracts", contracts.toString()).with("concordat.kafka.partitions", "1");
    }

    @AfterEach
    void end() {
        bed.close();
    }

    @Test
    void whatHasEndedIsNotEnteredInQuarantineWhereItComesAgainAndIsInBreachByThen() throws Exception {
        try (var bridge = Bridge.start(settings, Clock.systemUTC())) {
            customer(bed, "C-1", "DE");
            eventually(bed, Map.of("applied", 1L));
            customer(bed, "C-1", "DE");
            account(bed, "A-2", "C-2");
            account(bed, "A-3", "C-3");
            eventually(bed, Map.of("applied", 1L, "duplicate", 1L, "parked", 2L));
            customer(bed, "C-2", "DE");
            customer(bed, "C-3", "GB");
            eventually(bed, Map.of("applied", 5L, "duplicate", 1L));
        }
        readAgain(0);
        TestBed.edit(contracts.resolve("customer/v1.odcs.yaml"), "minLength: 1, maxLength: 140", "minLength: 1, maxLength: 3");
        TestBed.edit(contracts.resolve("customer/v1.odcs.yaml"), "version: 1.0.0", "version: 1.1.0");
        nicknames("80", "3", "1.1.0");
        try (var bridge = Bridge.start(settings, Clock.systemUTC())) {
            for (String id : List.of("C-1", "C-3")) {
                bed.send("crm.changes", id, Sent.customer(id).id("last").set("familyName", "Meister").json());
            }
            for (String region : List.of("eu", "uk")) {
                await().atMost(LONG).until(() -> bed.query("ledger_" + region, "SELECT count(*) FROM concordat.quarantine WHERE id = 'last'").equals("1"));
            }
            books(8, Map.of("applied", 5L, "duplicate", 1L, "quarantined", 2L));
        }
    }

    @Test
    void whatCameBackToQuarantineIsNotAppliedWhereItsReturnComesAgainAndWouldPassByThen() throws Exception {
        nicknames("80", "3", "1.1.0");
        var store = new QuarantineStore(bed.ledgers());
        try (var bridge = Bridge.start(settings, Clock.systemUTC())) {
            customer(bed, "C-1", "DE");
            account(bed, "A-1", "C-1");
            account(bed, "A-2", "C-1");
            eventually(bed, Map.of("applied", 1L, "quarantined", 2L));
            for (String account : List.of("A-1", "A-2")) {
                assertThat(store.replay(named(account))).isTrue();
            }
            await().atMost(LONG).until(() -> bed.query("ledger_eu", "SELECT count(*) FROM concordat.quarantine WHERE attempts = 1 AND state = 'quarantined'").equals("2"));
            assertThat(store.discard(named("A-2"), "of no use")).isTrue();
        }
        readAgain(3);
        nicknames("3", "80", "1.2.0");
        try (var bridge = Bridge.start(settings, Clock.systemUTC())) {
            account(bed, "A-3", "C-1");
            await().atMost(LONG).until(() -> bed.query("ledger_eu", "SELECT count(*) FROM ledger.account WHERE id = 'A-3'").equals("1"));
            books(4, Map.of("applied", 2L, "quarantined", 1L, "discarded", 1L));
            assertThat(store.replay(named("A-1"))).isTrue();
            eventually(bed, Map.of("applied", 3L, "discarded", 1L));
        }
    }

    @Test
    void whatWentOnFromParkingAndWasRefusedElsewhereIsNotAppliedWhereItsFirstDeliveryComesAgain() throws Exception {
        try (var bridge = Bridge.start(settings, Clock.systemUTC())) {
            account(bed, "A-3", "C-3");
            eventually(bed, Map.of("parked", 1L));
        }
        nicknames("80", "3", "1.1.0");
        try (var bridge = Bridge.start(settings, Clock.systemUTC())) {
            customer(bed, "C-3", "GB");
            eventually(bed, Map.of("applied", 1L, "quarantined", 1L));
        }
        readAgain(0);
        nicknames("3", "80", "1.2.0");
        try (var bridge = Bridge.start(settings, Clock.systemUTC())) {
            // Parked anew it would go on, and come before these do.
            account(bed, "A-4", "C-4");
            eventually(bed, Map.of("applied", 1L, "quarantined", 1L, "parked", 1L));
            customer(bed, "C-4", "GB");
            eventually(bed, Map.of("applied", 3L, "quarantined", 1L));
            assertThat(bed.query("ledger_uk", "SELECT string_agg(id, ' ') FROM ledger.account")).isEqualTo("A-4");
        }
    }

    /** As where a bridge is killed before its offsets are committed. */
    private void readAgain(long from) {
        try (var admin = Admin.create(Map.of("bootstrap.servers", bed.parts.kafkaBootstrap()))) {
            var begin = Map.of(new TopicPartition("crm.changes", 0), new OffsetAndMetadata(from));
            await().atMost(LONG).untilAsserted(() -> admin.alterConsumerGroupOffsets("concordat-admit", begin).all().get());
        }
    }

    /** How long an account's may be, from a version on. */
    private void nicknames(String before, String most, String version) throws IOException {
        Path account = contracts.resolve("account/v1.odcs.yaml");
        TestBed.edit(account, "maxLength: " + before, "maxLength: " + most);
        Files.writeString(account, Files.readString(account).replaceFirst("(?m)^version: .*$", "version: " + version));
    }

    private String named(String account) throws SQLException {
        return bed.query("ledger_eu", "SELECT 'eu-' || number FROM concordat.quarantine WHERE id = 'account-" + account + "-1'");
    }

    private void books(long received, Map<String, Long> outcomes) {
        assertThat(bed.accounting().read().received()).isEqualTo(received);
        eventually(bed, outcomes);
    }

    private static void customer(TestBed bed, String id, String residency) {
        bed.send("crm.changes", id, Sent.newCustomer(id, residency).json());
    }

    private static void account(TestBed bed, String id, String customer) {
        bed.send("crm.changes", customer, Sent.newAccount(id, customer).set("nickname", "Savings").json());
    }

    private static void eventually(TestBed bed, Map<String, Long> outcomes) {
        await().atMost(LONG).untilAsserted(() -> {
            var books = bed.accounting().read();
            assertThat(books.inFlight()).isZero();
            assertThat(List.of("applied", "duplicate", "parked", "quarantined", "discarded")).allSatisfy(outcome ->
                    assertThat(books.of(outcome)).as(outcome).isEqualTo(outcomes.getOrDefault(outcome, 0L)));
        });
    }
}
