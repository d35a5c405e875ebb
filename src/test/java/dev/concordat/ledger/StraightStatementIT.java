package dev.concordat.ledger;

import static dev.concordat.change.Sent.account;
import static dev.concordat.change.Sent.customer;
import static dev.concordat.change.Sent.newAccount;
import static dev.concordat.change.Sent.newCustomer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.TestPostgres;
import dev.concordat.change.Sent;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.common.BaseDataSource;
import org.postgresql.jdbc.PreferQueryMode;

/** Everything that holds for changes which come by a lane's topic holds for those that go straight to their ledger. */
class StraightStatementIT extends ApplyStatementIT {
    @BeforeAll
    static void goStraight() {
        ledger().goStraight(true);
    }

    /** The statement of the plain changes leaves it, and the one that judges finds it. */
    @Override
    void whatTheLaterOneHears(Object answer) {
        assertThat(answer).isEqualTo(List.of("repeated"));
    }

    @Test
    void whatIsPlainEndsAsWhatIsJudged() throws SQLException {
        for (int seed = 1; seed <= 12; seed++) {
            var straight = sent(seed);
            ledger().clear();
            ledger().goStraight(false);
            assertThat(straight).as("seed " + seed).isEqualTo(sent(seed));
            ledger().clear();
            ledger().goStraight(true);
        }
    }

    /** What comes of a history that is sent in any order, in any batches, some of it twice: each verdict, and what the ledger holds then. */
    private static List<String> sent(int seed) throws SQLException {
        var random = new Random(seed);
        var sendings = new ArrayList<Sent>();
        for (Sent each : history(random)) {
            sendings.add(each);
            if (random.nextInt(4) == 0) {
                sendings.add(each.copy());
            }
            if (random.nextInt(4) == 0) {
                sendings.add(newAccount("A-" + random.nextInt(4), "C-1").version(random.nextInt(1, 5)).id("account-" + sendings.size()));
            }
        }
        Collections.rotate(sendings, random.nextInt(4));
        var told = new ArrayList<String>();
        for (int from = 0; from < sendings.size();) {
            int to = Math.min(sendings.size(), from + random.nextInt(1, 9));
            told.addAll(ledger().apply(sendings.subList(from, to).toArray(Sent[]::new)));
            from = to;
        }
        told.addAll(state());
        told.addAll(ledger().rows("SELECT to_jsonb(a) - 'iban' - 'opened_on' FROM ledger.account a ORDER BY id"));
        told.addAll(ledger().rows("SELECT id, subject, outcome, contract FROM concordat.inbox ORDER BY id"));
        told.addAll(ledger().rows("SELECT DISTINCT entity, id FROM concordat.note ORDER BY id"));
        told.addAll(ledger().rows("SELECT 'duplicates', count(*) FROM concordat.duplicate"));
        return told;
    }

    @Test
    void aChangeThatIsNewerThanAllOfItsRowIsNotJudged() throws Exception {
        ledger().apply(newCustomer("C-1", "DE").version(1));
        var plain = leftOf(customer("C-1").version(2).set("phone", "+41446681802").at(10));
        assertThat(plain).isEmpty();
        assertThat(leftOf(newCustomer("C-2", "DE").version(1).at(11))).isEmpty();
        assertThat(leftOf(customer("C-1").version(1).set("email", "a@mail.example").id("late").at(12))).hasSize(1);
        assertThat(leftOf(customer("C-1").version(3).set("status", "suspended").at(13))).hasSize(1);
        assertThat(leftOf(customer("C-3").version(2).set("phone", "+41446681802").at(14))).hasSize(1);
        assertThat(ledger().rows("SELECT id, phone, email, status FROM ledger.customer ORDER BY id"))
                .containsExactly("C-1|+41446681802|null|active", "C-2|null|null|active");
    }

    @Test
    void aRowThatGetsNewerWhileAPlainChangeWaitsForItIsLookedAtAgain() throws Exception {
        ledger().apply(newCustomer("C-1", "DE").version(1));
        var newer = ledger().portions(List.of(customer("C-1").version(3).set("phone", "+41446681803").at(10))).get(0);
        var older = ledger().deliveries(List.of(customer("C-1").version(2).set("phone", "+41446681802").set("email", "a@mail.example").at(11))).get(0);
        try (var other = ledger().database().getConnection()) {
            other.setAutoCommit(false);
            assertThat(LedgerGround.writePlain(newer, other)).isEmpty();
            var late = CompletableFuture.supplyAsync(() -> {
                try {
                    return ledger().write(older);
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            while (ledger().waiting(other) == 0) {
                Thread.onSpinWait();
            }
            other.commit();
            assertThat(late.get()).containsExactly("applied");
        }
        assertThat(ledger().rows("SELECT phone, email, versions[5:6] FROM ledger.customer")).containsExactly("+41446681803|a@mail.example|{2,3}");
        assertThat(ledger().count("concordat.inbox")).isEqualTo(3);
    }

    @Test
    void whatAnotherContractVersionedIsKept() throws SQLException {
        ledger().apply(newCustomer("C-1", "DE").version(1));
        ledger().run("UPDATE ledger.customer SET versions = versions || 7::bigint");
        assertThat(leftOf(customer("C-1").version(6).set("phone", "+41446681802").at(10))).hasSize(1);
        assertThat(leftOf(customer("C-1").version(8).set("phone", "+41446681803").at(11))).isEmpty();
        assertThat(ledger().rows("SELECT phone, versions[array_upper(versions, 1)] FROM ledger.customer")).containsExactly("+41446681803|7");
    }

    @Test
    void aCustomerWhoIsBlockedFromTheBeginningBlocksAccountsThatWereThereBefore() throws SQLException {
        ledger().run("ALTER TABLE ledger.account DROP CONSTRAINT account_customer_id_fkey");
        try {
            ledger().run("INSERT INTO ledger.account (id, customer_id, versions) VALUES ('A-1', 'C-1', '{}')");
            assertThat(ledger().apply(account("A-1", "C-1").version(2).set("nickname", "x"))).containsExactly("parked");
            assertThat(ledger().apply(newCustomer("C-1", "DE").version(1).set("status", "suspended"))).containsExactly("applied");
            assertThat(ledger().account("A-1", "postings_blocked")).isEqualTo("true");
        } finally {
            ledger().clear();
            ledger().run("ALTER TABLE ledger.account ADD CONSTRAINT account_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES ledger.customer (id)");
        }
    }

    /** Also where a statement that was sent later has seen the number that it took. */
    @Test
    void aStatementThatBeginsLateLeavesADeliveryThatWasADuplicate() throws SQLException {
        ledger().apply(newCustomer("C-2", "DE").version(1));
        var change = account("A-1", "C-1").version(2).set("nickname", "rent");
        var late = sent(change.copy().at(50));
        ledger().goStraight(false);
        assertThat(ledger().deliver(List.of(change.copy().at(40), change.copy().at(50)))).containsExactly("parked", "duplicate");
        ledger().goStraight(true);
        ledger().run("DELETE FROM concordat.parked");
        ledger().apply(newCustomer("C-1", "DE").version(1), newAccount("A-1", "C-1").version(1));
        assertThat(sent(change.copy().at(51)).seen().before()).isEqualTo(late.seen().before() + 1).isEqualTo(newestNumber());
        assertThat(left(late)).hasSize(1);
    }

    @Test
    void aStatementThatBeginsLateLeavesADeliveryThatIsInQuarantine() throws SQLException {
        ledger().apply(newCustomer("C-1", "DE").version(1));
        var late = List.of(sent(customer("C-1").version(2).set("phone", "+41446681802").at(50)), sent(newCustomer("C-2", "DE").version(1).at(51)));
        assertThat(late).allSatisfy(each -> assertThat(each.seen().before()).isEqualTo(newestNumber()));
        quarantine("", "customer-C-1-2", 50);
        quarantine("", "customer-C-2-1", 51);
        for (Portion each : late) {
            assertThat(left(each)).hasSize(1);
        }
        assertThat(leftOf(customer("C-1").version(3).set("phone", "+41446681803").at(52))).isEmpty();
        assertThat(ledger().rows("SELECT id, phone FROM ledger.customer")).containsExactly("C-1|+41446681803");
    }

    /** However much is in quarantine, it costs nothing; that shows in a row with the number of long ago, as none of such a delivery can have. */
    @Test
    void quarantineIsNotLookedIntoForWhatEndedBeforeTheBatch() throws SQLException {
        ledger().apply(newCustomer("C-1", "DE").version(1));
        quarantine("OVERRIDING SYSTEM VALUE", "customer-C-1-2", 50);
        assertThat(leftOf(customer("C-1").version(2).set("phone", "+41446681802").at(50))).isEmpty();
    }

    @Test
    void whereVeryManyHaveEndedMeanwhileAllIsJudged() throws SQLException {
        ledger().apply(newCustomer("C-1", "DE").version(1));
        var late = sent(customer("C-1").version(2).set("phone", "+41446681802").at(50));
        ledger().run("INSERT INTO concordat.duplicate (receipt, source, id) SELECT 'crm.changes-1@' || n, 'urn:crm:test', 'x' FROM generate_series(1, 1999) n");
        assertThat(left(late)).isEmpty();
        var later = sent(customer("C-1").version(3).set("phone", "+41446681803").at(51));
        ledger().run("INSERT INTO concordat.duplicate (receipt, source, id) SELECT 'crm.changes-2@' || n, 'urn:crm:test', 'x' FROM generate_series(1, 2000) n");
        assertThat(left(later)).hasSize(1);
        assertThat(leftOf(customer("C-1").version(4).set("phone", "+41446681804").at(52))).isEmpty();
    }

    private static void quarantine(String overriding, String id, long offset) throws SQLException {
        ledger().run("""
                INSERT INTO concordat.quarantine (number, source, id, direction, contract, rule, breaches, original, receipt) %s
                VALUES (%s, 'urn:crm:test', '%s', 'crm-to-ledger', 'customer/1.0.0', 'ledger-refused', '[]', '', 'crm.changes-0@%d')"""
                .formatted(overriding, overriding.isEmpty() ? "DEFAULT" : "-7", id, offset));
    }

    private static long newestNumber() {
        try {
            return Long.parseLong(ledger().value("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM concordat.quarantine_number_seq"));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whatever the tables hold when the plan is made, rows are found by their keys: it is kept for tables of any size. */
    @Test
    void rowsAreFoundByTheirKeys() throws Exception {
        for (int rows : new int[] {0, 20, 200, 20_000}) {
            ledger().clear();
            ledger().run("INSERT INTO ledger.customer (id, given_name) SELECT 'C-' || n, repeat('x', 100) FROM generate_series(1, " + rows + ") n; "
                    + "INSERT INTO ledger.account (id, customer_id) SELECT 'A-' || n, 'C-' || n FROM generate_series(1, " + rows + ") n; "
                    + "INSERT INTO concordat.quarantine (source, id, direction, contract, rule, breaches, original, receipt) SELECT 's', n, 'crm-to-ledger', 'c', "
                    + "'r', '[]', '', 'crm.changes-0@' || n FROM generate_series(1, " + rows + ") n; "
                    + "INSERT INTO concordat.duplicate (receipt, source, id) SELECT 'crm.changes-1@' || n, 's', n FROM generate_series(1, " + rows + ") n; "
                    + "ANALYZE ledger.customer; ANALYZE ledger.account; ANALYZE concordat.quarantine; ANALYZE concordat.duplicate");
            for (String entity : List.of("customer", "account")) {
                int[] parameter = {0};
                String plan = plan(Pattern.compile("\\?").matcher(ledger().statements.apply().get(entity).plain().prepared())
                        .replaceAll(mark -> "\\$" + ++parameter[0]));
                // Of one row, and there is no other way to it.
                plan = plan.replace("Seq Scan on quarantine_number_seq", "");
                assertThat(plan).as(entity + " of " + rows + ": " + plan).contains("Tid Scan on " + entity + " t")
                        .containsPattern("Index Scan using " + entity + "_pkey on " + entity + "\\b[^\n]*\n\\s+Index Cond")
                        .containsPattern("Index Scan using quarantine_pkey on quarantine\\b[^\n]*\n\\s+Index Cond")
                        .containsPattern("Index Scan using duplicate_number on duplicate\\b[^\n]*\n\\s+Index Cond").contains("hashed SubPlan")
                        .doesNotContain("Seq Scan", "Hash Join", "Merge Join", "Anti Join");
            }
        }
        ledger().clear();
    }

    @Test
    void aChangeIsFoundInTheInboxByItsKeyHoweverManyAreThere() throws Exception {
        for (int rows : new int[] {0, 200, 20_000}) {
            ledger().clear();
            ledger().run("INSERT INTO concordat.inbox (source, id, subject, outcome, contract, receipt, changed_at) SELECT 'urn:crm:test', n, 'customer/C', 'applied', "
                    + "'customer/1.0.0', 'crm.changes-0@' || n, now() FROM generate_series(1, " + rows + ") n; ANALYZE concordat.inbox");
            int[] parameter = {0};
            String judged = Pattern.compile("\\?").matcher(ledger().statements.apply().get("customer").prepared()).replaceAll(mark -> "\\$" + ++parameter[0]);
            String keeper = TestPostgres.statement("keep-quarantined.sql").replaceAll(":#\\$\\{[^}]*}", "\\$1");
            for (String plan : List.of(plan(judged), plan(keeper))) {
                assertThat(plan).as(rows + " rows: " + plan).containsPattern("Index Scan using inbox_change on inbox[^\n]*\n\\s+Index Cond: [^\n]*changed_at[^\n]*hashtext");
            }
        }
        ledger().clear();
    }

    @Test
    void aClaimFindsTheOldestOutboxRowsHoweverManyWait() throws Exception {
        String claim = ledger().statements.claim().replace(":#lease", "20").replace(":#limit", "100");
        for (int rows : new int[] {0, 200, 20_000}) {
            ledger().clear();
            ledger().run("INSERT INTO concordat.outbox (entity, id) SELECT 'customer', 'C-' || n FROM generate_series(1, " + rows + ") n; "
                    + "ANALYZE concordat.outbox");
            assertThat(plan(claim)).as(rows + " rows").contains("Index Scan using outbox_in_order").doesNotContain("Sort", "Seq Scan");
        }
        assertThat(ledger().rows(claim.replace("RETURNING", "RETURNING o.id,"))).hasSize(100)
                .allMatch(row -> row.matches("C-([1-9][0-9]?|100)\\|.*"));
        assertThat(ledger().rows(claim)).as("claimed ones are passed over").hasSize(100);
        ledger().clear();
    }

    /** As after a quiet hour: planned, and kept, while nothing waited. */
    @Test
    void aClaimThatWasPlannedOnAnEmptyOutboxTakesNoMoreThanItsLimit() throws SQLException {
        ledger().clear();
        try (var connection = ledger().database().getConnection(); var statement = connection.createStatement()) {
            statement.execute("SET enable_seqscan = off; SET jit = off; SET random_page_cost = 1.1; SET plan_cache_mode = force_generic_plan");
            statement.execute("VACUUM ANALYZE concordat.outbox");
            statement.execute("PREPARE claim AS " + ledger().statements.claim().replace(":#lease", "20").replace(":#limit", "100"));
            statement.execute("EXECUTE claim");
            statement.execute("INSERT INTO concordat.outbox (entity, id) SELECT 'customer', 'C-' || n FROM generate_series(1, 1000) n");
            statement.execute("EXECUTE claim");
        }
        assertThat(ledger().value("SELECT count(*) FROM concordat.outbox WHERE claimed_till > '-infinity'")).isEqualTo("100");
        ledger().clear();
    }

    /** Rows of two partitions may have the same place. */
    @Test
    void aTableMayHavePartitions() throws SQLException {
        ledger().run("""
                ALTER TABLE ledger.account DROP CONSTRAINT account_customer_id_fkey;
                ALTER TABLE ledger.customer RENAME TO whole;
                CREATE TABLE ledger.customer (LIKE ledger.whole INCLUDING DEFAULTS, PRIMARY KEY (id)) PARTITION BY HASH (id);
                ALTER TABLE ledger.customer ALTER customer_number DROP NOT NULL;
                CREATE TABLE ledger.customer_0 PARTITION OF ledger.customer FOR VALUES WITH (MODULUS 2, REMAINDER 0);
                CREATE TABLE ledger.customer_1 PARTITION OF ledger.customer FOR VALUES WITH (MODULUS 2, REMAINDER 1)""");
        try {
            ledger().apply(IntStream.range(0, 20).mapToObj(i -> newCustomer("C-" + i, "DE").version(1)).toArray(Sent[]::new));
            var updates = ledger().portions(IntStream.range(0, 20).mapToObj(i -> customer("C-" + i).version(2).set("givenName", "of C-" + i)
                    .at(100 + i)).toList());
            try (var connection = ledger().database().getConnection()) {
                assertThat(LedgerGround.writePlain(updates.get(0), connection)).isEmpty();
            }
            assertThat(ledger().value("SELECT count(*) FROM ledger.customer WHERE given_name = 'of ' || id")).isEqualTo("20");
        } finally {
            ledger().run("""
                    DROP TABLE ledger.customer;
                    ALTER TABLE ledger.whole RENAME TO customer;
                    ALTER TABLE ledger.account ADD CONSTRAINT account_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES ledger.customer (id)""");
        }
    }

    /** The plan of a statement whose parameters are not known, on a connection such as the bridge has. */
    private static String plan(String sql) throws SQLException {
        var database = (BaseDataSource) ledger().database();
        database.setPreferQueryMode(PreferQueryMode.SIMPLE);
        try (var connection = database.getConnection(); var statement = connection.createStatement()) {
            statement.execute("SET enable_seqscan = off; SET jit = off; SET random_page_cost = 1.1");
            var plan = new StringBuilder();
            try (var rows = statement.executeQuery("EXPLAIN (GENERIC_PLAN) " + sql)) {
                while (rows.next()) {
                    plan.append(rows.getString(1)).append('\n');
                }
            }
            return plan.toString();
        }
    }

    private static List<Wave> leftOf(Sent sent) throws SQLException {
        return left(sent(sent));
    }

    private static List<Wave> left(Portion portion) throws SQLException {
        try (var connection = ledger().database().getConnection()) {
            return LedgerGround.writePlain(portion, connection);
        }
    }

    /** A change on its way to the ledger, where its statement has not begun. */
    private static Portion sent(Sent sent) {
        return ledger().portions(List.of(sent)).get(0);
    }

    @Test
    void anIdThatStandsForTwoChangesIsTheFirstOfThem() throws SQLException {
        assertThat(ledger().apply(newCustomer("C-1", "DE").version(1))).containsExactly("applied");
        assertThat(ledger().apply(customer("C-1").version(2).set("phone", "+41446681802").id("customer-C-1-1"))).containsExactly("duplicate");
        assertThat(ledger().customer("C-1", "phone")).isNull();
    }
}
