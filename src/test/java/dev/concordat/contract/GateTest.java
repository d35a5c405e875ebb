package dev.concordat.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.change.Breach;
import dev.concordat.change.Change;
import dev.concordat.change.Outcome;
import dev.concordat.change.Receipt;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class GateTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Contracts CONTRACTS = Contracts.read(Path.of("contracts"));

    private final List<Drift> drift = new ArrayList<>();
    private final Gate gate = new Gate(CONTRACTS, drift::add);

    @Test
    void anUnknownMajorVersionIsABreach() {
        Change change = read("customer", "C-1", "urn:concordat:customer:2", null,
                "{'op':'u','after':{'id':'C-1'}}");

        gate.check(change);

        assertThat(change.breaches()).containsExactly(new Breach("contract-version", "none", "", "dataschema",
                "`dataschema` should be one of urn:concordat:customer:1"));
        assertThat(change.outcome()).isEqualTo(Outcome.QUARANTINED);
    }

    @Test
    void anEntityWithoutAContractIsABreachThatNamesThoseWithOne() {
        Change change = read("partner", "P-1", "urn:concordat:partner:1", null, "{'op':'u','after':{'id':'P-1'}}");

        gate.check(change);

        assertThat(change.breaches()).containsExactly(new Breach("contract-version", "none", "", "dataschema",
                "`subject` should be of an entity that has a contract: account, customer"));
    }

    @Test
    void aMissingDataschemaAndThatOfAnotherEntityAreBreaches() {
        Change none = read("customer", "C-1", null, null, "{'op':'u','after':{'id':'C-1'}}");
        Change other = read("customer", "C-1", "urn:concordat:account:1", null, "{'op':'u','after':{'id':'C-1'}}");

        gate.check(none);
        gate.check(other);

        assertThat(List.of(none, other)).allSatisfy(change ->
                assertThat(change.breaches()).extracting(Breach::rule).containsExactly("contract-version"));
    }

    @Test
    void aChangeOfAnotherCustomerThanItsSubjectNamesIsABreach() {
        Change change = crm("{'op':'u','after':{'id':'C-2','consent':true}}");

        gate.check(change);

        assertThat(change.breaches()).containsExactly(new Breach("envelope", "customer/1.0.0", "/after/id", "subject",
                "`/after/id` should be the id that `subject` names"));
    }

    @Test
    void aBreachNamesItsRuleAndNeverTheValue() {
        Change change = crm("{'op':'u','after':{'id':'C-1','taxId':7560000,'email':'secret','phone':'secret'}}");

        gate.check(change);

        assertThat(change.breaches()).hasSize(3).allSatisfy(breach -> {
            assertThat(breach.rule()).isEqualTo("schema");
            assertThat(breach.toString()).doesNotContain("secret", "7560000");
        });
    }

    /** As an edit on disk may at any moment; the same major made anew is no older one. */
    @Test
    void contractsMayComeIntoForceWhileAChangeIsJudged() {
        var gates = new ArrayList<Gate>();
        gates.add(new Gate(CONTRACTS, seen -> gates.get(0).use(CONTRACTS)));
        Change change = crm("{'op':'u','after':{'id':'C-1','consent':true,'unheard':1}}");

        gates.get(0).check(change);

        assertThat(change.ended()).isFalse();
    }

    @Test
    void driftShowsNoForeignTextThatCouldNotBeStored() {
        Change change = crm("{'op':'u','after':{'id':'C-1','a/b\\u0000':1,'type':'" + "x".repeat(40) + "'}}");

        gate.check(change);

        assertThat(drift).extracting(Drift::path).containsExactly("/after/a~1b?", "/after/type");
    }

    @Test
    void onlyWhatTheSenderOwnsIsKept() {
        Change change = crm("{'op':'u','after':{'id':'C-1','phone':'+41446681800','creditLimit':1,'loyalty':'gold'}}");

        admit(change);

        assertThat(change.ended()).isFalse();
        assertThat(change.after()).isEqualTo(json("{'id':'C-1','phone':'+41446681800'}"));
    }

    @Test
    void aChangeThatSetsNothingOfTheSendersIsFiltered() {
        Change change = crm("{'op':'u','after':{'id':'C-1','creditLimit':1}}");

        admit(change);

        assertThat(change.outcome()).isEqualTo(Outcome.FILTERED);
        assertThat(change.breaches()).isEmpty();
    }

    @Test
    void theParentOfAnAccountAloneIsNothingToSet() {
        Change change = change("account", json("{'op':'u','after':{'id':'A-1','customer':'C-1','status':'ENABLED'}}"));

        admit(change);

        assertThat(change.outcome()).isEqualTo(Outcome.FILTERED);
        assertThat(change.after()).isEqualTo(json("{'id':'A-1','customer':'C-1'}"));
    }

    @Test
    void aFieldThatTheContractGuardsMayNotBeSetFromOutside() {
        Change change = crm("{'op':'u','after':{'id':'C-1','consent':true,'postingsBlocked':false}}");

        admit(change);

        assertThat(change.breaches()).containsExactly(new Breach("foreign-owned", "customer/1.0.0",
                "/after/postingsBlocked", "owner",
                "`/after/postingsBlocked` is owned by the ledger; the CRM may not set it"));
        assertThat(change.outcome()).isEqualTo(Outcome.QUARANTINED);
    }

    @Test
    void anEchoOfTheLedgersOwnChangeIsFiltered() {
        Change change = read("customer", "C-1", "urn:concordat:customer:1", "concordat",
                "{'op':'u','after':{'id':'C-1','postingsBlocked':true,'exposure':7}}");

        admit(change);

        assertThat(change.breaches()).isEmpty();
        assertThat(change.outcome()).isEqualTo(Outcome.FILTERED);
    }

    @Test
    void theLedgerKeepsItsOwnFieldsOnTheWayBack() {
        Change change = crm("{'op':'u','after':{'id':'C-1','exposure':7,'phone':'+41446681800'}}");

        gate.check(change);
        gate.keepOwned(change, Owner.LEDGER);

        assertThat(change.after()).isEqualTo(json("{'id':'C-1','exposure':7}"));
    }

    @Test
    void aCallToReadAgainIsNotFiltered() {
        Change change = crm("{'op':'refetch','after':{'id':'C-1'}}");

        admit(change);

        assertThat(change.ended()).isFalse();
    }

    @Test
    void aNumberThatNothingCanHoldIsABreachWhereverItStands() {
        List<Change> changes = Stream.of("{'op':1e400,'after':{'id':'C-1'}}", "{'op':'u','after':{'id':1e400}}",
                "{'op':'u','changed':[1e400],'after':{'id':'C-1','address':{'city':1e400}}}")
                .map(GateTest::crm).toList();

        changes.forEach(gate::check);

        assertThat(changes).extracting(change -> change.breaches().get(0).pointer())
                .containsExactly("/op", "/after/id", "/changed/0");
    }

    private void admit(Change change) {
        gate.check(change);
        gate.keepOwned(change, Owner.CRM);
    }

    private static Change crm(String data) {
        return read("customer", "C-1", "urn:concordat:customer:1", null, data);
    }

    private static Change change(String entity, ObjectNode data) {
        String id = entity.equals("customer") ? "C-1" : "A-1";
        return read(entity, id, "urn:concordat:" + entity + ":1", null, data.toString());
    }

    private static Change read(String entity, String id, String dataschema, String origin, String data) {
        Change change = new Change(new Receipt("crm.changes", 0, 1, false, null, null), new byte[0]);
        change.read(new Change.Envelope("urn:crm:sample", "1", entity, id, "C-1", 1, Instant.EPOCH, dataschema, origin),
                json(data), true);
        return change;
    }

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) JSON.readTree(text.startsWith("{'") ? text.replace('\'', '"') : text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
