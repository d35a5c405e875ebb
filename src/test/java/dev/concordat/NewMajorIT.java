package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.concordat.change.Sent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class NewMajorIT {
    private static final Duration LONG = Duration.ofMinutes(1);

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
                bed.send("crm.changes", "C-1", Sent.customer("C-1").version(3).op("d").json());
                await().atMost(LONG).until(() -> bridge.waiting().has("apply-uk") && bridge.metrics().get("concordat.received").counters().stream()
                        .mapToDouble(counter -> counter.count()).sum() == 3);
            }
            Files.writeString(contracts.resolve("customer/v2.odcs.yaml"), Files.readString(contracts.resolve("customer/v1.odcs.yaml"))
                    .replace("version: 1.0.0", "version: 2.0.0").replace("name: familyName", "name: lastName").replace("id: familyName", "id: lastName")
                    .replace("      - {property: onDelete,", "      - {property: liftFrom, value: [{major: 1, rename: {familyName: lastName}}]}\n"
                            + "      - {property: onDelete,"));
            bed.parts.startPostgres("uk");
            try (var bridge = Bridge.start(settings, Clock.systemUTC())) {
                await().atMost(LONG).until(() -> bed.accounting().read().of("applied") == 3);
                assertThat(name(bed)).isEqualTo("Meister");
                assertThat(bed.query("ledger_uk", "SELECT phone || ' ' || status FROM ledger.customer")).isEqualTo("+41446681800 closed");
                assertThat(bed.query("ledger_uk", "SELECT string_agg(contract, ' ' ORDER BY changed_at, ended_at) FROM concordat.inbox"))
                        .isEqualTo("customer/1.0.0 customer/2.0.0 customer/2.0.0");
                var books = bed.accounting().read();
                assertThat(books.received()).isEqualTo(3);
                assertThat(books.inFlight()).isZero();
            }
        }
    }

    private static String name(TestBed bed) throws Exception {
        return bed.query("ledger_uk", "SELECT family_name FROM ledger.customer WHERE id = 'C-1'");
    }
}
