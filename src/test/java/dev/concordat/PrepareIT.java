package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The built jar, as {@code ./concordat} starts it. */
@Timeout(1800)
class PrepareIT {
    @TempDir
    Path folder;

    @Test
    void laterStartsTakeTheirClassesFromWhatWasKept() throws Exception {
        assertThat(BuiltJar.prepared()).contains("the books balance").contains("later starts use it");

        assertThat(Path.of(BuiltJar.archive() + ".release")).hasSameBinaryContentAs(Path.of(System.getProperty("java.home"), "release"));
        Path output = folder.resolve("output.txt");
        Process started = start(output, List.of(BuiltJar.quickStart(), "-Xlog:class+load", "-cp", BuiltJar.CLASSES, Concordat.class.getName(), "--version"));
        assertThat(started.waitFor()).as(Files.readString(output)).isZero();
        assertThat(output).content().containsPattern("dev\\.concordat\\.Concordat source: shared objects file");
    }

    /** As a machine that has much else to do: what its servers would still write is for nobody. */
    @Test
    void whatIsToldToStopLeavesNothingAndDoesNotWaitForItsServers() throws Exception {
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

    private static Process start(Path output, List<String> arguments) throws IOException {
        var command = new ArrayList<>(List.of(BuiltJar.program(), "@config/jvm.options", "-Xmx512m", "-Dconcordat.log=quiet"));
        command.addAll(arguments);
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(BuiltJar.NOBODYS_ADDRESSES);
        return builder.start();
    }

    private void stopOnce(BiPredicate<Process, String> reached) throws Exception {
        Path output = folder.resolve("output.txt");
        Path archive = Files.createDirectories(folder.resolve("kept")).resolve("quick-start");
        Path temporary = Files.createDirectories(folder.resolve("temporary"));
        Process started = start(output, List.of("-XX:TieredStopAtLevel=1", "-Djava.io.tmpdir=" + temporary, "-cp", BuiltJar.CLASSES, Concordat.class.getName(),
                "prepare", "--changes", "200", "--archive", archive.toString()));
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
