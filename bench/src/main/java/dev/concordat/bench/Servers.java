package dev.concordat.bench;

import dev.concordat.embedded.EmbeddedParts;
import dev.concordat.embedded.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** One fresh Kafka, PostgreSQL and ActiveMQ, which all contestants of one leg share one after the other. */
final class Servers implements AutoCloseable {
    static final String PLAIN = "peers";
    /** Where the sample CRM keeps what it knows. */
    static final String CRM = "crm";
    static final List<String> REGIONS = List.of("eu", "uk", "us");

    private final Path folder;
    private final EmbeddedParts parts;
    private final Admin admin;
    private final String heap;

    private Servers(Path folder, EmbeddedParts parts, String heap) {
        this.folder = folder;
        this.heap = heap;
        this.parts = parts;
        this.admin = Admin.create(Map.of("bootstrap.servers", parts.kafkaBootstrap()));
    }

    static Servers start() throws IOException {
        return start("1g");
    }

    /** @param heap of each contestant, as Java takes it */
    static Servers start(String heap) throws IOException {
        Path folder = Files.createTempDirectory("concordat-peers");
        return new Servers(folder, EmbeddedParts.start(folder.resolve("data"), Set.of(Part.values()),
                List.of("ledger_eu", "ledger_uk", "ledger_us", "directory", CRM, PLAIN), line -> { }), heap);
    }

    Path folder() {
        return folder;
    }

    EmbeddedParts parts() {
        return parts;
    }

    String heap() {
        return heap;
    }

    void topic(String name) {
        parts.createTopics(Map.of(name, Expected.PARTITIONS));
    }

    void send(String topic, PeerTraffic traffic) throws Exception {
        topic(topic);
        try (var producer = producer(20)) {
            traffic.each(each -> producer.send(record(topic, each)));
        }
    }

    static ProducerRecord<String, byte[]> record(String topic, PeerTraffic.Sending sending) {
        return record(topic, sending.emission().key(), sending.body());
    }

    static ProducerRecord<String, byte[]> record(String topic, String key, byte[] body) {
        return new ProducerRecord<>(topic, Expected.partition(key), key, body);
    }

    /** How many records a topic holds. */
    long size(String topic) throws Exception {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        for (int i = 0; i < Expected.PARTITIONS; i++) {
            ends.put(new TopicPartition(topic, i), OffsetSpec.latest());
        }
        return admin.listOffsets(ends).all().get().values().stream().mapToLong(end -> end.offset()).sum();
    }

    /** Keeps the order; nothing is sent twice unless the broker does not answer in time. */
    KafkaProducer<String, byte[]> producer(int lingerMillis) {
        var properties = new Properties();
        properties.put("bootstrap.servers", parts.kafkaBootstrap());
        properties.put("linger.ms", Integer.toString(lingerMillis));
        properties.put("batch.size", "131072");
        properties.put("compression.type", "lz4");
        properties.put("enable.idempotence", "false");
        properties.put("max.in.flight.requests.per.connection", "1");
        return new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer());
    }

    /** Whether a consumer group has got partitions of a topic. */
    boolean consumes(String group, String topic) {
        return members(group, topic) > 0;
    }

    /** How many consumers of a group have partitions of a topic. */
    int members(String group, String topic) {
        try {
            return (int) admin.describeConsumerGroups(List.of(group)).describedGroups().get(group).get().members().stream()
                    .filter(member -> member.assignment().topicPartitions().stream().anyMatch(partition -> partition.topic().equals(topic)))
                    .count();
        } catch (java.util.concurrent.ExecutionException e) {
            return 0;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(parts.jdbcUrl(database), parts.databaseUser(), parts.databasePassword(database));
    }

    /** An empty table, and nothing left of the contestant before: also nothing that PostgreSQL would still have to write. */
    void emptyTable() throws SQLException {
        try (var connection = connect(PLAIN); var statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS customer, camel_messageprocessed");
            statement.execute(Customer.TABLE);
            statement.execute("CHECKPOINT");
        }
    }

    @Override
    public void close() throws IOException {
        admin.close();
        parts.close();
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
