package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.search.Search;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TakenOverIT {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** The lane gathers for so long that whatever went straight would be first. */
    @Test
    void aBridgeDoesNotOvertakeWhatAnotherOneHasLeftInALane() throws Exception {
        try (var bed = new TestBed()) {
            bed.parts.stopPostgres("uk");
            try (var bridge = bed.bridge()) {
                bed.send("crm.changes", "C-1", customer("e-1", "First"));
                await().atMost(PATIENCE).ignoreExceptions().until(() -> bed.query("directory", "SELECT region FROM concordat.directory WHERE id = 'C-1'") != null);
                await().atMost(PATIENCE).until(() -> straight(bridge) == 0);
            }
            bed.parts.startPostgres("uk");
            try (var bridge = Bridge.start(bed.settings().with("concordat.lane.wait", "5000"), Clock.systemUTC())) {
                bed.send("crm.changes", "C-1", customer("e-2", "Second"));
                await().atMost(PATIENCE).ignoreExceptions().until(() -> "e-2".equals(bed.query("ledger_uk", "SELECT id FROM concordat.quarantine "
                        + "WHERE direction = 'crm-to-ledger'")));
                assertThat(bed.query("ledger_uk", "SELECT family_name FROM ledger.customer WHERE id = 'C-1'")).isEqualTo("First");
                await().atMost(PATIENCE).until(() -> straight(bridge) == 1);
            }
        }
    }

    private static double straight(Bridge bridge) {
        return Search.in(bridge.metrics()).name("concordat.lane.straight").tag("region", "uk").gauge().value();
    }

    private static String customer(String id, String name) {
        return """
                {"specversion":"1.0","id":"%s","source":"urn:crm:sample","type":"customer.changed","subject":"customer/C-1",
                 "time":"2026-11-22T10:00:00Z","dataschema":"urn:concordat:customer:1","partitionkey":"C-1","sequence":"1",
                 "data":{"op":"c","after":{"id":"C-1","familyName":"%s","type":"individual","residency":"GB","status":"active"}}}
                """.formatted(id, name);
    }
}
