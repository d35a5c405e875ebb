package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.concordat.embedded.EmbeddedParts;
import dev.concordat.sample.Traffic;
import dev.concordat.sample.TrafficSender;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The bridge with all that is embedded, as the command line starts it. */
class RunningIT {
    /** SQLSTATE of a database that is closed under its client. */
    private static final String SHUT_DOWN = "57P01";

    @TempDir
    private Path folder;
    @RegisterExtension
    private final Said log = Said.byAnybody();

    private Settings settings() {
        return Settings.read(Path.of("config/application.properties"), Map.of()).with("concordat.data", folder.resolve("data").toString())
                .with("concordat.reports", folder.resolve("reports").toString()).with("concordat.webhook.port", "0")
                .with("concordat.management.port", "0").with("concordat.console.port", "0");
    }

    @Test
    void whatStandsInTheWayOfTheConsoleIsSaidBeforeAnythingStarts() throws IOException {
        Files.createDirectories(folder.resolve("data"));
        Path kept = Files.writeString(folder.resolve("data/kept"), "of an earlier start");
        try (var other = new ServerSocket(0, 0, InetAddress.getByName("127.0.0.1"))) {
            var taken = settings().with("concordat.console.port", Integer.toString(other.getLocalPort())).with("concordat.console.policy", "none.xml");
            var said = new ArrayList<String>();
            assertThatThrownBy(() -> Running.start(taken, true, 1, said::add, Clock.systemUTC())).isInstanceOf(BridgeException.class)
                    .hasMessageContaining("'concordat.console.port' [" + other.getLocalPort() + "] should be a port that is free on 'concordat.console.host' [127.0.0.1]")
                    .hasMessageContaining("'concordat.console.policy' [none.xml] should be a file that can be read");
            assertThat(said).isEmpty();
            assertThat(kept).exists();
        }
    }

    /** Nothing is embedded; a file is in the way, as a user who may write anywhere is not stopped by less. */
    @ParameterizedTest
    @CsvSource({"data,data,data,", "data/console,data,data/console,", "data/reports,data,data/reports,", "reports,reports,reports,reports"})
    void aFolderThatCannotBeWrittenIsSaidBeforeAnythingStarts(String file, String key, String named, String reports) throws IOException {
        Path inTheWay = folder.resolve(file);
        Files.createDirectories(inTheWay.getParent());
        Files.createFile(inTheWay);
        var settings = settings().with("concordat.reports", reports == null ? "" : folder.resolve(reports).toString())
                .with("concordat.kafka.brokers", "127.0.0.1:1").with("concordat.activemq.url", "tcp://127.0.0.1:1")
                .with("concordat.crm.url", "http://127.0.0.1:1").with("concordat.directory.url", "jdbc:postgresql://127.0.0.1:1/directory");
        for (String region : List.of("eu", "uk", "us")) {
            settings = settings.with("concordat.ledger." + region + ".url", "jdbc:postgresql://127.0.0.1:1/" + region);
        }
        var external = settings;
        assertThatThrownBy(() -> Running.start(external, false, 1, line -> { }, Clock.systemUTC())).isInstanceOf(BridgeException.class).hasMessage(
                "'concordat." + key + "' [" + folder.resolve(key) + "] should be a folder that can be written: '" + folder.resolve(named) + "' is a file");
        assertThat(log.lines()).isEmpty();
    }

    /** A second start would else ask for other ports, and find the folder in use with them. */
    @Test
    void aDataFolderInUseIsSaidBeforeThePortsThatItsBridgeHolds() throws IOException {
        Path data = folder.resolve("data");
        try (var first = EmbeddedParts.open(data, line -> { }); var door = new ServerSocket(0, 0, InetAddress.getByName("127.0.0.1"))) {
            var same = settings().with("concordat.console.port", Integer.toString(door.getLocalPort()));
            assertThatThrownBy(() -> Running.start(same, false, 1, line -> { }, Clock.systemUTC())).isInstanceOf(BridgeException.class)
                    .hasMessage("data folder '" + data + "' is in use by another running Concordat; stop that one or name another folder");
        }
    }

    /** Of IPv6 where the machine has it. */
    @Test
    void whatIsToldOfTheDoorsIsWhereClientsFindThemAndTheSampleCrmDeliversThere() throws Exception {
        var settings = settings().with("concordat.webhook.host", loopback()).with("concordat.management.host", "0.0.0.0").with("concordat.console.host", "0.0.0.0");
        var said = new ArrayList<String>();
        try (var running = Running.start(settings, false, 1, said::add, Clock.systemUTC());
                var sender = new TrafficSender(running.surroundings().crm(), running.surroundings().settings().text("concordat.kafka.brokers"), "crm.changes")) {
            assertThat(answer(said, "health")).isEqualTo(200);
            assertThat(answer(said, "console")).isEqualTo(200);
            assertThat(answer(said, "webhook")).as("takes POST alone").isEqualTo(405);
            sender.send(new Traffic(1, 100, Clock.systemUTC()).phases().get(0), 0);
            var webhooks = running.surroundings().crm().webhooks();
            await().atMost(Duration.ofMinutes(5)).until(webhooks::drained);
            assertThat(webhooks.delivered()).isPositive();
        }
    }

    private static String loopback() {
        try (var socket = new ServerSocket(0, 0, InetAddress.getByName("::1"))) {
            return socket.getInetAddress().getHostAddress();
        } catch (IOException e) {
            return "localhost";
        }
    }

    /** The status that is answered at the address of a door. */
    private static int answer(List<String> said, String door) throws Exception {
        String line = said.stream().filter(each -> each.startsWith(door + " ")).findFirst().orElseThrow();
        assertThat(line).doesNotContain("0.0.0.0");
        var http = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();
        return http.send(HttpRequest.newBuilder(URI.create(line.replaceFirst("^" + door + " +", ""))).build(), HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    @Test
    void aStartThatFailsLateEndsTheBridgeBeforeItsDatabases() throws Exception {
        assertThatThrownBy(() -> Running.start(settings(), false, 1, line -> {
            if (line.startsWith("console")) {
                throw new BridgeException(line);
            }
        }, Clock.systemUTC())).isInstanceOf(BridgeException.class).satisfies(failure -> {
            var console = URI.create(failure.getMessage().replaceAll("console +", ""));
            assertThatThrownBy(() -> new Socket(console.getHost(), console.getPort()).close()).isInstanceOf(ConnectException.class);
        });
        assertThat(ManagementFactory.getPlatformMBeanServer().queryNames(new ObjectName("dev.concordat:*"), null)).isEmpty();
        assertThat(log.lines()).noneMatch(line -> line.contains("SQLTransient") || line.contains(SHUT_DOWN));
    }
}
