package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.concordat.ledger.Address;
import dev.concordat.ledger.Ledgers;
import io.micrometer.core.instrument.search.Search;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LateLedgerIT {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    @RegisterExtension
    private final Said log = new Said(Preparation.class);

    @Test
    void aBridgeStartsWhileALedgerIsAwayAndServesTheOthersUntilItIsBack() throws Exception {
        try (var bed = new TestBed()) {
            bed.parts.stopPostgres("uk");
            try (var bridge = bed.bridge()) {
                bed.send("crm.changes", "C-1", customer("C-1", "GB"));
                bed.send("crm.changes", "C-2", customer("C-2", "FR"));
                awaitCustomer(bed, "ledger_eu", "C-2");
                await().atMost(PATIENCE).untilAsserted(() -> assertThat(down(bridge)).containsExactly("lane-uk"));
                await().atMost(PATIENCE).until(() -> up(bridge, "eu") == 1);
                assertThat(up(bridge, "uk")).isZero();

                bed.parts.startPostgres("uk");
                awaitCustomer(bed, "ledger_uk", "C-1");
                await().atMost(PATIENCE).until(() -> down(bridge).isEmpty() && up(bridge, "uk") == 1);
                assertThat(bed.query("ledger_uk", "SELECT count(*) FROM concordat.quarantine WHERE direction = 'crm-to-ledger'"))
                        .isEqualTo("0");
            }
        }
    }

    /** Their servers are away at the start, and the bridge has the address of each for the other one. */
    @Test
    void ledgersThatComeLateAtEachOthersAddressAreNotWritten() throws Exception {
        try (var bed = new TestBed()) {
            Ledgers.prepare(bed.database("directory"), Address.directory(""), List.of());
            for (String region : List.of("eu", "uk", "us")) {
                Ledgers.prepare(bed.database("ledger_" + region), Address.ledger(region, ""), List.of());
            }
            var swapped = bed.settings();
            for (String part : List.of("url", "user", "password")) {
                swapped = swapped.with("concordat.ledger.uk." + part, bed.settings().text("concordat.ledger.us." + part))
                        .with("concordat.ledger.us." + part, bed.settings().text("concordat.ledger.uk." + part));
            }
            var wrong = swapped;
            assertThatThrownBy(() -> Bridge.start(wrong, Clock.systemUTC())).isInstanceOf(BridgeException.class).message().satisfies(said -> assertThat(said.lines())
                    .satisfiesExactly(
                            line -> assertThat(line).startsWith("'concordat.ledger.uk.url' [").contains("] should lead to the ledger of region 'uk'; it leads to"
                                    + " the ledger of region 'us', as `concordat.mark` there says"),
                            line -> assertThat(line).startsWith("'concordat.ledger.us.url' [").contains("the ledger of region 'uk', as")));
            bed.parts.stopPostgres("uk");
            bed.parts.stopPostgres("us");
            try (var bridge = Bridge.start(wrong, Clock.systemUTC())) {
                bed.send("crm.changes", "C-1", customer("C-1", "GB"));
                bed.send("crm.changes", "C-2", customer("C-2", "FR"));
                awaitCustomer(bed, "ledger_eu", "C-2");
                bed.parts.startPostgres("uk");
                bed.parts.startPostgres("us");
                await().atMost(PATIENCE).untilAsserted(() -> assertThat(log.lines()).filteredOn(line -> line.startsWith("ERROR lane waits for a ledger that is not as it should be"))
                        .anyMatch(line -> line.contains("region=uk")).anyMatch(line -> line.contains("region=us")));
                assertThat(down(bridge)).containsExactlyInAnyOrder("lane-uk", "lane-us");
            }
            for (String region : List.of("uk", "us")) {
                assertThat(bed.query("ledger_" + region, "SELECT (SELECT count(*) FROM ledger.customer) + (SELECT count(*) FROM concordat.inbox)")).isEqualTo("0");
            }
            try (var bridge = bed.bridge()) {
                awaitCustomer(bed, "ledger_uk", "C-1");
            }
        }
    }

    private static void awaitCustomer(TestBed bed, String database, String id) {
        await().atMost(PATIENCE).ignoreExceptions().until(() ->
                "1".equals(bed.query(database, "SELECT count(*) FROM ledger.customer WHERE id = '" + id + "'")));
    }

    private static List<String> down(Bridge bridge) {
        return HealthCheckHelper.invoke(bridge.camel()).stream().filter(result -> result.getState() == HealthCheck.State.DOWN)
                .map(result -> result.getCheck().getId()).toList();
    }

    private static double up(Bridge bridge, String region) {
        return Search.in(bridge.metrics()).name("concordat.lane.up").tag("region", region).gauge().value();
    }

    private static String customer(String id, String residency) {
        return """
                {"specversion":"1.0","id":"e-%1$s","source":"urn:crm:sample","type":"customer.changed","subject":"customer/%1$s",
                 "time":"2026-11-22T10:00:00Z","dataschema":"urn:concordat:customer:1","partitionkey":"%1$s","sequence":"1",
                 "data":{"op":"c","after":{"id":"%1$s","familyName":"Muster","type":"individual","residency":"%2$s","status":"active"}}}
                """.formatted(id, residency);
    }
}
