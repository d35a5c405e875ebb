package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.concordat.change.Sent;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SilentDrainIT {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @Test
    void aBridgeThatIsToldToStopDoesNotWaitForALedgerThatSaysNothing() throws Exception {
        try (var bed = new TestBed()) {
            // Nothing but the bridge itself ends the waiting.
            var settings = bed.settings();
            var bridge = bed.bridgeProcess(settings.with("concordat.ledger.uk.url", settings.text("concordat.ledger.uk.url") + "?socketTimeout=0"));
            try (var somebody = bed.database("ledger_uk").getConnection(); var statement = somebody.createStatement()) {
                send(bed, "C-1");
                awaitCustomer(bed, "C-1");
                somebody.setAutoCommit(false);
                statement.execute("LOCK TABLE ledger.customer");
                send(bed, "C-2");
                await("its lane waits for it").atMost(PATIENCE).until(() -> bed.query("ledger_uk",
                        "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'WITH incoming%'"
                                + " AND now() - query_start > interval '3 s'") != null);
                bridge.destroy();
                assertThat(bridge.waitFor(5, TimeUnit.MINUTES)).isTrue();
            } finally {
                bridge.destroyForcibly().onExit().join();
            }
            try (var next = bed.bridge()) {
                awaitCustomer(bed, "C-2");
                assertThat(bed.query("ledger_uk", "SELECT count(*) FROM concordat.duplicate")).isEqualTo("0");
            }
        }
    }

    private static void send(TestBed bed, String id) {
        bed.send("crm.changes", id, Sent.newCustomer(id, "GB").json());
    }

    private static void awaitCustomer(TestBed bed, String id) {
        await().atMost(PATIENCE).ignoreExceptions().until(() ->
                "applied".equals(bed.query("ledger_uk", "SELECT outcome FROM concordat.inbox WHERE subject = 'customer/" + id + "'")));
    }
}
