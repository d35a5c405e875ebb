package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The built jar, as {@code ./concordat} starts it. */
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
        builder.environment().put("CONCORDAT_KAFKA_BROKERS", "127.0.0.1:9");
        int status = builder.start().waitFor();
        String said = Files.readString(output);
        assertThat(status).as(said).isZero();
        return said;
    }

    @Test
    void laterStartsTakeTheirClassesFromWhatWasKept() throws Exception {
        String classes = "target/concordat.jar:target/lib/*";
        Path options = folder.resolve("quick start.options");

        String said = java("-cp", classes, "dev.concordat.Concordat", "prepare", "--changes", "200", "--options", options.toString());
        assertThat(said).contains("the books balance").contains(folder.resolve("quick start.archive") + ", ");

        assertThat(java("@" + options, "-Xlog:class+load", "-cp", classes, "dev.concordat.Concordat", "--version"))
                .containsPattern("dev\\.concordat\\.Concordat source: shared objects file");
    }
}
