package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.concordat.embedded.EmbeddedParts;
import dev.concordat.embedded.Part;
import dev.concordat.ledger.Ledgers;
import dev.concordat.sample.Comparison;
import dev.concordat.sample.Expected;
import dev.concordat.sample.Faults;
import dev.concordat.sample.OutcomeComparison;
import dev.concordat.sample.SampleCrm;
import dev.concordat.sample.Teller;
import dev.concordat.sample.Traffic;
import dev.concordat.sample.TrafficSender;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.springframework.util.FileSystemUtils;

/** Real servers in a folder of their own, one PostgreSQL for each region, and the sample CRM; a bridge comes and goes. */
final class TestBed implements AutoCloseable {
    static final String SECRET = "whsec_" + Base64.getEncoder().encodeToString("a secret of at least 24 bytes".getBytes(StandardCharsets.UTF_8));
    private static final List<String> REGIONS = List.of("eu", "uk", "us");

    final EmbeddedParts parts;
    final Path folder;
    final SampleCrm crm;
    final int webhookPort = FreePort.any();
    final int managementPort = FreePort.any();
    private final Map<String, HikariDataSource> databases = new LinkedHashMap<>();
    private final KafkaProducer<String, byte[]> producer;

    static {
        // A busy machine keeps whoever looks waiting longer than a pool lends connections; what goes wrong for good is told when the time is over.
        Awaitility.ignoreExceptionsByDefault();
    }

    TestBed() throws IOException {
        this(Faults.off());
    }

    TestBed(Faults faults) throws IOException {
        folder = Files.createTempDirectory("concordat-test");
        Clusters.layInto(folder.resolve("data"));
        parts = EmbeddedParts.start(folder.resolve("data"), Set.of(Part.values()), Clusters.DATABASES, line -> { });
        for (String name : List.of("ledger_eu", "ledger_uk", "ledger_us", "directory", "crm")) {
            databases.put(name, Ledgers.open(name, parts.jdbcUrl(name), parts.databaseUser(), parts.databasePassword(name), 5));
        }
        crm = new SampleCrm(database("crm"), 1, faults, Clock.systemUTC());
        crm.webhooks().deliverTo(URI.create("http://127.0.0.1:" + webhookPort + "/webhooks/crm"), SECRET);
        var properties = new Properties();
        properties.put("bootstrap.servers", parts.kafkaBootstrap());
        properties.put("acks", "all");
        producer = new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer());
    }

    Settings settings() {
        var settings = Settings.read(Path.of("config/application.properties"), Map.of())
                .with("concordat.kafka.brokers", parts.kafkaBootstrap())
                .with("concordat.activemq.url", parts.activemqUrl())
                .with("concordat.crm.url", crm.address().toString())
                .with("concordat.webhook.secret", SECRET)
                .with("concordat.webhook.port", Integer.toString(webhookPort))
                .with("concordat.management.port", Integer.toString(managementPort))
                .with("concordat.console.enabled", "false")
                // Beans for each step are a tenth of a test's processor time; those that run a bridge as it is shipped have them.
                .with("camel.main.jmxManagementMBeansLevel", "RoutesOnly")
                .with("concordat.audit.settle", "PT0S")
                .with("concordat.data", folder.resolve("data").toString())
                .with("concordat.reports", folder.resolve("reports").toString());
        settings = address(settings, "concordat.directory", "directory");
        for (String region : REGIONS) {
            settings = address(settings, "concordat.ledger." + region, "ledger_" + region);
        }
        return settings;
    }

    private Settings address(Settings settings, String prefix, String database) {
        return settings.with(prefix + ".url", parts.jdbcUrl(database)).with(prefix + ".user", parts.databaseUser())
                .with(prefix + ".password", parts.databasePassword(database));
    }

    Bridge bridge() {
        return Bridge.start(settings(), Clock.systemUTC());
    }

    /** A bridge in a process of its own, which can be killed. */
    Process bridgeProcess() throws IOException {
        return bridgeProcess(settings());
    }

    Process bridgeProcess(Settings settings) throws IOException {
        return bridgeProcess(settings, "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    }

    /** @param options of the Java virtual machine */
    Process bridgeProcess(Settings settings, String... options) throws IOException {
        Path file = folder.resolve("bridge.properties");
        try (var out = Files.newOutputStream(file)) {
            settings.all().store(out, null);
        }
        var command = BuiltJar.java(options);
        command.addAll(List.of(Concordat.class.getName(), "run", "--config", file.toString()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("bridge.log").toFile()))
                .start();
    }

    HikariDataSource database(String name) {
        return databases.get(name);
    }

    /** In the order of the regions. */
    Map<String, DataSource> ledgers() {
        Map<String, DataSource> ledgers = new LinkedHashMap<>();
        REGIONS.forEach(region -> ledgers.put(region, database("ledger_" + region)));
        return ledgers;
    }

    Accounting accounting() {
        return new Accounting(ledgers(), database("directory"));
    }

    TrafficSender sender() {
        return new TrafficSender(crm, parts.kafkaBootstrap(), "crm.changes");
    }

    /** Copies the shipped contracts, to be edited. */
    static Path copyOfContracts(Path target) throws IOException {
        for (String entity : List.of("customer", "account")) {
            Files.createDirectories(target.resolve(entity));
            Files.copy(Path.of("contracts", entity, "v1.odcs.yaml"), target.resolve(entity).resolve("v1.odcs.yaml"));
        }
        return target;
    }

    /** Copies the shipped routes, to be edited. */
    static Path copyOfRoutes(Path target) throws IOException {
        try (var files = Files.walk(Path.of("routes"))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path copy = target.resolve(Path.of("routes").relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        }
        return target;
    }

    static void edit(Path file, String from, String to) throws IOException {
        String text = Files.readString(file);
        assertThat(text).contains(from);
        Files.writeString(file, text.replace(from, to));
    }

    /** Sends all of it beside the caller, each phase once the teller has booked what the one before takes. */
    static CompletableFuture<Void> send(Traffic traffic, Teller teller, TrafficSender sender) {
        return CompletableFuture.runAsync(() -> {
            try {
                for (var phase : traffic.phases()) {
                    sender.send(phase, 0);
                    assertThat(teller.awaitDone(20, TimeUnit.MINUTES)).isTrue();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Waits until everything sent has ended and the CRM has been told everything; fails with what is still under way. */
    void awaitDrained(TrafficSender sender) {
        try (var lag = new IntakeLag(KafkaAccess.of(settings()), settings(), database("directory"))) {
            awaitDrained(sender, lag);
        }
    }

    private void awaitDrained(TrafficSender sender, IntakeLag lag) {
        // One look takes several queries, and what is on its way from one place to the next may be seen in neither.
        var quiet = new AtomicReference<List<Long>>(List.of());
        await().atMost(Duration.ofMinutes(10)).untilAsserted(() -> {
            boolean read = crm.webhooks().waiting() == 0 && lag.read() == 0;
            var books = accounting().read();
            var seen = read && books.inFlight() == 0 ? List.of(books.received(), books.ended(), books.of("parked"), books.outbox()) : List.<Long>of();
            assertThat(quiet.getAndSet(seen)).as("twice the same, with nothing under way").isNotEmpty().isEqualTo(seen);
            if (books.of("parked") > 0) {
                accounting().endWaiting();
            }
            assertThat("sent %d of which received at least %s, in flight %d, parked %d, outbox %d, webhooks waiting %d".formatted(
                    sender.progress().sent(), books.received() >= sender.progress().sent() ? "all" : books.received(),
                    books.inFlight(), books.of("parked"), books.outbox(), crm.webhooks().waiting()))
                    .isEqualTo("sent %d of which received at least all, in flight 0, parked 0, outbox 0, webhooks waiting 0"
                            .formatted(sender.progress().sent()));
        });
    }

    /** What is otherwise than computed from the seed: fields of ledgers and CRM, and how changes ended. */
    List<String> differences(Traffic traffic) {
        var expected = Expected.of(traffic);
        var differences = new ArrayList<>(new Comparison(expected, ledgers(), database("crm")).differences());
        differences.addAll(new OutcomeComparison(expected.outcomes(), crm.webhooks().uncertain(), ledgers().values()).differences());
        return differences;
    }

    /** What the bridge answers at a path of its management port, such as {@code /observe/health}. */
    String managed(String path) throws IOException, InterruptedException {
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + path)).build(),
                HttpResponse.BodyHandlers.ofString()).body();
    }

    void send(String topic, String key, String body) {
        producer.send(new ProducerRecord<>(topic, key, body.getBytes(StandardCharsets.UTF_8)));
        producer.flush();
    }

    /** Sends a structured change in binary mode: its attributes as headers, its data as the record. */
    void sendBinary(String topic, String key, String change) throws IOException {
        var document = new com.fasterxml.jackson.databind.ObjectMapper().readTree(change);
        var message = new ProducerRecord<>(topic, key, document.get("data").toString().getBytes(StandardCharsets.UTF_8));
        document.fields().forEachRemaining(attribute -> {
            if (!attribute.getKey().equals("data")) {
                message.headers().add("ce_" + attribute.getKey(), attribute.getValue().asText().getBytes(StandardCharsets.UTF_8));
            }
        });
        producer.send(message);
        producer.flush();
    }

    /** The first column of the first row; null where there is none. */
    String query(String database, String sql) throws SQLException {
        try (var connection = database(database).getConnection(); var rows = connection.createStatement().executeQuery(sql)) {
            return rows.next() ? rows.getString(1) : null;
        }
    }

    @Override
    public void close() {
        producer.close();
        try {
            crm.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        databases.values().forEach(HikariDataSource::close);
        parts.close();
        // What cannot be deleted stays for the system to clear.
        FileSystemUtils.deleteRecursively(folder.toFile());
    }
}
