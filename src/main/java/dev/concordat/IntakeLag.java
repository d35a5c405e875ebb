package dev.concordat;

import dev.concordat.residency.IntakeTopics;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/** How many changes stand in the intake topic that admit has not counted yet. */
final class IntakeLag implements AutoCloseable {
    private final Admin admin;
    private final String topic;
    private final DataSource directory;

    IntakeLag(KafkaAccess kafka, Settings settings, DataSource directory) {
        this.admin = kafka.admin(Map.of(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000));
        this.topic = settings.text("concordat.intake.topic");
        this.directory = directory;
    }

    /** @throws BridgeException when Kafka or the directory does not answer */
    long read() {
        try {
            var described = admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
            var counted = counted(new IntakeTopics(directory).called(topic, described.topicId().toString()));
            var partitions = described.partitions().stream()
                    .collect(Collectors.toMap(partition -> new TopicPartition(topic, partition.partition()), partition -> OffsetSpec.latest()));
            return admin.listOffsets(partitions, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED)).all().get().entrySet().stream()
                    .mapToLong(end -> end.getValue().offset() - counted.getOrDefault(end.getKey().partition(), 0L)).sum();
        } catch (ExecutionException | SQLException e) {
            throw new BridgeException("it cannot be told what waits in the intake: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BridgeException("interrupted while the intake was looked at", e);
        }
    }

    private Map<Integer, Long> counted(String name) throws SQLException {
        try (var connection = directory.getConnection();
                var statement = connection.prepareStatement("SELECT partition, next_offset FROM concordat.intake WHERE topic = ?")) {
            statement.setString(1, name);
            var counted = new HashMap<Integer, Long>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    counted.put(rows.getInt(1), rows.getLong(2));
                }
            }
            return counted;
        }
    }

    @Override
    public void close() {
        admin.close();
    }
}
