package dev.concordat.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.change.Breach;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

class SentencesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path TABLE = Path.of("src/test/resources/contracts/sentences.csv");
    private static final Contract THING = Contracts.read(Path.of("src/test/resources/contracts/keywords"))
            .newest("thing");

    @ParameterizedTest(name = "{1} of {0}")
    @CsvFileSource(files = "src/test/resources/contracts/sentences.csv", delimiter = '|', quoteCharacter = '`',
            numLinesToSkip = 1)
    void theSentenceForABreach(String place, String keyword, String value, String sentence) throws IOException {
        String pointer = "/after/" + place;

        assertThat(breaches("c", place.split("/")[0], value)).containsExactly(
                new Breach("schema", "thing/1.0.0", pointer, keyword, "`" + pointer + "` " + sentence));
    }

    @Test
    void anEmptyObjectLacksAllThatIsRequiredInIt() throws IOException {
        assertThat(breaches("c", "box", "{}")).extracting(Breach::sentence).containsExactlyInAnyOrder(
                "`/after/box` should not be empty", "`/after/box/side` is required here");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            shade | "bright"      | shade-short | INFO    | maxLength | /after/shade   | should be at most 5 characters long
            shade | "grey"        | shade-known | WARNING | enum      | /after/shade   | should be one of dark, light
            part  | "X-1234"      | part-coded  | WARNING | pattern   | /after/part    | should match ^P-[0-9]+$
            part  | "P-1"         | part-coded  | WARNING | minLength | /after/part    | should be at least 4 characters long
            parts | [1, 10]       | parts-few   | INFO    | maximum   | /after/parts/1 | should be 9 or less
            """)
    void aRuleThatIsOnlyObservedIsNoBreachButSeen(String field, String value, String rule, Severity severity,
            String keyword, String pointer, String sentence) throws IOException {
        List<Observed> observed = new ArrayList<>();
        new Judge(THING).observe(data("c", field, value), observed::add);

        assertThat(breaches("c", field, value)).isEmpty();
        assertThat(observed).contains(new Observed(severity,
                new Breach(rule, "thing/1.0.0", pointer, keyword, "`" + pointer + "` " + sentence)));
    }

    @ParameterizedTest
    @CsvSource({"shade, null", "shade, '\"dark\"'", "part, '\"P-123\"'", "part, null", "parts, '[9]'"})
    void whatKeepsAnObservedRuleIsNotSeen(String field, String value) throws IOException {
        List<Observed> observed = new ArrayList<>();
        new Judge(THING).observe(data("c", field, value), observed::add);

        assertThat(observed).isEmpty();
    }

    /** Every keyword that the schema of a change asserts, and every option that a contract may use, has its line in the table. */
    @Test
    void everyKeywordHasItsSentenceInTheTable() throws IOException {
        Set<String> pinned = Files.readAllLines(TABLE).stream().skip(1).map(line -> line.split("\\|")[1])
                .collect(Collectors.toSet());
        Set<String> asserted = new TreeSet<>();
        THING.jsonSchema().at("/properties/after").findParents("type").forEach(schema ->
                schema.fieldNames().forEachRemaining(asserted::add));
        asserted.removeAll(Set.of("items", "properties", "description", "examples"));
        Set<String> options = new TreeSet<>(Grammar.of(Grammar.NEWEST).keysOfAny("Options"));
        options.removeAll(Set.of("timezone", "defaultTimezone"));

        assertThat(pinned).containsAll(asserted).containsAll(options);
    }

    @Test
    void theSentencesThatDependOnNoField() {
        assertThat(Sentences.of("other")).isEqualTo("should be as the contract says");
        assertThat(Sentences.of("minItems.1")).isEqualTo("should not be empty");
        assertThat(Sentences.of("minProperties", 2)).isEqualTo("should have at least 2 fields");
        assertThat(Sentences.of("subject")).isEqualTo("should be the id that `subject` names");
        assertThat(Sentences.of("dataschema", "a, b")).isEqualTo("should be one of a, b");
        assertThat(Sentences.of("delete", "an account"))
                .isEqualTo("may not be d: an account is never deleted by a change, the ledger closes it");
        assertThat(Sentences.of("foreign-owned", "ledger", "CRM"))
                .isEqualTo("is owned by the ledger; the CRM may not set it");
    }

    @Test
    void everyFormatThatAContractMayNameHasASentence() throws IOException {
        Properties phrases = new Properties();
        try (Reader file = Files.newBufferedReader(
                Path.of("src/main/resources/dev/concordat/contract/sentences.properties"))) {
            phrases.load(file);
        }

        assertThat(Formats.OF_TEXTS).allSatisfy(format -> assertThat(phrases).containsKey("format." + format));
    }

    private static List<Breach> breaches(String op, String field, String value) throws IOException {
        List<Breach> found = new ArrayList<>();
        new Judge(THING).breaches(data(op, field, value), true, found::add);
        return found;
    }

    private static ObjectNode data(String op, String field, String value) throws IOException {
        ObjectNode data = JSON.createObjectNode().put("op", op);
        ObjectNode after = data.putObject("after").put("id", "T-1").put("name", "ab");
        after.remove(field);
        if (value != null) {
            after.set(field, JSON.readTree(value));
        }
        return data;
    }
}
