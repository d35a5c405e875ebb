package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.concordat.change.Sent;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A ledger that takes a statement and does not answer, or takes no connection, keeps nothing from the others, and has everything in the end. */
class HangingLedgerIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int EACH = 20;
    private static final int BATCHES = 8;

    @Test
    void theOtherRegionsGoOnAndNothingIsAppliedTwice() throws Exception {
        try (var bed = new TestBed(); var bridge = bed.bridge()) {
            send(bed, "A", "GB");
            awaitCustomers(bed, "uk", EACH);
            try (var somebody = bed.database("ledger_uk").getConnection(); var statement = somebody.createStatement()) {
                somebody.setAutoCommit(false);
                statement.execute("LOCK TABLE ledger.customer");
                theOthersGoOn(bed, 2);
            }
            awaitAll(bed, 2);
        }
    }

    /** As while whoever runs the database works at it. */
    @Test
    void theOthersGoOnWhileOneTakesNoConnectionHoweverMuchComesForIt() throws Exception {
        try (var bed = new TestBed(); var bridge = bed.bridge()) {
            send(bed, "A", "GB");
            awaitCustomers(bed, "uk", EACH);
            var ledger = bed.database("ledger_uk");
            try (var operator = DriverManager.getConnection(ledger.getJdbcUrl().replace("/ledger_uk", "/postgres"), ledger.getUsername(), ledger.getPassword());
                    var statement = operator.createStatement()) {
                statement.execute("ALTER DATABASE ledger_uk ALLOW_CONNECTIONS false");
                statement.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'ledger_uk'");
                theOthersGoOn(bed, BATCHES);
                statement.execute("ALTER DATABASE ledger_uk ALLOW_CONNECTIONS true");
            }
            awaitAll(bed, BATCHES);
        }
    }

    private static void theOthersGoOn(TestBed bed, int batches) {
        for (int batch = 1; batch <= batches; batch++) {
            send(bed, "B" + batch, "GB");
            send(bed, "B" + batch + "-eu", "DE");
            awaitCustomers(bed, "eu", batch * EACH);
        }
    }

    /** Also what came before. */
    private static void awaitAll(TestBed bed, int batches) throws SQLException {
        awaitCustomers(bed, "uk", (1 + batches) * EACH);
        await().atMost(PATIENCE).untilAsserted(() ->
                assertThat(bed.query("ledger_uk", "SELECT DISTINCT outcome FROM concordat.inbox")).isEqualTo("applied"));
        assertThat(bed.query("ledger_uk", "SELECT count(*) FROM concordat.duplicate")).isEqualTo("0");
        // The CRM does not know these customers and refuses what the ledger tells of them.
        assertThat(bed.query("ledger_uk", "SELECT count(*) FROM concordat.quarantine WHERE direction = 'crm-to-ledger'"))
                .isEqualTo("0");
        await().atMost(PATIENCE).untilAsserted(() ->
                assertThat(bed.accounting().read().received()).isEqualTo(bed.accounting().read().ended()));
    }

    private static void send(TestBed bed, String prefix, String residency) {
        for (int i = 0; i < EACH; i++) {
            String id = prefix + "-" + i;
            bed.send("crm.changes", id, Sent.newCustomer(id, residency).json());
        }
    }

    private static void awaitCustomers(TestBed bed, String region, int count) {
        await().atMost(PATIENCE).ignoreExceptions().until(() ->
                Integer.toString(count).equals(bed.query("ledger_" + region, "SELECT count(*) FROM concordat.inbox")));
    }
}
