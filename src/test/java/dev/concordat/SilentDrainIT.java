package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.concordat.change.Sent;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SilentDrainIT {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static TestBed bed;
    private static int customers;

    @BeforeAll
    static void startServers() throws Exception {
        bed = new TestBed();
    }

    @AfterAll
    static void stopServers() {
        bed.close();
    }

    @Test
    void aBridgeThatIsToldToStopDoesNotWaitForALedgerThatSaysNothing() throws Exception {
        stopsWhile("concordat.ledger.uk.url", "ledger_uk", "ledger.customer", "its lane waits for it", " AND query LIKE 'WITH incoming%'");
    }

    @Test
    void aBridgeThatIsToldToStopDoesNotWaitForADirectoryThatSaysNothing() throws Exception {
        stopsWhile("concordat.directory.url", "directory", "concordat.intake", "the batch waits to be counted", "");
    }

    /**
     * @param table which somebody else has locked
     * @param which of the statements that wait for it
     */
    private static void stopsWhile(String url, String database, String table, String waits, String which) throws Exception {
        String before = "C-" + ++customers;
        String after = "C-" + ++customers;
        // Nothing but the bridge itself ends the waiting.
        var settings = bed.settings();
        var bridge = bed.bridgeProcess(settings.with(url, settings.text(url) + "?socketTimeout=0"));
        try (var somebody = bed.database(database).getConnection(); var statement = somebody.createStatement()) {
            send(before);
            awaitCustomer(before);
            somebody.setAutoCommit(false);
            statement.execute("LOCK TABLE " + table);
            send(after);
            await(waits).atMost(PATIENCE).until(() -> bed.query(database,
                    "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND now() - query_start > interval '3 s'" + which) != null);
            bridge.destroy();
            assertThat(bridge.waitFor(5, TimeUnit.MINUTES)).isTrue();
        } finally {
            bridge.destroyForcibly().onExit().join();
        }
        try (var next = bed.bridge()) {
            awaitCustomer(after);
            assertThat(bed.query("ledger_uk", "SELECT count(*) FROM concordat.duplicate")).isEqualTo("0");
        }
    }

    private static void send(String id) {
        bed.send("crm.changes", id, Sent.newCustomer(id, "GB").json());
    }

    private static void awaitCustomer(String id) {
        await().atMost(PATIENCE).ignoreExceptions().until(() ->
                "applied".equals(bed.query("ledger_uk", "SELECT outcome FROM concordat.inbox WHERE subject = 'customer/" + id + "'")));
    }
}
