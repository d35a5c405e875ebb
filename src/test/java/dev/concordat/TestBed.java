package dev.concordat;

import dev.concordat.embedded.EmbeddedParts;
import dev.concordat.embedded.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Real servers in a folder of their own, and a bridge that can be started on them again and again. */
final class TestBed implements AutoCloseable {
    static final String SECRET = "whsec_" + java.util.Base64.getEncoder().encodeToString(new byte[32]);

    final EmbeddedParts parts;
    final Path folder;
    private final KafkaProducer<String, byte[]> producer;

    TestBed() throws IOException {
        folder = Files.createTempDirectory("concordat-test");
        parts = EmbeddedParts.start(folder.resolve("data"), Set.of(Part.values()),
                Map.of("eu", List.of("ledger_eu", "directory", "crm"), "uk", List.of("ledger_uk"), "us", List.of("ledger_us")),
                line -> { });
        var properties = new Properties();
        properties.put("bootstrap.servers", parts.kafkaBootstrap());
        properties.put("acks", "all");
        producer = new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer());
    }

    Settings settings() {
        var settings = Settings.read(Path.of("config/application.properties"), Map.of())
                .with("concordat.kafka.brokers", parts.kafkaBootstrap())
                .with("concordat.activemq.url", parts.activemqUrl())
                .with("concordat.crm.url", "http://127.0.0.1:1")
                .with("concordat.webhook.secret", SECRET)
                .with("concordat.webhook.port", "0").with("concordat.management.port", "0");
        settings = database(settings, "concordat.directory", "directory");
        for (String region : List.of("eu", "uk", "us")) {
            settings = database(settings, "concordat.ledger." + region, "ledger_" + region);
        }
        return settings;
    }

    private Settings database(Settings settings, String prefix, String database) {
        return settings.with(prefix + ".url", parts.jdbcUrl(database)).with(prefix + ".user", parts.databaseUser())
                .with(prefix + ".password", parts.databasePassword(database));
    }

    Bridge bridge() {
        return Bridge.start(settings(), Clock.systemUTC());
    }

    void send(String topic, String key, String body) {
        producer.send(new ProducerRecord<>(topic, key, body.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        producer.flush();
    }

    /** The first column of the first row. */
    String query(String database, String sql) throws SQLException {
        try (var connection = DriverManager.getConnection(parts.jdbcUrl(database), parts.databaseUser(), parts.databasePassword(database));
                var rows = connection.createStatement().executeQuery(sql)) {
            return rows.next() ? rows.getString(1) : null;
        }
    }

    @Override
    public void close() {
        producer.close();
        parts.close();
    }
}
