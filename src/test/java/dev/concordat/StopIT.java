package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The built jar, told to stop while it starts and while it works. */
@Timeout(600)
class StopIT {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"demo, PostgreSQL", "run, Kafka", "demo, sample CRM ready", "demo, phase", "run, health"})
    void whateverWasBegunIsStoppedWithoutAWord(String command, String when) throws Exception {
        Path output = folder.resolve("output.txt");
        Process started = start(command, output);
        await().atMost(Duration.ofMinutes(5)).until(() -> Files.readString(output).contains(when) || !started.isAlive());
        started.destroy();
        assertThat(started.waitFor()).isEqualTo(128 + 15);
        assertThat(output).content().contains(when).doesNotContain("Exception").doesNotContain("\tat ");
        assertThat(folder.resolve("data/postgres/main/data/PG_VERSION")).exists();
        assertThat(folder.resolve("data/postgres/main/data/postmaster.pid")).as("of a PostgreSQL that runs").doesNotExist();
    }

    /** Servers of others: nothing that it has begun is there to be stopped before its routes are. */
    @Test
    void routesThatStartAreStoppedOnceTheyHave() throws Exception {
        try (var bed = new TestBed()) {
            Process started = bed.bridgeProcess();
            await().atMost(Duration.ofMinutes(5)).pollInterval(Duration.ofMillis(10)).ignoreExceptions().until(() -> {
                try (var webhook = new Socket("127.0.0.1", bed.webhookPort)) {
                    return webhook.isConnected();
                }
            });
            started.destroy();
            assertThat(started.waitFor()).isEqualTo(128 + 15);
            assertThat(bed.folder.resolve("bridge.log")).content().doesNotContain("not yet shutdown").doesNotContain("Exception");
        }
    }

    private Process start(String command, Path output) throws IOException {
        Path settings = Files.writeString(folder.resolve("demo.properties"), """
                concordat.webhook.port = 0
                concordat.management.port = 0
                concordat.console.port = 0
                """);
        var started = BuiltJar.java("@config/jvm.options", "-XX:TieredStopAtLevel=1", "-Xmx512m", "-Dconcordat.log=quiet");
        started.addAll(List.of(Concordat.class.getName(), "--config", settings.toString(), "--data", folder.resolve("data").toString(), command));
        return new ProcessBuilder(started)
                .redirectErrorStream(true).redirectOutput(output.toFile()).start();
    }
}
