package dev.concordat;

import static dev.concordat.TestPostgres.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.concordat.contract.Contracts;
import dev.concordat.residency.Policies;
import dev.concordat.sample.Faults;
import dev.concordat.sample.Teller;
import dev.concordat.sample.Traffic;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SyncIT {
    private static final Duration LONG = Duration.ofMinutes(10);

    @Test
    void bothSidesEndAsComputedFromTheSeedAlsoWhenARouteIsEditedMeanwhile() throws Exception {
        var traffic = new Traffic(3, 4_000, Clock.systemUTC());
        try (var bed = new TestBed(Faults.everyday())) {
            Path routes = TestBed.copyOfRoutes(bed.folder.resolve("routes"));
            try (var bridge = Bridge.start(bed.settings().with("concordat.routes", routes.toString()), Clock.systemUTC());
                    var teller = new Teller(bed.ledgers(), traffic.postings()).start(); var sender = bed.sender()) {
                var sending = TestBed.send(traffic, teller, sender);
                await().atMost(LONG).until(() -> bed.accounting().read().ended() > 300);
                TestBed.edit(routes.resolve("admit.camel.yaml"), "Judges every change", "Judges each and every change");
                TestBed.edit(routes.resolve("lane/apply.camel.yaml"), "Applies what could not", "Applies all that could not");
                await().atMost(LONG).until(() -> bridge.camel().getRoute("admit") != null
                        && bridge.camel().getRoute("admit").getDescription().startsWith("Judges each and every"));
                await().atMost(LONG).until(() -> bridge.camel().getRoute("apply-us") != null
                        && bridge.camel().getRoute("apply-us").getDescription().startsWith("Applies all that"));
                sending.get(20, TimeUnit.MINUTES);
                bed.awaitDrained(sender);
                assertThat(bed.differences(traffic)).isEmpty();
                assertThat(bed.accounting().read().received()).isEqualTo(bed.accounting().read().ended());
                assertThat(bed.crm.allCalls()).as("an echo causes no further call, so calls stay within a few for each entity")
                        .isLessThan(20L * traffic.changes());
                assertThat(audited(bed)).isEmpty();
                String customer = first(bed, "customer");
                String account = first(bed, "account");
                for (var ledger : bed.ledgers().values()) {
                    run(ledger, "UPDATE ledger.customer SET family_name = 'Another' WHERE id = '" + customer + "'");
                    run(ledger, "UPDATE ledger.account SET product = 'another' WHERE id = '" + account + "'");
                }
                run(bed.database("crm"), "UPDATE crm.record SET document = document || '{\"creditLimit\": 77}' WHERE id = '" + customer + "'");
                run(bed.database("crm"), "UPDATE crm.record SET document = document || '{\"status\": \"CLOSED\"}' WHERE id = '" + account + "'");
                assertThat(audited(bed)).containsExactlyInAnyOrder(customer + ": the ledger does not have the CRM's familyName",
                        customer + ": the CRM does not have the ledger's creditLimit", account + ": the ledger does not have the CRM's product",
                        account + ": the CRM does not have the ledger's status");
            }
        }
    }

    /** What an audit finds in records and rows. */
    private static List<String> audited(TestBed bed) {
        var report = new Audits(bed.settings(), () -> Contracts.read(Path.of("contracts")), Policies.read(Path.of("config/residency.yaml")),
                bed.ledgers(), bed.database("directory"), settle -> Optional.of(Duration.ZERO), Clock.systemUTC()).now(line -> { });
        assertThat(report.unread()).isEmpty();
        assertThat(report.compared().notCompared()).isEmpty();
        return report.findings().stream().flatMap(tally -> tally.examples().stream()).map(finding -> finding.id() + ": " + finding.sentence()).toList();
    }

    /** One that no change waits for. */
    private static String first(TestBed bed, String entity) throws SQLException {
        String first = "SELECT min(id) FROM ledger." + entity + " WHERE '" + entity
                + "/' || id NOT IN (SELECT subject FROM concordat.quarantine WHERE subject IS NOT NULL)";
        try (var connection = bed.database("ledger_eu").getConnection(); var statement = connection.createStatement();
                var row = statement.executeQuery(first)) {
            row.next();
            return row.getString(1);
        }
    }
}
