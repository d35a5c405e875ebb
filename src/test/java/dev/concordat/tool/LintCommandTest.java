package dev.concordat.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.concordat.contract.FindingCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class LintCommandTest {
    private final StringWriter printed = new StringWriter();

    @TempDir
    private Path directory;

    private int lint(Object... arguments) {
        CommandLine line = new CommandLine(new LintCommand()).setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(printed)).setErr(new PrintWriter(printed))
                .setExecutionExceptionHandler((failure, command, parsed) -> 2);
        return line.execute(Arrays.stream(arguments).map(String::valueOf).toArray(String[]::new));
    }

    @Test
    void theShippedContractsAreSound() {
        assertThat(lint("contracts")).isZero();
        assertThat(printed.toString().lines()).containsExactly("contracts/account/v1.odcs.yaml  ok",
                "contracts/customer/v1.odcs.yaml  ok", "", "0 errors, 0 warnings in 2 files (profile concordat)");
    }

    @Test
    void aPersonSeesPlaceLevelCodeAndWhatWouldBeRight() throws IOException {
        Path file = faulty();

        assertThat(lint(file, "--profile", "odcs")).isEqualTo(1);
        assertThat(printed.toString().lines()).containsExactly(file.toString(),
                "  5:9  warning  unusual-value  status: [live] is not a usual status",
                "                               use one of proposed, draft, active, deprecated, retired",
                "  6:1  error    unknown-key    owner: key 'owner' is unknown",
                "                               what the standard does not know goes into customProperties",
                "", "1 error, 1 warning in 1 file (profile odcs)");
    }

    @Test
    void aProgramGetsEveryPart() throws IOException {
        assertThat(lint(faulty(), "--profile", "odcs", "--format", "json")).isEqualTo(1);
        assertThat(printed.toString()).contains("\"errors\" : 1", "\"warnings\" : 1", "\"line\" : 6", "\"column\" : 1",
                "\"path\" : \"owner\"", "\"code\" : \"unknown-key\"", "\"level\" : \"error\"");
    }

    @Test
    void aPipelineGetsAnnotationsAndTestCases() throws IOException {
        assertThat(lint(faulty(), "--profile", "odcs", "--format", "github")).isEqualTo(1);
        assertThat(lint(faulty(), "--profile", "odcs", "--format", "junit")).isEqualTo(1);
        assertThat(printed.toString()).contains("line=6,col=1,title=unknown-key::owner: key 'owner' is unknown",
                "tests=\"1\" failures=\"1\"");
    }

    @Test
    void warningsAloneAreNoFailure() throws IOException {
        Path file = Files.writeString(directory.resolve("c.yaml"), faultless().replace("active", "live"));

        assertThat(lint(file, "--profile", "odcs")).isZero();
    }

    @Test
    void whatIsNotThereIsNotRun() {
        assertThat(lint(directory.resolve("none"))).isEqualTo(2);
        assertThat(lint(directory)).isEqualTo(2);
        assertThat(lint("contracts", "--profile", "other")).isEqualTo(2);
    }

    /** Root may open everything. */
    @ParameterizedTest
    @ValueSource(strings = {"---------", "r--------"})
    void whatMayNotBeOpenedIsAMatterOfRights(String rights) throws IOException {
        Path entity = Files.createDirectory(directory.resolve("customer"));
        Path contract = Files.writeString(entity.resolve("v1.odcs.yaml"), faultless());
        Files.setPosixFilePermissions(entity, PosixFilePermissions.fromString(rights));
        try {
            assumeThat(Files.isReadable(contract)).isFalse();
            assertThat(lint(directory)).isEqualTo(1);
            assertThat(printed.toString()).containsPattern("unreadable-file +cannot be opened\n +whoever reads contracts should have the right to");
            assertThat(lint(contract)).isEqualTo(1);
        } finally {
            Files.setPosixFilePermissions(entity, PosixFilePermissions.fromString("rwx------"));
        }
    }

    /** Whoever opens a pipe waits until somebody writes into it. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aPipeIsReadWhereItIsNamedAndRefusedWhereItIsFound() throws Exception {
        assertThat(lint(Pipe.of(directory.resolve("named"), faultless()), "--profile", "odcs")).isZero();

        Path contracts = Files.createDirectories(directory.resolve("contracts/customer")).getParent();
        Path sound = Files.writeString(contracts.resolve("customer/v1.odcs.yaml"), faultless());
        Pipe.empty(Files.createDirectory(contracts.resolve("account")).resolve("v1.odcs.yaml"));
        assertThat(lint(contracts, "--profile", "odcs")).isEqualTo(1);
        assertThat(printed.toString()).containsPattern("1:1 +error +unreadable-file +is a pipe, a socket or a device\n +it should be a regular file, or a link to one\n")
                .contains("customer/v1.odcs.yaml  ok");
        assertThat(lint(sound, "--profile", "odcs")).as("beside it").isZero();
    }

    @Test
    void everyCodeIsListed() {
        assertThat(lint("--codes")).isZero();
        assertThat(printed.toString().lines()).hasSize(FindingCode.values().length + 1)
                .anyMatch(line -> line.matches("no-owner +error +- +a field has no owner"))
                .anyMatch(line -> line.matches("duplicate-name +error +warning +two .*"));
    }

    private Path faulty() throws IOException {
        return Files.writeString(directory.resolve("c.yaml"), faultless().replace("active", "live") + "owner: me\n");
    }

    private static String faultless() {
        return "apiVersion: v3.1.0\nkind: DataContract\nid: c\nversion: 1.0.0\nstatus: active\n";
    }
}
