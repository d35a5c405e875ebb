package dev.concordat.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ContractDiffTest {
    private static final Path BASE = Path.of("src/test/resources/contracts/diff/base.odcs.yaml");
    private static final Path SOUND = Path.of("src/test/resources/contracts/sound");
    private static final Path TABLE = Path.of("src/test/resources/contracts/diff/differences.txt");

    @TempDir
    private Path directory;

    /**
     * An edit of the base contract, and what it makes of it.
     *
     * @param find    text in the base, there once
     * @param replace what stands there instead
     * @param there   differences from the base to the edited contract
     * @param back    differences from the edited contract to the base
     */
    record Edit(String name, String find, String replace, List<String> there, List<String> back) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** Blocks of {@code # name}, {@code - find}, {@code + replace}, {@code > there} and {@code < back} lines. */
    static Stream<Edit> edits() throws IOException {
        return Stream.of(Files.readString(TABLE).split("\n\n")).map(String::strip).filter(block -> !block.isEmpty()).map(block -> new Edit(
                lines(block, "# ").get(0), String.join("\n", lines(block, "- ")), String.join("\n", lines(block, "+ ")),
                lines(block, "> "), lines(block, "< ")));
    }

    private static List<String> lines(String block, String mark) {
        return block.lines().filter(line -> line.startsWith(mark)).map(line -> line.substring(2)).toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("edits")
    void everyDifferenceHasItsVerdict(Edit edit) throws IOException {
        ContractDiff diff = ContractDiff.between(BASE, edited(edit));

        assertThat(diff.differences()).extracting(ContractDiffTest::line).containsExactlyElementsOf(edit.there());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("edits")
    void theWayBackHasItsOwn(Edit edit) throws IOException {
        ContractDiff diff = ContractDiff.between(edited(edit), BASE);

        assertThat(diff.differences()).extracting(ContractDiffTest::line).containsExactlyElementsOf(edit.back());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("edits")
    void aContractDoesNotDifferFromItself(Edit edit) throws IOException {
        Path file = edited(edit);

        ContractDiff diff = ContractDiff.between(file, Files.copy(file, directory.resolve("copy.odcs.yaml")));

        assertThat(diff.differences()).isEmpty();
        assertThat(diff.suggestedVersion()).hasToString("1.4.2");
        assertThat(diff.compatibility()).isEqualTo("FULL");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("edits")
    void theSuggestedVersionFollowsTheGravestDifference(Edit edit) throws IOException {
        ContractDiff diff = ContractDiff.between(BASE, edited(edit));

        boolean breaks = edit.there().stream().anyMatch(line -> line.contains("BREAKS"));
        boolean additive = edit.there().stream().anyMatch(line -> line.contains("ADDITIVE"));
        assertThat(diff.suggestedVersion()).hasToString(breaks ? "2.0.0" : additive ? "1.5.0" : "1.4.3");
        assertThat(diff.isCompatible()).isEqualTo(!breaks);
        assertThat(diff.isVersionRight()).isFalse();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("edits")
    void theSuggestedVersionIsRight(Edit edit) throws IOException {
        String suggested = ContractDiff.between(BASE, edited(edit)).suggestedVersion().toString();
        Path file = write(text(edit).replace("version: 1.4.2", "version: " + suggested));

        ContractDiff diff = ContractDiff.between(BASE, file);

        assertThat(diff.isVersionRight()).isTrue();
        assertThat(diff.isCompatible()).isTrue();
    }

    /** Several edits at once, as many as still find what they change. */
    @ParameterizedTest
    @MethodSource("seeds")
    void manyEditsAtOnceHaveVerdictsAndAVersionThatFitsThem(long seed) throws IOException {
        String text = Files.readString(BASE);
        List<Edit> shuffled = new ArrayList<>(edits().toList());
        Collections.shuffle(shuffled, new Random(seed));
        for (Edit edit : shuffled.subList(0, 12)) {
            text = isThereOnce(text, edit.find()) ? text.replace(edit.find(), edit.replace()) : text;
        }
        Path file = write(text);

        ContractDiff diff = ContractDiff.between(BASE, file);

        assertThat(ContractDiff.between(file, file).differences()).isEmpty();
        assertThat(diff.differences()).isNotEmpty();
        assertThat(diff.suggestedVersion()).hasToString(diff.breaks() ? "2.0.0"
                : diff.differences().stream().anyMatch(each -> each.verdicts().contains(Verdict.ADDITIVE)) ? "1.5.0" : "1.4.3");
        assertThat(diff.differences()).allSatisfy(each -> {
            assertThat(each.verdicts()).isNotEmpty();
            assertThat(each.line()).isPositive();
            assertThat(each.meaning()).endsWith(".").doesNotContain("null");
        });
    }

    static LongStream seeds() {
        return LongStream.range(0, 100);
    }

    @Test
    void aDifferenceSaysWhatItMeansAndForWhomAtItsLine() throws IOException {
        Difference found = only("maxLength: 80", "maxLength: 60");

        assertThat(found.meaning()).isEqualTo("Texts longer than 60 from the CRM now break the contract.");
        assertThat(found.where()).isEqualTo("party.name.maxLength");
        assertThat(found.line()).isEqualTo(31);
        assertThat(found.before()).isEqualTo("80");
        assertThat(found.after()).isEqualTo("60");
    }

    @Test
    void whatIsGoneIsShownWhereItWouldStand() throws IOException {
        Difference found = only("        required: true\n        classification: confidential", "        classification: confidential");

        assertThat(found.code()).isEqualTo("required-removed");
        assertThat(found.line()).isEqualTo(26);
    }

    @Test
    void aPatternThatCannotBeComparedSaysSo() throws IOException {
        assertThat(only("\"^[A-Z]\"", "\"^[A-Za-z]\"").meaning())
                .isEqualTo("Whether the new pattern takes all that the old one took cannot be decided, "
                        + "so it counts as breaking for the CRM.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            AND kind = 'person' AND blocked | AND kind = 'company' AND blocked \
                | …NULL AND kind = 'person' AND blocked | …NULL AND kind = 'company' AND blocked
            AND kind = 'person' AND blocked | AND kind = 'person' | …AND kind = 'person' AND blocked | …AND kind = 'person'
            AND blocked | AND  blocked | SELECT count(*) FROM ledger.party WHERE name IS NULL AND bl… \
                | SELECT count(*) FROM ledger.party WHERE name IS NULL AND bl… (other white space)
            ~~ | OR kind = 'person' AND blocked | SELECT count(*) FROM ledger.party WHERE name IS NULL | …WHERE name IS NULL OR kind = 'person' AND blocked
            """)
    void longTextsAreShownFromWhereTheyPart(String before, String after, String shownBefore, String shownAfter) throws IOException {
        Path old = Files.copy(edited(query(before)), directory.resolve("old.odcs.yaml"));

        Difference found = ContractDiff.between(old, edited(query(after))).differences().get(0);

        assertThat(List.of(found.before(), found.after())).containsExactly(shownBefore, shownAfter);
    }

    @Test
    void ofARuleIsShownThePartThatDiffers() throws IOException {
        Difference found = only("{rule: orphan, field: group}", "{rule: orphan, field: name}");

        assertThat(List.of(found.where(), found.before(), found.after())).containsExactly("party.no-orphan.implementation.field", "group", "name");
        assertThat(only("{rule: orphan, field: group}", "{rule: orphan}").where()).isEqualTo("party.no-orphan.implementation.field");
        assertThat(only("{rule: orphan, field: group}", "orphan").where()).isEqualTo("party.no-orphan.implementation");
    }

    private static Edit query(String condition) {
        String query = "SELECT count(*) FROM ledger.party";
        return new Edit("", query, query + " WHERE name IS NULL " + condition, List.of(), List.of());
    }

    @Test
    void noExampleOfAClassifiedFieldIsShown() throws IOException {
        assertThat(only("[CH-123456]", "[CH-654321]").toString()).doesNotContain("123456").doesNotContain("654321");
    }

    @Test
    void whatBreaksNothingIsFullyCompatible() throws IOException {
        assertThat(between("known: [person, company]", "known: [person, company, trust]").compatibility()).isEqualTo("FULL");
        assertThat(between("maxLength: 80", "maxLength: 60").compatibility()).isEqualTo("FORWARD");
        assertThat(between("maxLength: 80", "maxLength: 90").compatibility()).isEqualTo("BACKWARD");
        assertThat(between("maxLength: 80, pattern: \"^[A-Z]\"", "maxLength: 90, pattern: x").compatibility()).isEqualTo("NONE");
    }

    @Test
    void aFileThatIsNoContractIsRefusedWithItsFindings() throws IOException {
        Path file = write(Files.readString(BASE).replace("version: 1.4.2", "version: newest").replace("kind: DataContract",
                "kind: Contract"));

        assertThatThrownBy(() -> ContractDiff.between(BASE, file)).isInstanceOf(ContractException.class)
                .hasMessageContaining("[Contract] is unknown").hasMessageContaining("is not a semantic version");
    }

    @Test
    void contractsInForceAreComparedLikeTheirFiles() throws IOException {
        Contracts before = Contracts.read(SOUND);
        Contracts after = Contracts.read(sound("tighter", "maxLength: 16", "maxLength: 15"));

        ContractDiff diff = ContractDiff.between(before.newest("customer"), after.newest("customer"));

        assertThat(diff.differences()).extracting(ContractDiffTest::line)
                .containsExactly("limit-tightened customer.phone.maxLength BREAKS_PRODUCER crm");
        assertThat(diff.isCompatible()).isFalse();
        assertThat(ContractDiff.objections(before, before)).isEmpty();
        assertThat(ContractDiff.objections(before, after)).containsExactly(directory
                + "/tighter/customer/v1.odcs.yaml:32:41 customer.phone.maxLength: is 15 and was 16 in force; take it back, "
                + "or make it version 2.0.0 in a file of its own. Texts longer than 15 from the CRM now break the contract.");
    }

    @ParameterizedTest(name = "{0} with {2}")
    @CsvSource(delimiter = '|', nullValues = "-", value = {
        "1.1.0 | classification: internal | classification: internal | -",
        "1.1.0 | items: {logicalType: string} | items: {logicalType: string, description: A word.} | -",
        "1.1.1 | items: {logicalType: string} | items: {logicalType: string, description: A word.} | -",
        "1.0.9 | classification: internal | classification: internal | 1.1.0",
        "1.0.9 | items: {logicalType: string} | items: {logicalType: string, description: A word.} | 1.1.1",
        "1.1.0 | classification: confidential | classification: restricted | 1.2.0 for what differs: customer.phone.classification",
        "1.1.9 | classification: confidential | classification: restricted | 1.2.0 for what differs: customer.phone.classification",
        "1.0.0 | classification: confidential | classification: restricted | 1.2.0 for what differs: customer.phone.classification",
        "1.2.0 | classification: confidential | classification: restricted | -"})
    void whatDiffersInMoreThanWordsComesIntoForceUnderTheVersionThatItTakes(String version, String find, String replace, String objection)
            throws IOException {
        Path before = sound("before", "version: 1.0.0", "version: 1.1.0");
        Path after = sound("after", find, replace);
        Path file = after.resolve("customer/v1.odcs.yaml");
        Files.writeString(file, Files.readString(file).replace("version: 1.0.0", "version: " + version));

        assertThat(ContractDiff.objections(Contracts.read(before), Contracts.read(after))).isEqualTo(objection == null ? List.of()
                : List.of(file + ":4:10 customer.version: is " + version + " and was 1.1.0 in force; make it version " + objection + "."));
        assertThat(ContractDiff.between(before.resolve("customer/v1.odcs.yaml"), file).isTooLow()).isEqualTo(objection != null);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', nullValues = "-", value = {
        "items: {logicalType: string} | items: {logicalType: string} | 1.1.0 | -",
        "items: {logicalType: string} | items: {logicalType: string, description: A word.} | 1.1.0 | -",
        "classification: confidential | classification: restricted | 1.1.0 | (customer.phone.classification), or make it version 1.2.0",
        "classification: confidential | classification: restricted | 1.0.0 1.4.2 1.1.0 2.0.0 | (customer.phone.classification), or make it version 1.5.0",
        "maxLength: 16 | maxLength: 15 | 1.1.0 1.2.0 2.0.0 | (customer.phone.maxLength), or make it version 3.0.0 in a file of its own, or 1.3.0 before a start"})
    void aVersionThatHasStoodForOtherContentIsRefusedWhereNoneIsInForce(String find, String replace, String versions, String objection) throws IOException {
        Path before = sound("before", "version: 1.0.0", "version: 1.1.0");
        Path file = sound("after", find, replace).resolve("customer/v1.odcs.yaml");
        Files.writeString(file, Files.readString(file).replace("version: 1.0.0", "version: 1.1.0"));
        KnownContract known = known(Contracts.read(before).newest("customer").content(), versions);

        assertThat(ContractDiff.objections(List.of(known), Contracts.read(directory.resolve("after")))).isEqualTo(objection == null ? List.of()
                : List.of(file + ":4:10 customer.version: is 1.1.0, which has stood for other content since 2026-11-30T10:00:00Z; take back what differs "
                        + objection + "."));
    }

    @Test
    void whatIsKnownOfAVersionMayBeNoContractAnyMore() throws IOException {
        Contracts now = Contracts.read(sound("now", "version: 1.0.0", "version: 1.1.0"));
        for (String content : List.of("", "kind: [", "kind: DataContract\nversion: first\n", "\u0000")) {
            KnownContract known = known(ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)), "1.1.0");
            assertThat(ContractDiff.objections(List.of(known), now)).isEmpty();
            assertThat(ContractDiff.isComparable(known, now)).isFalse();
        }
        assertThat(ContractDiff.isComparable(known(now.newest("customer").content(), "1.1.0"), now)).isTrue();
    }

    private static KnownContract known(ByteBuffer content, String versions) {
        return new KnownContract("customer", new Version(1, 1, 0), content, Instant.parse("2026-11-30T10:00:00.123Z"),
                Stream.of(versions.split(" ")).map(each -> Version.of(each).orElseThrow()).toList());
    }

    /** The sound contracts, the one of customers edited. */
    private Path sound(String name, String find, String replace) throws IOException {
        for (String entity : List.of("account", "customer")) {
            String text = Files.readString(SOUND.resolve(entity).resolve("v1.odcs.yaml"));
            Files.writeString(Files.createDirectories(directory.resolve(name).resolve(entity)).resolve("v1.odcs.yaml"),
                    entity.equals("customer") ? text.replace(find, replace) : text);
        }
        return directory.resolve(name);
    }

    private Difference only(String find, String replace) throws IOException {
        List<Difference> found = between(find, replace).differences();
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    private ContractDiff between(String find, String replace) throws IOException {
        return ContractDiff.between(BASE, edited(new Edit("", find, replace, List.of(), List.of())));
    }

    private Path edited(Edit edit) throws IOException {
        return write(text(edit));
    }

    private static String text(Edit edit) throws IOException {
        String base = Files.readString(BASE);
        assertThat(isThereOnce(base, edit.find())).as("[%s] is there once", edit.find()).isTrue();
        return base.replace(edit.find(), edit.replace());
    }

    private static boolean isThereOnce(String text, String part) {
        return text.contains(part) && text.indexOf(part) == text.lastIndexOf(part);
    }

    private Path write(String text) throws IOException {
        return Files.writeString(directory.resolve("edited.odcs.yaml"), text);
    }

    private static String line(Difference difference) {
        return difference.code() + " " + difference.where() + " "
                + difference.verdicts().stream().map(Verdict::name).collect(Collectors.joining("+"))
                + difference.producer().map(owner -> " " + owner.word()).orElse("");
    }
}
