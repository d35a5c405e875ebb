package dev.concordat;

import static dev.concordat.TestPostgres.number;
import static dev.concordat.TestPostgres.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.concordat.ledger.Address;
import dev.concordat.ledger.Ledgers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForgettingIT {
    @Test
    void whatEndedLongAgoIsDeletedAndStaysInTheBooks(@TempDir Path folder) throws Exception {
        Files.createDirectories(folder.resolve("lane"));
        for (String file : List.of("route-configuration.camel.yaml", "lane/forgetting.camel.yaml")) {
            Files.copy(Path.of("routes").resolve(file), folder.resolve(file));
        }
        try (var postgres = TestPostgres.start(); var camel = RouteGround.context(List.of("eu"), Map.of("concordat.inbox.keep", "P30D"))) {
            var lane = postgres.getPostgresDatabase();
            var directory = postgres.getTemplateDatabase();
            Ledgers.prepare(lane, Address.ledger("eu", ""), List.of());
            Ledgers.prepare(directory, Address.directory(""), List.of());
            run(lane, """
                    INSERT INTO concordat.inbox (source, id, subject, outcome, contract, receipt, changed_at, ended_at)
                    SELECT 'urn:crm', 'e-' || n, 'customer/C-1', CASE WHEN n % 3 = 0 THEN 'superseded' ELSE 'applied' END, 'customer/1.0.0', 'r-' || n,
                      now(), now() - make_interval(days => 61 - n, hours => -1) FROM generate_series(1, 60) AS n;
                    INSERT INTO concordat.duplicate (receipt, source, id, ended_at)
                    SELECT 'd-' || n, 'urn:crm', 'e-' || n, now() - make_interval(days => 61 - n, hours => -1) FROM generate_series(1, 60) AS n;
                    INSERT INTO concordat.resumed (receipt, source, id, resumed_at)
                    SELECT 'p-' || n, 'urn:crm', 'e-' || n, now() - make_interval(days => 61 - n, hours => -1) FROM generate_series(1, 60) AS n;
                    INSERT INTO concordat.inbox (source, id, subject, outcome, contract, receipt, changed_at, ended_at)
                    SELECT 'urn:crm', 'many-' || n, 'customer/C-1', 'filtered', 'customer/1.0.0', 'r-' || n, now(), now() - interval '31 days'
                      FROM generate_series(1, 110000) AS n;
                    INSERT INTO concordat.quarantine (source, id, subject, direction, contract, rule, breaches, original, receipt, state, state_at)
                    SELECT 'urn:crm', state || n, 'customer/C-1', 'crm-to-ledger', 'customer/1.0.0', 'schema',
                      '[{"rule":"schema","contract":"customer/1.0.0","pointer":"/after/phone","keyword":"pattern","sentence":"s"}]', '{}', 'r', state,
                      now() - make_interval(days => n % 60) FROM generate_series(1, 1200) n,
                      unnest(ARRAY['quarantined', 'replaying', 'replayed', 'discarded']) state;
                    INSERT INTO concordat.forgotten VALUES ('applied', 5)""");
            camel.getRegistry().bind("ledger-eu", lane);
            new RouteFolder(folder, List.of("eu"), camel).load(RouteFiles.look(folder, List.of("eu")));
            camel.start();
            // As an operator may, at the console.
            camel.getRouteController().stopRoute("forget-eu");
            camel.getRouteController().startRoute("forget-eu");
            await().atMost(Duration.ofMinutes(10)).untilAsserted(() ->
                    assertThat(number(lane, "SELECT count(*) FROM concordat.inbox")).as("after more than two parts").isEqualTo(30));
            await().atMost(Duration.ofMinutes(10)).untilAsserted(() -> assertThat(number(lane, "SELECT count(*) FROM concordat.quarantine WHERE original = ''"))
                    .as("of what left quarantine").isEqualTo(2 * 600));
            camel.stop();
            assertThat(number(lane, "SELECT count(*) FROM concordat.quarantine WHERE original = '' AND (state IN ('quarantined', 'replaying') "
                    + "OR state_at > now() - interval '30 days')")).isZero();
            assertThat(number(lane, "SELECT count(*) FROM concordat.inbox WHERE ended_at < now() - interval '30 days'")).isZero();
            assertThat(number(lane, "SELECT count(*) FROM concordat.duplicate WHERE ended_at < now() - interval '30 days'")).isZero();
            assertThat(number(lane, "SELECT count(*) FROM concordat.resumed")).isEqualTo(30);
            var books = new Accounting(Map.of("eu", lane), directory).read();
            assertThat(books.outcomes().get("eu")).isEqualTo(Map.of("applied", 45L, "superseded", 20L, "filtered", 110_000L, "duplicate", 60L,
                    "parked", 0L, "quarantined", 2_400L, "discarded", 1_200L));
        }
    }

    /** A minute's look for what is old must not read all that is kept, which it does for a time that is known only when a row is met. */
    @Test
    void whatIsOldIsFoundByTheIndex() throws Exception {
        String forget = TestPostgres.statement("forget-ended.sql").replace(":#keep", "'P30D'");
        try (var postgres = TestPostgres.start(); var connection = postgres.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            Ledgers.prepare(postgres.getPostgresDatabase(), Address.ledger("eu", ""), List.of());
            statement.execute("SET enable_seqscan = off");
            var plan = new StringBuilder();
            try (var rows = statement.executeQuery("EXPLAIN " + forget)) {
                while (rows.next()) {
                    plan.append(rows.getString(1)).append('\n');
                }
            }
            assertThat(plan).containsPattern("Index Scan (using|on) inbox_ended_at").containsPattern("Index Scan (using|on) duplicate_ended_at")
                    .containsPattern("Index Scan (using|on) resumed_at")
                    .containsPattern("Index Scan (using|on) quarantine_to_empty")
                    .doesNotContain("Filter: (ended_at", "Filter: (resumed_at");
        }
    }
}
