package dev.concordat.tool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.change.Breach;
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
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class CheckCommandTest {
    private static final Path CUSTOMER = Path.of("contracts/customer/v1.odcs.yaml");
    private static final Path ACCOUNT = Path.of("contracts/account/v1.odcs.yaml");
    private static final String GOOD = """
            {"id":"C-1","familyName":"Muster","type":"individual","residency":"CH","status":"active","phone":"044 668 18 00"}""";
    private static final String BAD = """
            {"id":"C-2","familyName":"Muster","type":"individual","residency":"CH","status":"gone","address":{"country":"Schweiz"}}""";
    private static final String EVENT = """
            {"specversion":"1.0","id":"%1$s","source":"urn:crm:test","type":"customer.changed","subject":"customer/%1$s","dataschema":\
            "urn:concordat:customer:1","time":"2026-11-22T10:00:00Z","partitionkey":"%1$s","sequence":"1",\
            "data":{"op":"c","after":%2$s}}""";
    private static final String SALESFORCE = """
            {"payload":{"ChangeEventHeader":{"entityName":"Contact","recordIds":["%s"],"changeType":"CREATE","transactionKey":"t",\
            "sequenceNumber":1,"commitTimestamp":1763805600123,"commitNumber":7},"LastName":"Muster","Type__c":"individual",\
            "Residency__c":"CH","Status__c":"%s"}}""";
    private static final String ROW = """
            {"before":null,"after":{"id":"%s","family_name":"Muster","type":"individual","residency":"CH","status":"%s",\
            "date_of_birth":5000,"address":"{\\"city\\":\\"Bern\\"}"},"source":{"table":"customer"},"op":"r","ts_ms":1}""";

    @TempDir
    private Path folder;

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static String event(String document) {
        return EVENT.formatted(document.substring(7, 10), document);
    }

    private static Stream<Arguments> formats() {
        String salesforce = SALESFORCE.formatted("C-1", "active") + "\n" + SALESFORCE.formatted("C-2", "gone");
        String rows = ROW.formatted("C-1", "active") + "\n" + ROW.formatted("C-2", "gone") + "\n";
        String wrapped = "{\"schema\":{},\"payload\":" + ROW.formatted("C-1", "active") + "}\nnull\n{\"schema\":{},\"payload\":"
                + ROW.formatted("C-2", "gone") + "}\nnull";
        String csv = "id,familyName,type,residency,status,consent,address.city\nC-1,Muster,individual,CH,active,true,Bern\n"
                + "C-2,\"Mus\nter\",individual,CH,gone,,\n";
        String pretty = GOOD.replace(",", ",\n  ").replace("{", "{\n");
        return Stream.of(
                Arguments.of("documents, one a line", "NDJSON", GOOD + "\n\n" + BAD, "1 0 1"),
                Arguments.of("documents with Windows line ends", "NDJSON", GOOD + "\r\n" + BAD + "\r\n", "1 0 1"),
                Arguments.of("an array", "JSON", "[" + GOOD + ",\n" + BAD + "]", "1 0 1"),
                Arguments.of("one document over several lines", "JSON", pretty, "1 0 0"),
                Arguments.of("documents over several lines, one after the other", "JSON", pretty + "\n" + BAD, "1 0 1"),
                Arguments.of("a byte order mark", "NDJSON", "\ufeff" + GOOD + "\n" + BAD, "1 0 1"),
                Arguments.of("CSV", "CSV", csv, "1 0 1"),
                Arguments.of("CSV from a spreadsheet", "CSV", "\ufeff" + csv.replace(",", ";").replace("\n", "\r\n"), "1 0 1"),
                Arguments.of("changes", "CLOUDEVENTS", event(GOOD) + "\n" + event(BAD), "1 0 1"),
                Arguments.of("an array of changes", "CLOUDEVENTS", "[" + event(GOOD) + "," + event(BAD) + "]", "1 0 1"),
                Arguments.of("Salesforce", "SALESFORCE", salesforce, "1 0 1"),
                Arguments.of("Salesforce without a message", "SALESFORCE", salesforce.replace("{\"payload\":", "").replace("\"}}", "\"}"), "1 0 1"),
                Arguments.of("Debezium", "DEBEZIUM", rows, "1 0 1"),
                Arguments.of("Debezium with its schema, and tombstones", "DEBEZIUM", wrapped, "1 0 1"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("formats")
    void aFormatIsFoundByContentAndByName(String name, DataFormat as, String text, String counts) throws IOException {
        Path data = file("data", text);

        Ran found = Ran.contract("check", "--format", "json", CUSTOMER, data);

        assertThat(found.counts()).as(found.out()).isEqualTo(counts);
        assertThat(found.status()).isEqualTo(counts.endsWith("0") ? 0 : 1);
        assertThat(Ran.contract("check", "--format", "json", "--as", as, CUSTOMER, data).json()).isEqualTo(found.json());
    }

    private static Stream<Arguments> garbage() {
        byte[] huge = ("{\"id\":\"" + "x".repeat(1 << 20) + "\"}").getBytes(UTF_8);
        return Stream.of(
                Arguments.of("nothing", new byte[0], 2, ""),
                Arguments.of("blank lines", "\n \r\n\n".getBytes(UTF_8), 2, ""),
                Arguments.of("a byte order mark alone", "\ufeff".getBytes(UTF_8), 2, ""),
                Arguments.of("an empty array", "[]".getBytes(UTF_8), 2, ""),
                Arguments.of("a header without rows", "id,status\n".getBytes(UTF_8), 2, ""),
                Arguments.of("bytes", new byte[] {0, 1, 2, (byte) 0xff, (byte) 0x80, 31, 7}, 1, "not-json"),
                Arguments.of("UTF-16", GOOD.getBytes(StandardCharsets.UTF_16), 1, "not-json"),
                Arguments.of("invalid UTF-8", ("{\"id\":\"" + "\u00e9\"}").getBytes(StandardCharsets.ISO_8859_1), 1, "not-json"),
                Arguments.of("deep nesting on a line", ("{\"a\":".repeat(20_000) + "1" + "}".repeat(20_000)).getBytes(UTF_8), 1,
                        "not-json"),
                Arguments.of("deep nesting of lists", "[".repeat(20_000).getBytes(UTF_8), 1, "not-json"),
                Arguments.of("a line of a megabyte", huge, 1, "document-size"),
                Arguments.of("half a document", GOOD.substring(0, 30).getBytes(UTF_8), 1, "not-json"),
                Arguments.of("half an array", ("[" + GOOD + "," + BAD.substring(0, 30)).getBytes(UTF_8), 1, "not-json"),
                Arguments.of("a key twice", "{\"id\":\"C-1\",\"id\":\"C-2\"}".getBytes(UTF_8), 1, "not-json"),
                Arguments.of("a key twice in an array", "[{\"id\":\"C-1\",\"id\":\"C-2\"}]".getBytes(UTF_8), 1, "not-json"),
                Arguments.of("a number", "7".getBytes(UTF_8), 1, "not-json"),
                Arguments.of("a quote that never ends", ("id,status\nC-1,\"" + "x".repeat(1000)).getBytes(UTF_8), 1, "not-csv"),
                Arguments.of("a row that is too long", "id,status\nC-1,a,b,c\n".getBytes(UTF_8), 1, "row-length"),
                Arguments.of("a cell that is not UTF-8", "id,status\nC-1,\u00e9\n".getBytes(StandardCharsets.ISO_8859_1), 1, "not-utf8"),
                Arguments.of("a column that is there twice", "id,status,status\nC-1,a,b\n".getBytes(UTF_8), 1, "not-json"));
    }

    @Test
    void whereOthersStandBeforeItOnItsLineARecordIsFoundByItsColumn() throws IOException {
        Path data = file("array.json", "[" + GOOD + "," + BAD + ",\n" + BAD + "]");
        String second = data + ":1:" + (GOOD.length() + 3);

        assertThat(Ran.contract("check", CUSTOMER, data).out()).contains(second + " /after/status\n", data + ":2 /after/status");
        assertThat(Ran.contract("check", "--format", "github", CUSTOMER, data).out()).contains(",line=1,col=" + (GOOD.length() + 3) + ",", ",line=2,col=1,");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("garbage")
    void whatIsNoDataIsABreachAtItsPlaceAndNeverAnException(String name, byte[] bytes, int status, String rule) throws IOException {
        Path data = Files.write(folder.resolve("garbage"), bytes);

        Ran ran = Ran.contract("check", "--format", "json", CUSTOMER, data);

        assertThat(ran.status()).as(ran.out() + ran.err()).isEqualTo(status);
        if (status == 2) {
            assertThat(ran.err()).contains(data + "] holds no record");
        } else {
            assertThat(ran.json().get("breaches").findValuesAsText("rule")).contains(rule);
        }
    }

    @Test
    void theVerdictIsTheOneOfTheBridge() throws IOException {
        var clock = Clock.fixed(Instant.parse("2026-11-22T10:00:00Z"), ZoneOffset.UTC);
        var data = new ByteArrayOutputStream();
        Map<String, Integer> expected = new TreeMap<>();
        var gate = new Gate(Contracts.read(Path.of("contracts")), drift -> count(expected, "drift " + drift.path()));
        for (Emission emission : new Traffic(7, 4000, clock).phases().get(0).emissions()) {
            data.writeBytes(emission.body());
            data.write('\n');
            Change change = new ChangeReader(Sent.LARGEST).read(Sent.received(emission.body(), Map.of(), 0));
            Enrichment.ofCustomers().enrich(change);
            gate.check(change);
            gate.keepOwned(change, Owner.CRM);
            count(expected, change.outcome() == null ? "accepted" : change.outcome().word());
            change.breaches().forEach(breach -> count(expected, breach.contract() + " " + breach.rule() + " " + breach.keyword()));
        }
        Path file = Files.write(folder.resolve("traffic.ndjson"), data.toByteArray());

        JsonNode json = Ran.contract("check", "--format", "json", CUSTOMER, file).json();

        Map<String, Integer> found = new TreeMap<>(Map.of("accepted", json.get("accepted").asInt(), Outcome.FILTERED.word(),
                json.get("filtered").asInt(), Outcome.QUARANTINED.word(), json.get("inBreach").asInt()));
        json.path("breaches").forEach(group -> found.merge(group.get("contract").asText() + " " + group.get("rule").asText() + " "
                + group.get("keyword").asText(), group.get("count").asInt(), Integer::sum));
        json.path("drift").forEach(group -> found.merge("drift " + group.get("path").asText(), group.get("count").asInt(), Integer::sum));
        assertThat(found).isEqualTo(expected).hasSizeGreaterThan(10);
    }

    private static void count(Map<String, Integer> counts, String what) {
        counts.merge(what, 1, Integer::sum);
    }

    @ParameterizedTest
    @EnumSource
    void noValueOfAClassifiedFieldIsPrinted(ReportFormat format) throws IOException {
        String text = """
                {"id":"C-1","familyName":"","givenName":["Gxheim"],"type":"partnership","residency":"CH","status":"Gxheim-status",\
                "taxId":{"a":"Gxheim"},"email":"Gxheim@","phone":"+41 Gxheim","dateOfBirth":"Gxheim",\
                "address":{"country":"Gxheim","floor":"Gxheim"},\
                "extra":"Gxheim"}
                {"id":"C-2","familyName":"Muster","type":"individual","residency":"CH","status":"active","extra":"Gxheim","taxId":"Gxheim"}
                {"id":"C-3","email":"Gxheim
                Gxheim
                """;
        Ran ran = Ran.contract("check", "--format", format, CUSTOMER, file("data.ndjson", text),
                file("data.csv", "id,familyName,status,creditLimit\nC-4,Gxheim,Gxheim,Gxheim\nC-5,a,b,Gxheim,Gxheim\n"));

        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.out() + ran.err()).contains("taxId", "dateOfBirth").doesNotContain("Gxheim");
    }

    @Test
    void theTextNamesWhatIsWrongWhereAndHowOften() throws IOException {
        String csv = "id,familyName,type,residency,status,consent\nC-1,\"Mus\nter\",joint,CH,active,true\n\nC-2,A,joint,CH,gone,yes\n"
                + "C-3,A,joint,CH,gone,\nC-4,A,club,CH,active,\n";
        Path data = file("data.csv", csv);

        Ran ran = Ran.contract("check", "--examples", "1", CUSTOMER, data);

        assertThat(ran.out().replace(data.toString(), "DATA")).isEqualTo("""
                DATA as the CRM's data, by customer/1.0.0
                4 changes: 2 accepted, 0 filtered, 2 in breach (50.00 %); the contract allows less than 0.5 %

                in breach
                        2  `/after/status` should be one of prospect, active, suspended, closed, deceased  (schema.enum, customer/1.0.0)
                           DATA:5 /after/status
                        1  `/after/consent` should be true or false  (schema.type, customer/1.0.0)
                           DATA:5 /after/consent

                drift: passes, but the contract does not know it
                        1  `/after/type` has a value that the contract does not know: club  (drift.unknown-value, customer/1.0.0)
                           DATA:7 /after/type
                """);
    }

    @Test
    void aPipelineSeesOneTestForEachKindOfBreachAndAnnotationsAtTheLines() throws IOException {
        Path data = file("data.ndjson", GOOD + "\n" + BAD + "\nnothing\n" + BAD.replace("\"CH\"", "\"XX\""));

        String junit = Ran.contract("check", "--format", "junit", CUSTOMER, data).out();
        String github = Ran.contract("check", "--format", "github", "--examples", "1", CUSTOMER, data).out();

        assertThat(junit).contains("tests=\"5\" failures=\"5\"", "name=\"total\"", "name=\"customer/1.0.0 schema.enum /after/status\"",
                "name=\"none not-json\"", data + ":2:1: schema.enum: `/after/status` should be one of");
        assertThat(github.lines()).hasSize(6).contains("::warning file=" + data + ",line=1,col=1,title=individual-has-birth-date.expression::"
                + "`/after/dateOfBirth` should be given where `/after/type` is individual", "::error file=" + data + ",line=3,col=1,title=not-json::"
                + "The change should be one JSON object; it cannot be read from line 1, column 1");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "what the ledger owns|{'id':'A-1','iban':'CH9300762011623852957','currency':'CHF','status':'ENABLED','bookedBalance':7}|1 0 0|",
        "the CRM's fields do not matter|{'id':'A-1','nickname':7,'status':'ENABLED'}|1 0 0|",
        "nothing that the ledger owns|{'id':'A-1','nickname':'x'}|0 1 0|",
        "wrong check digits|{'id':'A-1','iban':'CH0000762011623852957'}|0 0 1|/after/iban",
        "no key|{'currency':'CHF'}|0 0 1|/after/id",
        "a balance that nothing can hold|{'id':'A-1','bookedBalance':1e400}|0 0 1|/after/bookedBalance"})
    void aLedgersDataAreJudgedByWhatItMayTellTheCrm(String name, String document, String counts, String path) throws IOException {
        Path data = file("data.ndjson", document.replace('\'', '"'));

        Ran ran = Ran.contract("check", "--sender", "ledger", "--format", "json", ACCOUNT, data);

        assertThat(ran.counts()).isEqualTo(counts);
        assertThat(ran.json().path("breaches").path(0).path("path").asText(null)).isEqualTo(path);
    }

    @Test
    void dataThatAreGzippedAreReadAsTheyAreAndADamagedFileSaysSo() throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write((GOOD + "\n" + BAD + "\n").getBytes(UTF_8));
        }
        byte[] bytes = packed.toByteArray();
        Path whole = Files.write(folder.resolve("customers.ndjson.gz"), bytes);
        assertThat(Ran.contract("check", CUSTOMER, whole, "--format", "json").counts()).isEqualTo("1 0 1");
        Path cutOff = Files.write(folder.resolve("cut-off.gz"), Arrays.copyOf(bytes, bytes.length - 9));
        Ran ran = Ran.contract("check", CUSTOMER, cutOff);
        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.err()).contains("[" + cutOff + "] is packed by gzip, and damaged or cut off");
    }

    @Test
    void anUpdateNeedsOnlyWhatItSets() throws IOException {
        Path data = file("data.ndjson", "{\"id\":\"C-1\",\"consent\":true}\n{\"id\":\"C-1\",\"creditLimit\":1}\n"
                + "{\"id\":\"C-1\",\"consent\":null,\"phone\":\"7\"}");

        assertThat(Ran.contract("check", "--op", "u", "--format", "json", CUSTOMER, data).counts()).isEqualTo("1 1 1");
    }

    @Test
    void anUpdatedRowSetsWhatDiffersFromBefore() throws IOException {
        String event = "{'before':{'id':'C-1','status':'gone','posting':1,'postings_blocked':false},'after':{'id':'C-1','status':'gone',"
                + "'posting':2,'postings_blocked':false,'consent':true},'source':{},'op':'u'}\n"
                + "{'before':{'id':'C-1'},'after':null,'source':{},'op':'d'}\n"
                + "{'before':null,'after':null,'source':{},'op':'t'}";

        Ran ran = Ran.contract("check", "--format", "json", CUSTOMER, file("rows", event.replace('\'', '"')));

        assertThat(ran.counts()).as(ran.out()).isEqualTo("2 0 0");
        assertThat(ran.json().get("skipped").asInt()).isEqualTo(1);
    }

    @Test
    void aSalesforceEventThatTheAdapterDoesNotUnderstandIsJudgedAsItCame() throws IOException {
        Path data = file("events", "{\"payload\":{\"ChangeEventHeader\":{\"recordIds\":[],\"changeType\":\"UPDATE\"}}}\n"
                + SALESFORCE.formatted("C-1\",\"C-3", "active").replace("CREATE", "GAP_UPDATE"));

        Ran ran = Ran.contract("check", "--format", "json", CUSTOMER, data);

        assertThat(ran.counts()).isEqualTo("2 0 1");
        assertThat(ran.json().get("refetch").asInt()).isEqualTo(2);
        assertThat(ran.json().at("/breaches/0/path").asText()).isEqualTo("specversion");
    }

    @Test
    void foreignNamesWithoutEndDoNotFillTheMemory() throws IOException {
        var text = new StringBuilder();
        for (int i = 0; i < 2000; i++) {
            text.append(GOOD, 0, GOOD.length() - 1).append(",\"own").append(i).append("\":1}\n");
        }

        JsonNode drift = Ran.contract("check", "--format", "json", CUSTOMER, file("data", text.toString())).json().get("drift");

        assertThat(drift).hasSize(501);
        assertThat(drift.get(0).get("count").asInt()).isEqualTo(1500);
    }

    @ParameterizedTest
    @CsvSource({"contracts/customer/v1.odcs.yaml, no-such-file", "contracts/none/v1.odcs.yaml, README.md", 
        "contracts/customer/v1.cases.yaml, README.md",
        "contracts, README.md", "contracts/customer/v1.odcs.yaml, --as=telex"})
    void whatCannotBeRunEndsWithTwo(String contract, String data) {
        assertThat(Ran.contract("check", contract, data, "README.md").status()).isEqualTo(2);
    }

    /** What else is below the folders above it is not looked at. */
    @Test
    void aContractMayStandAnywhere() throws IOException {
        Path stranger = Files.createDirectories(folder.resolve("stranger/deeper")).resolve("v1.odcs.yaml");
        Files.writeString(stranger, "kind: Contract\n");
        Path here = Files.createDirectories(folder.resolve("here"));
        Files.writeString(here.resolve("other.odcs.yaml"), "kind: Contract\n");
        Path data = file("data.ndjson", GOOD);
        for (String name : List.of("looser.yaml", "v1.odcs.yaml")) {
            Path own = Files.copy(CUSTOMER, here.resolve(name));

            assertThat(Ran.contract("check", own, data, "--format", "json").counts()).isEqualTo("1 0 0");
            assertThat(Ran.contract("show", own, "--format", "json").json().get("file").asText()).isEqualTo(own.toString());
        }
    }

    @Test
    void whatIsWrongInTheContractIsSaidAloneWhereItStandsAnywhere() throws IOException {
        Path stranger = Files.createDirectories(folder.resolve("stranger")).resolve("v1.odcs.yaml");
        Files.writeString(stranger, "kind: Contract\n");
        Path data = file("data.ndjson", GOOD);
        Path faulty = Files.writeString(Files.createDirectories(folder.resolve("here")).resolve("faulty.yaml"),
                Files.readString(CUSTOMER).replace("version: 1.0.0", "version: first"));
        Path account = Files.copy(ACCOUNT, folder.resolve("here/account.yaml"));

        assertThat(Ran.contract("check", faulty, data)).satisfies(ran -> {
            assertThat(ran.status()).isEqualTo(2);
            assertThat(ran.err().lines()).singleElement().asString().startsWith(faulty + ":").contains("no-semantic-version");
        });
        assertThat(Ran.contract("check", account, data)).satisfies(ran -> {
            assertThat(ran.status()).isEqualTo(2);
            assertThat(ran.err().lines()).singleElement().asString().startsWith(account + ":").contains("names a contract that is not beside this one");
        });
    }

    @Test
    void whatIsWrongInTheContractIsSaidBeforeWhatIsWrongBesideIt() throws IOException {
        Path customer = Files.createDirectories(folder.resolve("customer")).resolve("v1.odcs.yaml");
        Files.writeString(customer, Files.readString(CUSTOMER).replace("version: 1.0.0", "version: first"));
        Path account = Files.createDirectories(folder.resolve("account")).resolve("v1.odcs.yaml");
        Files.writeString(account, Files.readString(ACCOUNT).replace("version: 1.0.0", "version: first"));

        for (Path own : List.of(account, customer)) {
            assertThat(Ran.contract("check", own, file("data.ndjson", GOOD)).err().lines()).hasSize(2)
                    .first().asString().startsWith(own + ":").contains("no-semantic-version");
        }
    }

    /** As a ConfigMap is mounted. */
    @Test
    void theContractsBesideItMayBeLinks() throws IOException {
        for (String entity : List.of("account", "customer")) {
            Files.createSymbolicLink(folder.resolve(entity), Path.of("contracts", entity).toAbsolutePath());
        }
        String row = "{\"id\":\"A-1\",\"customer\":\"C-1\",\"product\":\"current\",\"currency\":\"CHF\",\"status\":\"ENABLED\"}";

        assertThat(Ran.contract("check", folder.resolve("account/v1.odcs.yaml"), file("data.ndjson", row), "--format", "json").json().get("changes")
                .asInt()).isOne();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"{'id':'C-1'}", "{'id':'C-1'}\\n{'id':'C-2'}", "[{'id':'C-1'}]", "id,kind\\nC-1,x"})
    void dataInThePlaceOfTheContractAreTakenForNone(String text) throws IOException {
        Path data = file("bad.ndjson", text.translateEscapes().replace('\'', '"'));

        for (Path second : List.of(data, CUSTOMER)) {
            assertThat(Ran.contract("check", data, second)).isEqualTo(new Ran(2, "", "[" + data
                    + "] is no contract; name the contract first, then the data\n"));
        }
    }

    /** As a shell's {@code <(...)}: whoever reads it once more finds nothing. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aPipeGivesContractAndDataOnceEach() throws Exception {
        Path contract = Pipe.of(folder.resolve("contract"), Files.readString(CUSTOMER));
        Path data = Pipe.of(folder.resolve("data"), "{\"id\":\"C-1\"}");
        assertThat(Ran.contract("check", contract, data, "--op", "u", "--format", "json").json().get("changes").asInt()).isOne();

        Path faulty = Pipe.of(folder.resolve("faulty"), "apiVersion: v3.1.0\nkind: DataContract\n");
        assertThat(Ran.contract("check", faulty, file("data.ndjson", "{}")).err()).contains("missing-key").doesNotContain("is no contract");
    }

    @ParameterizedTest
    @CsvSource({"check README.md, --examples, -1, 0", "try --from topic, --examples, -1, 0", "try --from topic, --limit, 0, 1"})
    void aNumberThatIsNoneIsRefused(String command, String option, String number, String least) {
        var arguments = new ArrayList<Object>(List.of(command.split(" ")));
        arguments.add(1, CUSTOMER);
        arguments.addAll(List.of(option, number));

        assertThat(Ran.contract(arguments.toArray())).isEqualTo(new Ran(2, "", option + " [" + number + "] should be a whole number from " + least + "\n"));
    }

    @Test
    void breachesOfTheSameRuleAtOnePlaceAreOneGroup() {
        var tally = new Tally(2);
        for (int i = 0; i < 3; i++) {
            tally.at(new DataRecord("f", i + 1, 1, i + 1, new byte[0], null, null));
            Change change = Sent.customer("C-1").read();
            change.breach(new Breach("schema", "customer/1.0.0", "/after/tags/" + i, "type", "`/after/tags/" + i + "` should be a text"));
            tally.ended(change);
        }

        assertThat(tally.breaches()).singleElement().satisfies(group -> {
            assertThat(group.key().path()).isEqualTo("/after/tags/*");
            assertThat(group.count()).isEqualTo(3);
            assertThat(group.sentence()).isEqualTo("`/after/tags/*` should be a text");
            assertThat(group.examples()).extracting(Tally.Example::pointer).containsExactly("/after/tags/0", "/after/tags/1");
        });
    }
}
