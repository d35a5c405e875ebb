package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The built jar, as {@code ./concordat} starts it. */
@Timeout(1800)
class PrepareIT {
    private static final String CLASSES = "target/concordat.jar:target/lib/*";

    @TempDir
    Path folder;

    private Process start(Path output, String... arguments) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var command = new ArrayList<>(List.of(java, "@config/jvm.options", "-Xmx512m", "-Dconcordat.log=quiet"));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        // An address of the machine must not be asked; the sample's traffic would go there.
        builder.environment().putAll(Map.of("CONCORDAT_KAFKA_BROKERS", "127.0.0.1:9", "CAMEL_COMPONENT_KAFKA_BROKERS", "127.0.0.1:9"));
        return builder.start();
    }

    private String java(String... arguments) throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "output", ".txt");
        Process started = start(output, arguments);
        int status;
        try {
            status = started.waitFor();
        } finally {
            started.destroy();
        }
        String said = Files.readString(output);
        assertThat(status).as(said).isZero();
        return said;
    }

    @Test
    void laterStartsTakeTheirClassesFromWhatWasKept() throws Exception {
        Path archive = folder.resolve("quick start");

        String said = java("-cp", CLASSES, "dev.concordat.Concordat", "prepare", "--changes", "200", "--archive", archive.toString());
        assertThat(said).contains("the books balance").contains("later starts use it");

        assertThat(Path.of(archive + ".release")).hasSameBinaryContentAs(Path.of(System.getProperty("java.home"), "release"));
        Path profiles = Path.of(archive + ".aot");
        String use = Files.exists(profiles) ? "-XX:AOTCache=" + profiles : "-XX:SharedArchiveFile=" + archive + ".jsa";
        assertThat(java(use, "-Xlog:class+load", "-cp", CLASSES, "dev.concordat.Concordat", "--version"))
                .containsPattern("dev\\.concordat\\.Concordat source: shared objects file");
    }

    @Test
    void whatIsToldToStopLeavesNothing() throws Exception {
        stopOnce((started, said) -> said.contains("webhook "));
    }

    /** As a machine that has much else to do: what its servers would still write is for nobody. */
    @Test
    void whatIsToldToStopDoesNotWaitForItsServers() throws Exception {
        stopOnce((started, said) -> {
            boolean up = said.contains("webhook ");
            if (up) {
                started.children().forEach(PrepareIT::freeze);
            }
            return up;
        });
    }

    private static void freeze(ProcessHandle process) {
        try {
            new ProcessBuilder("kill", "-STOP", Long.toString(process.pid())).start().waitFor();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whatIsToldToStopWhileAServerStartsLeavesNothing() throws Exception {
        stopOnce((started, said) -> started.descendants().anyMatch(each -> each.info().command().filter(name -> name.endsWith("/postgres")).isPresent()));
    }

    /** Until then its servers are at rest; from Java 25 on, a process of its own writes. */
    @Test
    void whatIsToldToStopWhileJavaWritesLeavesNothing() throws Exception {
        stopOnce((started, said) -> said.contains("the books balance") && (Runtime.version().feature() < 25
                ? started.descendants().count() == 1
                : started.descendants().filter(each -> each.info().command().filter(name -> name.endsWith("java")).isPresent()).count() == 2));
    }

    private void stopOnce(BiPredicate<Process, String> reached) throws Exception {
        Path output = folder.resolve("output.txt");
        Path archive = Files.createDirectories(folder.resolve("kept")).resolve("quick-start");
        Path temporary = Files.createDirectories(folder.resolve("temporary"));
        Process started = start(output, "-Djava.io.tmpdir=" + temporary, "-cp", CLASSES, "dev.concordat.Concordat", "prepare", "--changes", "200",
                "--archive", archive.toString());
        await().pollInterval(Duration.ofMillis(20)).atMost(Duration.ofMinutes(5)).until(() -> reached.test(started, Files.readString(output))
                || !started.isAlive());
        var all = Stream.concat(Stream.of(started.toHandle()), started.descendants()).toList();
        started.destroy();
        all.forEach(each -> each.onExit().orTimeout(2, TimeUnit.MINUTES).join());
        assertThat(ProcessHandle.allProcesses().filter(each -> each.info().commandLine().filter(line -> line.contains(temporary.toString())).isPresent())).isEmpty();
        assertThat(all).as(Files.readString(output)).hasSizeGreaterThan(1);
        assertThat(archive.getParent()).isEmptyDirectory();
        assertThat(temporary).isEmptyDirectory();
    }
}
