package dev.concordat.faults;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.concordat.FreePort;
import dev.concordat.embedded.EmbeddedParts;
import dev.concordat.embedded.Part;
import dev.concordat.sample.Faults;
import dev.concordat.sample.SampleCrm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import javax.sql.DataSource;

/** Fresh servers: one PostgreSQL for each region, for the directory and for the CRM; Kafka, ActiveMQ; and a proxy on every line. */
final class Ground implements AutoCloseable {
    static final String SECRET = "whsec_" + "QUFB".repeat(10);
    static final int BRIDGES = 2;
    /** The bridge's at each ledger, with this as its password too: so an address can lead to any of them. */
    private static final String LOGIN = "bridge";

    final SampleCrm crm;
    final ServerProcess kafka;
    final ServerProcess activemq;
    final Disk disk;
    private final Path folder;
    private final EmbeddedParts databases;
    private final Map<String, HikariDataSource> pools = new ConcurrentHashMap<>();
    private final Map<Line, Proxy> proxies = new EnumMap<>(Line.class);
    private final List<Integer> webhookPorts = ports();
    private final List<Integer> managementPorts = ports();
    private final int kafkaPort = FreePort.any();

    /** @param logs where the servers say what goes wrong with them */
    Ground(Path logs) throws IOException, SQLException {
        Files.createDirectories(logs);
        folder = Files.createTempDirectory("concordat-faults");
        disk = new Disk(Files.createDirectories(folder.resolve("activemq")));
        databases = EmbeddedParts.start(folder.resolve("data"), Set.of(Part.POSTGRES),
                Map.of("eu", List.of("ledger_eu"), "uk", List.of("ledger_uk"), "us", List.of("ledger_us"),
                        "directory", List.of("directory"), "crm", List.of("crm")), line -> { });
        giveLogin();
        crm = new SampleCrm(database("crm"), 1, Faults.off(), Clock.systemUTC());
        int kafkaBridgePort = FreePort.any();
        int activemqPort = FreePort.any();
        Line.REGIONS.forEach(region -> proxies.put(Line.toLedger(region), new Proxy(List.of(databasePort("ledger_" + region)))));
        proxies.put(Line.DIRECTORY, new Proxy(List.of(databasePort("directory"))));
        proxies.put(Line.KAFKA, new Proxy(List.of(kafkaBridgePort)));
        proxies.put(Line.ACTIVEMQ, new Proxy(List.of(activemqPort)));
        proxies.put(Line.CRM, new Proxy(List.of(crm.address().getPort())));
        proxies.put(Line.WEBHOOKS, new Proxy(webhookPorts));
        crm.webhooks().deliverTo(URI.create("http://127.0.0.1:" + proxy(Line.WEBHOOKS).port() + "/webhooks/crm"), SECRET);
        kafka = new ServerProcess(KafkaNode.class, logs.resolve("kafka.log"), folder.resolve("kafka"), kafkaPort, FreePort.any(),
                kafkaBridgePort, proxy(Line.KAFKA).port());
        activemq = new ServerProcess(QuarantineBroker.class, logs.resolve("activemq.log"), disk.folder(), activemqPort);
        kafka.start();
        activemq.start();
    }

    private void giveLogin() throws SQLException {
        for (DataSource ledger : ledgers().values()) {
            try (var connection = ledger.getConnection(); var statement = connection.createStatement()) {
                statement.execute("CREATE ROLE " + LOGIN + " SUPERUSER LOGIN PASSWORD '" + LOGIN + "'");
            }
        }
    }

    Proxy proxy(Line line) {
        return proxies.get(line);
    }

    /** Not through a proxy. */
    String brokers() {
        return "127.0.0.1:" + kafkaPort;
    }

    Path folder() {
        return folder;
    }

    int webhookPort(int bridge) {
        return webhookPorts.get(bridge);
    }

    int managementPort(int bridge) {
        return managementPorts.get(bridge);
    }

    /** One for each bridge. */
    private static List<Integer> ports() {
        return IntStream.range(0, BRIDGES).mapToObj(any -> FreePort.any()).toList();
    }

    /** Not through a proxy. */
    DataSource database(String name) {
        return pools.computeIfAbsent(name, this::pool);
    }

    private HikariDataSource pool(String name) {
        var config = new HikariConfig();
        config.setJdbcUrl(databases.jdbcUrl(name));
        config.setUsername(databases.databaseUser());
        config.setPassword(databases.databasePassword(name));
        config.setMaximumPoolSize(8);
        config.setMinimumIdle(0);
        config.setConnectionTimeout(3_000);
        config.setInitializationFailTimeout(-1);
        config.addDataSourceProperty("socketTimeout", "30");
        return new HikariDataSource(config);
    }

    /** In the order of the regions. */
    Map<String, DataSource> ledgers() {
        Map<String, DataSource> ledgers = new LinkedHashMap<>();
        Line.REGIONS.forEach(region -> ledgers.put(region, database("ledger_" + region)));
        return ledgers;
    }

    /** What a bridge has to be told of where things are; all through the proxies. */
    Map<String, String> addresses() {
        Map<String, String> addresses = new LinkedHashMap<>();
        addresses.put("concordat.kafka.brokers", "127.0.0.1:" + proxy(Line.KAFKA).port());
        // A connection that has gone silent is noticed after seconds instead of minutes, so that a round is short.
        addresses.put("concordat.activemq.url",
                "tcp://127.0.0.1:" + proxy(Line.ACTIVEMQ).port() + "?wireFormat.maxInactivityDuration=3000");
        addresses.put("concordat.crm.url", "http://127.0.0.1:" + proxy(Line.CRM).port());
        addresses.put("concordat.webhook.secret", SECRET);
        address(addresses, "concordat.directory", "directory", Line.DIRECTORY);
        Line.REGIONS.forEach(region -> {
            String prefix = "concordat.ledger." + region;
            address(addresses, prefix, "ledger_" + region, Line.toLedger(region));
            addresses.put(prefix + ".user", LOGIN);
            addresses.put(prefix + ".password", LOGIN);
        });
        return addresses;
    }

    private void address(Map<String, String> addresses, String prefix, String database, Line line) {
        addresses.put(prefix + ".url", "jdbc:postgresql://127.0.0.1:" + proxy(line).port() + "/" + database + "?socketTimeout=4");
        addresses.put(prefix + ".user", databases.databaseUser());
        addresses.put(prefix + ".password", databases.databasePassword(database));
    }

    /** The address of a region's ledger leads to that of another, or to its own again; connections that are open are cut. */
    void lead(String region, String to) {
        if (region.equals(to)) {
            proxy(Line.toLedger(region)).leadBack();
        } else {
            proxy(Line.toLedger(region)).leadTo(databasePort("ledger_" + to), "ledger_" + region, "ledger_" + to);
        }
    }

    private int databasePort(String name) {
        return URI.create(databases.jdbcUrl(name).substring("jdbc:".length())).getPort();
    }

    /** As kill -9 of the postmaster does: what was not committed is lost, and the next start has to recover. */
    void killPostgres(String cluster) throws IOException {
        Path pidFile = folder.resolve("data").resolve("postgres").resolve(cluster).resolve("data").resolve("postmaster.pid");
        long pid = Long.parseLong(Files.readAllLines(pidFile).get(0).strip());
        ProcessHandle.of(pid).ifPresent(postmaster -> {
            postmaster.destroyForcibly();
            postmaster.onExit().join();
        });
    }

    void startPostgres(String cluster) {
        databases.startPostgres(cluster);
    }

    /** Everything behaves again, as far as it can be told to. Returns for each line how often it was cut since the last time. */
    Map<Line, Integer> heal() {
        Map<Line, Integer> cuts = new EnumMap<>(Line.class);
        proxies.forEach((line, proxy) -> cuts.put(line, proxy.heal()));
        crm.behave(Faults.off());
        return cuts;
    }

    @Override
    public void close() {
        try {
            crm.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        proxies.values().forEach(Proxy::close);
        pools.values().forEach(HikariDataSource::close);
        kafka.close();
        activemq.close();
        disk.close();
        databases.close();
        delete();
    }

    private void delete() {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
