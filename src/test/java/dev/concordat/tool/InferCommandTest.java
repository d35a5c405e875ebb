package dev.concordat.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.concordat.contract.ContractException;
import dev.concordat.contract.Contracts;
import dev.concordat.contract.Finding;
import dev.concordat.sample.Emission;
import dev.concordat.sample.Traffic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InferCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final List<Emission> TRAFFIC = traffic();

    @TempDir
    private Path folder;

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private JsonNode property(String draft, String name) throws IOException {
        for (JsonNode property : YAML.readTree(draft).at("/schema/0/properties")) {
            if (property.get("name").asText().equals(name)) {
                return property;
            }
        }
        throw new AssertionError("the draft has no " + name + ":\n" + draft);
    }

    /** Puts a draft where contracts stand. */
    private Path contract(String entity, String draft) throws IOException {
        Path file = Files.createDirectories(folder.resolve("contracts").resolve(entity)).resolve("v1.odcs.yaml");
        return Files.writeString(file, draft);
    }

    private static String owned(String draft) throws IOException {
        JsonNode contract = YAML.readTree(draft);
        contract.at("/schema/0/properties").forEach(property -> {
            if (!property.path("primaryKey").asBoolean()) {
                ((ObjectNode) property).withArray("/customProperties").addObject().put("property", "owningSystem").put("value", "crm");
            }
        });
        return YAML.writeValueAsString(contract);
    }

    private static List<Emission> sound(String entity) {
        return TRAFFIC.stream().filter(emission -> !emission.kind().breach() && entity.equals(emission.entity())).toList();
    }

    private static List<Emission> traffic() {
        List<Emission> emissions = new ArrayList<>();
        var clock = Clock.fixed(Instant.parse("2026-11-22T10:00:00Z"), ZoneOffset.UTC);
        new Traffic(11, 1500, clock).phases().get(0).emissions().forEach(emissions::add);
        return List.copyOf(emissions);
    }

    private static String events(List<Emission> emissions) {
        return emissions.stream().map(emission -> new String(emission.body(), java.nio.charset.StandardCharsets.UTF_8))
                .collect(Collectors.joining("\n"));
    }

    private static String documents(List<Emission> emissions) throws IOException {
        var text = new StringBuilder();
        for (Emission emission : emissions) {
            JsonNode data = JSON.readTree(emission.body()).get("data");
            text.append(data.get("op").asText().equals("c") ? data.get("after") + "\n" : "");
        }
        return text.toString();
    }

    @ParameterizedTest
    @CsvSource({"customer, events", "account, events", "customer, documents", "account, documents"})
    void aDraftLacksOnlyTheOwnersAndTakesItsOwnSamples(String entity, String form) throws IOException {
        List<Emission> sound = sound(entity);
        Path data = file("samples.ndjson", form.equals("events") ? events(sound) : documents(sound));

        Ran drafted = Ran.contract("infer", "--entity", entity, data);
        Path contract = contract(entity, drafted.out());

        assertThat(drafted.status()).as(drafted.err()).isZero();
        int fields = YAML.readTree(drafted.out()).at("/schema/0/properties").size();
        ContractException refused = catchThrowableOfType(ContractException.class, () -> Contracts.read(folder.resolve("contracts")));
        assertThat(refused.findings()).extracting(Finding::wrong).containsOnly("has no owner").hasSize(fields - 1);
        contract(entity, owned(drafted.out()));
        Ran checked = Ran.contract("check", contract, data);
        assertThat(checked.status()).as(checked.out() + checked.err() + drafted.out()).isZero();
    }

    @Test
    void aDraftFromRowsTakesItsOwnRows() throws IOException {
        Path data = file("rows.csv", "id,plz,amount,share,active,opened,address.city,address.country,empty\n"
                + "C-1,8001,12,1.5,true,2026-01-31,Bern,CH,\nC-2,8002,7,2,false,2026-02-28,Wien,AT,\n");
        String draft = Ran.contract("infer", "--entity", "customer", data).out();

        Path contract = contract("customer", owned(draft));

        assertThat(Ran.contract("check", contract, data).status()).isZero();
        assertThat(List.of("plz", "amount", "share", "active", "opened", "address")).extracting(name -> property(draft, name)
                .get("logicalType").asText()).containsExactly("string", "integer", "number", "boolean", "date", "object");
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "x|'zoe@mail.example'|string|email|confidential",
        "x|'+41446681800'|string|e164|confidential",
        "x|'CH9300762011623852957'|string|iban|restricted",
        "currency|'CHF'|string|iso-4217|internal",
        "country|'CH'|string|iso-3166-alpha-2|confidential",
        "code|'CH'|string||confidential",
        "x|'123e4567-e89b-12d3-a456-426614174000'|string|uuid|confidential",
        "x|'2026-11-22'|date|yyyy-MM-dd|confidential",
        "x|'2026-11-22T10:00:00+01:00'|timestamp|yyyy-MM-dd'T'HH:mm:ssXXX|confidential",
        "x|'some words'|string||confidential",
        "x|7|integer|i64|confidential",
        "x|70000000000000000000000|integer||confidential",
        "x|7.5|number||confidential",
        "x|true|boolean||confidential",
        "x|null|string||confidential",
        "taxId|'756.9217.0769.85'|string||restricted",
        "marital_status|'single'|string||restricted",
        "tags|['a']|array||confidential",
        "part|{'a':1}|object||confidential"})
    void theFormOfAFieldIsRecognised(String name, String value, String type, String format, String classification) throws IOException {
        Path data = file("data", "{\"id\":\"C-1\",\"" + name + "\":" + value.replace('\'', '"') + "}");

        JsonNode property = property(Ran.contract("infer", "--entity", "thing", data).out(), name);

        assertThat(property.get("logicalType").asText()).isEqualTo(type);
        assertThat(property.at("/logicalTypeOptions/format").asText(null)).isEqualTo(format);
        assertThat(property.get("classification").asText()).isEqualTo(classification);
        assertThat(property.path("required").asBoolean()).isEqualTo(!value.equals("null"));
    }

    @Test
    void whatIsNotInEveryWholeRecordIsNotRequired() throws IOException {
        String draft = Ran.contract("infer", "--entity", "thing", file("data", "{\"id\":\"1\",\"a\":1,\"b\":1,\"c\":{\"d\":1,\"e\":1}}\n"
                + "{\"id\":\"2\",\"a\":1,\"b\":null,\"c\":{\"d\":1}}\n")).out();

        assertThat(property(draft, "a").path("required").asBoolean()).isTrue();
        assertThat(property(draft, "b").path("required").asBoolean()).isFalse();
        assertThat(property(draft, "c").at("/properties/0/required").asBoolean()).isTrue();
        assertThat(property(draft, "c").at("/properties/1/required").asBoolean()).isFalse();
    }

    @Test
    void valuesOfAClosedLookingFieldBecomeAnOpenSetWithoutWhatIsRare() throws IOException {
        String text = IntStream.range(0, 20).mapToObj(i -> "{'id':'%d','status':'%s','vorname':'%s','nickname_type':'Gxheim'}".formatted(
                i, i % 2 == 0 ? "active" : i == 7 ? "Gxheim" : "closed", i % 2 == 0 ? "Anna" : "Otto").replace('\'', '"'))
                .collect(Collectors.joining("\n"));

        String draft = Ran.contract("infer", "--entity", "thing", file("data", text)).out();

        assertThat(property(draft, "status").at("/customProperties/0/value/known").toString()).isEqualTo("[\"active\",\"closed\"]");
        assertThat(property(draft, "status").get("classification").asText()).isEqualTo("internal");
        assertThat(draft).doesNotContain("Gxheim", "Anna", "Otto");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "json", "junit", "github"})
    void noPersonalValueIsCopied(String format) throws IOException {
        List<Emission> sound = sound("customer");
        Set<String> values = new HashSet<>();
        for (Emission emission : sound) {
            JsonNode after = JSON.readTree(emission.body()).at("/data/after");
            for (String name : List.of("givenName", "familyName", "email", "phone", "dateOfBirth", "taxId", "id")) {
                values.add(after.path(name).asText());
            }
            after.path("address").forEach(part -> values.add(part.asText()));
        }
        values.removeIf(value -> value.length() < 6);

        Ran ran = Ran.contract("infer", "--format", format, file("samples.ndjson", events(sound) + "\nHalf Gxheim"));

        assertThat(values).hasSizeGreaterThan(500).noneMatch((ran.out() + ran.err())::contains);
        assertThat(ran.out() + ran.err()).doesNotContain("Gxheim");
    }

    @ParameterizedTest
    @ValueSource(strings = {"C-1,Muster,muster@example.com", "C-1,Muster,1984-05-23", "C-1,Muster,+41 44 668 18 00", "C-1,Muster,DE89 3704 0044 0532 0130 00",
        "C-1,Muster,true", "C-1,Muster,1984-05-23T10:00:00Z", "C-1,Muster,-12.50"})
    void aFileWithoutAHeaderIsToldAndNoneOfItsValues(String row) throws IOException {
        Ran ran = Ran.contract("infer", "--entity", "thing", "--as", "csv", file("data.csv", row + "\nC-2,Meier,x\n"));

        assertThat(ran.err()).contains("column 3 has a value where its name should be; the first row should name each field");
        assertThat(ran.out() + ran.err()).doesNotContain("Muster", row.split(",")[2]);
        assertThat(ran.status()).isEqualTo(2);
    }

    @Test
    void whatTheSamplesDisagreeOnIsSaid() throws IOException {
        Ran ran = Ran.contract("infer", "--entity", "thing", file("data", "{\"id\":7,\"a\":1}\n{\"id\":\"2\",\"a\":\"x\"}\nno\n"));

        assertThat(ran.out()).startsWith("# Draft of a contract").contains("# Look at: 'id' should be a text in every record",
                "# Look at: 'a' holds values of several types; the draft takes string");
        assertThat(ran.status()).isZero();
    }

    @Test
    void strangeNamesAreStillAContract() throws IOException {
        String document = "{'id':'1','a b':1,'a.b':'x','\u00e4':1,'yes':'no','7':null,'e':[],'o':{},'n':[[1,'x']],'order':1,'" + "long".repeat(20) + "':1}";
        String draft = Ran.contract("infer", "--entity", "thing", file("data", document.replace('\'', '"'))).out();

        contract("thing", owned(draft));

        assertThat(Contracts.read(folder.resolve("contracts")).newest("thing").fields()).hasSize(11);
    }

    @Test
    void whatCannotBeDraftedEndsWithTwo() throws IOException {
        Path documents = file("documents", "{\"id\":\"1\"}");
        Path events = file("events", events(sound("customer")) + "\n" + events(sound("account")));

        assertThat(Ran.contract("infer", documents).err()).contains("name it with --entity");
        assertThat(Ran.contract("infer", events).err()).contains("choose one with --entity");
        assertThat(Ran.contract("infer", "--entity", "Thing 1", documents).err()).contains("is not the name of an entity");
        assertThat(List.of(Ran.contract("infer", documents), Ran.contract("infer", events), Ran.contract("infer", file("empty", "")),
                Ran.contract("infer", folder.resolve("none")))).extracting(Ran::status).containsOnly(2);
    }

    @Test
    void whatCannotBeReadIsToldBesideTheDraft() throws IOException {
        Path cutOff = file("cut-off.ndjson", "{\"id\":\"C-1\",\"type\":\"person\"}\n{\"id\":\"C-2\",\"ty");
        Ran ran = Ran.contract("infer", cutOff, "--entity", "customer");
        assertThat(ran.status()).isZero();
        assertThat(ran.out()).startsWith("# Draft of a contract, inferred from 1 samples").doesNotContain("left out");
        assertThat(ran.err().lines()).containsExactly(
                cutOff + ":2:1: The change should be one JSON object; it cannot be read from line 1, column 16; this record was left out",
                "records left out: 1");
    }
}
