package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SyncIT {
    @Test
    void aChangeReachesTheLedgerOfItsRegion() throws Exception {
        try (var bed = new TestBed(); var bridge = bed.bridge()) {
            bed.send("crm.changes", "C-1", """
                    {"specversion":"1.0","id":"e1","source":"urn:crm:sample","type":"customer.changed","subject":"customer/C-1",
                     "time":"2026-11-22T10:00:00Z","dataschema":"urn:concordat:customer:1","partitionkey":"C-1","sequence":"1",
                     "data":{"op":"c","after":{"id":"C-1","familyName":"Muster","type":"individual","residency":"DE","status":"active"}}}""");
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() ->
                    assertThat(bed.query("ledger_eu", "SELECT family_name FROM ledger.customer WHERE id = 'C-1'")).isEqualTo("Muster"));
            assertThat(bridge.camel().getRoutesSize()).isPositive();
        }
    }
}
