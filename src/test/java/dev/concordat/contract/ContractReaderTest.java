package dev.concordat.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ContractReaderTest {
    private static final Path CASES = Path.of("src/test/resources/contracts");

    @TempDir
    private Path directory;

    static Stream<Path> faulty() throws IOException {
        try (Stream<Path> files = Files.list(CASES.resolve("faulty"))) {
            return files.sorted().toList().stream();
        }
    }

    /** Each faulty contract names what is wrong with it in the comments on its first lines. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("faulty")
    void aFaultyContractIsRefusedWithEveryFindingAndItsPlace(Path faulty) throws IOException {
        Path file = customer(faulty);
        List<String> expected = Files.readAllLines(faulty).stream().takeWhile(line -> line.startsWith("# "))
                .map(line -> file + ":" + line.substring(2)).toList();

        ContractException refused = catchThrowableOfType(ContractException.class, () -> Contracts.read(directory));

        assertThat(expected).isNotEmpty();
        assertThat(refused.getMessage().lines()).containsExactlyElementsOf(expected);
    }

    @Test
    void theContractsThatTheFaultyOnesAreMadeOfAreSound() {
        assertThat(Contracts.read(CASES.resolve("sound")).all()).extracting(Contract::label)
                .containsExactly("account/1.0.0", "customer/1.0.0");
    }

    @Test
    void findingsOfAllFilesAreReportedAtOnce() throws IOException {
        customer(CASES.resolve("faulty/no-id.odcs.yaml"));
        Files.writeString(directory.resolve("account/v1.odcs.yaml"), "kind: Contract\n");

        ContractException refused = catchThrowableOfType(ContractException.class, () -> Contracts.read(directory));

        assertThat(refused.findings()).extracting(finding -> finding.file().getParent().getFileName().toString())
                .contains("customer", "account");
    }

    @Test
    void aDirectoryWithoutContractsIsRefused() {
        assertThatThrownBy(() -> Contracts.read(directory)).isInstanceOf(ContractException.class)
                .hasMessage(directory + ":1:1 no-contract: holds no contract; put contracts into <entity>/v<major>.odcs.yaml");
    }

    /** As it is mounted from a ConfigMap, where an editor keeps its versions and has a contract open. */
    @Test
    void aDirectoryOfLinksIsReadAndWhatIsHiddenIsNot() throws IOException {
        Files.createSymbolicLink(directory.resolve("..data"), CASES.resolve("sound").toAbsolutePath());
        for (String entity : List.of("account", "customer")) {
            Files.createSymbolicLink(directory.resolve(entity), Path.of("..data", entity));
        }
        Files.createDirectory(directory.resolve(".history"));
        Files.writeString(directory.resolve(".history/v1.odcs.yaml"), "kind: Contract\n");
        Files.createSymbolicLink(directory.resolve(".#v1.odcs.yaml"), Path.of("somebody@somewhere"));
        Path link = Files.createSymbolicLink(directory.resolveSibling(directory.getFileName() + "-link"), directory);
        try {
            assertThat(Contracts.read(link).all()).extracting(Contract::label).containsExactly("account/1.0.0", "customer/1.0.0");
        } finally {
            Files.delete(link);
        }
    }

    /** Whoever opens a pipe waits until somebody writes into it. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aPipeInADirectoryIsRefusedUnopenedBesideAContractFromElsewhereToo() throws Exception {
        Path customer = customer(CASES.resolve("sound/customer/v1.odcs.yaml"));
        Path account = directory.resolve("account/v1.odcs.yaml");
        Files.delete(account);
        assertThat(new ProcessBuilder("mkfifo", account.toString()).start().waitFor()).isZero();
        for (ThrowingCallable reading : List.<ThrowingCallable>of(() -> Contracts.read(directory, Source.once(customer)), () -> Contracts.around(Source.once(customer)))) {
            assertThatThrownBy(reading).hasMessageContaining("is a pipe, a socket or a device; it should be a regular file, or a link to one");
        }
    }

    @Test
    void aDirectoryThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> Contracts.read(directory.resolve("none"))).hasMessageContaining("/none]");
    }

    private Path customer(Path from) throws IOException {
        Path account = Files.createDirectories(directory.resolve("account")).resolve("v1.odcs.yaml");
        Files.copy(CASES.resolve("sound/account/v1.odcs.yaml"), account);
        Path customer = Files.createDirectories(directory.resolve("customer")).resolve("v1.odcs.yaml");
        return Files.copy(from, customer);
    }
}
