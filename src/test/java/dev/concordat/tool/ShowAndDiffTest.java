package dev.concordat.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.concordat.contract.Contracts;
import dev.concordat.ledger.Statements;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

class ShowAndDiffTest {
    private static final String CUSTOMER = "contracts/customer/v1.odcs.yaml";
    private static final String ACCOUNT = "contracts/account/v1.odcs.yaml";

    @TempDir
    private Path directory;

    private record Ran(int status, String out) {
    }

    private static Ran run(Ansi ansi, String... words) {
        var out = new StringWriter();
        int status = new CommandLine(new ContractCommand(new ShippedRecords())).setCaseInsensitiveEnumValuesAllowed(true).setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out)).setColorScheme(CommandLine.Help.defaultColorScheme(ansi))
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    command.getErr().println(failure.getMessage());
                    return 2;
                }).execute(words);
        return new Ran(status, out.toString());
    }

    private static String shown(String... words) {
        Ran ran = run(Ansi.OFF, words);
        assertThat(ran.status()).as(ran.out()).isZero();
        return ran.out();
    }

    private Path edited(String find, String replace) throws IOException {
        String text = Files.readString(Path.of(CUSTOMER));
        assertThat(text).contains(find);
        Files.createDirectories(directory.resolve("customer"));
        Files.createDirectories(directory.resolve("account"));
        Files.copy(Path.of(ACCOUNT), directory.resolve("account/v1.odcs.yaml"));
        return Files.writeString(directory.resolve("customer/v1.odcs.yaml"), text.replace(find, replace));
    }

    @ParameterizedTest
    @ValueSource(strings = {CUSTOMER, ACCOUNT})
    void aContractFitsATerminalOfThisWidth(String file) {
        assertThat(shown("show", file).lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(120));
    }

    @Test
    void aContractNamesOwnerClassResidencyAndValuesOfItsFields() {
        assertThat(shown("show", CUSTOMER)).containsPattern("taxId +crm +restricted +block +string, 1 to 40 characters")
                .containsPattern("familyName +crm +yes +confidential +policy").containsPattern("customerNumber +ledger")
                .contains("one of prospect, active,").contains("known:").contains("latency 30 s for 99.5 %").contains("status-aligned")
                .contains(".postalCode");
    }

    @Test
    void coloursAreForTerminalsAlone() {
        String coloured = run(Ansi.ON, "show", CUSTOMER).out();

        assertThat(coloured).contains("\u001b[");
        assertThat(coloured.replaceAll("\u001b\\[[0-9;]*m", "")).isEqualTo(shown("show", CUSTOMER));
        assertThat(run(Ansi.ON, "show", CUSTOMER, "--format", "json").out()).doesNotContain("\u001b");
    }

    @Test
    void noExampleOfAClassifiedFieldIsShown() {
        for (String view : List.of("--html", "--markdown", "--json-schema", "--format=json", "--format=text")) {
            assertThat(shown("show", CUSTOMER, view) + shown("show", ACCOUNT, view)).as(view)
                    .doesNotContain("jane.doe@mail.example", "CH9300762011623852957", "1984-05-23");
        }
    }

    @Test
    void jsonIsTheContractForPrograms() throws IOException {
        JsonNode json = JsonMapper.builder().build().readTree(shown("show", ACCOUNT, "--format", "json"));

        assertThat(json.path("parent").path("entity").asText()).isEqualTo("customer");
        assertThat(json.path("fields").findValuesAsText("name")).contains("iban", "bookedBalance");
        assertThat(json.path("rules")).anySatisfy(rule -> {
            assertThat(rule.path("name").asText()).isEqualTo("balance-reconciled");
            assertThat(rule.at("/expected/bounds/0").asInt(-1)).isZero();
        });
    }

    @Test
    void theJsonSchemaIsTheOneThatJudgesChanges() throws IOException {
        String schema = JsonMapper.builder().build().readTree(shown("show", CUSTOMER, "--json-schema")).toString();
        String judging = Contracts.read(Path.of("contracts")).newest("customer").jsonSchema().toString();

        assertThat(schema).isEqualTo(judging.replaceAll(",\"examples\":\\[\"(jane|\\+41|1984)[^]]*]",
                "").replace("alpha-2\",\"examples\":[\"CH\"]}}}",
                "alpha-2\"}}}"));
    }

    @Test
    void theSqlIsTheStatementsThatRunWithWhatTheyNeed() {
        var contracts = Contracts.read(Path.of("contracts"));
        String sql = shown("show", CUSTOMER, "--sql");

        assertThat(sql).contains("-- Needs of the ledger", "given_name text", "versions bigint[]",
                "customer_id text, booked_balance bigint");
        var statements = Statements.of(contracts);
        assertThat(words(sql.substring(sql.indexOf("WITH late"), sql.indexOf(";\n", sql.indexOf("WITH late")))))
                .isEqualTo(words(statements.plainSql("customer").strip()));
        assertThat(words(sql.substring(sql.indexOf("WITH incoming")))).isEqualTo(words(statements.applySql("customer").strip() + ";"));
        assertThat(sql.lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(140));
    }

    private static String words(String text) {
        return text.strip().replaceAll("\\s+", " ");
    }

    @Test
    void whatAContractSaysIsNoMarkup() throws IOException {
        Path file = edited("description: First names; none for an organisation.",
                "description: \"<script>alert(1)</script> | *a* & 'b' %s\"");

        assertThat(shown("show", file.toString(), "--html")).contains("&lt;script&gt;alert(1)&lt;/script&gt; | *a* &amp; &#39;b&#39; %s")
                .doesNotContain("<script");
        assertThat(shown("show", file.toString(), "--markdown")).contains("\\<script\\>alert(1)\\</script\\> \\| \\*a\\* \\& 'b' %s");
    }

    @Test
    void thePageFetchesNothing() {
        assertThat(shown("show", CUSTOMER, "--html")).startsWith("<!doctype html>").contains("prefers-color-scheme: dark")
                .doesNotContainPattern("(?i)(src|href)=|url\\(|@import|http://");
    }

    @Test
    void aContractElsewhereIsReadWithItsSiblings() throws IOException {
        edited("First names", "All first names");

        assertThat(shown("show", directory.resolve("account/v1.odcs.yaml").toString())).contains("a customer, which field customer names");
    }

    @Test
    void whatCannotBeShownIsSaid() {
        assertThat(run(Ansi.OFF, "show", "contracts/none.yaml")).isEqualTo(new Ran(2,
                "there is no contract [contracts/none.yaml]; name a file, such as contracts/customer/v1.odcs.yaml\n"));
        assertThat(run(Ansi.OFF, "show", CUSTOMER, "--html", "--format", "json").status()).isEqualTo(2);
        assertThat(run(Ansi.OFF, "show", CUSTOMER, "--html", "--sql").status()).isEqualTo(2);
    }

    @Test
    void aContractDoesNotDifferFromItself() {
        assertThat(run(Ansi.OFF, "diff", CUSTOMER, CUSTOMER)).isEqualTo(new Ran(0, "customer 1.0.0 -> 1.0.0: no difference.\n"));
    }

    @Test
    void aBreakWithoutANewMajorEndsWithOne() throws IOException {
        Ran ran = run(Ansi.OFF, "diff", CUSTOMER, edited("maxLength: 254", "maxLength: 200").toString());

        assertThat(ran).isEqualTo(new Ran(1, """
                customer 1.0.0 -> 1.0.0

                Breaking for the producer, the CRM (1)
                  customer.email.maxLength  254 -> 200  Texts longer than 200 from the CRM now break the contract.

                Compatibility: FORWARD. A consumer understands what is sent now, but what was sent before may be refused.
                Version 1.0.0 is too low, use 2.0.0 (one difference is breaking: a new major version, in a file of its own beside the
                old one).
                """));
    }

    @Test
    void aBreakWithANewMajorIsAsItShouldBe() throws IOException {
        Path file = edited("maxLength: 254", "maxLength: 200");
        Files.writeString(file, Files.readString(file).replace("version: 1.0.0", "version: 2.0.0"));

        assertThat(run(Ansi.OFF, "diff", CUSTOMER, file.toString())).satisfies(ran -> {
            assertThat(ran.status()).isZero();
            assertThat(ran.out()).contains("Version 2.0.0 is right");
        });
    }

    @Test
    void whatIsNewWithoutANewVersionEndsWithOne() throws IOException {
        Path file = edited("trust, foundation,", "trust, foundation, club,");
        int line = Files.readString(file).lines().takeWhile(text -> !text.contains("property: openEnum")).toList().size() + 1;

        Ran ran = run(Ansi.OFF, "diff", CUSTOMER, file.toString(), "--format", "github");
        assertThat(ran.status()).isOne();
        assertThat(ran.out().lines()).satisfiesExactly(
                one -> assertThat(one).startsWith("::notice file=" + file
                        + ",line=" + line + ",").contains("customer.type.openEnum none -> [club]"),
                one -> assertThat(one).startsWith("::error file=" + file + ",line=7,").contains("1.0.0 is too low, use 1.1.0"));
    }

    @Test
    void otherWordsWithoutANewVersionAreAWarning() throws IOException {
        Ran ran = run(Ansi.OFF, "diff", CUSTOMER, edited("First names", "All first names").toString(), "--format", "github");

        assertThat(ran.status()).isZero();
        assertThat(ran.out()).contains("::warning").contains("1.0.0 is too low, use 1.0.1");
    }

    @Test
    void aLowerVersionEndsWithOne() throws IOException {
        Path file = edited("version: 1.0.0", "version: 0.9.0");

        assertThat(run(Ansi.OFF, "diff", CUSTOMER, file.toString())).isEqualTo(new Ran(1, """
                customer 1.0.0 -> 0.9.0: no difference.
                Version 0.9.0 is too low, use 1.0.0 (nothing differs).
                """));
    }

    @Test
    void programsGetEachDifferenceWithItsVerdict() throws IOException {
        JsonNode json = JsonMapper.builder().build().readTree(run(Ansi.OFF, "diff", CUSTOMER,
                edited("classification: restricted", "classification: internal").toString(), "--format", "json").out());

        assertThat(json.path("suggestedVersion").asText()).isEqualTo("2.0.0");
        assertThat(json.at("/differences/0/verdicts/0").asText()).isEqualTo("breaks-privacy");
        assertThat(json.at("/differences/0/code").asText()).isEqualTo("classification-lowered");
    }
}
