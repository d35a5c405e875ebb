package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.search.Search;
import java.time.Duration;
import java.util.List;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;
import org.junit.jupiter.api.Test;

class LateLedgerIT {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

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
