package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The built jar, as {@code ./concordat} starts it. */
@Timeout(1800)
class PrepareIT {
    @TempDir
    Path folder;

    private String java(String... arguments) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var command = new ArrayList<>(List.of(java, "@config/jvm.options", "-Xmx512m", "-Dconcordat.log=quiet"));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile(folder, "output", ".txt");
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        // An address of the machine must not be asked; the sample's traffic would go there.
        builder.environment().putAll(Map.of("CONCORDAT_KAFKA_BROKERS", "127.0.0.1:9", "CAMEL_COMPONENT_KAFKA_BROKERS", "127.0.0.1:9"));
        Process started = builder.start();
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
        String classes = "target/concordat.jar:target/lib/*";
        Path archive = folder.resolve("quick start");

        String said = java("-cp", classes, "dev.concordat.Concordat", "prepare", "--changes", "200", "--archive", archive.toString());
        assertThat(said).contains("the books balance").contains("later starts use it");

        assertThat(Path.of(archive + ".release")).hasSameBinaryContentAs(Path.of(System.getProperty("java.home"), "release"));
        Path profiles = Path.of(archive + ".aot");
        String use = Files.exists(profiles) ? "-XX:AOTCache=" + profiles : "-XX:SharedArchiveFile=" + archive + ".jsa";
        assertThat(java(use, "-Xlog:class+load", "-cp", classes, "dev.concordat.Concordat", "--version"))
                .containsPattern("dev\\.concordat\\.Concordat source: shared objects file");
    }
}
