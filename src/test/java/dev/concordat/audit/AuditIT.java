package dev.concordat.audit;

import static dev.concordat.audit.AuditGround.CLOCK;
import static dev.concordat.audit.AuditGround.NOW;
import static dev.concordat.audit.AuditGround.OLD;
import static dev.concordat.audit.AuditGround.found;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.concordat.AuditTerms;
import dev.concordat.audit.AuditPlan.CountRule;
import dev.concordat.audit.AuditPlan.Targets;
import dev.concordat.audit.AuditReport.BreachRule;
import dev.concordat.audit.AuditReport.Lane;
import dev.concordat.audit.AuditReport.Target;
import dev.concordat.audit.AuditReport.Unread;
import dev.concordat.audit.AuditReport.Verdict;
import dev.concordat.contract.Contracts;
import dev.concordat.residency.Policies;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.ds.PGSimpleDataSource;

class AuditIT {
    @RegisterExtension
    static final AuditGround ground = new AuditGround();
    private AuditPlan plan = AuditGround.DELIVERED;

    @BeforeEach
    void plantWhatAgrees() throws SQLException {
        ground.plantWhatAgrees();
    }

    @Test
    void findsNothingWhereAllAgree() {
        AuditReport report = audit().run(finding -> { }, List.of(), Set.of());

        assertThat(report.findings()).isEmpty();
        assertThat(report.unread()).isEmpty();
        assertThat(report.compared().customers()).isEqualTo(2);
        assertThat(report.compared().accounts()).isEqualTo(2);
        assertThat(report.clean()).isTrue();
    }

    @Test
    void findsAccountsWithoutTheirCustomer() throws SQLException {
        ground.crmAccount("a8", "gone", null, OLD);
        ground.crmAccount("a9", "c9", null, OLD);
        ground.crmCustomer("c9", "active", OLD);
        ground.parked("eu", "a7", "c7", NOW.minus(Duration.ofHours(2)));
        ground.parked("eu", "a6", "c6", NOW.minus(Duration.ofMinutes(2)));

        assertThat(findings()).containsExactlyInAnyOrder("orphan none account a8", "orphan none account a9",
                "orphan eu account a7", "missing none customer c9");
    }

    @Test
    void findsNoAccountWhoseMissingCustomerIsAnotherOneMeanwhile() throws SQLException {
        ground.crmAccount("a7", "", null, OLD);
        ground.crmAccount("a8", "gone", null, OLD);
        ground.crmAccount("a9", "gone", null, OLD);
        AuditReport report = ground.audit(plan, () -> ground.crmAccount("a8", "gone-too", null, OLD)).run(finding -> { }, List.of(), Set.of("account/a8"));

        assertThat(report.findings().stream().flatMap(tally -> tally.examples().stream())).extracting(Finding::id, Finding::sentence).containsExactlyInAnyOrder(
                tuple("a7", "names no customer in the CRM"), tuple("a9", "its customer gone is not in the CRM"));
        assertThat(report.compared().freshAgain()).containsExactly("account/a8");
    }

    @Test
    void findsAccountsOfALedgerWithoutTheirCustomer() throws SQLException {
        ground.run("eu", "ALTER TABLE ledger.account DROP CONSTRAINT account_customer_id_fkey");
        try {
            ground.ledgerAccount("a9", "gone", "eu");
            assertThat(audit().run(finding -> { }, List.of(), Set.of()).findings().stream().flatMap(tally -> tally.examples().stream()))
                    .extracting(Finding::id, Finding::sentence).containsExactly(tuple("a9", "its customer gone is not in this ledger"));
        } finally {
            ground.run("eu", "DELETE FROM ledger.posting WHERE account_id = 'a9'; DELETE FROM ledger.account WHERE"
                    + " id = 'a9';"
                    + " ALTER TABLE ledger.account ADD CONSTRAINT account_customer_id_fkey FOREIGN KEY (customer_id)"
                    + " REFERENCES ledger.customer (id)");
        }
    }

    @Test
    void findsAccountsWithTwoOwners() throws SQLException {
        ground.customer("c3", "eu", "active", false);
        ground.account("a3", "c3", "eu");
        ground.account("a4", "c3", "eu");
        ground.crmAccount("a3", "c1", 100L, OLD);
        AuditGround.run(ground.directory, "UPDATE concordat.directory SET customer = 'c1' WHERE id = 'a4'");

        assertThat(findings()).containsExactlyInAnyOrder("mismatched-owner eu account a3",
                "mismatched-owner eu account a4");
    }

    @Test
    void findsStatusesThatTheLedgerDoesNotFollow() throws SQLException {
        ground.customer("c3", "eu", "active", false);
        ground.crmCustomer("c3", "suspended", OLD);
        ground.customer("c4", "eu", "deceased", false);
        ground.customer("c5", "eu", "suspended", true);
        ground.account("a5", "c5", "eu");
        ground.customer("c6", "eu", "closed", true);
        ground.account("a6", "c6", "eu");
        ground.run("eu", "UPDATE ledger.account SET postings_blocked = true WHERE id = 'a6'");

        assertThat(findings()).containsExactlyInAnyOrder("misaligned-status eu customer c3",
                "misaligned-status eu customer c4",
                "misaligned-status eu account a5", "misaligned-status eu account a6");
    }

    @Test
    void findsWhomTheCrmDeletedAndTheLedgerDidNotClose() throws SQLException {
        for (String id : List.of("g1", "g2", "g3", "g4", "g5", "g6")) {
            ground.placed("customer", id, id, "eu");
        }
        ground.ledgerCustomer("g1", "eu", "active", false);
        ground.ledgerCustomer("g2", "eu", "closed", true);
        ground.ledgerCustomer("g3", "eu", "suspended", true);
        ground.ledgerCustomer("g4", "eu", "active", false);
        ground.quarantined("eu", "q4", "customer/g4", "status-misaligned", "quarantined");
        ground.ledgerCustomer("g5", "eu", "active", false);
        ground.ledgerCustomer("own", "eu", "active", false);
        List<Duration> pauses = new ArrayList<>();
        AuditReport report = new Audit(ground.regions, ground.directory, ground.reader(), plan, CLOCK, duration -> {
            pauses.add(duration);
            try {
                ground.run("eu", "UPDATE ledger.customer SET status = 'closed', postings_blocked = true WHERE id = 'g5'");
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        }).run(finding -> { }, List.of(), Set.of());

        assertThat(report.findings()).singleElement().satisfies(tally -> assertThat(tally.examples()).extracting(Finding::id, Finding::sentence)
                .containsExactlyInAnyOrder(tuple("g1", "the CRM no longer has it, may have postings by the ledger's status"),
                        tuple("g3", "the CRM no longer has it, is suspended by the ledger's status"),
                        tuple("g4", "the CRM no longer has it, may have postings by the ledger's status;"
                                + " a change of it waits in quarantine or parking")));
        assertThat(pauses).as("a delete gets as long as any other change").containsExactly(plan.settle());
    }

    @Test
    void waitsForNothingForeverAndFindsNothingThatMayBeUnderWay() throws SQLException {
        ground.placed("customer", "g1", "g1", "eu");
        ground.ledgerCustomer("g1", "eu", "active", false);
        ground.crmCustomer("c1", "suspended", OLD);
        ground.crmCustomer("late", "active", null);
        plan = plan.withTimes(Duration.ofMinutes(11), plan.parkedFor());
        AuditReport report = new Audit(ground.regions, ground.directory, ground.reader(), plan, CLOCK, duration -> {
            throw new AssertionError("waits");
        }).run(finding -> { }, List.of(Unread.kafka("away")), Set.of());

        assertThat(report.findings()).isEmpty();
        assertThat(report.unread()).containsExactly(Unread.kafka("away"), new Unread("ledgers",
                "what seemed wrong was not looked for again: changes may be under way for 11 min"));
    }

    /** As one that was handed from the intake to its lane a moment ago, so that Kafka does not tell how old it is. */
    @Test
    void findsNothingWhoseChangeArrivesMeanwhile() throws SQLException {
        ground.crmCustomer("c1", "suspended", OLD);
        ground.crmCustomer("late", "active", OLD);
        ground.crmAccount("b1", "late", 100L, OLD);
        ground.crmAccount("b2", "later", 100L, OLD);
        ground.customer("c3", "eu", "active", false);
        ground.crmAccount("a2", "c3", 100L, OLD);
        ground.customer("c4", "eu", "active", false);
        ground.crmCustomer("c4", "suspended", OLD);
        AuditReport report = ground.audit(plan, () -> {
            ground.run("eu", "UPDATE ledger.customer SET status = 'suspended', postings_blocked = true WHERE id = 'c1';"
                    + " UPDATE ledger.account SET postings_blocked = true WHERE id = 'a1'");
            ground.placed("customer", "late", "late", "eu");
            ground.ledgerCustomer("late", "eu", "active", false);
            ground.placed("account", "b1", "late", "eu");
            ground.ledgerAccount("b1", "late", "eu");
            ground.customer("later", "eu", "active", false);
            ground.placed("account", "b2", "later", "eu");
            ground.ledgerAccount("b2", "later", "eu");
            ground.crmAccount("a2", "c2", 100L, OLD);
        }).run(finding -> { }, List.of(), Set.of());

        assertThat(found(report)).containsExactly("misaligned-status eu customer c4");
        assertThat(report.unread()).isEmpty();
        assertThat(report.compared().customers()).as("how much was compared at first").isEqualTo(5);
    }

    @Test
    void saysOfWhichAlertsTheRecordsMovedMeanwhile() throws SQLException {
        for (String id : List.of("c3", "c4", "c5")) {
            ground.customer(id, "eu", "active", false);
        }
        for (String id : List.of("c1", "c3", "c4", "c5")) {
            ground.crmCustomer(id, "suspended", OLD);
        }
        AuditReport report = ground.audit(plan, () -> {
            ground.crmCustomer("c1", "suspended", NOW.toString());
            ground.crmCustomer("c3", "closed", OLD);
            ground.crmCustomer("c4", "active", OLD);
            ground.crmCustomer("c5", "closed", OLD);
        }).run(finding -> { }, List.of(), Set.of("customer/c1", "account/a1", "customer/c3", "customer/c4"));

        assertThat(found(report)).isEmpty();
        assertThat(report.compared().freshAgain()).as("c4 is mended, no alert is about c5").containsExactly("account/a1", "customer/c1", "customer/c3");
    }

    @Test
    void findsWhatIsWrongAsBeforeThoughAChangeOfItIsHeldMeanwhile() throws SQLException {
        ground.crmCustomer("c1", "suspended", OLD);
        ground.run("eu", "UPDATE ledger.account SET postings_blocked = true WHERE id = 'a1'");
        ground.crmCustomer("c3", "active", OLD);
        AuditReport report = ground.audit(plan, () -> {
            ground.quarantined("eu", "q1", "customer/c1", "schema", "quarantined");
            ground.quarantined("eu", "q3", "customer/c3", "schema", "discarded");
        }).run(finding -> { }, List.of(), Set.of());

        assertThat(report.findings().stream().flatMap(tally -> tally.examples().stream())).extracting(Finding::id, Finding::sentence).containsExactlyInAnyOrder(
                tuple("c1", "is suspended by the CRM's status, may have postings by the ledger's; a change of it waits in quarantine or parking"),
                tuple("c3", "is in the CRM, but in no ledger; an operator discarded a change of it"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"outbox", "note"})
    void findsBooksThatDoNotAddUp(String table) throws SQLException {
        ground.account("a3", "c1", "eu");
        ground.run("eu", "UPDATE ledger.account SET opening_balance = opening_balance + 1 WHERE id = 'a3'");
        ground.run("eu", "INSERT INTO ledger.posting (reference, leg, general, amount, currency) VALUES"
                + " ('t9', 1, 'cash', 5, 'EUR'), ('t9', 2, 'cash', -5, 'USD')");
        ground.run("eu", "INSERT INTO ledger.posting (reference, leg, account_id, amount, currency) VALUES ('t8', 1, 'a3', 7, 'EUR')");
        ground.crmAccount("a1", "c1", 99L, OLD);
        ground.crmAccount("a2", "c2", 99L, OLD);
        ground.run("uk", "INSERT INTO concordat." + table + " (entity, id) VALUES ('account', 'a2')");

        AuditReport report = audit().run(finding -> { }, List.of(), Set.of());
        assertThat(found(report)).containsExactlyInAnyOrder("unbalanced eu account a3", "unbalanced eu account a1",
                "unbalanced eu transaction of no account", "unbalanced eu transaction of no account", "unbalanced eu transaction of account a3");
        assertThat(report.compared().explained()).isEqualTo(1);
    }

    @Test
    void findsWhatTheLedgerMissesUnlessItWaitsSomewhere() throws SQLException {
        ground.crmCustomer("c3", "active", OLD);
        ground.placed("customer", "c3", "c3", "uk");
        ground.crmCustomer("c4", "active", OLD);
        ground.quarantined("eu", "q4", "customer/c4", "schema", "quarantined");
        ground.crmCustomer("c5", "active", OLD);
        ground.quarantined("eu", "q5", "customer/c5", "schema", "discarded");
        ground.crmAccount("a3", "c1", null, OLD);
        ground.crmAccount("a4", "c4", null, OLD);

        AuditReport report = audit().run(finding -> { }, List.of(), Set.of());
        assertThat(found(report)).containsExactlyInAnyOrder("missing uk customer c3", "missing none customer c5",
                "missing none account a3");
        assertThat(report.compared().explained()).isEqualTo(2);
    }

    /** An update of one field brings no customer; one of all that the CRM shows does, as one that was fetched from there. */
    @Test
    void findsWhatTheLedgerMissesThoughAnUpdateOfItWaits() throws SQLException {
        String all = "{\"id\": \"x\", \"familyName\": \"Geheim\", \"status\": \"active\"}";
        for (List<String> each : List.of(List.of("c3", "u", "{\"id\": \"c3\", \"email\": \"a@b.example\"}"), List.of("c4", "u", all), List.of("c5", "c", "{}"),
                List.of("c6", "d", all))) {
            ground.crmCustomer(each.get(0), "active", OLD);
            ground.placed("customer", each.get(0), each.get(0), "eu");
            ground.quarantined("eu", each.get(0), "customer/" + each.get(0), "schema", "quarantined");
            ground.holds("eu", each.get(0), "{\"dataschema\": \"urn:concordat:customer:1\", \"data\": {\"op\": \"" + each.get(1) + "\", \"after\": " + each.get(2)
                    + "}}");
            ground.crmAccount("a-" + each.get(0), each.get(0), null, OLD);
        }

        AuditReport report = audit().run(finding -> { }, List.of(), Set.of());
        assertThat(found(report)).containsExactlyInAnyOrder("missing eu customer c3", "missing eu customer c6", "orphan none account a-c3",
                "orphan none account a-c6");
        assertThat(report.findings().stream().flatMap(tally -> tally.examples().stream())).extracting(Finding::sentence)
                .contains("is in the CRM, but in no ledger; a change of it waits in quarantine or parking");
        assertThat(report.compared().explained()).isEqualTo(4);
    }

    /** As an update leaves one that came before its create. */
    @Test
    void takesACustomerWithoutAStatus() throws SQLException {
        ground.run("eu", "UPDATE ledger.customer SET status = NULL WHERE id = 'c1'");
        ground.ledgerCustomer("gone", "eu", "active", false);
        ground.placed("customer", "gone", "gone", "eu");
        ground.run("eu", "UPDATE ledger.customer SET status = NULL WHERE id = 'gone'");

        assertThat(findings()).containsExactly("misaligned-status eu customer gone", "different-field eu customer c1");
    }

    @Test
    void findsStatusesThatTheContractDoesNotKnow() throws SQLException {
        ground.crmCustomer("c1", "frozen", OLD);
        ground.crmCustomer("c2", "Suspended", OLD);
        ground.customer("c3", "eu", "active", false);
        ground.run("eu", "UPDATE ledger.customer SET status = 'no such' WHERE id = 'c3'");

        assertThat(audit().run(finding -> { }, List.of(), Set.of()).findings()).singleElement().satisfies(tally -> assertThat(tally.examples())
                .extracting(Finding::id, Finding::sentence).containsExactly(
                        tuple("c1", "has none of the contract's statuses by the CRM's status, may have postings by the ledger's"),
                        tuple("c3", "may have postings by the CRM's status, has none of the contract's statuses by the ledger's"),
                        tuple("c2", "has none of the contract's statuses by the CRM's status, is suspended by the ledger's")));
    }

    @Test
    void findsPostingsInAForeignCurrency() throws SQLException {
        ground.run("eu", "INSERT INTO ledger.posting (reference, leg, account_id, amount, currency)"
                + " VALUES ('t9', 1, 'a1', 5, 'JPY'), ('t9', 2, 'a1', -5, 'JPY')");

        assertThat(audit().run(finding -> { }, List.of(), Set.of()).findings()).singleElement().satisfies(tally -> assertThat(tally.examples()).singleElement()
                .isEqualTo(new Finding(FindingKind.UNBALANCED, "eu", "account", "a1", "has postings in another currency than its own, or in none")));
    }

    /** As a ledger may have them whose columns take NULL, and whose postings need no account. */
    @Test
    void findsBooksThatLackAValue() throws SQLException {
        ground.run("eu", """
                ALTER TABLE ledger.account ALTER booked_balance DROP NOT NULL, ALTER opening_balance DROP NOT NULL, ALTER currency DROP NOT NULL;
                ALTER TABLE ledger.posting ALTER amount DROP NOT NULL, ALTER currency DROP NOT NULL, DROP CONSTRAINT posting_account_id_fkey""");
        try {
            for (String id : List.of("unopened", "uncounted", "unbooked", "no-currency")) {
                ground.account(id, "c1", "eu");
            }
            ground.run("eu", """
                    UPDATE ledger.account SET booked_balance = NULL WHERE id = 'unbooked';
                    UPDATE ledger.account SET opening_balance = NULL WHERE id = 'unopened';
                    UPDATE ledger.account SET booked_balance = NULL, opening_balance = NULL WHERE id = 'uncounted';
                    UPDATE ledger.posting SET currency = NULL WHERE reference = 't-no-currency';
                    INSERT INTO ledger.account (id, customer_id, booked_balance, opening_balance, currency) VALUES ('none', 'c1', NULL, NULL, NULL);
                    INSERT INTO ledger.posting (reference, leg, account_id, amount, currency) VALUES
                      ('t1', 1, 'a1', 0, 'EUR'), ('t1', 2, 'nowhere', -7, 'EUR'), ('t1', 3, 'nowhere', 7, 'EUR'), ('t2', 1, 'a1', NULL, 'EUR'),
                      ('t3', 1, 'a1', NULL, 'EUR'), ('t3', 2, 'a1', 0, 'EUR')""");

            List<Finding> found = new ArrayList<>();
            AuditReport report = ground.audit(plan.withCounts(List.of(Contracts.read(Path.of("contracts")).newest("account").rules().stream()
                    .filter(rule -> rule.name().equals("balance-reconciled")).map(rule -> none(rule.name(), rule.query().orElseThrow(), "error"))
                    .findFirst().orElseThrow()))).run(found::add, List.of(), Set.of());
            assertThat(report.unread()).isEmpty();
            assertThat(found).filteredOn(finding -> finding.kind() == FindingKind.UNBALANCED && !finding.sentence().startsWith("the CRM"))
                    .extracting(Finding::entity, Finding::id, Finding::sentence).containsExactlyInAnyOrder(
                    tuple("account", "unbooked", "booked balance is not opening balance plus postings"),
                    tuple("account", "unopened", "booked balance is not opening balance plus postings"),
                    tuple("account", "uncounted", "booked balance is not opening balance plus postings"),
                    tuple("account", "no-currency", "has postings in another currency than its own, or in none"),
                    tuple("account", "nowhere", "has postings, but is not in this ledger"),
                    tuple("transaction", "of account a1", "its legs in EUR do not add up to 0"),
                    tuple("transaction", "of account a1", "its legs in EUR do not add up to 0"));
            assertThat(found).filteredOn(finding -> finding.kind() == FindingKind.CONTRACT_RULE).singleElement()
                    .satisfies(finding -> assertThat(finding.sentence()).endsWith("should be 0, is 3"));
        } finally {
            ground.run("eu", """
                    TRUNCATE ledger.posting, ledger.account;
                    ALTER TABLE ledger.account ALTER booked_balance SET NOT NULL, ALTER opening_balance SET NOT NULL, ALTER currency SET NOT NULL;
                    ALTER TABLE ledger.posting ALTER amount SET NOT NULL, ALTER currency SET NOT NULL,
                      ADD CONSTRAINT posting_account_id_fkey FOREIGN KEY (account_id) REFERENCES ledger.account (id)""");
        }
    }

    @Test
    void checksTheBooksOnlyWhereThereArePostings() throws SQLException {
        ground.run("eu", "UPDATE ledger.account SET opening_balance = 1");
        ground.run("eu", "ALTER TABLE ledger.posting RENAME TO entry");
        try {
            AuditReport report = audit().run(finding -> { }, List.of(), Set.of());
            assertThat(found(report)).isEmpty();
            assertThat(report.unread()).isEmpty();
            assertThat(report.compared().notCompared()).contains("the books of eu by ledger.posting.amount, which it does not have");
        } finally {
            ground.run("eu", "ALTER TABLE ledger.entry RENAME TO posting");
        }
    }

    @Test
    void runsTheContractsOwnRules() {
        plan = plan.withCounts(List.of(
                none("broken", "SELECT nothing", "error"),
                none("no-accounts", "SELECT count(*) FROM ledger.account", "error"),
                none("no-prospects", "SELECT count(*) FROM ledger.customer WHERE status = 'prospect'", "error"),
                none("not-even-a-part", "SELECT 0.7", "error"),
                none("tried", "SELECT count(*) FROM ledger.account", "warning"),
                new CountRule("some-accounts", "account/1.0.0", "SELECT count(*) FROM ledger.account", n -> n.signum() > 0, "greater than 0", "error"),
                none("of-nobody", "SELECT sum(booked_balance) FROM ledger.account WHERE id = 'nobody'", "error"),
                none("operator", "SELECT count(*) FROM ledger.account WHERE '{}'::jsonb ? 'x' OR id LIKE '{?' /* ?? */", "error"),
                none("no-row", "SELECT 0 WHERE false", "error"),
                none("no-number", "SELECT 'many'", "error")));

        AuditReport report = audit().run(finding -> { }, List.of(), Set.of());
        assertThat(found(report)).containsExactly("contract-rule eu rule no-accounts", "contract-rule eu rule not-even-a-part",
                "contract-rule uk rule no-accounts", "contract-rule uk rule not-even-a-part");
        assertThat(report.findings().get(0).examples().get(1).sentence()).isEqualTo("account/1.0.0: should be 0, is 0.7");
        assertThat(report.observed()).extracting(AuditReport.Observed::rule, AuditReport.Observed::severity, AuditReport.Observed::path,
                AuditReport.Observed::sentence).containsExactly(tuple("tried", "warning", "ledger eu", "should be 0, is 1"),
                tuple("tried", "warning", "ledger uk", "should be 0, is 1"));
        assertThat(report.unread()).filteredOn(part -> part.region().equals("eu")).extracting(Unread::part, Unread::reason).containsExactly(
                tuple("eu, rule broken", "a query failed (SQLSTATE 42703)"),
                tuple("eu, rule no-row", "its query should answer one row with one number"),
                tuple("eu, rule no-number", "a query failed (SQLSTATE 22003)"));
        assertThat(report.unread()).hasSize(6);
        assertThat(report.compared().notCompared()).contains("rule of-nobody in eu, uk, where there is nothing to judge");
        assertThat(report.status()).endsWith("; 6 parts could not be read");
        assertThat(report.summary()).contains("1 x tried by account/1.0.0, observed only (warning), ledger eu: should be 0, is 1\n",
                "1 x tried by account/1.0.0, observed only (warning), ledger uk: should be 0, is 1\n", "eu, rule broken could not be read: a query failed");
    }

    /** As all else that an audit looks at. */
    @Test
    void looksAtTheRulesOfTheNewestMajorOnly(@TempDir Path folder) throws IOException {
        for (String entity : List.of("customer", "account")) {
            Path first = Files.createDirectories(folder.resolve(entity)).resolve("v1.odcs.yaml");
            Files.copy(Path.of("contracts", entity, "v1.odcs.yaml"), first);
            Files.writeString(first.resolveSibling("v2.odcs.yaml"), Files.readString(first).replace("version: 1.0.0", "version: 2.0.0")
                    .replaceFirst("    customProperties:\n",
                            "    customProperties:\n      - {property: liftFrom, value: [{major: 1}]}\n"));
        }
        assertThat(AuditTerms.of(Contracts.read(folder), Policies.read(Path.of("config/residency.yaml"))).counts()).extracting(CountRule::contract)
                .isNotEmpty().containsOnly("account/2.0.0");
    }

    /** A check that fails, or that takes for ever, leaves the others alone. */
    @Test
    void looksForTheRestWhereOneCheckFails() throws SQLException {
        plan = plan.withCounts(List.of(none("no-accounts", "SELECT count(*) FROM ledger.account", "error")));
        ground.run("eu", "ALTER TABLE ledger.posting ALTER COLUMN amount TYPE text; INSERT INTO ledger.posting (reference, leg, account_id, amount, currency)"
                + " VALUES ('t9', 1, 'a1', '5', 'JPY')");
        try {
            AuditReport report = audit().run(finding -> { }, List.of(), Set.of());
            assertThat(found(report)).contains("contract-rule eu rule no-accounts", "unbalanced eu account a1");
            assertThat(report.unread()).extracting(Unread::part).containsExactly("eu, transactions that do not add up to 0",
                    "eu, balances that are not opening balance plus postings");
            assertThat(report.unread()).allSatisfy(part -> assertThat(part.kind()).isEqualTo(FindingKind.UNBALANCED));
        } finally {
            ground.run("eu", "TRUNCATE ledger.posting; ALTER TABLE ledger.posting ALTER COLUMN amount TYPE bigint USING amount::bigint");
        }
    }

    /** As a bank's own ledger may have them. */
    @Test
    void takesAccountsOfNobodyAndRowsWithoutVersions() throws Exception {
        ground.run("eu", "ALTER TABLE ledger.account ALTER COLUMN customer_id DROP NOT NULL; ALTER TABLE ledger.account ALTER COLUMN versions DROP NOT NULL;"
                + " ALTER TABLE ledger.customer ALTER COLUMN versions DROP NOT NULL");
        ground.run("eu", "INSERT INTO ledger.account (id, customer_id) VALUES ('nostro', NULL), ('shown', NULL)");
        ground.run("eu", "UPDATE ledger.customer SET versions = NULL, email = 'x'; UPDATE ledger.account SET versions = NULL");
        ground.crmAccount("shown", "c1", 0L, OLD);
        ground.placed("account", "shown", "c1", "eu");
        try {
            AuditReport report = audit().run(finding -> { }, List.of(), Set.of());
            assertThat(report.unread()).isEmpty();
            assertThat(report.findings()).singleElement().satisfies(tally -> assertThat(tally.examples()).singleElement().isEqualTo(new Finding(
                    FindingKind.MISMATCHED_OWNER, "eu", "account", "shown", "belongs to c1 in the CRM, the ledger gives it to nobody, the directory to c1")));
        } finally {
            ground.clear();
            ground.run("eu", "ALTER TABLE ledger.account ALTER COLUMN customer_id SET NOT NULL; ALTER TABLE ledger.account ALTER COLUMN versions SET NOT NULL;"
                    + " ALTER TABLE ledger.customer ALTER COLUMN versions SET NOT NULL");
        }
    }

    @Test
    void aConnectionThatCannotBeginIsGivenBack() throws SQLException {
        HikariConfig pooled = new HikariConfig();
        pooled.setDataSource(ground.directory);
        pooled.setMaximumPoolSize(1);
        try (HikariDataSource pool = new HikariDataSource(pooled)) {
            DataSource dying = new PGSimpleDataSource() {
                @Override
                public Connection getConnection() throws SQLException {
                    Connection connection = pool.getConnection();
                    AuditGround.run(ground.directory,
                            "SELECT pg_terminate_backend(" + connection.unwrap(PGConnection.class).getBackendPID() + ", 10000)");
                    return connection;
                }
            };
            assertThatThrownBy(() -> new Query(dying)).isInstanceOf(SQLException.class);
            assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
        }
    }

    private static CountRule none(String name, String query, String severity) {
        return new CountRule(name, "account/1.0.0", query, number -> number.signum() == 0, "0", severity);
    }

    @Test
    void measuresTheTargetsFromTheTables() throws SQLException {
        ground.run("eu", "INSERT INTO concordat.inbox SELECT 'urn:crm', 'n' || n, 'customer/n', 'applied',"
                + " 'customer/1.0.0',"
                + " 'r', timestamptz '2026-11-22T09:00:00Z', timestamptz '2026-11-22T09:00:00Z' + n * interval '1 ms'"
                + " FROM generate_series(1, 1000) n");
        ground.ended("eu", "echo", "filtered", 500);
        ground.ended("eu", "replayed", "applied", 9000);
        ground.quarantined("eu", "replayed", "customer/c1", "schema", "replayed");
        ground.quarantined("eu", "thrown", "customer/c1", "foreign-owned", "discarded");
        ground.quarantined("eu", "out", "customer/c1", "crm-refused", "quarantined", "ledger-to-crm");
        ground.run("eu", "INSERT INTO concordat.duplicate (receipt, source, id) VALUES ('r', 'urn:crm', 'n1')");
        ground.ended("uk", "slow", "applied", 31);

        AuditReport report = audit().run(finding -> { }, List.of(), Set.of());
        Lane eu = report.lanes().get(0);
        assertThat(eu.received()).isEqualTo(1004);
        assertThat(eu.endings()).containsExactly(1001L, 0L, 1L, 1L, 0L, 0L, 1L);
        assertThat(report.latencies().get(0)).extracting("changes", "leftOut", "p50", "p995", "max")
                .containsExactly(1000L, 1L, 0.5, 0.995, 1.0);
        assertThat(report.targets()).extracting(Target::name, t -> t.overall().verdict(), t -> t.overall().part(),
                        t -> t.overall().whole())
                .containsExactly(tuple("compliance", Verdict.MET, 1L, 1004L), tuple("latency", Verdict.MET, 1L, 1001L),
                        tuple("violations", Verdict.MET, 1L, 1004L));
        assertThat(report.targets().get(1).regions().get("uk").verdict()).isEqualTo(Verdict.MISSED);
        assertThat(report.status()).isEqualTo("3 of 3 targets met overall; latency missed in uk; no findings");
        assertThat(report.clean()).isFalse();
    }

    /** What is in breach is kept for good, so all that was ever received is what it is held against. */
    @Test
    void countsWhatTheLanesHaveForgotten() throws SQLException {
        ground.run("eu", "INSERT INTO concordat.forgotten VALUES ('applied', 997), ('duplicate', 2)");
        ground.quarantined("eu", "broken", "customer/c1", "schema", "quarantined");
        AuditReport report = audit().run(finding -> { }, List.of(), Set.of());
        assertThat(report.lanes().get(0).received()).isEqualTo(1000);
        assertThat(report.targets().get(0).ever().verdict()).isEqualTo(Verdict.MET);
        assertThat(report.targets().get(0).overall().whole()).isEqualTo(1);
        assertThat(report.targets().get(0).ever().whole()).isEqualTo(998);
    }

    /** Whoever sends a bad change again and again makes the rest neither better nor worse. */
    @Test
    void countsAChangeThatWasSentFourTimesOnce() throws SQLException {
        ground.quarantined("eu", "broken", "customer/c1", "schema", "quarantined");
        for (int n = 0; n < 3; n++) {
            ground.run("eu", "INSERT INTO concordat.duplicate (receipt, source, id, ended_at) VALUES ('again" + n + "', 'urn:crm', 'broken',"
                    + " '2026-11-22T09:30:00Z')");
        }
        Target compliance = audit().run(finding -> { }, List.of(), Set.of()).targets().get(0);
        assertThat(List.of(compliance.overall().part(), compliance.overall().whole(), compliance.ever().whole())).containsExactly(1L, 1L, 1L);
        assertThat(compliance.overall().value()).isZero();
        assertThat(compliance.regions().get("eu").whole()).isOne();
    }

    /** By the figures that doubles do not hold. */
    @Test
    void tellsAShareAsItIs() throws SQLException {
        ground.run("eu", "INSERT INTO concordat.forgotten VALUES ('applied', 997280)");
        ground.run("eu", "INSERT INTO concordat.quarantine (source, id, direction, contract, rule, breaches, original, receipt)"
                + " SELECT 's', n, 'crm-to-ledger', 'none', 'envelope', '[]', '', n FROM generate_series(1, 2720) n");
        Target compliance = audit().run(finding -> { }, List.of(), Set.of()).targets().get(0);
        assertThat(compliance.ever().value()).isEqualTo(0.99728);
        assertThat(Figures.measured(compliance, compliance.ever())).isEqualTo("99.728 %");
    }

    @Test
    void judgesNoTargetWithoutChanges() {
        AuditReport report = audit().run(finding -> { }, List.of(), Set.of());

        assertThat(report.targets()).allSatisfy(target -> {
            assertThat(target.overall().verdict()).isEqualTo(Verdict.NO_CHANGES);
            assertThat(target.overall().value()).isNull();
        });
        assertThat(report.status()).isEqualTo("no changes to measure; no findings");
    }

    @Test
    void missesTargetsThatAreNotKept() throws SQLException {
        for (int n = 0; n < 10; n++) {
            ground.ended("eu", "n" + n, "applied", 40);
        }
        ground.quarantined("eu", "q1", "customer/c1", "schema", "quarantined");
        ground.quarantined("uk", "q2", "customer/c1", "orphan", "quarantined");

        assertThat(audit().run(finding -> { }, List.of(), Set.of()).targets()).allSatisfy(target ->
                assertThat(target.overall().verdict()).isEqualTo(Verdict.MISSED));
    }

    /** Milliseconds promised, and how long all changes took. */
    @ParameterizedTest
    @CsvSource({"16100, 16.1, 16.1 s, 16.1", "32200, 32.2, 32.2 s, 32.2", "32700, 32.7, 32.7 s, 32.7", "64400, 64.4, 64.4 s, 64.4", "2007, 2.007, 2.007 s, 2.007",
        "100500, 100.2, 100.5 s, 100.5", "100500, 100.5, 100.5 s, 100.5", "16104, 16.103, 16.104 s, 16.104", "900000, 899.5, 15 min, 900"})
    void keepsAPromiseToTheMillisecond(long promised, double took, String shown, double value) throws SQLException {
        plan = promising(Duration.ofMillis(promised));
        ground.ended("eu", "n1", "applied", took);
        ground.ended("uk", "n2", "applied", promised / 1000.0 + 0.000001);

        assertThat(audit().run(finding -> { }, List.of(), Set.of()).targets().get(1)).satisfies(latency -> {
            assertThat(latency.promise()).isEqualTo("99.5 % of the changes are in the ledger within " + shown);
            assertThat(latency.regions().get("eu")).isEqualTo(new AuditReport.Measure(Verdict.MET, value, 0, 1));
            assertThat(latency.regions().get("uk").verdict()).isEqualTo(Verdict.MISSED);
        });
    }

    private AuditPlan promising(Duration latency) {
        Targets targets = plan.targets();
        return new AuditPlan(new Targets(targets.compliance(), latency, targets.latencyPercentile(), targets.violations()), plan.status(), plan.customers(),
                plan.accounts(), plan.names(), plan.columns(), plan.regionOf(), plan.formRules(), plan.counts(), plan.settle(), plan.longer(), plan.parkedFor(),
                plan.examples());
    }

    @Test
    void measuresTheLastDayWhateverTheDaysBeforeWereLike() throws SQLException {
        ground.run("eu", "INSERT INTO concordat.inbox SELECT 'urn:crm', 'n' || n, 'customer/n', 'applied', 'customer/1.0.0', 'r',"
                + " timestamptz '2026-11-20T09:00:00Z', timestamptz '2026-11-20T09:00:01Z' FROM generate_series(1, 10000) n");
        ground.run("eu", "INSERT INTO concordat.duplicate (receipt, source, id, ended_at) VALUES ('d', 'urn:crm', 'n1', '2026-11-20T09:00:00Z')");
        ground.quarantined("eu", "old", "customer/c1", "schema", "discarded");
        ground.run("eu", "UPDATE concordat.quarantine SET quarantined_at = '2026-11-20T09:00:00Z'");
        ground.quarantined("eu", "broken", "customer/c1", "schema", "quarantined");
        for (int n = 0; n < 9; n++) {
            ground.ended("eu", "late" + n, "applied", 40);
        }

        AuditReport report = audit().run(finding -> { }, List.of(), Set.of());
        assertThat(report.since()).isEqualTo("2026-11-21T10:00:00Z");
        assertThat(report.targets()).extracting(Target::name, t -> t.overall().verdict(), t -> t.overall().part(), t -> t.overall().whole(),
                t -> t.ever().verdict(), t -> t.ever().part(), t -> t.ever().whole()).containsExactly(
                tuple("compliance", Verdict.MISSED, 1L, 10L, Verdict.MET, 2L, 10011L),
                tuple("latency", Verdict.MISSED, 9L, 9L, Verdict.MET, 9L, 10009L),
                tuple("violations", Verdict.MET, 0L, 10L, Verdict.MET, 0L, 10011L));
        assertThat(report.latency().max()).isEqualTo(40);
        assertThat(report.received()).isEqualTo(10012);
        assertThat(report.breaches()).singleElement().satisfies(rule -> assertThat(rule.changes()).isEqualTo(2));
    }

    /** As somebody else may have written it into the table. */
    @Test
    void aQuarantinedRowWithoutAListOfBreachesCountsForItsRuleAndHasNoPlace() throws SQLException {
        ground.quarantined("eu", "q1", "customer/c1", "schema", "quarantined");
        ground.run("eu", "UPDATE concordat.quarantine SET breaches = '{}'");
        ground.quarantined("eu", "q2", "customer/c1", "schema", "quarantined");

        AuditReport report = audit().run(finding -> { }, List.of(), Set.of());
        assertThat(report.breachPlaces()).singleElement().satisfies(place -> assertThat(place.breaches()).isOne());
        assertThat(report.breaches()).singleElement().satisfies(rule -> assertThat(rule.changes()).isEqualTo(2));
    }

    @Test
    void groupsBreachesByRuleAndPlaceAcrossRegions() throws SQLException {
        ground.quarantined("eu", "q1", "customer/c1", "schema", "quarantined");
        ground.quarantined("uk", "q2", "customer/c2", "schema", "replaying");
        ground.quarantined("uk", "q3", "customer/c2", "schema", "discarded");

        AuditReport report = audit().run(finding -> { }, List.of(), Set.of());
        assertThat(report.breaches()).extracting(BreachRule::rule, BreachRule::changes, BreachRule::open,
                        BreachRule::discarded, BreachRule::regions)
                .containsExactly(tuple("schema", 3L, 2L, 1L, Map.of("eu", 1L, "uk", 2L)));
        assertThat(report.breachPlaces()).singleElement().satisfies(place -> {
            assertThat(place.pointer()).isEqualTo("/after/phones/*");
            assertThat(place.breaches()).isEqualTo(3);
        });
    }

    @Test
    void namesNoValueOfARecord() throws SQLException {
        ground.quarantined("eu", "q1", "customer/c1", "schema", "quarantined");
        ground.crmCustomer("c1", "suspended", OLD);
        ground.crmCustomer("c9", "active", OLD);
        AuditReport report = audit().run(finding -> { }, List.of(), Set.of());

        assertThat(report.findingCount()).isPositive();
        assertThat(new String(report.json())).doesNotContain("Geheim", "+4915");
        assertThat(report.html()).doesNotContain("Geheim", "+4915");
    }

    @Test
    void namesNoStatusThatTheContractLetsNobodySee(@TempDir Path folder) throws Exception {
        for (String entity : List.of("customer", "account")) {
            Files.createDirectories(folder.resolve(entity));
            Files.writeString(folder.resolve(entity).resolve("v1.odcs.yaml"), Files.readString(Path.of("contracts", entity, "v1.odcs.yaml"))
                    .replaceFirst("(?s)(physicalName: status\n.*?classification: )internal", "$1confidential"));
        }
        plan = AuditTerms.of(Contracts.read(folder), Policies.read(Path.of("config/residency.yaml"))).withCounts(List.of());
        ground.crmCustomer("c1", "suspended", OLD);
        ground.crmCustomer("c2", "frozen", OLD);
        ground.customer("c3", "eu", "closed", false);
        ground.account("a3", "c3", "eu");
        ground.customer("c4", "uk", "suspended", true);
        ground.crmCustomer("c4", "active", OLD);

        assertThat(audit().run(finding -> { }, List.of(), Set.of()).findings().stream().flatMap(tally -> tally.examples().stream()))
                .extracting(Finding::id, Finding::sentence).containsExactlyInAnyOrder(
                        tuple("c1", "is in a status that forbids postings by the CRM's status, may have postings by the ledger's"),
                        tuple("a1", "its customer c1 is in a status that forbids postings, its postings are not blocked"),
                        tuple("c2", "has none of the contract's statuses by the CRM's status, is in a status that forbids postings by the ledger's"),
                        tuple("c3", "is in a status that closes, its postings are not blocked"),
                        tuple("a3", "its customer c3 is in a status that closes, its postings are not blocked"),
                        tuple("a3", "its customer c3 is in a status that closes, its booked balance is not 0"),
                        tuple("c4", "may have postings by the CRM's status, is in a status that forbids postings by the ledger's"));
    }

    @Test
    void capsExamplesAndCountsAll() {
        for (int n = 0; n < 12; n++) {
            ground.crmCustomer("lost" + n, "active", OLD);
        }
        plan = plan.withExamples(5);
        AuditReport report = audit().run(finding -> { }, List.of(), Set.of());

        assertThat(report.findings()).singleElement().satisfies(tally -> {
            assertThat(tally.total()).isEqualTo(12);
            assertThat(tally.examples()).hasSize(5);
        });
        assertThat(report.status()).isEqualTo("no changes to measure; 12 findings");
    }

    @Test
    void showsTheFirstOfEachRegionAndHandsOnAll() {
        List<String> all = new ArrayList<>();
        for (int n = 0; n < 12; n++) {
            ground.crmCustomer("lost" + n, "active", OLD);
        }
        ground.crmCustomer("c2", "active", OLD);
        plan = plan.withExamples(5);
        ground.crmCustomer("c1", "closed", OLD);
        AuditReport report = audit().run(finding -> all.add(finding.id()), List.of(), Set.of());

        assertThat(found(report)).contains("misaligned-status eu customer c1", "misaligned-status uk customer c2").hasSize((int) report.findingCount() - 7);
        assertThat(all).hasSize((int) report.findingCount()).contains("lost11");
    }

    @Test
    void judgesTheRestWhereARegionCannotBeRead() throws SQLException {
        ground.crmCustomer("c3", "active", OLD);
        ground.placed("customer", "c3", "c3", "eu");
        Map<String, DataSource> regions = new LinkedHashMap<>(ground.regions);
        PGSimpleDataSource down = new PGSimpleDataSource();
        down.setUrl("jdbc:postgresql://127.0.0.1:1/uk");
        regions.put("uk", down);
        AuditReport report = new Audit(regions, ground.directory, ground.reader(), plan, CLOCK, duration -> {
        }).run(finding -> { }, List.of(), Set.of());

        assertThat(report.unread()).containsExactly(Unread.of("uk", "no connection (SQLSTATE 08001)"));
        assertThat(found(report)).containsExactly("missing eu customer c3");
        assertThat(report.compared().unjudged()).isEqualTo(2);
        assertThat(report.status()).endsWith("1 finding; 2 records not judged; uk could not be read");
    }

    @Test
    void comparesNothingWhereTheCrmCannotBeRead() {
        HttpCrmReader lost = new HttpCrmReader(HttpCrmReader.Source.of(URI.create("http://127.0.0.1:1")), CLOCK,
                d -> {});
        AuditReport report = new Audit(ground.regions, ground.directory, lost, plan, CLOCK).run(finding -> { }, List.of(), Set.of());

        assertThat(report.unread()).extracting(Unread::part).containsExactly("crm");
        assertThat(report.findings()).isEmpty();
        assertThat(report.compared().ledgerOnlyCustomers()).isZero();
    }

    /** As anybody may write one into a ledger, or send one in a change that ends in quarantine. */
    @Test
    void leavesOutRecordsOfIdsWithoutMeasureByThemselves() throws SQLException {
        String endless = "x".repeat(1500);
        ground.ledgerCustomer(endless, "eu", "active", false);
        ground.quarantined("uk", "q1", "customer/" + endless, "schema", "quarantined");
        ground.placed("customer", endless, endless, "eu");
        ground.crmCustomer(endless, "active", OLD);
        ground.crmCustomer("c1", "suspended", OLD);

        AuditReport report = audit().run(finding -> { }, List.of(), Set.of());
        String reason = "1 record left out, the first because: An id has 1500 bytes, 1000 are allowed.";
        assertThat(report.unread()).containsExactly(Unread.of("eu", reason), Unread.of("uk", reason), new Unread("directory", reason),
                new Unread("crm", "customers: " + reason));
        assertThat(found(report)).contains("misaligned-status eu customer c1");
    }

    @Test
    void waitsAsLongAsABusyCrmAsks() throws Exception {
        ground.busy.set(2);
        List<Duration> pauses = new ArrayList<>();
        List<String> read = new ArrayList<>();
        for (int n = 0; n < 7; n++) {
            ground.crmCustomer("more" + n, "active", OLD);
        }
        new HttpCrmReader(HttpCrmReader.Source.of(ground.crm()), CLOCK, pauses::add)
                .read("customers", item -> read.add(item.path("id").asText()));

        assertThat(pauses).containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(7));
        assertThat(read).hasSize(9).doesNotHaveDuplicates();
    }

    @Test
    void givesTheTurnToOneBridgeAtATime() throws SQLException {
        HikariConfig pooled = new HikariConfig();
        pooled.setDataSource(ground.directory);
        pooled.setMaximumPoolSize(1);
        try (HikariDataSource otherBridge = new HikariDataSource(pooled)) {
            try (AuditTurn turn = AuditTurn.tryTake(otherBridge).orElseThrow()) {
                assertThat(turn).isNotNull();
                assertThat(AuditTurn.tryTake(ground.directory)).isEmpty();
            }
            try (AuditTurn turn = AuditTurn.tryTake(ground.directory).orElseThrow()) {
                assertThat(turn).isNotNull();
            }
        }
    }

    @Test
    void aTurnWhoseConnectionIsLostEndsWithoutAWord() throws SQLException {
        try (AuditTurn turn = AuditTurn.tryTake(ground.directory).orElseThrow()) {
            assertThat(turn).isNotNull();
            AuditGround.run(ground.directory, "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'");
        }
        try (AuditTurn turn = AuditTurn.tryTake(ground.directory).orElseThrow()) {
            assertThat(turn).isNotNull();
        }
    }

    private Audit audit() {
        return ground.audit(plan);
    }

    private List<String> findings() {
        return found(audit().run(finding -> { }, List.of(), Set.of()));
    }
}
