package dev.concordat.ledger;

import static dev.concordat.change.Sent.account;
import static dev.concordat.change.Sent.customer;
import static dev.concordat.change.Sent.newAccount;
import static dev.concordat.change.Sent.newCustomer;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concordat.change.Outcomes;
import dev.concordat.change.Sent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApplyStatementIT {
    private static LedgerGround ledger;

    static LedgerGround ledger() {
        return ledger;
    }

    @BeforeAll
    static void start() throws Exception {
        ledger = new LedgerGround();
    }

    @AfterAll
    static void stop() throws Exception {
        ledger.close();
    }

    @BeforeEach
    void clear() throws SQLException {
        ledger.clear();
    }

    private static Sent someone(String id) {
        return newCustomer(id, "DE").version(1);
    }

    @Test
    void theFirstChangeOfACustomerCreatesTheRowAndItsInboxRow() throws SQLException {
        var sent = someone("C-1").set("dateOfBirth", "1984-05-23").set("consent", true).set("taxId", "T'1\\");
        assertThat(ledger.apply(sent)).containsExactly("applied");
        assertThat(ledger.rows("SELECT id, family_name, given_name, residency, status, date_of_birth, consent, tax_id, credit_limit, "
                + "postings_blocked FROM ledger.customer")).containsExactly("C-1|Muster|null|DE|active|1984-05-23|t|T'1\\|0|f");
        assertThat(ledger.rows("SELECT source, id, subject, outcome, contract, receipt, changed_at = '2026-11-22T10:00:00.123Z' "
                + "FROM concordat.inbox")).containsExactly("urn:crm:test|customer-C-1-1|customer/C-1|applied|customer/1.0.0|"
                + sent.receipt().position() + "|t");
    }

    @Test
    void anUpdateSetsWhatItCarriesAndLeavesTheRest() throws SQLException {
        ledger.apply(someone("C-1").set("phone", "+41446681800").set("email", "a@mail.example"));
        assertThat(ledger.apply(customer("C-1").version(2).set("phone", "+41446681801"))).containsExactly("applied");
        assertThat(ledger.customer("C-1", "phone")).isEqualTo("+41446681801");
        assertThat(ledger.customer("C-1", "email")).isEqualTo("a@mail.example");
        assertThat(ledger.customer("C-1", "family_name")).isEqualTo("Muster");
    }

    @Test
    void aNullClearsTheField() throws SQLException {
        ledger.apply(someone("C-1").set("phone", "+41446681800").set("address", Map.of("city", "Bern")).set("dateOfBirth", "1984-05-23")
                .set("consent", true));
        assertThat(ledger.apply(customer("C-1").version(2).clear("phone").clear("address").clear("dateOfBirth").clear("consent")))
                .containsExactly("applied");
        assertThat(ledger.rows("SELECT phone, address, date_of_birth, consent FROM ledger.customer")).containsExactly("null|null|null|null");
    }

    @Test
    void aFieldThatIsNamedAsChangedButAbsentIsCleared() throws SQLException {
        ledger.apply(someone("C-1").set("phone", "+41446681800"));
        var sent = customer("C-1").version(2);
        sent.data().putArray("changed").add("phone");
        assertThat(ledger.apply(sent)).containsExactly("applied");
        assertThat(ledger.customer("C-1", "phone")).isNull();
    }

    @Test
    void anAddressIsSetAsOne() throws SQLException {
        ledger.apply(someone("C-1").set("address", Map.of("city", "Bern", "street", "Gasse 1")));
        ledger.apply(customer("C-1").version(2).set("address", Map.of("city", "Köln")));
        assertThat(ledger.customer("C-1", "address")).isEqualTo("{\"city\": \"Köln\"}");
    }

    /** As ledgers have them, whose own programs always set them. */
    @Test
    void anUpdateNeedNotSetWhatTheLedgerWantsInEachRow() throws SQLException {
        ledger.run("ALTER TABLE ledger.customer ALTER family_name SET NOT NULL, ALTER segment SET NOT NULL");
        try {
            ledger.apply(someone("C-1").set("segment", "retail"));
            assertThat(ledger.apply(customer("C-1").version(3).set("phone", "+41446681801"))).containsExactly("applied");
            assertThat(ledger.apply(customer("C-1").version(2).set("givenName", "Eva"))).as("late").containsExactly("applied");
            assertThat(ledger.rows("SELECT family_name, given_name, phone, segment FROM ledger.customer")).containsExactly("Muster|Eva|+41446681801|retail");
        } finally {
            ledger.run("ALTER TABLE ledger.customer ALTER family_name DROP NOT NULL, ALTER segment DROP NOT NULL");
        }
    }

    /** What a change does not set in the end is no reason for the ledger to refuse it. */
    @Test
    void aLedgersOwnChecksSeeTheRowAsTheChangeLeavesIt() throws SQLException {
        ledger.run("ALTER TABLE ledger.customer ADD CONSTRAINT own_flag CHECK (postings_blocked = (status = 'suspended')), "
                + "ADD CONSTRAINT own_phone CHECK (phone <> '+41446681899')");
        try {
            ledger.apply(someone("C-1"));
            ledger.apply(customer("C-1").version(5).set("status", "suspended").set("phone", "+41446681805"));
            assertThat(ledger.apply(customer("C-1").version(3).set("givenName", "Eva"))).as("a flag that it does not set").containsExactly("applied");
            assertThat(ledger.apply(customer("C-1").version(4).set("phone", "+41446681899").set("email", "e@mail.example")))
                    .as("a value that a newer one has replaced").containsExactly("applied");
            assertThat(ledger.rows("SELECT given_name, status, postings_blocked, phone, email FROM ledger.customer"))
                    .containsExactly("Eva|suspended|t|+41446681805|e@mail.example");
        } finally {
            ledger.run("ALTER TABLE ledger.customer DROP CONSTRAINT own_flag, DROP CONSTRAINT own_phone");
        }
    }

    /** A block of the ledger's own, whose customer is free. */
    @Test
    void aLedgersOwnChecksSeeTheFlagThatAnAccountHas() throws SQLException {
        ledger.run("ALTER TABLE ledger.account ADD CONSTRAINT own_flag CHECK (postings_blocked = (nickname IS NOT DISTINCT FROM 'estate'))");
        try {
            ledger.apply(someone("C-1"), newAccount("A-1", "C-1").version(1));
            ledger.run("UPDATE ledger.account SET postings_blocked = true, nickname = 'estate'");
            assertThat(ledger.apply(account("A-1", "C-1").version(3).set("nickname", "estate"))).containsExactly("applied");
            assertThat(ledger.apply(account("A-1", "C-1").version(2).set("purpose", "rent"))).as("late").containsExactly("applied");
            assertThat(ledger.rows("SELECT nickname, purpose, postings_blocked FROM ledger.account")).containsExactly("estate|rent|t");
        } finally {
            ledger.run("ALTER TABLE ledger.account DROP CONSTRAINT own_flag");
        }
    }

    @Test
    void aLateChangeSetsOnlyWhatNoNewerOneHasSet() throws SQLException {
        ledger.apply(someone("C-1").set("phone", "+41446681800"));
        ledger.apply(customer("C-1").version(3).set("phone", "+41446681803"));
        assertThat(ledger.apply(customer("C-1").version(2).set("phone", "+41446681802").set("email", "b@mail.example")))
                .containsExactly("applied");
        assertThat(ledger.customer("C-1", "phone")).isEqualTo("+41446681803");
        assertThat(ledger.customer("C-1", "email")).isEqualTo("b@mail.example");
        ledger.apply(customer("C-1").version(4).set("email", "d@mail.example"));
        assertThat(ledger.customer("C-1", "email")).isEqualTo("d@mail.example");
    }

    @Test
    void aFieldThatTheChangeDoesNotSetIsNoConflictThoughTheLedgerHoldsAValueOfItsOwn() throws SQLException {
        ledger.apply(someone("C-1"));
        ledger.run("UPDATE ledger.customer SET phone = '+41446681800' WHERE id = 'C-1'");
        assertThat(ledger.apply(customer("C-1").version(1).id("same").set("familyName", "Muster"))).containsExactly("superseded");
        assertThat(ledger.customer("C-1", "phone")).isEqualTo("+41446681800");
    }

    @Test
    void aChangeOfWhichEverythingIsSetByNewerOnesIsSuperseded() throws SQLException {
        ledger.apply(someone("C-1"));
        ledger.apply(customer("C-1").version(3).clear("phone"));
        assertThat(ledger.apply(customer("C-1").version(2).set("phone", "+41446681802"))).containsExactly("superseded");
        assertThat(ledger.customer("C-1", "phone")).isNull();
        assertThat(ledger.value("SELECT outcome FROM concordat.inbox WHERE id = 'customer-C-1-2'")).isEqualTo("superseded");
    }

    @Test
    void anUpdateBeforeTheFirstChangeIsKeptAndCompletedByIt() throws SQLException {
        assertThat(ledger.apply(customer("C-1").version(2).set("phone", "+41446681802"))).containsExactly("applied");
        assertThat(ledger.apply(someone("C-1").set("phone", "+41446681800"))).containsExactly("applied");
        assertThat(ledger.customer("C-1", "phone || family_name")).isEqualTo("+41446681802Muster");
    }

    @Test
    void theSameChangeSentAgainIsADuplicateAndCountedOnceForEachSending() throws SQLException {
        ledger.apply(someone("C-1"));
        var again = someone("C-1");
        assertThat(ledger.apply(again)).containsExactly("duplicate");
        assertThat(ledger.deliver(List.of(again))).containsExactly("repeated");
        assertThat(ledger.rows("SELECT receipt, source, id FROM concordat.duplicate")).containsExactly(again.receipt().position()
                + "|urn:crm:test|customer-C-1-1");
        assertThat(ledger.count("concordat.inbox")).isOne();
    }

    /** CloudEvents has the time as that of the occurrence, which a further sending does not change. */
    @Test
    void anIdThatIsUsedAgainForAnotherTimeIsAnotherChangeAndJudgedByItsVersion() throws SQLException {
        ledger.apply(someone("C-1"));
        assertThat(ledger.apply(customer("C-1").version(3).id("one").set("phone", "+41446681803"))).containsExactly("applied");
        var later = "2026-11-22T10:00:00.124Z";
        assertThat(ledger.apply(customer("C-1").version(2).id("one").with("time", later).set("phone", "+41446681802"))).containsExactly("superseded");
        assertThat(ledger.apply(customer("C-1").version(4).id("one").with("time", "2026-11-22T10:00:00.125Z").set("phone", "+41446681804")))
                .containsExactly("applied");
        assertThat(ledger.apply(customer("C-1").version(2).id("one").with("time", later).set("phone", "+41446681802"))).containsExactly("duplicate");
        assertThat(ledger.customer("C-1", "phone")).isEqualTo("+41446681804");
        assertThat(ledger.count("concordat.inbox")).isEqualTo(4);
    }

    @Test
    void aChangeIsFoundWhateverItsTimeIsLike() throws SQLException {
        int version = 1;
        for (String time : List.of("1970-01-01T00:00:00Z", "2026-11-22T10:00:00.123456789+05:30", "2300-01-01T00:00:00.000001Z",
                "9998-12-31T23:59:59.999999Z")) {
            version++;
            ledger.apply(customer("C-1").version(version).with("time", time).set("phone", "+4144668180" + version));
            assertThat(ledger.apply(customer("C-1").version(version).with("time", time).set("phone", "+4144668180" + version))).as(time).containsExactly("duplicate");
        }
    }

    @Test
    void aDeliveryRepeatedAfterACrashChangesNothing() throws SQLException {
        var batch = List.of(someone("C-1"), customer("C-1").version(2).set("phone", "+41446681802"), newAccount("A-1", "C-1").version(1),
                newAccount("A-2", "C-2").version(1), customer("C-1").version(3).set("creditLimit", 5));
        assertThat(ledger.apply(batch.toArray(Sent[]::new))).containsExactly("applied", "applied", "filtered", "applied", "parked");
        var before = ledger.rows("SELECT c::text, xmin::text FROM ledger.customer c");
        assertThat(ledger.deliver(batch)).containsOnly("repeated").hasSize(5);
        assertThat(ledger.rows("SELECT c::text, xmin::text FROM ledger.customer c")).isEqualTo(before);
        assertThat(ledger.count("concordat.inbox") + ledger.count("concordat.parked")).isEqualTo(5);
        assertThat(ledger.count("concordat.duplicate")).isZero();
    }

    @Test
    void aDeliveryThatIsInQuarantineHasEndedThereAlsoWhenItWouldPassByNow() throws SQLException {
        var sent = someone("C-1");
        sent.at(7);
        ledger.run("""
                INSERT INTO concordat.quarantine (source, id, direction, contract, rule, breaches, original, receipt)
                VALUES ('urn:crm:test', 'customer-C-1-1', 'crm-to-ledger', 'customer/1.0.0', 'schema', '[]', '', 'crm.changes-0@7')""");
        assertThat(ledger.deliver(List.of(sent))).containsExactly("repeated");
        assertThat(ledger.count("ledger.customer") + ledger.count("concordat.inbox")).isZero();
        for (String ended : List.of("quarantined", "discarded")) {
            ledger.run("UPDATE concordat.quarantine SET state = '" + ended + "'");
            assertThat(ledger.apply(someone("C-1").returned("crm.changes-0@7"))).as("a return that comes again and has come back").containsExactly("repeated");
        }
        ledger.run("UPDATE concordat.quarantine SET state = 'replaying'");
        assertThat(ledger.apply(someone("C-1").returned("crm.changes-0@7"))).containsExactly("applied");
    }

    @Test
    void aDeliveryThatWasResumedGoesOnAsThatAlone() throws SQLException {
        ledger.run("INSERT INTO concordat.resumed (receipt, source, id) VALUES ('crm.changes-0@7', 'urn:crm:test', 'account-A-1-1')");
        var sent = newAccount("A-1", "C-1");
        sent.at(7);
        assertThat(ledger.deliver(List.of(sent))).as("it would be parked").containsExactly("repeated");
        assertThat(ledger.count("concordat.parked")).isZero();
        ledger.apply(someone("C-1"));
        assertThat(ledger.apply(newAccount("A-1", "C-1").returned("crm.changes-0@7"))).containsExactly("applied");
    }

    @Test
    void anAccountThatIsOpenedWhileItsCustomerIsBlockedIsBlockedWhicheverCommitsFirst() throws Exception {
        for (boolean accountFirst : new boolean[] {true, false}) {
            ledger.clear();
            ledger.apply(someone("C-1"));
            var block = ledger.deliveries(List.of(customer("C-1").version(2).set("status", "suspended").at(100))).get(0);
            var open = ledger.deliveries(List.of(newAccount("A-1", "C-1").version(1).at(101))).get(0);
            try (var other = ledger.database().getConnection()) {
                other.setAutoCommit(false);
                assertThat((accountFirst ? open : block).write(other)).containsExactly("applied");
                var late = CompletableFuture.supplyAsync(() -> {
                    try {
                        return ledger.write(accountFirst ? block : open);
                    } catch (SQLException e) {
                        throw new IllegalStateException(e);
                    }
                });
                while (ledger.waiting(other) == 0) {
                    Thread.onSpinWait();
                }
                other.commit();
                assertThat(late.get()).containsExactly("applied");
            }
            assertThat(ledger.rows("SELECT postings_blocked FROM ledger.account")).as("account first: " + accountFirst).containsExactly("t");
        }
    }

    @Test
    void aReplayedChangeThatTheLedgerHasIsARepeatThatIsNotCounted() throws SQLException {
        var sent = someone("C-1");
        ledger.apply(sent);
        assertThat(ledger.apply(someone("C-1").returned(sent.receipt().position()))).containsExactly("repeated");
        assertThat(ledger.count("concordat.duplicate")).isZero();
    }

    @Test
    void aReturnedChangeOfWhichAFurtherDeliveryWasAppliedMeanwhileIsADuplicateCountedOnce() throws SQLException {
        ledger.apply(someone("C-1"), newAccount("A-1", "C-1").version(1));
        var resumed = newAccount("A-1", "C-1").version(1).returned("crm.changes-3@7");
        assertThat(ledger.apply(resumed)).containsExactly("duplicate");
        assertThat(ledger.deliver(List.of(resumed))).containsExactly("repeated");
        assertThat(ledger.rows("SELECT receipt FROM concordat.duplicate")).containsExactly("crm.changes-3@7");
    }

    @Test
    void theSameEventIdForTwoCustomersIsOneChangeAlsoInOneBatch() throws SQLException {
        var batch = List.of(someone("C-1").id("e"), someone("C-2").id("e"));
        assertThat(ledger.apply(batch.toArray(Sent[]::new))).containsExactly("applied", "duplicate");
        assertThat(ledger.deliver(batch)).containsExactly("repeated", "repeated");
        assertThat(ledger.count("ledger.customer")).isOne();
        assertThat(ledger.count("concordat.inbox") + ledger.count("concordat.duplicate")).isEqualTo(2);
    }

    /** What a statement hears that enters a change which another one has entered meanwhile. */
    void whatTheLaterOneHears(Object answer) {
        assertThat(answer).isInstanceOfSatisfying(SQLException.class, failure -> {
            assertThat(failure.getSQLState()).isEqualTo("23505");
            assertThat(new Verdicts("eu", new Outcomes(new SimpleMeterRegistry()), Clock.systemUTC()).refuses(failure)).isFalse();
        });
    }

    @Test
    void aChangeThatAnotherBridgeEntersMeanwhileIsFoundByTheNextTryAndNotRefused() throws Exception {
        var sent = someone("C-1");
        sent.at(0);
        var delivery = ledger.deliveries(List.of(sent)).get(0);
        try (var other = ledger.database().getConnection()) {
            other.setAutoCommit(false);
            assertThat(delivery.write(other)).containsExactly("applied");
            var late = CompletableFuture.supplyAsync(() -> {
                try {
                    return (Object) ledger.write(delivery);
                } catch (SQLException e) {
                    return e;
                }
            });
            while (ledger.waiting(other) == 0) {
                Thread.onSpinWait();
            }
            other.commit();
            whatTheLaterOneHears(late.get());
        }
        assertThat(ledger.write(delivery)).containsExactly("repeated");
        assertThat(ledger.count("ledger.customer") + ledger.count("concordat.inbox")).isEqualTo(2);
    }

    @Test
    void theSameEventIdFromAnotherSourceIsAnotherChange() throws SQLException {
        ledger.apply(someone("C-1").id("e"));
        assertThat(ledger.apply(customer("C-1").version(2).id("e").with("source", "urn:crm:other").set("phone", "+41446681800")))
                .containsExactly("applied");
    }

    @Test
    void anotherContentUnderAVersionThatWasSetIsAConflictAndWritesNothing() throws SQLException {
        ledger.apply(someone("C-1").set("phone", "+41446681800"));
        assertThat(ledger.apply(customer("C-1").version(1).id("other").set("phone", "+41446681801").set("email", "a@mail.example")))
                .containsExactly("version-conflict");
        assertThat(ledger.apply(customer("C-1").version(1).id("cleared").clear("phone"))).containsExactly("version-conflict");
        assertThat(ledger.customer("C-1", "phone")).isEqualTo("+41446681800");
        assertThat(ledger.customer("C-1", "email")).isNull();
        assertThat(ledger.count("concordat.inbox")).isOne();
    }

    @Test
    void theSameContentUnderAVersionThatWasSetIsSuperseded() throws SQLException {
        ledger.apply(someone("C-1").set("address", Map.of("city", "Bern")));
        assertThat(ledger.apply(customer("C-1").version(1).id("other").set("address", Map.of("city", "Bern"))))
                .containsExactly("superseded");
    }

    @Test
    void aChangeThatCarriesNothingOfItsSenderIsFilteredAndKeptAsANameOnly() throws SQLException {
        ledger.apply(someone("C-1"));
        assertThat(ledger.apply(customer("C-1").version(2).set("creditLimit", 5))).containsExactly("filtered");
        assertThat(ledger.customer("C-1", "credit_limit")).isEqualTo("0");
        assertThat(ledger.rows("SELECT outcome, subject FROM concordat.inbox WHERE id = 'customer-C-1-2'"))
                .containsExactly("filtered|customer/C-1");
        assertThat(ledger.apply(customer("C-1").version(2).set("creditLimit", 5))).containsExactly("duplicate");
    }

    @Test
    void aFieldOfTheLedgerIsNeverWrittenEvenWhereNoGateTookItAway() throws SQLException {
        ledger.apply(someone("C-1"));
        String change = customer("C-1").version(2).set("phone", "+41446681800").set("creditLimit", 999).set("exposure", 999)
                .set("customerNumber", 1).set("postingsBlocked", true).set("openedOn", "1999-01-01").set("versions", List.of(9)).json();
        assertThat(ledger.write(record("customer", change))).containsExactly("applied");
        assertThat(ledger.rows("SELECT phone, credit_limit, exposure, postings_blocked, customer_number > 1000, "
                + "opened_on > '2000-01-01' FROM ledger.customer")).containsExactly("+41446681800|0|0|f|t|t");
        ledger.apply(newAccount("A-1", "C-1").version(1));
        String booked = account("A-1", "C-1").version(2).set("nickname", "rent").set("bookedBalance", 999).set("iban", "x")
                .set("status", "CLOSED").set("currency", "XXX").json();
        assertThat(ledger.write(record("account", booked))).containsExactly("applied");
        assertThat(ledger.rows("SELECT nickname, booked_balance, status, currency, iban LIKE 'DE__50010517%' FROM ledger.account"))
                .containsExactly("rent|0|ENABLED|EUR|t");
    }

    private static Wave record(String entity, String change) {
        String before = "{\"contract\":\"none\",\"receipt\":\"r-" + change.hashCode() + "\",\"returned\":false,\"change\":";
        var statement = ledger.statements.apply().get(entity);
        try {
            return new Wave(statement, List.of(statement.read(entity + "/x", (before + change + "}").getBytes(UTF_8), before.length())),
                Duration.ZERO);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"suspended", "closed", "deceased"})
    void aStatusThatBlocksStopsPostingsOnAllAccountsAndAnotherFreesThem(String blocking) throws SQLException {
        ledger.apply(someone("C-1"), newAccount("A-1", "C-1").version(1), newAccount("A-2", "C-1").version(1),
                someone("C-2"), newAccount("A-3", "C-2").version(1));
        assertThat(ledger.apply(customer("C-1").version(2).set("status", blocking))).containsExactly("applied");
        assertThat(ledger.rows("SELECT id, postings_blocked FROM ledger.account ORDER BY id")).containsExactly("A-1|t", "A-2|t", "A-3|f");
        assertThat(ledger.customer("C-1", "postings_blocked")).isEqualTo("true");
        assertThatThrownBy(() -> ledger.value("SELECT ledger.book('b1', 'A-1', 100)")).isInstanceOf(SQLException.class);
        ledger.apply(customer("C-1").version(3).set("status", "active"));
        assertThat(ledger.rows("SELECT DISTINCT postings_blocked FROM ledger.account")).containsExactly("f");
        assertThat(ledger.customer("C-1", "postings_blocked")).isEqualTo("false");
    }

    @Test
    void aLateStatusNeitherBlocksNorFrees() throws SQLException {
        ledger.apply(someone("C-1"), newAccount("A-1", "C-1").version(1));
        ledger.apply(customer("C-1").version(5).set("status", "suspended"));
        assertThat(ledger.apply(customer("C-1").version(4).set("status", "active").set("phone", "+41446681800"))).containsExactly("applied");
        assertThat(ledger.account("A-1", "postings_blocked")).isEqualTo("true");
        assertThat(ledger.customer("C-1", "status || postings_blocked")).isEqualTo("suspendedtrue");
    }

    @Test
    void anUpdateWithoutAStatusLeavesABlockOfTheLedgersOwnInPlace() throws SQLException {
        ledger.apply(someone("C-1"), newAccount("A-1", "C-1").version(1));
        ledger.run("UPDATE ledger.customer SET postings_blocked = true; UPDATE ledger.account SET postings_blocked = true");
        ledger.apply(customer("C-1").version(2).set("phone", "+41446681800"), account("A-1", "C-1").version(2).set("nickname", "rent"));
        assertThat(ledger.customer("C-1", "postings_blocked")).isEqualTo("true");
        assertThat(ledger.account("A-1", "postings_blocked")).isEqualTo("true");
    }

    /** As in a topic that was made anew. */
    @Test
    void aChangeAtAPositionWhereADuplicateStoodBeforeIsNoRepeat() throws SQLException {
        ledger.apply(someone("C-1"));
        assertThat(ledger.deliver(List.of(someone("C-1").at(500)))).containsExactly("duplicate");
        assertThat(ledger.deliver(List.of(someone("C-1").at(500)))).containsExactly("repeated");
        assertThat(ledger.deliver(List.of(customer("C-1").version(2).set("status", "suspended").at(500)))).containsExactly("applied");
        assertThat(ledger.customer("C-1", "status || postings_blocked")).isEqualTo("suspendedtrue");
    }

    /** As of a CRM that sends whole records, or of an entity that was read from it. */
    @Test
    void aStatusThatStaysFreeLeavesABlockOfTheLedgersOwnInPlace() throws SQLException {
        ledger.apply(someone("C-1"), newAccount("A-1", "C-1").version(1));
        ledger.run("UPDATE ledger.customer SET postings_blocked = true; UPDATE ledger.account SET postings_blocked = true");
        assertThat(ledger.apply(customer("C-1").version(2).set("status", "active").set("phone", "+41446681800"))).containsExactly("applied");
        assertThat(ledger.customer("C-1", "status || postings_blocked || phone")).isEqualTo("activetrue+41446681800");
        assertThat(ledger.account("A-1", "postings_blocked")).isEqualTo("true");
    }

    @Test
    void anAccountOfABlockedCustomerIsBornBlocked() throws SQLException {
        ledger.apply(someone("C-1").set("status", "suspended"), newAccount("A-1", "C-1").version(1));
        assertThat(ledger.customer("C-1", "postings_blocked")).isEqualTo("true");
        assertThat(ledger.account("A-1", "postings_blocked")).isEqualTo("true");
    }

    @Test
    void aCustomerWithABalanceIsNotClosedAndNothingOfTheChangeIsWritten() throws SQLException {
        ledger.apply(someone("C-1"), newAccount("A-1", "C-1").version(1));
        ledger.value("SELECT ledger.book('b1', 'A-1', -100)");
        assertThat(ledger.apply(customer("C-1").version(2).set("status", "closed").set("phone", "+41446681800")))
                .containsExactly("status-misaligned");
        assertThat(ledger.rows("SELECT status, phone, postings_blocked, versions[1] FROM ledger.customer")).containsExactly("active|null|f|0");
        assertThat(ledger.account("A-1", "postings_blocked")).isEqualTo("false");
        assertThat(ledger.count("concordat.inbox")).isEqualTo(2);
        ledger.value("SELECT ledger.book('b2', 'A-1', 100)");
        assertThat(ledger.apply(customer("C-1").version(2).set("status", "closed").set("phone", "+41446681800").returned()))
                .containsExactly("applied");
    }

    /** The booking is under way when the change is judged, and is there when its accounts are blocked. */
    @Test
    void aBalanceThatComesWhileItsCustomerIsClosedIsSeen() throws Exception {
        ledger.apply(someone("C-1"), newAccount("A-1", "C-1").version(1));
        var close = ledger.deliveries(List.of(customer("C-1").version(2).set("status", "closed").at(100))).get(0);
        try (var teller = ledger.database().getConnection(); var booking = teller.createStatement()) {
            teller.setAutoCommit(false);
            booking.execute("SELECT ledger.book('b1', 'A-1', -100)");
            var late = CompletableFuture.supplyAsync(() -> {
                try {
                    return (Object) ledger.write(close);
                } catch (SQLException e) {
                    return e.getSQLState();
                }
            });
            while (ledger.waiting(teller) == 0) {
                Thread.onSpinWait();
            }
            teller.commit();
            assertThat(late.get()).as("tried again").isEqualTo("40001");
        }
        assertThat(ledger.write(close)).containsExactly("status-misaligned");
        assertThat(ledger.customer("C-1", "status || postings_blocked")).isEqualTo("activefalse");
    }

    @ParameterizedTest
    @CsvSource({"22023, true", "23514, true", "54000, true", "P0001, true", "BK001, true", "Z0001, true",
        "25006, false", "40001, false", "42883, false", "53100, false", "55P03, false", "57014, false", "F0001, false", "XX000, false"})
    void whatTheLedgersOwnTriggersSayIsARefusalUnlessItIsPostgresqlsWordForATrouble(String state, boolean refused) throws SQLException {
        ledger.run("CREATE FUNCTION ledger.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no' USING ERRCODE = '" + state + "'; END $$;"
                + "CREATE TRIGGER refuse BEFORE INSERT ON ledger.customer FOR EACH ROW EXECUTE FUNCTION ledger.refuse()");
        try {
            assertThatThrownBy(() -> ledger.apply(someone("C-1"))).isInstanceOfSatisfying(SQLException.class, failure ->
                    assertThat(new Verdicts("eu", new Outcomes(new SimpleMeterRegistry()), Clock.systemUTC()).refuses(failure)).isEqualTo(refused));
        } finally {
            ledger.run("DROP FUNCTION ledger.refuse() CASCADE");
        }
    }

    @Test
    void aDeletedCustomerIsClosed() throws SQLException {
        ledger.apply(someone("C-1"));
        assertThat(ledger.apply(customer("C-1").op("d").version(2))).containsExactly("applied");
        assertThat(ledger.customer("C-1", "status || postings_blocked || family_name")).isEqualTo("closedtrueMuster");
    }

    @Test
    void anAccountIsWrittenAfterItsCustomerOfTheSameBatch() throws SQLException {
        assertThat(ledger.apply(newAccount("A-1", "C-1").version(1), someone("C-1"))).containsExactly("applied", "applied");
        assertThat(ledger.account("A-1", "customer_id || product")).isEqualTo("C-1current");
        assertThat(ledger.account("A-1", "left(iban, 2)")).isEqualTo("DE");
    }

    @Test
    void anAccountWithoutItsCustomerIsParkedWithItsBytesAsTheyCame() throws SQLException {
        var sent = newAccount("A-1", "C-1").version(1).set("nickname", "Zoë's \"rent\"  ");
        assertThat(ledger.apply(sent)).containsExactly("parked");
        assertThat(ledger.rows("SELECT subject, parent, contract, receipt, convert_from(original, 'UTF8') FROM concordat.parked"))
                .containsExactly("account/A-1|C-1|account/1.0.0|" + sent.receipt().position() + "|" + sent.json());
        assertThat(ledger.count("ledger.account") + ledger.count("concordat.inbox")).isZero();
    }

    @Test
    void aParkedChangeSentAgainIsADuplicate() throws SQLException {
        ledger.apply(newAccount("A-1", "C-1").version(1));
        assertThat(ledger.apply(newAccount("A-1", "C-1").version(1))).containsExactly("duplicate");
        assertThat(ledger.count("concordat.parked")).isOne();
        assertThat(ledger.count("concordat.duplicate")).isOne();
    }

    @Test
    void aDuplicateOfAParkedChangeThatIsDeliveredAgainAfterTheResumptionHasEndedAlready() throws SQLException {
        var parked = newAccount("A-1", "C-1").version(1);
        var again = newAccount("A-1", "C-1").version(1);
        assertThat(ledger.apply(parked, again)).containsExactly("parked", "duplicate");
        ledger.apply(someone("C-1"));
        ledger.run("DELETE FROM concordat.parked");
        assertThat(ledger.deliver(List.of(again))).containsExactly("repeated");
        assertThat(ledger.apply(newAccount("A-1", "C-1").version(1).returned(parked.receipt().position()))).containsExactly("applied");
        assertThat(ledger.rows("SELECT receipt FROM concordat.inbox WHERE subject = 'account/A-1'")).containsExactly(parked.receipt().position());
    }

    @Test
    void aParkedChangeThatIsResumedIsApplied() throws SQLException {
        ledger.apply(newAccount("A-1", "C-1").version(1));
        ledger.apply(someone("C-1"));
        assertThat(ledger.apply(newAccount("A-1", "C-1").version(1).returned())).containsExactly("applied");
        assertThat(ledger.account("A-1", "customer_id")).isEqualTo("C-1");
    }

    @Test
    void anAccountThatNamesAnotherCustomerIsAMismatchAndWritesNothing() throws SQLException {
        ledger.apply(someone("C-1"), someone("C-2"), newAccount("A-1", "C-1").version(1));
        assertThat(ledger.apply(account("A-1", "C-2").version(2).set("nickname", "rent"))).containsExactly("account-owner-mismatch");
        assertThat(ledger.apply(account("A-1", "C-9").version(3).set("nickname", "rent"))).containsExactly("account-owner-mismatch");
        assertThat(ledger.rows("SELECT customer_id, nickname FROM ledger.account")).containsExactly("C-1|null");
    }

    @Test
    void notedIsWhatTheLedgerChangedAndNothingElse() throws SQLException {
        ledger.apply(someone("C-1"), newAccount("A-1", "C-1").version(1));
        assertThat(ledger.rows("SELECT entity, id FROM concordat.note ORDER BY entity")).containsExactly("account|A-1", "customer|C-1");
        ledger.run("TRUNCATE concordat.note");
        ledger.apply(customer("C-1").version(2).set("phone", "+41446681800"), account("A-1", "C-1").version(2).set("nickname", "rent"));
        assertThat(ledger.count("concordat.note")).isZero();
        ledger.value("SELECT ledger.book('b1', 'A-1', 100)");
        ledger.run("UPDATE ledger.customer SET phone = NULL; UPDATE ledger.customer SET credit_limit = credit_limit");
        assertThat(ledger.rows("SELECT entity, id FROM concordat.note")).containsExactly("account|A-1");
        ledger.apply(customer("C-1").version(3).set("status", "suspended"));
        assertThat(ledger.rows("SELECT entity, id FROM concordat.note ORDER BY entity")).containsExactly("account|A-1", "customer|C-1");
    }

    @Test
    void severalChangesOfTheLedgerAreOneOutboxRowWithAGrowingVersion() throws SQLException {
        ledger.apply(someone("C-1"));
        ledger.gather();
        long before = Long.parseLong(ledger.value("SELECT version FROM concordat.outbox"));
        ledger.run("UPDATE ledger.customer SET credit_limit = 1; UPDATE ledger.customer SET credit_limit = 2");
        ledger.gather();
        assertThat(ledger.count("concordat.outbox")).isOne();
        assertThat(Long.parseLong(ledger.value("SELECT version FROM concordat.outbox"))).isGreaterThan(before);
    }

    @Test
    void aValueThatTheLedgerRefusesFailsTheWaveAndWritesNothing() throws SQLException {
        String change = customer("C-2").version(1).set("dateOfBirth", "1984-02-31").json();
        var sound = record("customer", someone("C-1").json());
        var both = new Wave(sound.statement(), List.of(sound.records().get(0), record("customer", change).records().get(0)), Duration.ZERO);
        assertThatThrownBy(() -> ledger.write(both)).isInstanceOfSatisfying(SQLException.class,
                refusal -> assertThat(refusal.getSQLState()).startsWith("22"));
        assertThat(ledger.count("ledger.customer") + ledger.count("concordat.inbox")).isZero();
        assertThat(ledger.write(both.halves().get(0))).containsExactly("applied");
        assertThat(both.halves().get(1).single()).isTrue();
    }

    @Test
    void aWaveMayHoldAThousandChanges() throws SQLException {
        var batch = IntStream.range(0, 1_000).mapToObj(i -> someone("C-" + i).set("address", Map.of("city", "Bern " + i))).toArray(Sent[]::new);
        assertThat(ledger.apply(batch)).hasSize(1_000).containsOnly("applied");
        assertThat(ledger.count("ledger.customer")).isEqualTo(1_000);
        assertThat(ledger.customer("C-999", "address ->> 'city'")).isEqualTo("Bern 999");
        assertThat(ledger.apply(batch)).hasSize(1_000).containsOnly("duplicate");
    }

    @Test
    void changesInAnyOrderWithDuplicatesAndInAnyWavesEndAsInTheOrderOfTheirVersions() throws SQLException {
        for (int seed = 1; seed <= 12; seed++) {
            var random = new Random(seed);
            var changes = history(random);
            for (Sent change : changes) {
                ledger.apply(change);
            }
            var expected = state();
            ledger.clear();
            var sendings = new ArrayList<>(changes.stream().map(Sent::copy).toList());
            int again = random.nextInt(1, changes.size());
            changes.subList(0, again).forEach(change -> sendings.add(change.copy()));
            Collections.shuffle(sendings, random);
            for (int from = 0; from < sendings.size();) {
                int to = Math.min(sendings.size(), from + random.nextInt(1, 12));
                ledger.apply(sendings.subList(from, to).toArray(Sent[]::new));
                if (random.nextInt(4) == 0) {
                    ledger.deliver(sendings.subList(from, to));
                }
                from = to;
            }
            assertThat(state()).as("seed " + seed).isEqualTo(expected);
            assertThat(ledger.count("concordat.inbox")).as("seed " + seed).isEqualTo(changes.size());
            assertThat(ledger.count("concordat.duplicate")).as("seed " + seed).isEqualTo(again);
            ledger.clear();
        }
    }

    static List<String> state() throws SQLException {
        return ledger.rows("SELECT to_jsonb(c) - 'customer_number' - 'opened_on' FROM ledger.customer c ORDER BY id");
    }

    static List<Sent> history(Random random) {
        var changes = new ArrayList<Sent>();
        for (String id : List.of("C-1", "C-2", "C-3")) {
            changes.add(someone(id));
            for (int version = 2; version <= 12; version++) {
                changes.add(someChange(customer(id).version(version), version, random));
            }
        }
        return changes;
    }

    private static Sent someChange(Sent sent, int version, Random random) {
        sent.set("givenName", "G" + version);
        if (random.nextBoolean()) {
            sent.set("phone", "+4144668180" + version % 10);
        }
        if (random.nextBoolean()) {
            sent.set("status", List.of("active", "suspended", "deceased", "prospect").get(random.nextInt(4)));
        }
        if (random.nextBoolean()) {
            sent.set("address", random.nextBoolean() ? Map.of("city", "City " + version) : null);
        }
        return random.nextInt(3) == 0 ? sent.clear("email") : sent.set("email", "v" + version + "@mail.example");
    }
}
