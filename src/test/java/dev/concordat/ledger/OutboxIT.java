package dev.concordat.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.concordat.change.Outcome;
import dev.concordat.change.Outcomes;
import dev.concordat.contract.Contract;
import dev.concordat.contract.Contracts;
import dev.concordat.crm.Export;
import dev.concordat.crm.Tokens;
import dev.concordat.crm.Untimely;
import dev.concordat.residency.Policies;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** In which order the CRM is told what the ledger changed. */
class OutboxIT {
    private static final int LARGEST = 3_000_000;
    private static LedgerGround ground;
    private static final Instant BEGINNING = Instant.parse("2026-11-29T10:00:00Z");
    private static Instant now;
    private MeterRegistry metrics;
    private Export export;

    @BeforeAll
    static void start() throws Exception {
        ground = new LedgerGround();
    }

    @AfterAll
    static void stop() throws Exception {
        ground.close();
    }

    /** Three customers, one after the other. */
    @BeforeEach
    void note() throws SQLException {
        now = BEGINNING;
        InstantSource clock = () -> now;
        metrics = new SimpleMeterRegistry();
        export = new Export(() -> ground.contracts, ground.gate, Policies.read(Path.of("config/residency.yaml")), new Tokens(Map.of()),
                Map.of("eu", ground.database()), new Outcomes(metrics),
                new Export.Limit(200, 2, Duration.ofSeconds(30), LARGEST), clock.withZone(ZoneOffset.UTC));
        ground.clear();
        for (String id : new String[] {"C-1", "C-2", "C-3"}) {
            ground.run("INSERT INTO ledger.customer (id) VALUES ('" + id + "')");
        }
    }

    @Test
    void whatChangesAgainKeepsItsPlace() throws SQLException {
        change("C-1");
        change("C-1");
        assertThat(claim()).containsEntry("id", "C-1");
        assertThat(claim()).containsEntry("id", "C-2");
    }

    @Test
    void aRowThatIsGivenAnotherKeyIsToldUnderIt() throws SQLException {
        ground.run("UPDATE ledger.customer SET id = 'C-9' WHERE id = 'C-3'");
        ground.gather();
        assertThat(ground.rows("SELECT id FROM concordat.outbox ORDER BY id")).containsExactly("C-1", "C-2", "C-3", "C-9");
    }

    /** Told once more after a crash, the CRM gets the same under the same key; exports of a region wait for each other's commits. */
    @Test
    void whatWasToldIsSettledWithoutWaitingForTheDisk() throws Exception {
        // The database of the tests waits for no disk by itself.
        ground.run("ALTER DATABASE postgres SET synchronous_commit = on");
        ground.run("SET synchronous_commit = on");
        ground.run("ALTER TABLE concordat.sent ADD waits text DEFAULT current_setting('synchronous_commit')");
        try {
            export.sent(claim(), "eu");
            ground.run("INSERT INTO concordat.sent (outcome, count) VALUES ('another', 1)");
            assertThat(ground.rows("SELECT outcome || ' ' || waits FROM concordat.sent ORDER BY outcome")).containsExactly("another on", "applied off");
            assertThat(ground.rows("SELECT count(*) FROM concordat.outbox")).containsExactly("2");
        } finally {
            ground.run("RESET synchronous_commit");
            ground.run("ALTER DATABASE postgres RESET synchronous_commit");
            ground.run("ALTER TABLE concordat.sent DROP waits");
        }
    }

    @Test
    void whatChangedWhileItWasToldIsToldAgainAfterAllThatWaited() throws Exception {
        Map<String, Object> claimed = claim();
        change("C-1");
        export.sent(claimed, "eu");
        assertThat(claim()).containsEntry("id", "C-2");
        assertThat(claim()).containsEntry("id", "C-3");
        Map<String, Object> again = claim();
        assertThat(again).containsEntry("id", "C-1").containsEntry("changed_ms", claimed.get("claimed_ms"));
        export.sent(again, "eu");
        assertThat(ground.rows("SELECT id FROM concordat.outbox ORDER BY id")).containsExactly("C-2", "C-3");
        assertThat(ground.rows("SELECT outcome, count FROM concordat.sent")).containsExactly("applied|1");
    }

    /** Two bridges while one of them is given a newer contract; and the way back. */
    @Test
    void whileOneTellsByANewerContractNobodyTellsByAnOlderOne(@TempDir Path folder) throws Exception {
        var customers = newer(folder).newest("customer");
        String newer = ExportStatements.claim(List.of(customers));
        String older = ground.statements.claim();
        ground.run("INSERT INTO concordat.outbox (entity, id) VALUES ('account', 'A-1')");
        try {
            ground.run(ExportStatements.triggers(customers));
            assertThat(claim()).as("of another entity").containsEntry("id", "A-1");
            assertThat(claimed(older)).isEmpty();
            export.again(claimed(newer).get(0), "eu");
            relay();
            assertThat(claimed(older)).as("whose triggers are there").isEmpty();

            ground.run("UPDATE concordat.telling SET seen_at = now() - interval '30 s'");
            assertThat(claimed(older)).isEmpty();
            ground.run("UPDATE concordat.telling SET seen_at = now() - interval '61 s'");
            assertThat(claimed(newer)).as("there it is again").hasSize(1);
            assertThat(claimed(older)).isEmpty();
            ground.run("UPDATE concordat.telling SET seen_at = now() - interval '61 s'");
            assertThat(claim()).as("nobody tells by it any more").containsEntry("id", "C-2");

            ground.run(ExportStatements.triggers(customers));
            assertThat(claimed(older)).as("from the moment when its triggers are laid").isEmpty();
            for (Demand demand : ground.statements.demandsInsteadOf(List.of(customers))) {
                ground.run(demand.sql());
            }
            assertThat(claim()).as("it is refused after all").containsEntry("id", "C-3");
        } finally {
            relay();
        }
    }

    private static Contracts newer(Path folder) throws IOException {
        for (String each : new String[] {"customer", "account"}) {
            Files.createDirectories(folder.resolve(each));
            Files.writeString(folder.resolve(each).resolve("v1.odcs.yaml"), Files.readString(Path.of("contracts", each, "v1.odcs.yaml"))
                    .replace("\nversion: 1.0.0\n", each.equals("customer") ? "\nversion: 1.10.0\n" : "\nversion: 1.0.0\n"));
        }
        return Contracts.read(folder);
    }

    @Test
    void ofAnEntityWithoutAContractNothingIsClaimed() throws Exception {
        ground.run("TRUNCATE concordat.outbox, concordat.note; INSERT INTO concordat.outbox (entity, id) VALUES ('card', 'K-1')");
        assertThat(claimed(ground.statements.claim())).isEmpty();
        assertThat(ground.value("SELECT claimed_till FROM concordat.outbox")).isEqualTo("-infinity");
    }

    /** By the contracts of the folder, as a start does it. */
    private static void relay() throws SQLException {
        for (Contract each : ground.contracts.newest()) {
            ground.run(ExportStatements.triggers(each));
        }
    }

    /** The first bridge's ledger was away until its claim was over. */
    @Test
    void whoeverSettlesTooLateFreesNoClaimOfAnother() throws Exception {
        Map<String, Object> over = claim();
        ground.run("UPDATE concordat.outbox SET claimed_till = now() - interval '1 ms' WHERE id = 'C-1'");
        Map<String, Object> other = claim();
        assertThat(other).containsEntry("id", "C-1");
        change("C-1");
        export.sent(over, "eu");
        export.again(over, "eu");
        export.later(over, "eu", null, 503);
        export.unheard(over, "eu", null, null);
        assertThat(ground.value("SELECT claimed_till = '" + other.get("claim") + "' AND unheard IS NOT NULL FROM concordat.outbox WHERE id = 'C-1'"))
                .isEqualTo("t");
        export.again(other, "eu");
        assertThat(ground.value("SELECT claimed_till FROM concordat.outbox WHERE id = 'C-1'")).isEqualTo("-infinity");
    }

    /** A program of the ledger that writes for long. */
    /** A program of the ledger in any isolation level: neither waits for the other, and nobody has to begin anew. */
    @ParameterizedTest
    @ValueSource(ints = {Connection.TRANSACTION_READ_COMMITTED, Connection.TRANSACTION_REPEATABLE_READ, Connection.TRANSACTION_SERIALIZABLE})
    void aTransactionOfTheLedgerAndTheLaneAreInNobodysWay(int level) throws Exception {
        List<Map<String, Object>> claims = List.of(claim(), claim());
        try (var open = ground.database().getConnection(); var statement = open.createStatement()) {
            open.setAutoCommit(false);
            open.setTransactionIsolation(level);
            statement.execute("UPDATE ledger.customer SET credit_limit = 7 WHERE id = 'C-1'");
            var lane = CompletableFuture.runAsync(() -> {
                try {
                    export.sent(claims.get(0), "eu");
                    export.unheard(claims.get(1), "eu", null, 503);
                    change("C-2");
                    change("C-3");
                    assertThat(claim()).containsEntry("id", "C-3");
                } catch (SQLException | JsonProcessingException e) {
                    throw new IllegalStateException(e);
                }
            });
            lane.get(2, TimeUnit.MINUTES);
            assertThat(ground.rows("SELECT id FROM concordat.outbox ORDER BY id")).as("C-1 is told").containsExactly("C-2", "C-3");
            if (level == Connection.TRANSACTION_READ_COMMITTED) {
                statement.execute("UPDATE ledger.customer SET credit_limit = 8");
            }
            statement.execute("INSERT INTO ledger.customer (id) VALUES ('C-4')");
            open.commit();
        }
        Map<String, Object> again = claim();
        assertThat(again).as("what the transaction wrote is told").containsEntry("id", "C-1");
        assertThat((Long) again.get("version")).isGreaterThan((Long) claims.get(0).get("version"));
        assertThat(claim()).containsEntry("id", "C-4");
    }

    @Test
    void whatIsNotedWhileItIsToldIsToldAgain() throws Exception {
        Map<String, Object> claimed = claim();
        ground.run("UPDATE ledger.customer SET credit_limit = 7 WHERE id = 'C-1'");
        export.sent(claimed, "eu");
        assertThat(List.of(claim(), claim(), claim())).extracting(claim -> claim.get("id")).containsExactly("C-2", "C-3", "C-1");
    }

    @Test
    void notesOfOneEntityAreOneRowAtThePlaceOfTheFirst() throws Exception {
        ground.run("TRUNCATE concordat.outbox, concordat.note; INSERT INTO concordat.note (entity, id, noted_at) SELECT 'customer', id, at::timestamptz FROM (VALUES "
                + "('C-2', '2026-11-29 10:00:02Z'), ('C-1', '2026-11-29 10:00:03Z'), ('C-1', '2026-11-29 10:00:01Z'), ('C-2', '2026-11-29 10:00:04Z')) n (id, at)");
        ground.gather();
        assertThat(ground.rows("SELECT id, extract(epoch FROM changed_at)::bigint - 1795946400 FROM concordat.outbox ORDER BY id"))
                .containsExactly("C-1|1", "C-2|2");
        assertThat(ground.count("concordat.note")).isZero();
    }

    @Test
    void whatTheLedgerHasDeletedSinceIsSettledAndNotTold() throws Exception {
        ground.run("DELETE FROM ledger.customer WHERE id = 'C-1'");
        var claimed = List.of(claim(), claim());
        assertThat(export.present(documents(claimed), "eu")).singleElement().satisfies(present ->
                assertThat(present).containsEntry("id", "C-2").containsEntry("claim", claimed.get(1).get("claim")));
        assertThat(ground.rows("SELECT id FROM concordat.outbox ORDER BY id")).containsExactly("C-2", "C-3");
        assertThat(ground.rows("SELECT outcome, count FROM concordat.sent")).containsExactly("filtered|1");
    }

    /** All of a claim are held at once, each text some times over. */
    @Test
    void aClaimHoldsSomeMegabytesAndWhatIsTooLargeIsNotReadAtAll() throws Exception {
        ground.run("TRUNCATE concordat.outbox, concordat.note");
        for (String account : List.of("A-1", "A-2", "A-3")) {
            ground.run("INSERT INTO ledger.account (id, customer_id) VALUES ('" + account + "', 'C-1')");
        }
        ground.run("UPDATE ledger.account SET last_transaction = repeat('x', CASE id WHEN 'A-1' THEN 3000000 ELSE 2900000 END)");
        var told = export.present(documents(List.of(claim(), claim(), claim())), "eu");
        assertThat(told).extracting(claim -> claim.get("id")).containsExactly("A-1", "A-2");
        assertThat(told.get(0).get("document")).isNull();
        assertThat((String) told.get(1).get("document")).hasSizeGreaterThan(2_900_000);
        assertThat(claim()).as("free at once").containsEntry("id", "A-3");

        ground.run("UPDATE concordat.outbox SET claimed_till = '-infinity'");
        ground.run("INSERT INTO ledger.account (id, customer_id, last_transaction) VALUES ('A-4', 'C-1', repeat('x', 2900000))");
        var claimed = documents(List.of(claim(), claim(), claim(), claim()));
        try (var open = ground.database().getConnection(); var statement = open.createStatement()) {
            open.setAutoCommit(false);
            statement.execute("SELECT FROM concordat.outbox WHERE id = 'A-3' FOR UPDATE");
            assertThat(export.present(claimed, "eu")).extracting(claim -> claim.get("id")).containsExactly("A-1", "A-2");
        }
        assertThat(ground.rows("SELECT id FROM concordat.outbox WHERE claimed_till = '-infinity'")).as("one that is held holds no other")
                .containsExactly("A-4");

        assertThat(export.refused(told.get(0), "eu", "breach")).singleElement().satisfies(breached -> {
            assertThat(breached.quarantined().rule()).isEqualTo("document-size");
            assertThat(breached.original()).asString().isEqualTo("{\"id\":\"A-1\"}");
        });
    }

    @Test
    void whatTheCrmTakesEndsWhatItRefusedOfTheEntity() throws Exception {
        ground.run("""
                INSERT INTO concordat.quarantine (source, id, subject, direction, contract, rule, breaches, original, receipt)
                SELECT source, id, id, 'ledger-to-crm', 'customer/1.0.0', 'crm-refused', '[]', '{}', id || '@1'
                FROM (VALUES ('urn:ledger:eu', 'customer/C-1'), ('urn:ledger:eu', 'customer/C-2'), ('urn:crm', 'customer/C-1')) AS q (source, id)""");
        String states = "SELECT source, id, state, reason IS NOT NULL FROM concordat.quarantine ORDER BY number";
        var claims = List.of(claim(), claim());
        export.settled(claims.get(1), "eu");
        export.sent(claims.get(0), "eu");
        assertThat(ground.rows(states)).containsExactly("urn:ledger:eu|customer/C-1|replayed|t", "urn:ledger:eu|customer/C-2|quarantined|f",
                "urn:crm|customer/C-1|quarantined|f");
    }

    /** One bridge settles late what it told, while another was refused what came after it. */
    @Test
    void whatTheCrmTookEndsNoRefusalOfANewerVersion() throws Exception {
        Map<String, Object> told = claim();
        change("C-1");
        ground.run("UPDATE concordat.outbox SET claimed_till = '-infinity'");
        Map<String, Object> refused = claim();
        assertThat(refused).containsEntry("id", "C-1");
        export.settled(refused, "eu");
        refuse(refused.get("version"));
        export.sent(told, "eu");
        assertThat(ground.value("SELECT state FROM concordat.quarantine")).isEqualTo("quarantined");

        ground.run("UPDATE concordat.quarantine SET receipt = 'customer/C-1@" + told.get("version") + "'");
        export.sent(told, "eu");
        assertThat(ground.value("SELECT state FROM concordat.quarantine")).as("of what came back the last refusal counts").isEqualTo("quarantined");
        ground.run("UPDATE concordat.quarantine SET return_receipt = NULL");
        export.sent(told, "eu");
        assertThat(ground.value("SELECT state FROM concordat.quarantine")).isEqualTo("replayed");
    }

    @Test
    void whatWasRefusedBeforeTheLedgerWasRestoredEndsToo() throws Exception {
        refuse(999_999);
        export.sent(claim(), "eu");
        assertThat(ground.value("SELECT state FROM concordat.quarantine")).isEqualTo("replayed");
    }

    /** As a keeper that keeps something else of the entity at the same time. */
    @Test
    void aRefusalThatIsHeldIsEndedWhenTheCrmIsToldOnceMore() throws Exception {
        Map<String, Object> claim = claim();
        refuse(claim.get("version"));
        try (var open = ground.database().getConnection(); var statement = open.createStatement()) {
            open.setAutoCommit(false);
            statement.execute("UPDATE concordat.quarantine SET attempts = 7");
            export.sent(claim, "eu");
            assertThat(ground.value("SELECT count(*) FROM concordat.sent")).as("the row of all exports").isEqualTo("0");
            open.commit();
        }
        assertThat(ground.rows("SELECT id FROM concordat.outbox ORDER BY id")).containsExactly("C-1", "C-2", "C-3");
        export.sent(claim, "eu");
        assertThat(ground.value("SELECT state FROM concordat.quarantine")).isEqualTo("replayed");
        assertThat(ended(Outcome.APPLIED)).isOne();
    }

    private static void refuse(Object version) throws SQLException {
        ground.run("""
                INSERT INTO concordat.quarantine (source, id, subject, direction, contract, rule, breaches, original, receipt, return_receipt)
                SELECT 'urn:ledger:eu', 'customer/C-1', 'customer/C-1', 'ledger-to-crm', 'customer/1.0.0', 'crm-refused', '[]', '{}', receipt, receipt
                FROM (VALUES ('customer/C-1@%s')) AS r (receipt)""".formatted(version));
    }

    @Test
    void whatIsLeftInTheOutboxIsNotCountedAsEnded() throws Exception {
        Map<String, Object> claimed = claim();
        change("C-1");
        export.sent(claimed, "eu");
        assertThat(ended(Outcome.APPLIED)).isZero();
        export.sent(claim(), "eu");
        assertThat(ended(Outcome.APPLIED)).isOne();

        ground.run("DELETE FROM ledger.customer WHERE id = 'C-3'");
        var gone = documents(List.of(claim()));
        ground.run("INSERT INTO ledger.customer (id) VALUES ('C-3')");
        ground.gather();
        assertThat(export.present(gone, "eu")).isEmpty();
        assertThat(ended(Outcome.FILTERED)).isZero();
        ground.run("DELETE FROM ledger.customer WHERE id = 'C-3'");
        export.present(documents(List.of(claim(), claim())), "eu");
        assertThat(ended(Outcome.FILTERED)).isOne();
    }

    private double ended(Outcome outcome) {
        var counter = metrics.find("concordat.changes").tags("outcome", outcome.word()).counter();
        return counter == null ? 0 : counter.count();
    }

    /** When it changed since, nobody noted. */
    @Test
    void whatTheCrmAnsweredLateKeepsItsPlace() throws Exception {
        Map<String, Object> claimed = claim();
        export.unheard(claimed, "eu", null, null);
        change("C-1");
        ground.run("UPDATE concordat.outbox SET claimed_till = '-infinity'");
        Map<String, Object> again = claim();
        assertThat(again).containsEntry("id", "C-1").containsEntry("version", claimed.get("version"));
        var document = documents(List.of(again)).get(0);
        assertThat(document).containsEntry("document", claimed.get("document"));
        export.sent(document, "eu");
        assertThat(claim()).containsEntry("id", "C-1").containsEntry("changed_ms", claimed.get("changed_ms"));
    }

    @Test
    void whatTheCrmTakesSaysThatItRefusedRecordsOnly() throws Exception {
        for (int i = 0; i < 3; i++) {
            export.countRefusal("eu", 404);
        }
        assertThat(export.rests("eu")).isTrue();
        export.sent(claim(), "eu");
        now = now.plusSeconds(30);
        export.countRefusal("eu", 404);
        assertThat(export.rests("eu")).isFalse();
        assertThat(export.room("eu")).isEqualTo(100);
    }

    /** A time in seconds or, as HTTP allows it, a date; of two entities, as where a day's calls are used up. */
    @ParameterizedTest
    @CsvSource({"7,0,7", "60,0,60", "61,61,61", "86400,3600,3600", "'Sun, 29 Nov 2026 10:10:00 GMT',600,600",
        "'Sun, 29 Nov 2026 09:10:00 GMT',0,0.25", "soon,0,0.25", ",0,0.25"})
    void aCrmThatNamesMoreThanAMinuteIsLeftAloneByTheWholeLane(String retryAfter, long rest, double pause) throws Exception {
        assertThat(export.room("eu")).isEqualTo(100);
        List<Map<String, Object>> claims = List.of(claim(), claim());
        String before = ground.value("SELECT clock_timestamp()");
        export.later(claims.get(0), "eu", retryAfter, 429);
        assertThat(export.rests("eu")).as("it may be about the one").isFalse();
        export.unheard(claims.get(1), "eu", retryAfter, 503);
        String after = ground.value("SELECT clock_timestamp()");
        if (rest > 0) {
            now = BEGINNING.plusSeconds(rest).minusMillis(1);
            assertThat(export.room("eu")).isZero();
            assertThatThrownBy(() -> export.keepTime(export.moment(), "eu")).isInstanceOf(Untimely.class);
            assertThat(export.room("uk")).as("another lane").isEqualTo(100);
            now = BEGINNING.plusSeconds(rest);
        }
        assertThat(export.room("eu")).isEqualTo(100);
        export.keepTime(export.moment(), "eu");
        assertThat(ground.rows(("SELECT id FROM concordat.outbox WHERE claimed_till BETWEEN timestamptz '%s' + %s * interval '1 s' "
                + "AND timestamptz '%s' + 1.25 * %s * interval '1 s' ORDER BY id").formatted(before, pause, after, pause)))
                .as("the entity's own pause").containsExactly("C-1", "C-2");
    }

    @Test
    void anEntityThatIsToWaitForLongHoldsNoOther() throws Exception {
        export.later(claim(), "eu", "3600", 409);
        export.later(claim(), "eu", "3600", 409);
        assertThat(export.rests("eu")).as("about the entities").isFalse();
        Map<String, Object> busy = claim();
        export.later(busy, "eu", "3600", 503);
        export.later(busy, "eu", "3600", 503);
        assertThat(export.rests("eu")).as("one and the same").isFalse();
        export.sent(busy, "eu");
    }

    private static void change(String id) throws SQLException {
        ground.run("UPDATE ledger.customer SET credit_limit = coalesce(credit_limit, 0) + 1 WHERE id = '" + id + "'");
        ground.gather();
    }

    /** The next one, with what would be told of it. */
    private static Map<String, Object> claim() throws SQLException {
        var claimed = claimed(ground.statements.claim());
        assertThat(claimed).hasSize(1);
        var claim = claimed.get(0);
        claim.put("document", "{\"id\":\"" + claim.get("id") + "\"}");
        claim.put("size", 12);
        return claim;
    }

    private static List<Map<String, Object>> documents(List<Map<String, Object>> claimed) throws Exception {
        String documents = ground.statements.documents().replace(":#claimed", "'" + new ObjectMapper().writeValueAsString(claimed) + "'")
                .replace(":#largest", String.valueOf(LARGEST));
        try (var connection = ground.database().getConnection(); var statement = connection.createStatement(); var rows = statement.executeQuery(documents)) {
            return LedgerGround.rows(rows);
        }
    }

    private static List<Map<String, Object>> claimed(String claim) throws SQLException {
        ground.gather();
        try (var connection = ground.database().getConnection(); var statement = connection.createStatement();
                var rows = statement.executeQuery(claim.replace(":#lease", "3600").replace(":#limit", "1"))) {
            return LedgerGround.rows(rows);
        }
    }
}
