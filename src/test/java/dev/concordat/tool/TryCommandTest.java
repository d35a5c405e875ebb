package dev.concordat.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.concordat.change.Change;
import dev.concordat.change.ChangeReader;
import dev.concordat.change.Enrichment;
import dev.concordat.change.Outcome;
import dev.concordat.change.Sent;
import dev.concordat.contract.Contracts;
import dev.concordat.contract.Gate;
import dev.concordat.contract.Owner;
import dev.concordat.sample.Emission;
import dev.concordat.sample.Traffic;
import dev.concordat.tool.BridgeRecords.PastChange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class TryCommandTest {
    private static final Path CUSTOMER = Path.of("contracts/customer/v1.odcs.yaml");
    private static final String SALUTATION = """
            - {id: salutation, name: salutation, physicalName: salutation, description: How to address., logicalType: string,
               logicalTypeOptions: {maxLength: 40}, physicalType: text, classification: confidential,
               customProperties: [{property: owningSystem, value: crm}, {property: piiCategory, value: name}]}
            """.indent(6);

    @TempDir
    private Path folder;

    /** Edits that a contract may see: what is looser, tighter, added, moved to the other owner, and a further major. */
    private static Stream<Arguments> contracts() {
        String lift = "      - {property: liftFrom, value: [{major: 1, rename: {familyName: lastName}, default: {segment: retail}, "
                + "drop: [phone], derive: {givenName: {of: [givenName], jq: '.givenName | split(\" \")[0]'}}}]}\n";
        return Stream.of(
                Arguments.of("looser", List.of("version: 1.0.0", "version: 1.1.0", "maxLength: 140", "maxLength: 9000",
                        "business, corporate]", "business, corporate, platinum]")),
                Arguments.of("tighter", List.of("maxLength: 140", "maxLength: 6", "[retail, affluent", "[affluent")),
                Arguments.of("a field more", List.of("version: 1.0.0", "version: 1.1.0", "      - id: givenName\n", SALUTATION
                        + "      - id: givenName\n")),
                Arguments.of("the other owner", List.of("transformSourceObjects: [crm.customers.email]\n"
                        + "        customProperties: [{property: owningSystem, value: crm}",
                        "transformSourceObjects: [ledger.customer.email]\n"
                        + "        customProperties: [{property: owningSystem, value: ledger}")),
                Arguments.of("a further major", List.of("version: 1.0.0", "version: 2.0.0", "id: familyName\n", "id: lastName\n",
                        "name: familyName", "name: lastName", "      - {property: onDelete", lift + "      - {property: onDelete",
                        "        examples: [\"+41446681800\"]\n", "        examples: [\"+41446681801\"]\n",
                        "name: phone", "name: mobile")));
    }

    private Path edited(List<String> edits) throws IOException {
        String text = Files.readString(CUSTOMER);
        for (int i = 0; i < edits.size(); i += 2) {
            assertThat(text).contains(edits.get(i));
            text = text.replace(edits.get(i), edits.get(i + 1));
        }
        return Files.writeString(folder.resolve("new.yaml"), text);
    }

    private Path inForce(Path edited) throws IOException {
        String major = Files.readString(edited).contains("version: 2.0.0") ? "v2" : "v1";
        for (String entity : new String[] {"customer", "account"}) {
            Files.createDirectories(folder.resolve("next").resolve(entity));
            Files.copy(Path.of("contracts", entity, "v1.odcs.yaml"), folder.resolve("next").resolve(entity).resolve("v1.odcs.yaml"));
        }
        Path place = folder.resolve("next/customer/" + major + ".odcs.yaml");
        Files.deleteIfExists(place);
        Files.copy(edited, place);
        return folder.resolve("next");
    }

    private static PastChange past(String place, Change change) {
        return new PastChange(place, change, "");
    }

    private static List<PastChange> traffic() {
        var clock = Clock.fixed(Instant.parse("2026-11-22T10:00:00Z"), ZoneOffset.UTC);
        List<PastChange> changes = new ArrayList<>();
        var reader = new ChangeReader(Sent.LARGEST);
        for (Emission emission : new Traffic(7, 4000, clock).phases().get(0).emissions()) {
            changes.add(past("topic crm.changes-0@" + changes.size(), reader.read(Sent.received(emission.body(), Map.of(), 0))));
        }
        for (int i = 0; i < 3; i++) {
            Sent sent = (i == 0 ? Sent.customer("C-1") : Sent.newCustomer("C-" + i, "DE")).set("salutation", "Dame");
            changes.add(past("topic crm.changes-0@" + changes.size(), sent.read()));
        }
        return changes;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("contracts")
    void whatIsPredictedIsWhatTheGateDoesOnceTheContractIsInForce(String name, List<String> edits) throws IOException {
        Path edited = edited(edits);
        var changes = traffic();
        List<byte[]> bytes = changes.stream().map(past -> past.change().original()).toList();

        Ran ran = Ran.contract(new ShippedRecords(changes), "try", edited, "--from", "topic", "--format", "json", "--examples", 9000);

        var gate = new Gate(Contracts.read(Path.of("contracts")), drift -> { });
        List<Change> then = judged(gate, bytes);
        gate.use(Contracts.read(inForce(edited)));
        List<Change> now = judged(gate, bytes);
        JsonNode json = ran.json();
        assertThat(json.get("changes").asInt()).isEqualTo(bytes.size());
        Map<String, String> moved = new TreeMap<>();
        json.get("moved").forEach(one -> moved.put(one.get("place").asText(), one.get("inForce").asText() + " "
                + one.get("tried").asText()));
        Map<String, String> expected = new TreeMap<>();
        Map<String, TreeSet<String>> written = new TreeMap<>();
        boolean breaks = false;
        for (int i = 0; i < bytes.size(); i++) {
            String place = "topic crm.changes-0@" + i;
            if (then.get(i).outcome() != now.get(i).outcome()) {
                expected.put(place, word(then.get(i)) + " " + word(now.get(i)));
                breaks |= now.get(i).outcome() == Outcome.QUARANTINED;
            }
            if (then.get(i).outcome() != Outcome.QUARANTINED && now.get(i).outcome() != Outcome.QUARANTINED) {
                differences(then.get(i), now.get(i)).forEach(field -> written.computeIfAbsent(field, own -> new TreeSet<>()).add(place));
            }
        }
        assertThat(moved).isEqualTo(expected);
        assertThat(expected.size() + written.size()).isPositive();
        Map<String, TreeSet<String>> found = new TreeMap<>();
        json.get("fields").forEach(field -> field.get("examples").forEach(place -> found
                .computeIfAbsent(field.get("field").asText(), own -> new TreeSet<>()).add(place.asText())));
        assertThat(found).isEqualTo(written);
        assertThat(ran.status()).isEqualTo(breaks ? 1 : 0);
    }

    private static List<Change> judged(Gate gate, List<byte[]> bytes) {
        return bytes.stream().map(each -> {
            Change change = new ChangeReader(Sent.LARGEST).read(Sent.received(each, Map.of(), 0));
            Enrichment.ofCustomers().enrich(change);
            gate.check(change);
            gate.keepOwned(change, Owner.CRM);
            return change;
        }).toList();
    }

    private static String word(Change change) {
        return change.outcome() == null ? "accepted" : change.outcome().word();
    }

    /** Names of fields whose values differ in what goes on to the ledger. */
    private static List<String> differences(Change then, Change now) {
        Map<String, JsonNode> one = fields(then);
        Map<String, JsonNode> other = fields(now);
        var names = new TreeSet<>(one.keySet());
        names.addAll(other.keySet());
        return names.stream().filter(name -> !java.util.Objects.equals(one.get(name), other.get(name))).toList();
    }

    private static Map<String, JsonNode> fields(Change change) {
        Map<String, JsonNode> fields = new TreeMap<>();
        if (change.outcome() == null) {
            change.after().without(List.of("id", "customer")).fields()
                    .forEachRemaining(field -> fields.put(field.getKey(), field.getValue()));
        }
        return fields;
    }

    @Test
    void theStepsAreThoseOfRouteJudge() throws IOException {
        JsonNode routes = new YAMLMapper().readTree(Files.readString(Path.of("routes/admit.camel.yaml")));
        List<String> steps = new ArrayList<>();
        routes.forEach(one -> one.path("route").path("from").path("steps").forEach(step -> {
            if (one.at("/route/id").asText().equals("judge")) {
                steps.add(step.at("/bean/ref").asText() + "." + step.at("/bean/method").asText());
            }
        }));

        assertThat(steps).as("JudgeSteps has to change with the route")
                .containsExactly("changes.readEach", "enrichment.enrichEach", "gate.checkEach", "gate.keepCrmOwned");
    }

    @Test
    void theTextSaysWhatWouldBreakWhatNoLongerWhatIsWrittenAndWhatIsSeen() throws IOException {
        Path edited = edited(List.of("version: 1.0.0", "version: 1.1.0", "[retail, affluent, private, business",
                "[affluent, private, business, platinum",
                "      - id: givenName\n", SALUTATION + "      - id: givenName\n", "    quality:\n      - id: person_in", """
                    quality:
                      - {id: has_email, name: has-email, type: custom, engine: cel, description: should be given, severity: info,
                         implementation: {field: /after/email, expression: after.email != null}}
                      - id: person_in""".indent(4).stripTrailing()));
        var company = Sent.newCustomer("C-1", "CH").set("type", "company");
        var changes = Stream.of(company.copy().at(120).set("segment", "retail"), company.copy().at(121).set("segment", "platinum"),
                company.copy().at(122).set("salutation", "Dame"), company.copy().at(123).set("status", "gone").set("segment", "platinum"))
                .map(Sent::read).map(change -> new PastChange("topic " + change.receipt().position(), change, "")).toList();

        Ran ran = Ran.contract(new ShippedRecords(changes), "try", edited, "--from", "topic");

        String[] parts = ran.out().split("\nA running bridge would refuse it: ");
        assertThat(parts[0]).isEqualTo("""
                customer/1.1.0 instead of customer/1.0.0, tried on the intake topic: 4 changes

                  in force -> would be  accepted  quarantined  filtered
                  accepted                     1            1         0
                  quarantined                  1            1         0
                  filtered                     0            0         0

                Would break (1)
                  1  topic crm.changes-0@120  `/after/segment` should be one of affluent, private, business, platinum, corporate
                                              (schema.enum, customer/1.1.0)

                Would break no longer (1)
                  2  topic crm.changes-0@121  `/after/segment` should be one of retail, affluent, private, business, corporate
                                              (schema.enum, customer/1.0.0)

                Written otherwise (1)
                  1  topic crm.changes-0@122  customer.salutation is now written

                Observed only, and not seen before (1)
                  2  topic crm.changes-0@121  `/after/email` should be given (info, has-email.expression, customer/1.1.0)
                """);
        assertThat(parts).hasSize(3);
        assertThat(parts[1]).startsWith(edited + ":98:38");
        assertThat(ran.out()).endsWith("\n\n1 change that passes would break. 1 change in breach would pass.\n");
        assertThat(ran.status()).isEqualTo(1);
    }

    @Test
    void whatIsInQuarantineForOtherReasonsIsSaid() throws IOException {
        var sent = Sent.newCustomer("C-1", "JP");
        var held = new PastChange("quarantine eu-1", sent.read(), "residency-unknown");

        Ran ran = Ran.contract(new ShippedRecords(List.of(held)), "try", edited(List.of("maxLength: 140", "maxLength: 150")),
                "--from", "quarantine");

        assertThat(ran.status()).isZero();
        assertThat(ran.out()).contains("tried on the quarantine: 1 change\n", "lets them pass: residency-unknown 1",
                "Nothing that passes would break.");
    }

    @Test
    void aRegionThatIsAwayHidesNoneOfTheOthersAndIsNamed() throws IOException {
        var held = new PastChange("quarantine eu-1", Sent.newCustomer("C-1", "JP").read(), "residency-unknown");
        var away = List.of("the quarantine of region 'uk' cannot be reached: SQLSTATE 08001");
        Path edited = edited(List.of("maxLength: 140", "maxLength: 150"));

        Ran ran = Ran.contract(new ShippedRecords(List.of(held), away), "try", edited, "--from", "quarantine");
        assertThat(ran.out()).contains("tried on the quarantine: 1 change\n");
        assertThat(ran.err()).contains(away);
        assertThat(ran.status()).isEqualTo(2);

        Ran none = Ran.contract(new ShippedRecords(List.of(), away), "try", edited, "--from", "quarantine");
        assertThat(none.out()).isEmpty();
        assertThat(none.err()).contains(away).doesNotContain("there is no change");
        assertThat(none.status()).isEqualTo(2);
    }

    @Test
    void whatWouldBreakIsToldAlsoWhereNotAllCouldBeTried() throws IOException {
        var passes = new PastChange("quarantine eu-1", Sent.newCustomer("C-1", "DE").set("segment", "retail").read(), "residency-unknown");
        var away = List.of("the quarantine of region 'uk' cannot be reached: SQLSTATE 08001", "the quarantine of region 'us' cannot be reached: SQLSTATE 08001");

        Ran ran = Ran.contract(new ShippedRecords(List.of(passes), away), "try", edited(List.of("[retail, affluent", "[affluent")), "--from", "quarantine");
        assertThat(ran.out()).contains("1 change that passes would break.");
        assertThat(ran.err().lines()).containsExactlyElementsOf(away);
        assertThat(ran.status()).isEqualTo(1);
    }

    @Test
    void theOlderContractMayBeAFileOrAFolderAndALimitEndsTheReading() throws IOException {
        Path older = edited(List.of("maxLength: 140", "maxLength: 3"));

        JsonNode file = Ran.contract(two(), "try", CUSTOMER, "--old", older, "--from", "topic", "--format", "json").json();
        assertThat(file.get("wouldPass").asInt()).as(file.toString()).isEqualTo(2);
        JsonNode directory = Ran.contract(two(), "try", CUSTOMER, "--old", inForce(older), "--from", "topic", "--limit", 1,
                "--format", "json").json();
        assertThat(directory.get("changes").asInt()).isEqualTo(1);
        assertThat(directory.get("wouldPass").asInt()).isEqualTo(1);
    }

    /** Whoever reads it once more finds nothing, or waits for ever. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aPipeGivesTheContractOnceAndTheOlderOneToo() throws Exception {
        Path edited = edited(List.of("maxLength: 140", "maxLength: 3"));
        Path pipe = Pipe.of(folder.resolve("pipe"), Files.readString(edited));
        Path older = Pipe.of(folder.resolve("older"), Files.readString(edited));

        assertThat(Ran.contract(two(), "try", pipe, "--from", "topic", "--format", "json").json().get("wouldBreak").asInt()).isEqualTo(2);
        assertThat(Ran.contract(two(), "try", CUSTOMER, "--old", older, "--from", "topic", "--format", "json").json().get("wouldPass").asInt()).isEqualTo(2);

        Path faulty = Pipe.of(folder.resolve("faulty"), Files.readString(edited).replace("status: active", "status: [active]"));
        assertThat(Ran.contract(two(), "try", faulty, "--from", "topic").err()).startsWith(faulty + ":").contains("status");
    }

    private static ShippedRecords two() {
        return new ShippedRecords(Stream.of("C-1", "C-2").map(id -> past(id, Sent.newCustomer(id, "DE").read())).toList());
    }

    @ParameterizedTest
    @EnumSource
    void noValueOfAClassifiedFieldIsPrinted(ReportFormat format) throws IOException {
        Path data = Files.writeString(folder.resolve("data.ndjson"), """
                {"id":"C-1","familyName":"Gxheimr","salutation":"Gxheim","type":"trust","residency":"CH","status":"active","email":"Gxhm@"}
                {"id":"C-2","familyName":"Gxh","salutation":"Gxheim","type":"company","residency":"CH","status":"active"}
                """);
        Path edited = edited(List.of("      - id: givenName\n", SALUTATION + "      - id: givenName\n", "maxLength: 140", "maxLength: 5",
                "{format: email, maxLength: 254}", "{maxLength: 254}"));

        Ran ran = Ran.contract("try", edited, "--from", data, "--format", format);

        assertThat(ran.out()).contains("salutation").doesNotContain("Gxh");
    }

    @Test
    void aPipelineSeesATestForEachDifferenceAtTheContract() throws IOException {
        Path data = Files.writeString(folder.resolve("data.ndjson"),
                "{\"id\":\"C-1\",\"familyName\":\"Muster\",\"type\":\"company\",\"residency\":\"CH\",\"status\":\"active\"}");
        Path edited = edited(List.of("minLength: 1, maxLength: 140", "minLength: 1, maxLength: 5"));

        String junit = Ran.contract("try", edited, "--from", data, "--format", "junit").out();
        String github = Ran.contract("try", edited, "--from", data, "--format", "github").out();

        assertThat(junit).contains("tests=\"3\" failures=\"2\"", "would break: customer/1.0.0 schema.maxLength /after/familyName");
        assertThat(github.lines()).hasSize(3).anySatisfy(line -> assertThat(line).startsWith("::error file=" + edited
                + ",title=schema.maxLength::`/after/familyName` should be at most 5 characters long (1 change, such as " + data + ":1)"));
    }

    @ParameterizedTest
    @CsvSource({"contracts/customer/v1.odcs.yaml, topic, is in force itself", "no-such-file, topic, is not there",
        "README.md, topic, README.md", "contracts/customer/v1.cases.yaml, topic, v1.cases.yaml"})
    void whatCannotBeTriedEndsWithTwo(String file, String from, String words) {
        Ran ran = Ran.contract("try", file, "--from", from);
        assertThat(ran.status()).as(ran.out()).isEqualTo(2);
        assertThat(ran.err()).contains(words);
    }

    @Test
    void whatIsWrongInTheNewContractIsSaidAtItsOwnPlace() throws IOException {
        Path edited = edited(List.of("value: crm}, {property: piiCategory, value: contact}",
                "value: nobody}, {property: piiCategory, value: contact}"));

        Ran ran = Ran.contract("try", edited, "--from", "topic");

        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.err()).contains(edited + ":").contains("owningSystem").doesNotContain("contracts/customer/v1.odcs.yaml:");
    }

    @Test
    void nothingToTryEndsWithTwo() throws IOException {
        Ran ran = Ran.contract("try", edited(List.of("maxLength: 140", "maxLength: 150")), "--from", "topic");
        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.err()).contains("there is no change in [topic]; nothing was tried");
    }
}
