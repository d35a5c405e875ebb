package dev.concordat.ledger;

import dev.concordat.BridgeException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.camel.component.kafka.KafkaEndpoint;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** How far the topics of the lanes are written, and how far their lanes are with them, as Kafka says. */
public final class LaneTopics implements Queued.Topics, AutoCloseable {
    /** A broker that takes longer is asked again later. */
    private static final int PATIENCE_MS = 2_000;

    private final Function<String, KafkaEndpoint> lanes;
    private Admin admin;
    private boolean closed;

    /** @param lanes where the lane of a region reads its topic; nothing is asked of it before the first question */
    public LaneTopics(Function<String, KafkaEndpoint> lanes) {
        this.lanes = lanes;
    }

    @Override
    public Map<TopicPartition, Long> ends(String region) {
        var lane = lanes.apply(region);
        String topic = lane.getConfiguration().getTopic();
        var partitions = heard(admin(lane).describeTopics(List.of(topic)).allTopicNames()).get(topic).partitions().stream()
                .map(each -> new TopicPartition(topic, each.partition())).collect(Collectors.toSet());
        return offsets(lane, partitions, OffsetSpec.latest());
    }

    @Override
    public boolean passed(String region, Map<TopicPartition, Long> ends) {
        var lane = lanes.apply(region);
        String group = lane.getConfiguration().getGroupId();
        var asked = Map.of(group, new ListConsumerGroupOffsetsSpec().topicPartitions(ends.keySet()));
        Map<TopicPartition, OffsetAndMetadata> committed = heard(admin(lane).listConsumerGroupOffsets(asked).partitionsToOffsetAndMetadata(group));
        var behind = ends.keySet().stream().filter(each -> committed.get(each) == null || committed.get(each).offset() < ends.get(each))
                .collect(Collectors.toSet());
        // What was never read, or what Kafka has dropped unread, is not waited for.
        return behind.isEmpty() || offsets(lane, behind, OffsetSpec.earliest()).entrySet().stream()
                .allMatch(begin -> ends.get(begin.getKey()) <= begin.getValue());
    }

    private Map<TopicPartition, Long> offsets(KafkaEndpoint lane, Set<TopicPartition> partitions, OffsetSpec spec) {
        var offsets = new HashMap<TopicPartition, Long>();
        heard(admin(lane).listOffsets(partitions.stream().collect(Collectors.toMap(Function.identity(), each -> spec))).all())
                .forEach((partition, found) -> offsets.put(partition, found.offset()));
        return offsets;
    }

    private static <T> T heard(KafkaFuture<T> answer) {
        try {
            return answer.get(2 * PATIENCE_MS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new BridgeException("Kafka does not say how far a lane is", e);
        } catch (ExecutionException e) {
            throw new BridgeException("Kafka does not say how far a lane is: " + e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BridgeException("interrupted while Kafka was asked how far a lane is", e);
        }
    }

    /** Connects as the lanes do. */
    private synchronized Admin admin(KafkaEndpoint lane) {
        if (closed) {
            throw new BridgeException("the bridge ends");
        }
        if (admin == null) {
            var properties = KafkaClient.properties(lane.getConfiguration(), lane.getKafkaClientFactory().getBrokers(lane.getConfiguration()),
                    AdminClientConfig.configNames());
            properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MS);
            properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, PATIENCE_MS);
            try {
                admin = Admin.create(properties);
            } catch (KafkaException e) {
                throw new BridgeException("Kafka cannot be asked how far a lane is: " + e.getMessage(), e);
            }
        }
        return admin;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (admin != null) {
            admin.close();
        }
    }
}
