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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class SentencesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
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

    @Test
    void aSetOfValuesThatIsOnlyWatchedIsNoBreach() throws IOException {
        assertThat(breaches("c", "shade", "\"bright\"")).isEmpty();
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
        ObjectNode data = JSON.createObjectNode().put("op", op);
        ObjectNode after = data.putObject("after").put("id", "T-1").put("name", "ab");
        after.remove(field);
        if (value != null) {
            after.set(field, JSON.readTree(value));
        }
        List<Breach> found = new ArrayList<>();
        new Judge(THING).breaches(data, found::add);
        return found;
    }
}
