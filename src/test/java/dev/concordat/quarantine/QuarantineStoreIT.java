package dev.concordat.quarantine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.concordat.BridgeException;
import dev.concordat.Said;
import dev.concordat.TestPostgres;
import dev.concordat.change.Breach;
import dev.concordat.change.Breached;
import dev.concordat.change.Quarantined;
import dev.concordat.change.ReturnRecords;
import dev.concordat.ledger.QuarantineMessage;
import dev.concordat.quarantine.QuarantineStore.Entry;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

class QuarantineStoreIT {
    private static final Breach BREACH = new Breach("schema", "customer/1.0.0", "/after/phone", "pattern", "`/after/phone` should be a "
            + "phone number");
    private static final Map<String, DataSource> LEDGERS = new LinkedHashMap<>();
    private static EmbeddedPostgres postgres;
    @RegisterExtension
    private final Said said = new Said(Quarantine.class);
    private final QuarantineStore store = new QuarantineStore(LEDGERS);
    private final Quarantine verbs = new Quarantine(store, List.of("eu", "uk"));

    @BeforeAll
    static void start() throws Exception {
        postgres = TestPostgres.start();
        for (String region : List.of("eu", "uk")) {
            try (var connection = postgres.getPostgresDatabase().getConnection(); var statement = connection.createStatement()) {
                statement.execute("CREATE DATABASE " + region);
            }
            LEDGERS.put(region, postgres.getDatabase("postgres", region));
            Flyway.configure().dataSource(LEDGERS.get(region)).locations("classpath:db/lane").load().migrate();
        }
    }

    @AfterAll
    static void stop() throws Exception {
        postgres.close();
    }

    @BeforeEach
    void clear() throws SQLException {
        for (String region : LEDGERS.keySet()) {
            run(region, "TRUNCATE concordat.quarantine, concordat.duplicate, concordat.note RESTART IDENTITY");
            run(region, "SELECT setval('concordat.outbox_version', 1000)");
        }
    }

    private static int run(String region, String sql, Object... parameters) throws SQLException {
        try (var connection = LEDGERS.get(region).getConnection()) {
            return run(connection, sql, parameters);
        }
    }

    private static int run(Connection connection, String sql, Object... parameters) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            return statement.execute() ? 0 : statement.getUpdateCount();
        }
    }

    /** A statement of the routes, its parameters in their order. */
    private static int route(String region, String file, Object... parameters) throws SQLException {
        return run(region, statement(file), parameters);
    }

    /** What a bridge may send back now. */
    private static List<Map<String, Object>> claim(String region) throws SQLException {
        try (var connection = LEDGERS.get(region).getConnection(); var rows = connection.createStatement().executeQuery(statement("claim-replays.sql"))) {
            var claimed = new ArrayList<Map<String, Object>>();
            while (rows.next()) {
                claimed.add(Map.of("number", rows.getLong("number"), "id", rows.getString("id"), "claim", rows.getString("claim")));
            }
            return claimed;
        }
    }

    private static int mark(String region, List<Map<String, Object>> claimed) throws SQLException {
        return route(region, "mark-replayed.sql", new ReturnRecords().numbers(claimed), claimed.get(0).get("claim"));
    }

    private static String statement(String file) {
        return TestPostgres.statement(file).replaceAll("(?m)^--.*$", "").replaceAll(":#\\$\\{[^}]*}|:#[a-z]+", "?");
    }

    private static Quarantined quarantined(String id, String receipt, boolean returned) {
        return new Quarantined("urn:crm:test", id, "customer/C-1", "crm-to-ledger", "customer/1.0.0", "schema", List.of(BREACH), receipt,
                returned, "2026-11-22T10:00:00.123Z");
    }

    private static void keep(String region, Quarantined... quarantined) throws SQLException {
        try (var connection = LEDGERS.get(region).getConnection()) {
            keep(connection, quarantined);
        }
    }

    private static void keep(Connection connection, Quarantined... quarantined) throws SQLException {
        keep(connection, Stream.of(quarantined).map(each -> new Breached(each, "{\"phone\":\"12\"}".getBytes(UTF_8))).toList());
    }

    private static void keep(Connection connection, List<Breached> breached) throws SQLException {
        for (QuarantineMessage message : QuarantineMessage.of(breached)) {
            run(connection, statement("keep-quarantined.sql"), message.json());
        }
    }

    private static void keep(String region, String id, String receipt, boolean returned) throws SQLException {
        keep(region, quarantined(id, receipt, returned));
    }

    /** What the statement says of the changes that it keeps, for the metrics. */
    private static List<String> fates(Quarantined... quarantined) throws SQLException {
        var fates = new ArrayList<String>();
        try (var connection = LEDGERS.get("eu").getConnection(); var statement = connection.prepareStatement(statement("keep-quarantined.sql"))) {
            var message = QuarantineMessage.of(Stream.of(quarantined).map(each -> new Breached(each, "{}".getBytes(UTF_8))).toList());
            statement.setString(1, message.get(0).json());
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    fates.add(rows.getString("fate") + " " + rows.getString("direction") + " " + rows.getString("subject") + " " + rows.getString("contract")
                            + " " + rows.getString("rule") + (rows.getBoolean("returned") ? " returned" : ""));
                }
            }
        }
        return fates;
    }

    @Test
    void leavesOutADeliveryThatWasAppliedAfterAll() throws SQLException {
        try (var connection = LEDGERS.get("eu").getConnection(); var statement = connection.createStatement()) {
            statement.execute("""
                    INSERT INTO concordat.inbox (source, id, subject, outcome, contract, receipt, changed_at) VALUES
                    ('urn:crm:test', 'applied-1', 'customer/C-1', 'applied', 'customer/1.0.0', 'a1', '2026-11-22T10:00:00.123Z'),
                    ('urn:crm:test', 'applied-2', 'customer/C-1', 'applied', 'customer/1.0.0', 'a2', '2300-11-22T10:00:00.123456Z')""");
        }
        assertThat(fates(quarantined("applied-1", "a1", false))).isEmpty();
        assertThat(fates(new Quarantined("urn:crm:test", "applied-2", "customer/C-1", "crm-to-ledger", "customer/1.0.0", "schema", List.of(BREACH), "a2", false,
                "2300-11-22T10:00:00.123456789Z"))).isEmpty();
        assertThat(fates(quarantined("applied-1", "a3", false))).hasSize(1);
    }

    /** Whatever is said against it by now. */
    @Test
    void leavesOutADeliveryThatHasEndedOtherwiseOrGoesOnElsewhere() throws SQLException {
        run("eu", """
                INSERT INTO concordat.inbox (source, id, subject, outcome, contract, receipt, changed_at)
                VALUES ('urn:crm:test', 'h-1', 'customer/C-1', 'applied', 'customer/1.0.0', 'a1', '2026-11-22T10:00:00.123Z')""");
        run("eu", "INSERT INTO concordat.duplicate (receipt, source, id) VALUES ('a3', 'urn:crm:test', 'h-1')");
        assertThat(fates(quarantined("h-1", "a3", false))).as("a duplicate").isEmpty();
        assertThat(fates(quarantined("h-1", "p4", true).bookedUnder("a3"))).as("a return that ended as a duplicate").isEmpty();
        assertThat(fates(quarantined("h-1", "p9", true).bookedUnder("a1"))).as("a return that was applied").isEmpty();
        assertThat(fates(quarantined("h-2", "a3", false))).as("another change at a position that was made anew").hasSize(1);

        run("eu", """
                INSERT INTO concordat.parked (source, id, subject, parent, contract, receipt, original, changed_at, state)
                SELECT 'urn:crm:test', 'h-' || state, 'account/A-1', 'C-1', 'account/1.0.0', 'a5', '', now(), state FROM unnest(ARRAY['parked', 'overdue', 'orphan']) state""");
        assertThat(fates(quarantined("h-parked", "a5", false), quarantined("h-overdue", "a5", false))).as("parked").isEmpty();
        assertThat(fates(quarantined("h-parked", "a6", false))).as("a further sending").hasSize(1);
        assertThat(fates(quarantined("h-orphan", "a5", false))).hasSize(1);
        assertThat(fates(quarantined("h-overdue", "p6", true).bookedUnder("a5"))).as("a return whose parking has yet to be left").hasSize(1);
        run("eu", "INSERT INTO concordat.resumed (receipt, source, id) VALUES ('a7', 'urn:crm:test', 'h-7')");
        assertThat(fates(quarantined("h-7", "a7", false))).as("resumed").isEmpty();
        assertThat(fates(quarantined("h-7", "p8", true).bookedUnder("a7"))).as("the return itself").hasSize(1);
        run("eu", "TRUNCATE concordat.parked, concordat.resumed");
    }

    @Test
    void tellsWhatBecameOfEachChangeOnce() throws SQLException {
        String of = " crm-to-ledger customer/C-1 customer/1.0.0 schema";
        assertThat(fates(quarantined("e1", "r1", false), quarantined("e2", "r2", false))).containsExactly("ENTERED" + of, "ENTERED" + of);
        assertThat(fates(quarantined("e1", "r1", false))).as("the same delivery").isEmpty();
        assertThat(fates(quarantined("e1", "r3", false), quarantined("e3", "r4", false))).containsExactlyInAnyOrder("DUPLICATE" + of, "ENTERED" + of);
        assertThat(fates(quarantined("e1", "r3", false))).as("the same further sending").isEmpty();
        assertThat(fates(quarantined("e1", "r5", true).bookedUnder("r1"))).containsExactly("CAME_BACK" + of + " returned");
        assertThat(fates(quarantined("e1", "r5", true).bookedUnder("r1"))).as("the same return").isEmpty();
        assertThat(fates(quarantined("e4", "r7", true).bookedUnder("r6"))).as("from parking").containsExactly("ENTERED" + of + " returned");
        var refused = new Quarantined("urn:ledger:eu", "account/A-1", "account/A-1", Quarantined.LEDGER_TO_CRM, "account/1.0.0", "schema", List.of(BREACH),
                "account/A-1@7", true, null);
        assertThat(fates(refused)).containsExactly("ENTERED ledger-to-crm account/A-1 account/1.0.0 schema");
        assertThat(fates(refused)).as("the same refusal").isEmpty();
        assertThat(duplicates("eu")).isOne();
    }

    private int replayed(String region, Selection which) {
        var replayed = new AtomicInteger();
        store.replayAll(region, which, replayed::addAndGet);
        return replayed.get();
    }

    private static Selection of(String region, String rule) {
        return new Selection(region, rule, null);
    }

    private static long duplicates(String region) throws SQLException {
        try (var connection = LEDGERS.get(region).getConnection(); var rows = connection.createStatement()
                .executeQuery("SELECT count(*) FROM concordat.duplicate")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Test
    void changesOfOneCauseAreOneLine() throws SQLException {
        for (int i = 0; i < 3; i++) {
            var breach = new Breach("schema", "customer/1.0.0", "/after/tags/" + i, "type", "`/after/tags/" + i + "` should be a text");
            keep(i == 2 ? "uk" : "eu", new Quarantined("urn:crm:test", "t" + i, "customer/C-1", "crm-to-ledger", "customer/1.0.0", "schema",
                    List.of(breach), "r" + i, false, "2026-11-22T10:00:00.123Z"));
        }
        keep("eu", "e1", "r9", false);

        assertThat(store.groups("quarantined", Selection.ALL).entries()).extracting(cause -> cause.changes() + " " + cause.group().key() + ": "
                + cause.sentence()).containsExactly("3 customer/1.0.0 schema type /after/tags/*: `/after/tags/*` should be a text",
                "1 customer/1.0.0 schema pattern /after/phone: `/after/phone` should be a phone number");
        assertThat(store.groups("quarantined", of("uk", "schema")).entries()).extracting(Cause::example).containsExactly("uk-1");
        assertThat(store.groups("discarded", Selection.ALL).entries()).isEmpty();
    }

    @Test
    void whatSaysSomethingElseIsAnotherCauseAndWhatDiffersFromChangeToChangeIsNot() throws SQLException {
        keep("eu", says("e1", "`/after/residency` names a country"), says("e2", "`/after/residency` should be a country"),
                says("e3", "The change cannot be read; line 1"), says("e4", "The change cannot be read; line 7"), says("e5", "The change is large; 7 bytes"));
        keep("uk", says("e6", "The change cannot be read; line 1"), says("e7", "The change is large; 7 bytes"));

        assertThat(store.groups("quarantined", Selection.ALL).entries()).extracting(cause -> cause.changes() + " " + cause.sentence()).containsExactly(
                "3 The change cannot be read", "2 The change is large; 7 bytes", "1 `/after/residency` names a country", "1 `/after/residency` should be a country");
    }

    private static Quarantined says(String id, String sentence) {
        var breach = new Breach("residency-unknown", "customer/1.0.0", "/after/residency", "residency-unknown", sentence);
        return new Quarantined("urn:crm:test", id, "customer/C-1", "crm-to-ledger", "customer/1.0.0", breach.rule(), List.of(breach), id, false, null);
    }

    @Test
    void whereNothingBreaksARuleThoseThatAreBrokenAreNamed() throws SQLException {
        assertThat(verbs.nothing("quarantined", of(null, "orphan"))).isEqualTo("nothing is quarantined");
        keep("eu", quarantined("e1", "r1", false), quarantined("e2", "r2", false));
        keep("uk", says("e3", "`/after/residency` names a country"));
        assertThat(verbs.nothing("quarantined", of(null, "nosuch"))).isEqualTo("nothing quarantined breaks rule [nosuch]; there are: schema, residency-unknown");
        assertThat(verbs.nothing("quarantined", of("uk", "schema"))).isEqualTo("nothing quarantined breaks rule [schema]; there are: residency-unknown");
        assertThat(verbs.nothing("discarded", of(null, "schema"))).isEqualTo("nothing is discarded");
        assertThat(verbs.replayMany(of(null, ""))).isEqualTo(new Quarantine.Said(false, 0, "nothing quarantined breaks rule []; there are: schema, residency-unknown"));
        assertThat(verbs.replayMany(of("uk", null))).isEqualTo(new Quarantine.Said(true, 1, "1 change goes through the front door again"));
        assertThat(verbs.replayMany(of("uk", null))).isEqualTo(new Quarantine.Said(false, 0, "nothing is quarantined"));
    }

    private static void keepOfSeveralCauses() throws SQLException {
        keep("eu", at("e1", "/after/tags/1", "`/after/tags/1` should be a text; 7"), at("e2", "/after/tags/20", "`/after/tags/20` should be a text; 8"),
                at("e3", "/after/tags/1", "`/after/tags/1` should be short"), at("e4", "/after/phone", "`/after/phone` should be a text"));
        keep("uk", at("e5", "/after/tags/0", "`/after/tags/0` should be a text; 7"), quarantined("e6", "r6", false));
    }

    private static Quarantined at(String id, String pointer, String sentence) {
        return new Quarantined("urn:crm:test", id, "customer/C-1", "crm-to-ledger", "customer/1.0.0", "schema",
                List.of(new Breach("schema", "customer/1.0.0", pointer, "type", sentence)), id, false, null);
    }

    @Test
    void thoseThatAreLikeOneAreExactlyThoseOfItsCause() throws SQLException {
        keepOfSeveralCauses();
        keep("uk", quarantined("e7", "r7", false), quarantined("e8", "r8", false));
        run("uk", "UPDATE concordat.quarantine SET breaches = '[7]' WHERE number > 2");
        var causes = store.groups("quarantined", Selection.ALL).entries();
        assertThat(causes).hasSize(5).allSatisfy(cause -> {
            var like = verbs.selection(cause.example(), null, null);
            assertThat(store.list("quarantined", like, 10).entries()).hasSize((int) cause.changes()).extracting(Entry::name).contains(cause.example());
            assertThat(store.groups("quarantined", like).entries()).extracting(Cause::key).containsExactly(cause.key());
        });
        assertThat(store.list("quarantined", verbs.selection("uk-1", null, null), 10).entries()).extracting(Entry::name)
                .containsExactlyInAnyOrder("eu-1", "eu-2", "uk-1");
        assertThat(verbs.listMany("uk-1", "schema", "eu", 10)).hasSize(2).allSatisfy(line -> assertThat(line).startsWith("eu-"));
        assertThat(verbs.listMany("", " ", null, 10)).hasSize(8);
        assertThat(verbs.listMany("uk-1", "orphan", "", 10)).isEmpty();
    }

    @Test
    void thoseOfOneCauseAreReplayedAfterOneOfThemWasTried() throws SQLException {
        keepOfSeveralCauses();
        store.replay("eu-1");
        assertThat(verbs.replayMany("eu-1", "", "")).isEqualTo("2 changes go through the front door again");
        assertThat(store.list("replaying", Selection.ALL, 10).entries()).extracting(Entry::name).containsExactlyInAnyOrder("eu-1", "eu-2", "uk-1");
        assertThat(verbs.replayMany("eu-1", "", "")).isEqualTo("nothing quarantined has the cause of eu-1: `/after/tags/*` should be a text; 7");
    }

    @Test
    void manyAreDiscardedOnlyWhereTheirNumberWasAllowed() throws SQLException {
        keepOfSeveralCauses();
        store.replay("eu-2");
        assertThat(verbs.discardMany("eu-1", "", "", 0, "test data"))
                .isEqualTo("nothing is discarded: it would be 2 changes, and at most 0 may be; `--at-most 2` would discard them");
        assertThat(verbs.discardMany("", "", "eu", 2, "test data"))
                .isEqualTo("nothing is discarded: it would be 3 changes, and at most 2 may be; `--at-most 3` would discard them");
        assertThat(verbs.discardMany("eu-1", "", "", 2, " ")).isEqualTo("a reason should be given; it is kept with the change");
        assertThat(verbs.getWaiting()).isEqualTo(6);
        assertThat(verbs.discardMany("eu-1", "", "", 5, "test data")).isEqualTo("2 changes are discarded");
        assertThat(store.list("discarded", Selection.ALL, 10).entries()).extracting(entry -> entry.name() + " " + entry.reason())
                .containsExactlyInAnyOrder("eu-1 test data", "uk-1 test data");
        assertThat(store.find("eu-2").orElseThrow().state()).as("it is on its way").isEqualTo("replaying");
        assertThat(verbs.discardMany("eu-1", "", "", 5, "test data")).startsWith("nothing quarantined has the cause of eu-1: ");
    }

    /** As where more come while they are discarded. */
    @Test
    void noMoreAreDiscardedThanWereAllowed() throws SQLException {
        keepOfSeveralCauses();
        var discarded = new AtomicInteger();
        store.discardAll("eu", Selection.ALL, "test data", 3, discarded::addAndGet);
        assertThat(discarded).hasValue(3);
        assertThat(store.list("quarantined", of("eu", null), 10).entries()).extracting(Entry::name).containsExactly("eu-4");
    }

    @Test
    void whatASenderWroteNeitherSteersATerminalNorLooksThereLikeSomethingElse() throws SQLException {
        keep("eu", new Quarantined("urn:crm:\u202efdp\u2028x", "e\u20661", "customer/C-1", "crm-to-ledger", "customer/1.0.0", "schema",
                List.of(BREACH), "r1", false, null));
        assertThat(verbs.show("eu-1")).contains("source, id   urn:crm:\\u202efdp\\u2028x, e\\u20661\n");
    }

    @Test
    void aReasonOfSeveralLinesIsShownOnOne() throws SQLException {
        keep("eu", "e1", "r1", false);
        verbs.discard("eu-1", "test data\r\nsubject      none");
        assertThat(verbs.show("eu-1")).contains("state        discarded (test data subject      none)\nsince        ").contains("Z\nsubject      customer/C-1\n");
    }

    /** As somebody else may have written it into the table. */
    @ParameterizedTest
    @ValueSource(strings = {"[]", "{}", "null", "7", "\"secret\"", "[7]", "[null]", "[[]]", "[{}]", "[{\"keyword\": \"a\", \"pointer\": \"b\"}]"})
    void anOddRowIsShownAsUnreadableAndHidesNoneOfTheOthers(String breaches) throws SQLException {
        keep("eu", "e1", "r1", false);
        keep("eu", "e2", "r2", false);
        keep("uk", "e3", "r3", false);
        run("eu", "UPDATE concordat.quarantine SET breaches = ?::jsonb, subject = 'odd' WHERE number = 2", breaches);
        String sentence = "column concordat.quarantine.breaches should be an array of at least one breach";

        assertThat(verbs.list(10)).hasSize(3).anySatisfy(line -> assertThat(line).startsWith("eu-2 ").contains("schema", " odd ").endsWith(sentence));
        assertThat(verbs.show("eu-2")).contains("subject      odd", "schema unreadable", sentence);
        assertThat(store.groups("quarantined", Selection.ALL).entries()).extracting(cause -> cause.changes() + " " + cause.group().key() + " "
                + cause.example() + " " + cause.sentence()).containsExactly("2 customer/1.0.0 schema pattern /after/phone eu-1 `/after/phone` should be a phone number",
                "1 customer/1.0.0 schema unreadable  eu-2 " + sentence);
    }

    @Test
    void originalsComeRegionByRegionTheOldestFirstForAsLongAsMoreAreWanted() throws SQLException {
        for (int i = 1; i <= 41; i++) {
            keep("eu", "e" + i, "r" + i, false);
        }
        keep("uk", "e1", "u1", false);
        keep("uk", "e2", "u2", false);
        store.discard("eu-2", "by mistake");
        store.replay("uk-1");
        var all = new ArrayList<QuarantineStore.Original>();
        store.originals(all::add);
        assertThat(all).extracting(QuarantineStore.Original::name).hasSize(41).startsWith("eu-1", "eu-3").endsWith("eu-41", "uk-2");
        assertThat(all.get(40)).satisfies(last -> {
            assertThat(last.id() + " " + last.source() + " " + last.receipt() + " " + last.rule() + " " + last.direction())
                    .isEqualTo("e2 urn:crm:test u2 schema crm-to-ledger");
            assertThat(last.bytes()).isEqualTo("{\"phone\":\"12\"}".getBytes(UTF_8));
        });

        for (int wanted : List.of(1, 20, 21, 40)) {
            var some = new ArrayList<QuarantineStore.Original>();
            store.originals(each -> some.add(each) && some.size() < wanted);
            assertThat(some).hasSize(wanted);
        }
    }

    /** Route replay holds all of a part. */
    @Test
    void aPartOfWhatIsReplayedFitsIntoMemory() throws Exception {
        for (int i = 1; i <= 5; i++) {
            keep("eu", "e" + i, "r" + i, false);
            store.replay("eu-" + i);
        }
        run("eu", "UPDATE concordat.quarantine SET original = convert_to(repeat('x', 2097152), 'UTF8') WHERE number > 1");
        // Of the ledger: larger than what the CRM may send.
        run("eu", "UPDATE concordat.quarantine SET original = convert_to(repeat('x', 5000000), 'UTF8') WHERE number = 4");
        var parts = new ArrayList<List<Long>>();
        for (var part = claim("eu"); !part.isEmpty(); part = claim("eu")) {
            parts.add(part.stream().map(each -> (Long) each.get("number")).toList());
        }
        assertThat(parts).containsExactly(List.of(1L, 2L), List.of(3L), List.of(4L), List.of(5L));
    }

    /** A look twice a second must not read, or sort, whatever was sent back before or waits to be. */
    @ParameterizedTest
    @ValueSource(strings = {"claim-replays.sql", "replay-exports.sql"})
    void whatIsReplayedIsFoundInItsOrderByTheIndex(String file) throws SQLException {
        try (var connection = LEDGERS.get("eu").getConnection(); var session = connection.createStatement()) {
            session.execute("SET enable_seqscan = off");
            var plan = new StringBuilder();
            try (var rows = session.executeQuery("EXPLAIN " + statement(file))) {
                while (rows.next()) {
                    plan.append(rows.getString(1)).append('\n');
                }
            }
            assertThat(plan).containsPattern("LockRows[^\n]*\n *-> +Index Scan using quarantine_replaying on [^\n]*\n *Index Cond: \\(+direction = ");
        }
    }

    @Test
    void aFurtherDuplicateAtAPositionThatIsUsedAgainIsCounted() throws SQLException {
        keep("eu", quarantined("e1", "r1", false), quarantined("e2", "r2", false), quarantined("e1", "r3", false));
        // The topic was made anew.
        keep("eu", "e2", "r3", false);
        keep("eu", "e2", "r3", false);
        assertThat(duplicates("eu")).isEqualTo(2);
    }

    @Test
    void whatIsKeptIsFoundWithAllThatIsKnownOfIt() throws SQLException {
        keep("uk", "e1", "r1", false);
        var entry = store.find("uk-1").orElseThrow();
        assertThat(entry).usingRecursiveComparison().ignoringFields("quarantinedAt", "stateAt").isEqualTo(new Entry("uk-1", "uk", "urn:crm:test", "e1",
                "customer/C-1", "crm-to-ledger", "customer/1.0.0", "schema", List.of(BREACH), "quarantined", 0,
                Instant.parse("2026-11-22T10:00:00.123Z"), null, null, null, 14));
        assertThat(entry.quarantinedAt()).isNotNull();
        assertThat(entry.stateAt()).isNotNull();
        assertThat(store.original("uk-1")).hasValueSatisfying(bytes -> assertThat(bytes).isEqualTo("{\"phone\":\"12\"}".getBytes(UTF_8)));
        assertThat(store.find("eu-1")).isEmpty();
        assertThat(store.original("eu-1")).isEmpty();
    }

    @Test
    void aChangeThatCouldNotBeReadIsKeptToo() throws SQLException {
        keep("eu", Quarantined.unread("crm.changes-0@7", new Breach("not-json", "none", "", "not-json", "wrong")));
        assertThat(store.find("eu-1").orElseThrow()).satisfies(entry -> {
            assertThat(entry.subject()).isNull();
            assertThat(entry.changedAt()).isNull();
            assertThat(entry.breaches()).extracting(Breach::sentence).containsExactly("wrong");
        });
        assertThat(verbs.show("eu-1")).contains("subject      -", "changed at   -");
    }

    @Test
    void whatComesTogetherIsKeptAsIfItHadComeOneByOne() throws SQLException {
        keep("eu", quarantined("e1", "r1", false), quarantined("e2", "r2", false), quarantined("e1", "r3", false));
        assertThat(verbs.getWaiting()).isEqualTo(2);
        assertThat(duplicates("eu")).isOne();
        store.replay("eu-1");
        keep("eu", quarantined("e1", "r4", true), quarantined("e2", "r2", false), quarantined("e3", "r5", false), quarantined("e2", "r6", false));
        assertThat(store.find("eu-1").orElseThrow()).satisfies(entry -> assertThat(entry.state() + entry.attempts()).isEqualTo("quarantined1"));
        assertThat(store.find("eu-2").orElseThrow().attempts()).isZero();
        assertThat(verbs.getWaiting()).isEqualTo(3);
        assertThat(duplicates("eu")).isEqualTo(2);
    }

    @Test
    void aFurtherSendingThatAnotherKeeperEntersAtTheSameTimeIsADuplicate() throws Exception {
        var thread = Executors.newSingleThreadExecutor();
        try (var first = LEDGERS.get("eu").getConnection()) {
            first.setAutoCommit(false);
            keep(first, quarantined("e1", "r1", false));
            var second = thread.submit(() -> {
                keep("eu", quarantined("e1", "r2", false));
                return true;
            });
            await().until(QuarantineStoreIT::waitsForALock);
            first.commit();
            assertThat(second.get()).isTrue();
        } finally {
            thread.shutdownNow();
        }
        assertThat(duplicates("eu")).isOne();
        assertThat(store.find("eu-1").orElseThrow()).satisfies(entry -> assertThat(entry.state() + entry.attempts()).isEqualTo("quarantined0"));
    }

    private static boolean waitsForALock() throws SQLException {
        return waiting() > 0;
    }

    private static long waiting() throws SQLException {
        try (var connection = LEDGERS.get("eu").getConnection(); var rows = connection.createStatement()
                .executeQuery("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = 'eu'")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** What locks many rows of the quarantine beside a keeper. */
    private enum Locking {
        REPLAY, DISCARD, MARK;

        /** Returns the rows that it changes. */
        int run(QuarantineStore store, List<Map<String, Object>> claimed) throws SQLException {
            var changed = new AtomicInteger();
            switch (this) {
                case REPLAY -> store.replayAll("eu", Selection.ALL, changed::addAndGet);
                case DISCARD -> store.discardAll("eu", Selection.ALL, "sent again", 3, changed::addAndGet);
                case MARK -> changed.set(mark("eu", claimed));
            }
            return changed.get();
        }
    }

    /** Its first row is the keeper's last, and a third holds the one between, until both wait. */
    @ParameterizedTest
    @EnumSource
    void whoLocksManyRowsAndAKeeperOfTheSameWaitForEachOtherOnlyOneWay(Locking locking) throws Exception {
        keep("eu", quarantined("e3", "r3", false));
        keep("eu", quarantined("e1", "r1", false));
        keep("eu", quarantined("e2", "r2", false));
        if (locking == Locking.MARK) {
            assertThat(replayed("eu", Selection.ALL)).isEqualTo(3);
        }
        var claimed = locking == Locking.MARK ? claim("eu") : List.<Map<String, Object>>of();
        var threads = Executors.newFixedThreadPool(2);
        try (var third = LEDGERS.get("eu").getConnection()) {
            third.setAutoCommit(false);
            run(third, "UPDATE concordat.quarantine SET receipt = receipt WHERE id = 'e2'");
            var keeper = threads.submit(() -> {
                keep("eu", quarantined("e1", "s1", false), quarantined("e2", "s2", false), quarantined("e3", "s3", false));
                return true;
            });
            await().until(() -> waiting() == 1);
            var changed = threads.submit(() -> locking.run(store, claimed));
            await().until(() -> waiting() == 2);
            third.commit();
            assertThat(keeper.get()).isTrue();
            assertThat(changed.get()).isEqualTo(3);
        } finally {
            threads.shutdownNow();
        }
        assertThat(duplicates("eu")).isEqualTo(3);
    }

    /** It holds rows of others, in an order of its own, while it would wait. */
    @Test
    void whatForgetsBytesDoesNotWaitForAKeeperAndLeavesThoseThatComeBack() throws Exception {
        keep("eu", "e1", "r1", false);
        store.replay("eu-1");
        mark("eu", claim("eu"));
        run("eu", "UPDATE concordat.quarantine SET state_at = now() - interval '2 days'");
        var thread = Executors.newSingleThreadExecutor();
        try (var keeper = LEDGERS.get("eu").getConnection()) {
            keeper.setAutoCommit(false);
            keep(keeper, quarantined("e1", "r2", true));
            var forgetting = thread.submit(() -> route("eu", "forget-ended.sql", "P1D", "P1D", "P1D"));
            await().until(() -> forgetting.isDone() || waitsForALock());
            assertThat(forgetting.isDone()).isTrue();
            keeper.commit();
        } finally {
            thread.shutdownNow();
        }
        assertThat(store.find("eu-1").orElseThrow().state()).isEqualTo("quarantined");
        assertThat(store.original("eu-1")).hasValueSatisfying(bytes -> assertThat(bytes).isEqualTo("{\"phone\":\"12\"}".getBytes(UTF_8)));
    }

    @Test
    void whoseTurnIsOverUnderAVerbLeavesItsPlaceToTheNext() throws Exception {
        keep("eu", "e1", "r1", false);
        keep("eu", "e2", "r2", false);
        var discarded = new AtomicInteger();
        var thread = Executors.newSingleThreadExecutor();
        try (var other = LEDGERS.get("eu").getConnection()) {
            other.setAutoCommit(false);
            run(other, "UPDATE concordat.quarantine SET state = 'replaying' WHERE number = 1");
            var verb = thread.submit(() -> {
                store.discardAll("eu", Selection.ALL, "test data", 1, discarded::addAndGet);
                return true;
            });
            await().until(QuarantineStoreIT::waitsForALock);
            other.commit();
            assertThat(verb.get()).isTrue();
        } finally {
            thread.shutdownNow();
        }
        assertThat(discarded).hasValue(1);
        assertThat(store.list("discarded", Selection.ALL, 10).entries()).extracting(Entry::name).containsExactly("eu-2");
    }

    @Test
    void aReturnedChangeThatIsNewHereCountsNoAttemptWhenItsMessageComesAgain() throws SQLException {
        keep("eu", quarantined("e1", "r1", true));
        keep("eu", quarantined("e1", "r1", true));
        assertThat(store.find("eu-1").orElseThrow().attempts()).isZero();
    }

    @Test
    void theSameDeliveryTwiceIsKeptOnceAndAFurtherSendingIsADuplicate() throws SQLException {
        keep("eu", "e1", "r1", false);
        keep("eu", "e1", "r1", false);
        assertThat(duplicates("eu")).isZero();
        keep("eu", "e1", "r2", false);
        keep("eu", "e1", "r2", false);
        assertThat(duplicates("eu")).isOne();
        assertThat(verbs.getWaiting()).isEqualTo(1);
        assertThat(store.find("eu-1").orElseThrow().attempts()).isZero();
    }

    @Test
    void aReplayedChangeThatComesBackCountsAnAttemptOnceForEachReturn() throws SQLException {
        keep("eu", "e1", "r1", false);
        assertThat(store.replay("eu-1")).isTrue();
        var claimed = claim("eu");
        keep("eu", "e1", "r2", true);
        keep("eu", "e1", "r2", true);
        assertThat(mark("eu", claimed)).isZero();
        assertThat(store.find("eu-1").orElseThrow()).satisfies(entry -> {
            assertThat(entry.state()).isEqualTo("quarantined");
            assertThat(entry.attempts()).isEqualTo(1);
        });
        assertThat(duplicates("eu")).isZero();
        store.replay("eu-1");
        assertThat(mark("eu", claimed)).as("sent back before it was replayed again").isZero();
        assertThat(mark("eu", claim("eu"))).isOne();
        keep("eu", "e1", "r3", true);
        assertThat(store.find("eu-1").orElseThrow().attempts()).isEqualTo(2);
    }

    /** After a kill in its midst a part is sent again, and each copy may be read again too. */
    @Test
    void aReplayThatWasSentSeveralTimesIsOneAttempt() throws SQLException {
        keep("eu", "e1", "r1", false);
        store.replay("eu-1");
        assertThat(claim("eu")).hasSize(1);
        for (String copy : List.of("r2", "r3", "r2", "r3", "r4")) {
            keep("eu", "e1", copy, true);
        }
        assertThat(store.find("eu-1").orElseThrow()).satisfies(entry -> assertThat(entry.state() + entry.attempts()).isEqualTo("quarantined1"));
        store.replay("eu-1");
        assertThat(mark("eu", claim("eu"))).isOne();
        keep("eu", "e1", "r5", true);
        keep("eu", "e1", "r6", true);
        assertThat(store.find("eu-1").orElseThrow().attempts()).isEqualTo(2);
    }

    /** Else its first delivery, read again after a crash, would have a second end. */
    @Test
    void whatComesBackFromParkingInBreachIsBookedUnderItsFirstDelivery() throws SQLException {
        keep("eu", new Quarantined("urn:crm:test", "e1", "customer/C-1", "crm-to-ledger", "customer/1.0.0", "schema", List.of(BREACH), "r7", true, null, "r1"));
        keep("eu", "e1", "r1", false);
        try (var connection = LEDGERS.get("eu").getConnection(); var rows = connection.createStatement().executeQuery(
                "SELECT receipt, return_receipt, attempts, (SELECT count(*) FROM concordat.duplicate) FROM concordat.quarantine")) {
            rows.next();
            assertThat(List.of(rows.getString(1), rows.getString(2), rows.getInt(3), rows.getLong(4))).containsExactly("r1", "r7", 0, 0L);
        }
    }

    /** As where the contract became stricter while its first delivery was parked: that has to end too. */
    @Test
    void whatComesBackInBreachIsADuplicateWhereAFurtherSendingIsInQuarantine() throws SQLException {
        keep("eu", "e1", "r2", false);
        keep("eu", quarantined("e1", "r7", true).bookedUnder("r1"));
        keep("eu", quarantined("e1", "r7", true).bookedUnder("r1"));
        assertThat(duplicated("eu")).containsExactly("r1");
        assertThat(store.find("eu-1").orElseThrow()).satisfies(entry -> {
            assertThat(entry.state()).isEqualTo("quarantined");
            assertThat(entry.attempts()).as("nobody replayed it").isZero();
        });
        keep("eu", quarantined("e1", "r8", true).bookedUnder("r2"));
        assertThat(duplicated("eu")).as("the sending that is there comes back itself").containsExactly("r1");
        keep("eu", quarantined("e1", "r9", true), quarantined("e2", "r9", true));
        assertThat(duplicated("eu")).as("under which receipt it is booked is not told").containsExactly("r1");
        store.discard("eu-1", "wrong");
        keep("eu", quarantined("e1", "r10", true).bookedUnder("r3"));
        assertThat(duplicated("eu")).containsExactly("r1", "r3");
        assertThat(store.find("eu-1").orElseThrow().state()).isEqualTo("discarded");
    }

    private static List<String> duplicated(String region) throws SQLException {
        try (var connection = LEDGERS.get(region).getConnection();
                var rows = connection.createStatement().executeQuery("SELECT receipt FROM concordat.duplicate ORDER BY receipt")) {
            var receipts = new ArrayList<String>();
            while (rows.next()) {
                receipts.add(rows.getString(1));
            }
            return receipts;
        }
    }

    @Test
    void theNewestChangesOfAllRegionsAreListedFirst() throws SQLException {
        keep("eu", "e1", "r1", false);
        keep("uk", "e2", "r2", false);
        keep("eu", "e3", "r3", false);
        keep("eu", new Quarantined("urn:crm:test", "e4", "account/A-1", "crm-to-ledger", "account/1.0.0", "orphan",
                List.of(new Breach("orphan", "account/1.0.0", "/after/customer", "orphan", "alone")), "r4", false, null));
        assertThat(store.list("quarantined", Selection.ALL, 10).entries()).extracting(Entry::name).containsExactly("eu-3", "eu-2", "uk-1", "eu-1");
        assertThat(store.list("quarantined", Selection.ALL, 2).entries()).extracting(Entry::name).containsExactly("eu-3", "eu-2");
        assertThat(store.list("quarantined", of("uk", null), 10).entries()).extracting(Entry::name).containsExactly("uk-1");
        assertThat(store.list("quarantined", of(null, "orphan"), 10).entries()).extracting(Entry::name).containsExactly("eu-3");
        assertThat(store.list("discarded", Selection.ALL, 10).entries()).isEmpty();
        assertThat(verbs.getWaiting()).isEqualTo(4);
        assertThat(verbs.getUnread()).isEmpty();
        assertThat(verbs.list(1)).singleElement().asString().startsWith("eu-3").contains("orphan", "account/A-1", "alone");
    }

    @Test
    void aRegionThatIsAwayKeepsNoneOfTheOthersBackFromBeingReplayed() throws SQLException {
        keep("eu", "e1", "r1", false);
        keep("uk", "e2", "r2", false);
        var quarantine = new Quarantine(withOneAway(), List.of("us", "eu", "uk"));

        assertThat(quarantine.replayMany(of("uk", "orphan"))).isEqualTo(new Quarantine.Said(false, 0, "nothing quarantined breaks rule [orphan]; there are: schema"));
        assertThat(quarantine.replayMany(of("uk", null))).isEqualTo(new Quarantine.Said(true, 1, "1 change goes through the front door again"));
        assertThat(quarantine.replayMany("", "segment-known", "")).as("some is there, of another rule").isEqualTo("nothing quarantined breaks rule [segment-known]; "
                + "there are: schema\nthe quarantine of region 'us' cannot be reached: SQLSTATE 08001; 'concordat.ledger.us.url' says where it is");
        assertThat(quarantine.replayMany("", "", "us")).isEqualTo("the quarantine of region 'us' cannot be reached: SQLSTATE 08001; 'concordat.ledger.us.url' says where it is");
        assertThat(quarantine.replayMany(of(null, "schema"))).satisfies(said -> {
            assertThat(said.done()).isFalse();
            assertThat(said.words()).startsWith("1 change goes through the front door again\nthe quarantine of region 'us' cannot be reached");
        });
    }

    @Test
    void aRegionThatIsAwayHidesNoneOfTheOthersAndIsNamed() throws SQLException {
        keep("eu", "e1", "r1", false);
        keep("uk", "e2", "r2", false);
        var partly = withOneAway();
        String away = "the quarantine of region 'us' cannot be reached: SQLSTATE 08001; 'concordat.ledger.us.url' says where it is";
        assertThat(partly.list("quarantined", Selection.ALL, 10)).satisfies(found -> {
            assertThat(found.entries()).extracting(Entry::name).containsExactlyInAnyOrder("eu-1", "uk-1");
            assertThat(found.unread()).containsExactly(away);
            assertThat(found.none()).isFalse();
        });
        assertThat(partly.groups("quarantined", Selection.ALL)).satisfies(found -> {
            assertThat(found.entries()).extracting(Cause::changes).containsExactly(2L);
            assertThat(found.unread()).containsExactly(away);
        });
        assertThat(partly.list("quarantined", of("us", null), 10)).isEqualTo(new Found<Entry>(List.of(), List.of(away), true));
        assertThat(partly.list("quarantined", of("eu", null), 10).unread()).isEmpty();
        var quarantine = new Quarantine(partly, List.of("us", "eu", "uk"));
        assertThat(quarantine.list(10)).hasSize(3).last().isEqualTo(away);
        assertThat(quarantine.getWaiting()).isEqualTo(2);
        assertThat(quarantine.getUnread()).containsExactly(away);
        var originals = new ArrayList<QuarantineStore.Original>();
        assertThat(partly.originals(originals::add)).containsExactly(away);
        assertThat(originals).extracting(QuarantineStore.Original::name).containsExactly("eu-1", "uk-1");
    }

    @Test
    void howManyWaitIsNotSaidWhereNoRegionCanBeRead() {
        var down = new PGSimpleDataSource();
        down.setUrl("jdbc:postgresql://127.0.0.1:1/us");
        var quarantine = new Quarantine(new QuarantineStore(Map.of("us", down)), List.of("us"));
        String away = "the quarantine of region 'us' cannot be reached: SQLSTATE 08001; 'concordat.ledger.us.url' says where it is";
        assertThatThrownBy(quarantine::getWaiting).isInstanceOf(BridgeException.class).hasMessage(away);
        assertThat(quarantine.getUnread()).containsExactly(away);
    }

    private static QuarantineStore withOneAway() {
        var down = new PGSimpleDataSource();
        down.setUrl("jdbc:postgresql://127.0.0.1:1/us");
        var ledgers = new LinkedHashMap<String, DataSource>(Map.of("us", down));
        ledgers.putAll(LEDGERS);
        return new QuarantineStore(ledgers);
    }

    @Test
    void onlyAQuarantinedChangeCanBeReplayedOrDiscarded() throws SQLException {
        keep("eu", "e1", "r1", false);
        keep("eu", "e2", "r2", false);
        assertThat(verbs.replay("eu-1")).isEqualTo("eu-1 goes through the front door again");
        assertThat(verbs.replay("eu-1")).isEqualTo("eu-1 is replaying; only a quarantined change can be replayed");
        assertThat(verbs.discard("eu-1", "why not")).isEqualTo("eu-1 is replaying; only a quarantined change can be discarded");
        assertThat(verbs.discard("eu-2", " ")).isEqualTo("a reason should be given; it is kept with the change");
        assertThat(verbs.discard("eu-2", "test data")).isEqualTo("eu-2 is discarded");
        assertThat(verbs.discard("eu-2", "again")).isEqualTo("eu-2 is discarded; only a quarantined change can be discarded");
        assertThat(store.find("eu-2").orElseThrow().reason()).isEqualTo("test data");
        assertThat(verbs.show("eu-2")).contains("state        discarded (test data)", "schema pattern /after/phone");
        assertThat(verbs.replay("eu-9")).isEqualTo("there is no quarantined change eu-9");
        assertThat(verbs.show("eu-9")).isEqualTo("there is no quarantined change eu-9");
        assertThat(verbs.getWaiting()).isEqualTo(1);
    }

    @Test
    void aDiscardedChangeStaysDiscarded() throws SQLException {
        keep("eu", "e1", "r1", false);
        store.discard("eu-1", "test data");
        keep("eu", "e1", "r2", true);
        assertThat(store.find("eu-1").orElseThrow().state()).isEqualTo("discarded");
    }

    @Test
    void allChangesOfARuleAreReplayedAtOnce() throws SQLException {
        keep("eu", "e1", "r1", false);
        keep("uk", "e2", "r2", false);
        keep("uk", "e3", "r3", false);
        store.discard("uk-2", "test data");
        assertThat(verbs.replayAll("orphan")).isEqualTo("nothing quarantined breaks rule [orphan]; there are: schema");
        assertThat(verbs.replayAll("schema")).isEqualTo("2 changes go through the front door again");
        assertThat(verbs.replayAll("all")).isEqualTo("nothing is quarantined");
        assertThat(store.list("replaying", Selection.ALL, 10).entries()).extracting(Entry::name).containsExactlyInAnyOrder("eu-1", "uk-1");
    }

    @Test
    void theWholeQuarantineIsReplayedByAWordAlone() throws SQLException {
        keep("eu", "e1", "r1", false);
        keep("uk", "e2", "r2", false);
        for (String nothing : Arrays.asList("", " ", null)) {
            assertThat(verbs.replayAll(nothing)).isEqualTo("a rule should be given, such as schema, or all for the whole quarantine");
        }
        assertThat(verbs.replayMany("", " ", null)).startsWith("a change whose cause they have, a rule or a region should be given");
        assertThat(store.list("quarantined", Selection.ALL, 10).entries()).hasSize(2);
        assertThat(verbs.replayAll("all")).isEqualTo("2 changes go through the front door again");
    }

    @Test
    void whatIsDoneOverJmxIsOneLineEach() throws SQLException {
        keep("eu", "e1", "r1", false);
        keep("eu", "e2", "r2", false);
        keep("uk", "e3", "r3", false);
        verbs.discard("eu-1", "of Mrs Muster");
        verbs.discard("eu-1", "once more");
        verbs.replay("eu-1");
        verbs.replay("eu-2");
        verbs.replayAll("orphan");
        verbs.replayAll("schema");
        verbs.replayAll("all");
        verbs.show("eu-1");
        assertThat(said.lines()).containsExactly("INFO quarantine worked over JMX: operation=discard change=eu-1 reason=13 characters",
                "INFO quarantine worked over JMX: operation=replay change=eu-2", "INFO quarantine worked over JMX: operation=replayAll rule=schema changes=1");
        verbs.discard("uk-1", " ");
        keep("uk", "e4", "r4", false);
        verbs.discardMany("", "", "uk", 1, "of Mrs Muster");
        assertThat(said.lines()).last().isEqualTo("INFO quarantine worked over JMX: operation=discardMany like= rule= region=uk changes=1");
    }

    @Test
    void thousandsAreReplayedInPortions() throws SQLException {
        keep("eu", "e1", "r1", false);
        run("eu", "INSERT INTO concordat.quarantine (source, id, subject, direction, contract, rule, breaches, original, receipt) SELECT source, 'f' || n, subject, "
                + "direction, contract, CASE n % 4 WHEN 0 THEN 'orphan' ELSE rule END, breaches, original, 'r' || n FROM concordat.quarantine, generate_series(1, 12000) n");
        assertThat(replayed("eu", of(null, "orphan"))).isEqualTo(3_000);
        assertThat(replayed("eu", Selection.ALL)).isEqualTo(9_001);
        assertThat(replayed("eu", Selection.ALL)).isZero();
    }

    @Test
    void ofSeveralOperatorsOneWins() throws Exception {
        keep("eu", "e1", "r1", false);
        var threads = Executors.newFixedThreadPool(4);
        try {
            var racing = new ArrayList<Callable<Boolean>>();
            for (int i = 0; i < 4; i++) {
                int operator = i;
                racing.add(() -> operator % 2 == 0 ? store.replay("eu-1") : store.discard("eu-1", "by " + operator));
            }
            int won = 0;
            for (var done : threads.invokeAll(racing)) {
                won += done.get() ? 1 : 0;
            }
            assertThat(won).isOne();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void ofSeveralBridgesOneSendsAChangeBackAndWhatItDoesNotMarkComesAgain() throws SQLException {
        keep("eu", "e1", "r1", false);
        keep("eu", "e2", "r2", false);
        replayed("eu", Selection.ALL);
        var first = claim("eu");
        assertThat(first).extracting(each -> each.get("id")).containsExactly("e1", "e2");
        assertThat(claim("eu")).isEmpty();
        run("eu", "UPDATE concordat.quarantine SET claimed_till = now()");
        var second = claim("eu");
        assertThat(second).hasSize(2);
        assertThat(mark("eu", first)).as("as that of a bridge that took too long").isZero();
        assertThat(mark("eu", second)).isEqualTo(2);
    }

    @Test
    void aReplayToTheCrmNotesTheEntityAgain() throws SQLException {
        for (String version : List.of("7", "8")) {
            keepAsBefore("account/A/1/" + version);
        }
        replayed("eu", Selection.ALL);
        assertThat(claim("eu")).isEmpty();
        assertThat(route("eu", "replay-exports.sql")).isEqualTo(2);
        assertThat(route("eu", "replay-exports.sql")).isZero();
        assertThat(store.list("replayed", of("eu", null), 10).entries()).hasSize(2);
        try (var connection = LEDGERS.get("eu").getConnection(); var rows = connection.createStatement()
                .executeQuery("SELECT DISTINCT entity || id FROM concordat.note")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getString(1)).isEqualTo("accountA/1");
            assertThat(rows.next()).isFalse();
        }
    }

    @Test
    void ofAnEntityThatTheCrmRefusesThereIsOneThatCountsTheRefusals() throws SQLException {
        for (int refused : new int[] {7, 8, 8, 9}) {
            refused(refused);
        }
        assertThat(store.list("quarantined", of("eu", null), 10).entries()).singleElement().satisfies(entry -> {
            assertThat(entry.attempts()).isEqualTo(2);
            assertThat(store.original(entry.name())).hasValueSatisfying(bytes -> assertThat(bytes).asString().contains("9"));
        });
        int version = 9;
        for (String end : List.of("replayed', reason = 'told since", "discarded', reason = 'of no use")) {
            run("eu", "UPDATE concordat.quarantine SET quarantined_at = '2026-01-01', state = '" + end + "'");
            refused(++version);
            assertThat(store.list("quarantined", of("eu", null), 10).entries()).singleElement().satisfies(entry -> {
                assertThat(entry.attempts()).as("begins anew").isZero();
                assertThat(entry.quarantinedAt()).isAfter("2026-01-02T00:00:00Z");
                assertThat(entry.reason()).isNull();
            });
        }
    }

    /** As the versions before kept them. */
    @Test
    void ofManyThatTheCrmRefusedTheNewestStandsForTheEntity() throws Exception {
        for (String id : List.of("account/A-1/7", "account/A-1/8", "account/A-1/9", "account/A-2/3")) {
            keepAsBefore(id);
        }
        keep("eu", "e1", "r1", false);
        run("eu", Files.readString(Path.of("src/main/resources/db/lane/V19__refused_by_entity.sql")));
        assertThat(store.list("quarantined", of("eu", null), 10).entries()).extracting(entry -> entry.id() + " " + entry.attempts())
                .containsExactlyInAnyOrder("account/A-1 2", "account/A-2 0", "e1 0");
        assertThat(store.list("discarded", of("eu", null), 10).entries()).extracting(QuarantineStore.Entry::id)
                .containsExactlyInAnyOrder("account/A-1/7", "account/A-1/8");
    }

    private static void keepAsBefore(String id) throws SQLException {
        run("eu", """
                INSERT INTO concordat.quarantine (source, id, subject, direction, contract, rule, breaches, original, receipt)
                VALUES ('urn:ledger:eu', ?, ?, 'ledger-to-crm', 'account/1.0.0', 'schema', '[]', '{}', ?)""", id, id.substring(0, 11), id);
    }

    /** As bridges of before write it, of which some may stand in the queue still. */
    @Test
    void aRefusalWithAnIdOfItsOwnIsKeptForItsEntity() throws SQLException {
        refused(7);
        for (String version : List.of("8", "6")) {
            keep("eu", new Quarantined("urn:ledger:eu", "account/A-1/" + version, "account/A-1", Quarantined.LEDGER_TO_CRM, "account/1.0.0", "schema",
                    List.of(BREACH), "account/A-1@" + version, false, null));
        }
        assertThat(store.list("quarantined", of("eu", null), 10).entries()).singleElement().satisfies(entry ->
                assertThat(entry.id() + " " + entry.attempts()).isEqualTo("account/A-1 1"));
        refused(8);
        assertThat(store.find("eu-1").orElseThrow().attempts()).as("the same").isOne();
        assertThat(duplicates("eu")).isZero();
    }

    /** Keepers take from the queue beside each other. */
    @Test
    void ofTwoRefusalsTheNewerOneStandsWhicheverComesFirst() throws SQLException {
        refused(7);
        refused(6);
        assertThat(store.find("eu-1").orElseThrow().attempts()).isZero();
        assertThat(store.original("eu-1")).hasValueSatisfying(bytes -> assertThat(bytes).asString().contains("7"));
        for (String state : List.of("replayed", "discarded")) {
            run("eu", "UPDATE concordat.quarantine SET state = '" + state + "', original = ''");
            refused(6);
            refused(7);
            assertThat(store.find("eu-1")).hasValueSatisfying(entry -> assertThat(entry.state() + " " + entry.size()).isEqualTo(state + " 0"));
        }
        refused(8);
        assertThat(store.find("eu-1").orElseThrow().state()).isEqualTo("quarantined");
    }

    /** Where the ledger counts its versions anew. */
    @Test
    void whatIsRefusedAfterARestoreIsNewerThanWhatWasBefore() throws SQLException {
        refused(7000);
        store.discard("eu-1", "of no use");
        refused(900);
        assertThat(store.original("eu-1")).hasValueSatisfying(bytes -> assertThat(bytes).asString().contains("900"));
        assertThat(store.find("eu-1").orElseThrow().state()).isEqualTo("quarantined");
    }

    private static void refused(int version) throws SQLException {
        var refused = new Quarantined("urn:ledger:eu", "account/A-1", "account/A-1", Quarantined.LEDGER_TO_CRM, "account/1.0.0", "schema",
                List.of(BREACH), "account/A-1@" + version, true, null);
        try (var connection = LEDGERS.get("eu").getConnection()) {
            keep(connection, List.of(new Breached(refused, ("{\"v\":" + version + "}").getBytes(UTF_8))));
        }
    }

    @Test
    void whatAnOperatorGivesIsCheckedBeforeADatabaseIsAsked() throws SQLException {
        keep("eu", "e1", "r1", false);
        for (int limit : List.of(-1, 0)) {
            assertThatThrownBy(() -> verbs.list(limit)).isInstanceOf(BridgeException.class)
                    .hasMessage("the limit [" + limit + "] should be a whole number from 1");
        }
        assertThat(verbs.discard("eu-1", "test\0data")).isEqualTo("the reason should be a text without the character U+0000; it is kept with the change");
        assertThatThrownBy(() -> verbs.replayAll("sche\0ma")).isInstanceOf(BridgeException.class)
                .hasMessage("the rule should be one that `list` shows, such as schema");
        assertThatThrownBy(() -> verbs.replayMany("", "", "ch")).isInstanceOf(BridgeException.class).hasMessage("the region [ch] should be one of eu, uk");
        assertThatThrownBy(() -> verbs.replayMany("eu-9", "", "")).isInstanceOf(BridgeException.class).hasMessage("there is no quarantined change eu-9");
        for (String name : List.of("eu-1\0", "null")) {
            String given = name.equals("null") ? null : name;
            String sentence = "[" + given + "] should be a region and a number, for example eu-17; `list` shows them";
            assertThatThrownBy(() -> verbs.show(given)).isInstanceOf(BridgeException.class).hasMessage(sentence);
            assertThatThrownBy(() -> verbs.replay(given)).isInstanceOf(BridgeException.class).hasMessage(sentence);
            assertThatThrownBy(() -> verbs.discard(given, "test data")).isInstanceOf(BridgeException.class).hasMessage(sentence);
        }
        assertThat(store.find("eu-1").orElseThrow().state()).isEqualTo("quarantined");
    }

    @Test
    void onlyADatabaseThatIsAwayIsSaidToBe() throws SQLException {
        for (String state : List.of("08006", "53300", "57P03", "42501", "28P01")) {
            var failing = new PGSimpleDataSource() {
                @Override
                public Connection getConnection() throws SQLException {
                    throw new SQLException("as the test wants it", state);
                }
            };
            boolean away = List.of("08006", "53300", "57P03").contains(state);
            assertThat(new QuarantineStore(Map.of("eu", failing)).waiting().unread()).containsExactly("the quarantine of region 'eu' "
                    + (away ? "cannot be reached" : "is there, and its database refuses") + ": SQLSTATE " + state
                    + (away ? "; 'concordat.ledger.eu.url' says where it is" : ""));
        }
    }

    @Test
    void aNameThatIsNoneSaysWhatWouldBeOne() {
        for (String name : List.of("", "17", "eu-", "eu-x", "ch-1", "-1", "eu-1111111111111111111")) {
            assertThatThrownBy(() -> store.find(name)).isInstanceOf(BridgeException.class)
                    .hasMessage("[" + name + "] should be a region and a number, for example eu-17; `list` shows them");
        }
    }
}
