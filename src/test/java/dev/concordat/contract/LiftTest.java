package dev.concordat.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.concordat.change.Breach;
import dev.concordat.change.Change;
import dev.concordat.change.Outcome;
import dev.concordat.change.Sent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two majors in force: an older change becomes one of the newest by the mapping that the newest contract declares. */
class LiftTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MAPPING = "[{major: 1, rename: {familyName: lastName}, default: {segment: retail}, drop: [phone], "
            + "derive: {displayName: {of: [givenName, familyName], jq: '[.givenName, .familyName] | map(select(. != null)) | join(\" \")'}, "
            + "givenName: {of: [givenName], jq: '.givenName | split(\" \")[0]'}}}]";

    /** As docs/contract.md has it. */
    private static final String COMPOSED = "[{major: 1, rename: {familyName: lastName}, default: {segment: retail}, "
            + "derive: {displayName: {of: [givenName, familyName], jq: '[.givenName, .familyName] | map(select(. != null)) | join(\" \")'}}, drop: [phone]}]";

    @TempDir
    private Path folder;

    @BeforeEach
    void copyContracts() throws IOException {
        for (String entity : new String[] {"customer", "account"}) {
            Files.createDirectories(folder.resolve(entity));
            Files.copy(Path.of("contracts", entity, "v1.odcs.yaml"), folder.resolve(entity).resolve("v1.odcs.yaml"));
        }
    }

    private Gate gate(String mapping) throws IOException {
        String second = Files.readString(Path.of("contracts/customer/v1.odcs.yaml")).replace("version: 1.0.0", "version: 2.0.0")
                .replace("name: familyName", "name: lastName").replace("id: familyName", "id: lastName")
                .replace("name: phone", "name: displayName").replace("id: phone", "id: displayName")
                .replace("{format: e164, pattern: '^\\+[1-9][0-9]{6,14}$', maxLength: 16}", "{maxLength: 40}")
                .replace("examples: [\"+41446681800\"]", "examples: [Jane Doe]")
                .replace("      - {property: onDelete,", "      - {property: liftFrom, value: " + mapping + "}\n      - {property: onDelete,");
        Files.writeString(folder.resolve("customer/v2.odcs.yaml"), second);
        return new Gate(Contracts.read(folder), drift -> { });
    }

    private static Sent sent(String op, String given) throws IOException {
        var sent = Sent.customer("C-1").op(op);
        JSON.readTree(given).fields().forEachRemaining(field -> sent.set(field.getKey(), JSON.convertValue(field.getValue(), Object.class)));
        return sent;
    }

    private static Set<String> names(JsonNode fields) {
        return fields.properties().stream().map(Map.Entry::getKey).collect(Collectors.toSet());
    }

    private static Change judged(Gate gate, Sent sent) {
        Change change = sent.read();
        gate.check(change);
        gate.keepOwned(change, Owner.CRM);
        return change;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "u | {\"givenName\":\"Ada Maria\",\"familyName\":\"Muster\"} | {\"lastName\":\"Muster\",\"displayName\":\"Ada Maria Muster\",\"givenName\":\"Ada\"}",
        "u | {\"givenName\":null,\"familyName\":\"Muster\"} | {\"lastName\":\"Muster\",\"displayName\":\"Muster\",\"givenName\":null}",
        "u | {\"phone\":null,\"email\":\"a@mail.example\"} | {\"email\":\"a@mail.example\"}",
        "u | {\"segment\":null} | {\"segment\":null}",
        "c | {\"familyName\":\"M\",\"type\":\"company\",\"residency\":\"DE\",\"status\":\"active\"} | {\"type\":\"company\",\"residency\":\"DE\","
            + "\"status\":\"active\",\"lastName\":\"M\",\"displayName\":\"M\",\"segment\":\"retail\"}"})
    void whatIsAbsentStaysAbsentAndWhatIsClearedStaysCleared(String op, String given, String lifted) throws IOException {
        var change = judged(gate(MAPPING), sent(op, given));
        assertThat(change.breaches()).isEmpty();
        assertThat((JsonNode) change.after().without("id")).isEqualTo(JSON.readTree(lifted));
        assertThat(change.contract()).isEqualTo("customer/2.0.0");
        assertThat(change.altered()).isTrue();
        var contracts = Contracts.read(folder);
        assertThat(contracts.newest("customer").fields(contracts.find("customer", 1).orElseThrow(), op, names(JSON.readTree(given))))
                .containsExactlyInAnyOrderElementsOf(names(JSON.readTree(lifted)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "u | {\"givenName\":\"Berta\"} | {\"givenName\":\"Anna\",\"familyName\":\"Doe\"} | {\"givenName\":\"Berta\",\"displayName\":\"Berta Doe\"}",
        "u | {\"givenName\":null} | {\"givenName\":\"Anna\",\"familyName\":\"Doe\"} | {\"givenName\":null,\"displayName\":\"Doe\"}",
        "u | {\"familyName\":\"Roe\"} | {\"givenName\":null} | {\"lastName\":\"Roe\",\"displayName\":\"Roe\"}",
        "u | {\"phone\":null,\"email\":\"a@mail.example\"} | {\"givenName\":\"Anna\"} | {\"email\":\"a@mail.example\"}",
        "c | {\"givenName\":\"Jane\",\"familyName\":\"Doe\",\"type\":\"company\",\"residency\":\"DE\",\"status\":\"active\"} | null | {\"givenName\":\"Jane\","
            + "\"type\":\"company\",\"residency\":\"DE\",\"status\":\"active\",\"lastName\":\"Doe\",\"displayName\":\"Jane Doe\",\"segment\":\"retail\"}"})
    void aFieldIsDerivedFromAllOfItsSourcesAndThoseOfTheSameNameStay(String op, String given, String before, String lifted) throws IOException {
        var sent = sent(op, given);
        sent.data().set("before", JSON.readTree(before));
        var change = judged(gate(COMPOSED), sent);
        assertThat(change.breaches()).isEmpty();
        assertThat((JsonNode) change.after().without("id")).isEqualTo(JSON.readTree(lifted));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "null | {\"givenName\":\"Berta\"} | familyName",
        "{\"givenName\":\"Anna\"} | {\"givenName\":null} | familyName",
        "{\"familyName\":5} | {\"givenName\":\"Berta\"} | familyName",
        "{\"familyName\":null} | {\"givenName\":\"Berta\"} | familyName",
        "{} | {\"familyName\":\"Doe\"} | givenName"})
    void anUpdateThatDoesNotTellAllThatAFieldIsDerivedFromIsABreach(String before, String given, String untold) throws IOException {
        var sent = sent("u", given);
        sent.data().set("before", JSON.readTree(before));
        assertThat(judged(gate(COMPOSED), sent).breaches()).containsExactly(new Breach("lift", "customer/2.0.0", "/after/" + untold, "required", "`/after/"
                + untold + "` should be set as well, or stand in `before` as the contract allows it: displayName of customer/2.0.0 is derived from it"));
    }

    @Test
    void anOlderFieldDoesNotGoOnUnderANameThatIsAnotherFieldsByNow() throws IOException {
        String swapped = COMPOSED.replace("displayName: {", "givenName: {of: [familyName], jq: .familyName}, displayName: {");
        var sent = sent("u", "{\"givenName\":\"Berta\"}");
        sent.data().putObject("before").put("familyName", "Doe");
        assertThat((JsonNode) judged(gate(swapped), sent).after().without("id")).isEqualTo(JSON.readTree("{\"displayName\":\"Berta Doe\"}"));
    }

    @Test
    void aChangeOfTheNewestMajorIsNotLifted() throws IOException {
        var change = judged(gate(MAPPING), Sent.customer("C-1").with("dataschema", "urn:concordat:customer:2").set("lastName", "Muster"));
        assertThat(change.breaches()).isEmpty();
        assertThat(change.after().get("lastName").asText()).isEqualTo("Muster");
        assertThat(change.after().has("displayName")).isFalse();
    }

    @Test
    void whatTheOlderContractRefusesIsNotLiftedAndWhatTheNewerRefusesIsABreachOfTheNewer() throws IOException {
        var gate = gate(MAPPING);
        assertThat(judged(gate, Sent.customer("C-1").set("phone", "no number")).breaches()).singleElement()
                .satisfies(breach -> assertThat(breach.contract()).isEqualTo("customer/1.0.0"));
        assertThat(judged(gate, Sent.customer("C-1").set("givenName", null).set("familyName", "x".repeat(60))).breaches()).singleElement().satisfies(breach -> {
            assertThat(breach.contract()).isEqualTo("customer/2.0.0");
            assertThat(breach.pointer()).isEqualTo("/after/displayName");
        });
    }

    @Test
    void anExpressionThatCannotBeWorkedOutIsABreachAndNoException() throws IOException {
        var gate = gate(MAPPING.replace(".givenName | split(\" \")[0]", ".givenName | error"));
        var change = judged(gate, Sent.customer("C-1").set("givenName", "secret").set("familyName", "Muster"));
        assertThat(change.outcome()).isEqualTo(Outcome.QUARANTINED);
        assertThat(change.breaches()).singleElement().satisfies(breach -> {
            assertThat(breach.rule()).isEqualTo("lift");
            assertThat(breach.sentence()).isEqualTo("`/after` should have values that the mapping from customer/1.0.0 can be worked out for");
        });
    }

    @Test
    void aDeletedCustomerOfTheOlderMajorIsClosed() throws IOException {
        assertThat(judged(gate(MAPPING), Sent.customer("C-1").op("d")).after()).isEqualTo(JSON.readTree("{\"id\":\"C-1\",\"status\":\"closed\"}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "[] | does not say how a change of major 1 is lifted",
        "1 | is not a list",
        "[{rename: {}}] | has no 'major'",
        "[{major: 3}] | lifts from major 3, of which there is no contract",
        "[{major: 1, drop: [phone]}] | says nothing of 'familyName', which only major 1 has",
        "[{major: 1, drop: [phone, familyName, wrong]}] | [wrong] in 'drop' is not a field of major 1",
        "[{major: 1, drop: [phone], rename: {familyName: wrong}}] | [wrong] in 'rename' is not a field of this contract",
        "[{major: 1, drop: [phone, familyName], default: {wrong: 1}}] | [wrong] in 'default' is not a field of this contract",
        "[{major: 1, drop: [phone], rename: {familyName: givenName}}] | says nothing of 'givenName', which this contract makes of another field",
        "[{major: 1, drop: [phone, familyName], wrong: 1}] | key 'wrong' is unknown",
        "[{major: 1, drop: [phone, familyName], derive: {displayName: .x}}] | 'displayName' is not derived as expected",
        "[{major: 1, drop: [phone, familyName], derive: {displayName: {of: [givenName], jq: '.['}}}] | 'displayName' has no jq expression"})
    void aMappingThatWouldNotLiftIsAFinding(String mapping, String finding) {
        assertThatThrownBy(() -> gate(mapping)).isInstanceOf(ContractException.class).hasMessageContaining(finding);
    }
}
