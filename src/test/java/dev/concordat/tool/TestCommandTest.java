package dev.concordat.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class TestCommandTest {
    private static final String TOP = "dataschema: urn:concordat:customer:1\nbases: {update: {op: u, after: {id: C-1}}}\ncases:\n";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    @TempDir
    private Path folder;
    private Path cases;

    @BeforeEach
    void copyTheContracts() throws IOException {
        for (String entity : List.of("customer", "account")) {
            Files.copy(Path.of("contracts", entity, "v1.odcs.yaml"),
                    Files.createDirectories(folder.resolve(entity)).resolve("v1.odcs.yaml"));
        }
        cases = folder.resolve("customer/v1.cases.yaml");
    }

    @Test
    void casesThatHoldEndWithNought() {
        int status = test("  - {name: a, set: {consent: true}, expect: accepted, left: {consent: true}}\n"
                + "  - {name: b, set: {exposure: 1}, expect: filtered}\n", "text");

        assertThat(out).hasToString("1 file, 2 cases: all end as they should.\n");
        assertThat(status).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            set: {phone: none}, expect: accepted              | expected accepted, found a change in breach
            set: {phone: none}, expect: accepted              | found breach [schema, /after/phone, pattern] (`/after/phone` should be an E.164 phone number, for example +41446681800), which was not expected
            set: {consent: true}, expect: filtered            | expected filtered, found accepted
            set: {exposure: 1}, expect: [foreign-owned, /after/exposure, owner] | expected a change in breach, found filtered
            set: {exposure: 1}, expect: [foreign-owned, /after/exposure, owner] | expected breach [foreign-owned, /after/exposure, owner], which was not found
            set: {type: x}, expect: accepted                  | found drift [unknown-value, /after/type, x], which was not expected
            expect: filtered, drift: [unknown-field, /after/a] | expected drift [unknown-field, /after/a], which was not found
            set: {consent: true}, expect: accepted, left: [phone, consent] | expected to be left: consent, phone; found: consent
            set: {consent: true}, expect: accepted, left: {consent: false} | expected another value of consent: false, not true
            set: {phone: "+41446681800"}, expect: accepted, left: {phone: "+41446681801"} | expected another value of phone
            """)
    void aCaseThatEndsOtherwiseIsToldWithItsPlace(String given, String told) {
        int status = test("  - {name: the case, " + given + "}\n", "text");

        assertThat(out.toString().lines()).contains(cases + ":4:5: the case: " + told);
        assertThat(status).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {name: a, expects: accepted, expect: accepted}    | 4:15: cases[a].expects key 'expects' is unknown
            {name: a, expect: passed}                         | 4:23: cases[a].expect [passed] is no verdict
            {name: a, expect: [schema, /after/phone]}         | 4:23: cases[a].expect is not understood
            {name: a, expect: accepted, drift: [odd, /after/phone]} | 4:40: cases[a].drift is not understood
            {name: a}                                         | 4:5: cases[a] has no 'expect'
            {expect: accepted}                                | 4:5: cases[0] has no 'name'
            {name: a, base: none, expect: filtered}           | 4:21: cases[a].base [none] is unknown
            {name: a, sender: hub, expect: filtered}          | 4:23: cases[a].sender [hub] is unknown
            {name: a, remove: [phone], expect: filtered}      | 4:23: cases[a].remove [phone] is not there
            {name: a, fill: {phone: long}, expect: filtered}  | 4:29: cases[a].fill.phone is no length
            {name: a, set: phone, expect: filtered}           | 4:20: cases[a].set cannot be set
            """)
    void aWrongCaseIsToldWithItsPlace(String wrong, String told) {
        int status = test("  - " + wrong + "\n", "text");

        assertThat(out.toString()).startsWith(cases + ":" + told);
        assertThat(status).isEqualTo(1);
    }

    @Test
    void aNameThatIsThereTwiceIsTold() {
        int status = test("  - {name: a, expect: filtered}\n  - {name: a, expect: filtered}\n", "text");

        assertThat(out.toString()).startsWith(cases + ":5:12: cases[a].name there is a case of this name already");
        assertThat(status).isEqualTo(1);
    }

    @Test
    void anUnknownContractIsTold() throws IOException {
        Files.writeString(cases, TOP.replace("customer:1", "customer:2") + "  - {name: a, expect: filtered}\n");

        assertThat(run("test", folder.toString())).isEqualTo(1);
        assertThat(out.toString()).startsWith(cases + ":1:13: dataschema [urn:concordat:customer:2] is no contract here; "
                + "use one of urn:concordat:account:1, urn:concordat:customer:1");
    }

    /** The folder above may be anybody's. */
    @Test
    void casesOfAContractThatStandsAnywhereReadThatContractAlone() throws IOException {
        Path own = Files.createDirectories(folder.resolve("work"));
        Files.copy(folder.resolve("customer/v1.odcs.yaml"), own.resolve("v1.odcs.yaml"));
        Files.writeString(Files.createDirectories(folder.resolve("other/deep")).resolve("v1.odcs.yaml"), "none");
        Files.writeString(own.resolve("v1.cases.yaml"), TOP + "  - {name: a, set: {consent: true}, expect: accepted}\n");

        assertThat(run("test", own.toString())).as(err.toString()).isZero();
        assertThat(out).hasToString("1 file, 1 case: all end as they should.\n");
    }

    @Test
    void casesAwayFromTheirContractAreToldAndTheOthersTried() throws IOException {
        Path retired = Files.writeString(folder.resolve("customer/v0.cases.yaml"), TOP + "  - {name: a, expect: filtered}\n");

        assertThat(test("  - {name: a, expect: accepted}\n", "text")).isEqualTo(1);
        assertThat(out.toString().lines()).containsExactly(
                retired + ":1:1: there is no v0.odcs.yaml beside these cases; put it there, or remove them where it is retired",
                cases + ":4:5: a: expected accepted, found filtered", "2 files, 1 case: 2 to be looked at.");
    }

    @Test
    void casesThatCannotBeReadAreTold() throws IOException {
        Path gone = Files.createSymbolicLink(folder.resolve("customer/v2.cases.yaml"), folder.resolve("gone"));

        assertThat(test("  - {name: a, expect: filtered}\n", "text")).isEqualTo(2);
        assertThat(err).hasToString("[" + gone + "] cannot be read\n");
    }

    /** Whoever opens a pipe waits until somebody writes into it. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aPipeInAFolderIsRefused() throws Exception {
        Path account = Pipe.empty(folder.resolve("account/v1.cases.yaml"));
        assertThat(test("  - {name: a, set: {consent: true}, expect: accepted}\n", "text")).isEqualTo(1);
        assertThat(out.toString()).contains(account + ":1:1: is a pipe, a socket or a device; it should be a regular file, or a link to one");

        Files.delete(account);
        Files.delete(folder.resolve("customer/v1.odcs.yaml"));
        Path contract = Pipe.empty(folder.resolve("customer/v1.odcs.yaml"));
        assertThat(test("  - {name: a, set: {consent: true}, expect: accepted}\n", "text")).isEqualTo(2);
        assertThat(err.toString()).contains(contract + ":1:1 unreadable-file: is a pipe, a socket or a device");
    }

    @Test
    void junitHasATestForEachCase() {
        int status = test("  - {name: a, expect: filtered}\n  - {name: b, expect: accepted}\n", "junit");

        assertThat(out.toString()).contains("tests=\"2\" failures=\"1\"", "name=\"" + cases + ": a\"",
                "<failure message=\"b: expected accepted, found filtered\">");
        assertThat(status).isEqualTo(1);
    }

    @Test
    void jsonAndGithubNameThePlace() {
        String one = "  - {name: b, expect: accepted}\n";

        test(one, "json");
        assertThat(out.toString()).contains("\"holds\" : false", "\"line\" : 4", "\"code\" : \"failed-case\"");
        test(one, "github");
        assertThat(out.toString()).contains("::error file=" + cases + ",line=4,col=5,title=failed-case::b: expected accepted");
    }

    @Test
    void aFolderWithoutCasesIsNotRun() {
        assertThat(run("test", folder.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("[" + folder + "] holds no cases; name a folder or file with");
    }

    private int test(String text, String format) {
        try {
            Files.writeString(cases, TOP + text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return run("test", folder.toString(), "--format", format);
    }

    private int run(String... line) {
        return new CommandLine(new ContractCommand(new ShippedRecords())).setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    command.getErr().println(failure.getMessage());
                    return 2;
                })
                .setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(line);
    }
}
