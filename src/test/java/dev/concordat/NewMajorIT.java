package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.concordat.change.Sent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class NewMajorIT {
    private static final Duration LONG = Duration.ofMinutes(5);

    /** As of a ledger that was away for long: what waits for it goes by the names of the contract that judged it. */
    @Test
    void whatWaitsInALaneWhileANewMajorRenamesAFieldIsAppliedUnderItsNewName() throws Exception {
        try (var bed = new TestBed()) {
            Path contracts = TestBed.copyOfContracts(bed.folder.resolve("contracts"));
            var settings = bed.settings().with("concordat.contracts", contracts.toString());
            try (var bridge = Bridge.start(settings, Clock.systemUTC())) {
                bed.send("crm.changes", "C-1", Sent.newCustomer("C-1", "GB").json());
                await().atMost(LONG).until(() -> "Muster".equals(name(bed)));
                bed.parts.stopPostgres("uk");
                bed.send("crm.changes", "C-1", Sent.customer("C-1").version(2).set("familyName", "Meister").set("phone", "+41446681800").json());
                bed.send("crm.changes", "C-1", Sent.customer("C-1").version(2).set("familyName", "Meister").set("phone", "+41446681800").json());
                bed.send("crm.changes", "C-1", Sent.customer("C-1").version(3).op("d").json());
                for (int twice = 0; twice < 2; twice++) {
                    bed.send("crm.changes", "C-1", Sent.customer("C-1").version(4).set("phone", "+4144668180012").json());
                }
                await().atMost(LONG).until(() -> bridge.waiting().has("apply-uk") && bridge.metrics().get("concordat.received").counters().stream()
                        .mapToDouble(counter -> counter.count()).sum() == 6);
            }
            Files.writeString(contracts.resolve("customer/v2.odcs.yaml"), Files.readString(contracts.resolve("customer/v1.odcs.yaml"))
                    .replace("version: 1.0.0", "version: 2.0.0").replace("maxLength: 16", "maxLength: 13").replace("name: familyName", "name: lastName").replace("id: familyName", "id: lastName")
                    .replace("      - {property: onDelete,", "      - {property: liftFrom, value: [{major: 1, rename: {familyName: lastName}}]}\n"
                            + "      - {property: onDelete,"));
            bed.parts.startPostgres("uk");
            try (var bridge = Bridge.start(settings, Clock.systemUTC())) {
                await().atMost(LONG).untilAsserted(() -> {
                    var books = bed.accounting().read();
                    assertThat(books.received()).isEqualTo(6);
                    assertThat(List.of(books.of("applied"), books.of("duplicate"), books.of("quarantined"), books.inFlight())).containsExactly(3L, 2L, 1L, 0L);
                });
                assertThat(name(bed)).isEqualTo("Meister");
                assertThat(bed.query("ledger_uk", "SELECT phone || ' ' || status FROM ledger.customer")).isEqualTo("+41446681800 closed");
                assertThat(bed.query("ledger_uk", "SELECT string_agg(contract, ' ' ORDER BY changed_at, ended_at) FROM concordat.inbox"))
                        .isEqualTo("customer/1.0.0 customer/2.0.0 customer/2.0.0");
                assertThat(bed.query("ledger_uk", "SELECT contract || ' ' || attempts FROM concordat.quarantine WHERE direction = 'crm-to-ledger'"))
                        .isEqualTo("customer/2.0.0 0");
            }
        }
    }

    @Test
    void whatIsParkedGoesOnWhereANewMajorTakesAnotherTableOfCustomers() throws Exception {
        try (var bed = new TestBed()) {
            Path contracts = TestBed.copyOfContracts(bed.folder.resolve("contracts"));
            try (var bridge = Bridge.start(bed.settings().with("concordat.contracts", contracts.toString()), Clock.systemUTC())) {
                bed.send("crm.changes", "C-3", Sent.newAccount("A-3", "C-3").json());
                await().atMost(LONG).until(() -> bed.accounting().read().of("parked") == 1);
                for (String ledger : List.of("ledger_eu", "ledger_uk", "ledger_us")) {
                    try (var connection = bed.database(ledger).getConnection(); var statement = connection.createStatement()) {
                        statement.execute("ALTER TABLE ledger.customer RENAME TO client");
                    }
                }
                Files.writeString(contracts.resolve("customer/v2.odcs.yaml"), Files.readString(contracts.resolve("customer/v1.odcs.yaml"))
                        .replace("version: 1.0.0", "version: 2.0.0").replace("physicalName: ledger.customer", "physicalName: ledger.client")
                        .replace("      - {property: onDelete,", "      - {property: liftFrom, value: [{major: 1}]}\n      - {property: onDelete,"));
                await().atMost(LONG).until(() -> bridge.contracts().get().newest("customer").version().equals("2.0.0"));
                bed.send("crm.changes", "C-3", Sent.newCustomer("C-3", "DE").json());
                await().atMost(LONG).until(() -> bed.query("ledger_eu", "SELECT count(*) FROM ledger.account").equals("1"));
            }
        }
    }

    private static String name(TestBed bed) throws Exception {
        return bed.query("ledger_uk", "SELECT family_name FROM ledger.customer WHERE id = 'C-1'");
    }
}
