package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.concordat.change.Sent;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class EndedOnceIT {
    private static final Duration LONG = Duration.ofMinutes(5);

    /** As where a bridge was killed before its offsets were committed, and comes back with a stricter contract. */
    @Test
    void whatHasEndedIsNotEnteredInQuarantineWhereItComesAgainAndIsInBreachByThen() throws Exception {
        try (var bed = new TestBed()) {
            Path contracts = TestBed.copyOfContracts(bed.folder.resolve("contracts"));
            // One row of all that comes, through intake, lane and queue.
            var settings = bed.settings().with("concordat.contracts", contracts.toString()).with("concordat.kafka.partitions", "1");
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
            try (var admin = Admin.create(Map.of("bootstrap.servers", bed.parts.kafkaBootstrap()))) {
                var begin = Map.of(new TopicPartition("crm.changes", 0), new OffsetAndMetadata(0));
                await().atMost(LONG).untilAsserted(() -> admin.alterConsumerGroupOffsets("concordat-admit", begin).all().get());
            }
            TestBed.edit(contracts.resolve("customer/v1.odcs.yaml"), "minLength: 1, maxLength: 140", "minLength: 1, maxLength: 3");
            TestBed.edit(contracts.resolve("account/v1.odcs.yaml"), "maxLength: 80", "maxLength: 3");
            for (String entity : List.of("customer", "account")) {
                TestBed.edit(contracts.resolve(entity + "/v1.odcs.yaml"), "version: 1.0.0", "version: 1.1.0");
            }
            try (var bridge = Bridge.start(settings, Clock.systemUTC())) {
                for (String id : List.of("C-1", "C-3")) {
                    bed.send("crm.changes", id, Sent.customer(id).id("last").set("familyName", "Meister").json());
                }
                for (String region : List.of("eu", "uk")) {
                    await().atMost(LONG).until(() -> bed.query("ledger_" + region, "SELECT count(*) FROM concordat.quarantine WHERE id = 'last'").equals("1"));
                }
                var books = bed.accounting().read();
                assertThat(books.received()).as("six before, and these two").isEqualTo(8);
                assertThat(List.of(books.of("applied"), books.of("duplicate"), books.of("quarantined"), books.inFlight())).containsExactly(5L, 1L, 2L, 0L);
            }
        }
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
            assertThat(List.of("applied", "duplicate", "parked", "quarantined")).allSatisfy(outcome ->
                    assertThat(books.of(outcome)).as(outcome).isEqualTo(outcomes.getOrDefault(outcome, 0L)));
        });
    }
}
