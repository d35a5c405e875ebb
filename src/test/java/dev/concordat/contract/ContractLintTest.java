package dev.concordat.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ContractLintTest {
    private static final Path CASES = Path.of("src/test/resources/contracts");
    private static final Pattern EXPECTED = Pattern.compile("# (?:(?:error|warning) )?\\d+:\\d+ (\\S+?):? .*");
    private static final String START = "apiVersion: v3.1.0\nkind: DataContract\nid: c\nversion: 1.0.0\nstatus: draft\n";

    @TempDir
    private Path directory;

    static Stream<Path> cases(String name) throws IOException {
        try (Stream<Path> files = Files.list(CASES.resolve(name))) {
            return files.sorted().toList().stream();
        }
    }

    static Stream<Path> standard() throws IOException {
        return cases("standard");
    }

    /** Each file names in the comments on its first lines what the standard alone finds in it. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("standard")
    void theStandardAloneFindsWhatTheFileSays(Path file) throws IOException {
        List<String> expected = expected(file);

        assertThat(ContractLint.lint(List.of(file), Source::once, Profile.ODCS)).extracting(finding -> "# "
                + finding.level().name().toLowerCase(Locale.ROOT) + " " + finding.toString().replace(file + ":", ""))
                .containsExactlyElementsOf(expected);
    }

    @Test
    void everyCodeHasAFileThatTriggersIt() throws IOException {
        Set<String> triggered = new HashSet<>(Set.of(FindingCode.UNREADABLE_FILE.word(), FindingCode.TOO_LARGE.word(),
                FindingCode.WRONG_CASE.word(), FindingCode.IGNORED_SCHEDULE.word()));
        for (Path file : Stream.concat(cases("standard"), cases("faulty")).toList()) {
            expected(file).forEach(line -> triggered.add(EXPECTED.matcher(line).replaceFirst("$1")));
        }

        assertThat(triggered).containsExactlyInAnyOrderElementsOf(Stream.of(FindingCode.values()).map(FindingCode::word).toList());
    }

    @Test
    void whatTheStandardPassesIsAnErrorUnderTheProfileAlone() throws IOException {
        Path file = file(START + "servers: [{server: s, type: custom}, {server: s, type: custom}]\nschema: []\n");

        assertThat(ContractLint.lint(List.of(file), Source::once, Profile.ODCS)).extracting(Finding::code, Finding::level)
                .containsExactly(tuple(FindingCode.DUPLICATE_NAME, Finding.Level.WARNING));
        assertThat(ContractLint.lint(List.of(file), Source::once, Profile.CONCORDAT)).extracting(Finding::code, Finding::level)
                .contains(tuple(FindingCode.DUPLICATE_NAME, Finding.Level.ERROR));
    }

    @Test
    void oneFileAloneFindsItsNeighbours() {
        assertThat(ContractLint.lint(List.of(Path.of("contracts/account/v1.odcs.yaml")), Source::once, Profile.CONCORDAT)).isEmpty();
    }

    @Test
    void aScheduleThatNothingKeepsIsTold() throws IOException {
        for (String entity : List.of("customer", "account")) {
            Files.writeString(Files.createDirectories(directory.resolve(entity)).resolve("v1.odcs.yaml"),
                    Files.readString(Path.of("contracts", entity, "v1.odcs.yaml")).replace("        query: >-", "        schedule: 0 3 * * *\n        query: >-"));
        }
        Path account = directory.resolve("account/v1.odcs.yaml");

        assertThat(ContractLint.lint(List.of(account), Source::once, Profile.CONCORDAT)).extracting(Finding::code, Finding::level, Finding::path).containsExactly(
                tuple(FindingCode.IGNORED_SCHEDULE, Finding.Level.WARNING, "schema[account].quality[balance-reconciled].schedule"),
                tuple(FindingCode.IGNORED_SCHEDULE, Finding.Level.WARNING, "schema[account].quality[transactions-balanced].schedule"));
        assertThat(ContractLint.lint(List.of(account), Source::once, Profile.ODCS)).isEmpty();
        assertThat(Contracts.read(directory).all()).hasSize(2);
    }

    @Test
    void whatIsNoTextIsAFinding() throws IOException {
        Path binary = Files.write(directory.resolve("binary.yaml"), new byte[] {(byte) 0xca, (byte) 0xfe, 0, 1});
        Path control = file("a: \u0000\n");

        for (Path file : List.of(directory, binary, control, directory.resolve("none.yaml"))) {
            assertThat(ContractLint.lint(List.of(file), Source::once, Profile.CONCORDAT)).extracting(Finding::code)
                    .containsExactly(FindingCode.UNREADABLE_FILE);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "name: Müller | 1:8 unreadable-file: byte 0xFC is not UTF-8; save the file as UTF-8",
        "# € €\\r\\nname: café\\nkind: x | 2:10 unreadable-file: byte 0xE9 is not UTF-8; save the file as UTF-8",
        "kind: x\\nname: é | 2:7 unreadable-file: byte 0xE9 is not UTF-8; save the file as UTF-8"})
    void theFirstByteThatIsNotUtf8IsNamedWithItsPlace(String text, String finding) throws IOException {
        String characters = text.translateEscapes();
        var bytes = new ByteArrayOutputStream();
        for (String character : characters.split("")) {
            // What is above Latin 1 is in UTF-8.
            bytes.write(character.getBytes(character.charAt(0) > 0xff ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1));
        }
        Path file = Files.write(directory.resolve("contract.yaml"), bytes.toByteArray());
        assertThat(ContractLint.lint(List.of(file), Source::once, Profile.ODCS)).extracting(Finding::toString).containsExactly(file + ":" + finding);
    }

    @Test
    void aCharacterThatYamlDoesNotAllowIsNamedWithItsPlace() throws IOException {
        Path file = file("kind: x\n# \ud83d\ude00 a\u0007\n");
        assertThat(ContractLint.lint(List.of(file), Source::once, Profile.ODCS)).extracting(Finding::toString).containsExactly(
                file + ":2:6 unreadable-file: character U+0007 is none that YAML allows; leave it out, or write it by its number in double quotes");
    }

    @Test
    void whatIsTooLargeOrTooDeepIsAFinding() throws IOException {
        String lines = "  - {property: a, value: b}\n";
        String bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n" + "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
                + "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n" + "e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\n" + "f: [*e,*e,*e,*e,*e,*e,*e,*e,*e]\n";

        for (String text : List.of("a: " + "[".repeat(10_000), "a:\n" + lines.repeat(120_000), bomb, "[1,".repeat(150_000))) {
            assertThat(ContractLint.lint(List.of(file(text)), Source::once, Profile.CONCORDAT)).extracting(Finding::code)
                    .contains(FindingCode.TOO_LARGE);
        }
    }

    @Test
    void aMappingOfManyKeysIsReadInTime() throws IOException {
        StringBuilder text = new StringBuilder(START);
        for (int i = 0; i < 20_000; i++) {
            text.append("key").append(i).append(": 1\n");
        }

        assertThat(ContractLint.lint(List.of(file(text.toString())), Source::once, Profile.ODCS)).hasSize(20_000);
    }

    @Test
    void aFindingIsOneLineOfABearableLength() throws IOException {
        Path file = file(START + "\"a\\nb\\e[31m" + "x".repeat(5_000) + "\": 1\n");

        assertThat(ContractLint.lint(List.of(file), Source::once, Profile.ODCS)).singleElement()
                .satisfies(finding -> assertThat(finding.toString()).hasSizeLessThan(2_000).matches("\\P{Cntrl}+"));
    }

    private static List<String> expected(Path file) throws IOException {
        return Files.readAllLines(file).stream().takeWhile(line -> line.startsWith("# ")).toList();
    }

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("contract.yaml"), text);
    }
}
