package dev.concordat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Reads a topic from its beginning to where it ended at the start of the reading; as nobody's group, so that nothing moves by it. */
final class TopicReading implements AutoCloseable {
    private static final Duration SLICE = Duration.ofSeconds(1);
    /** Slices without a record, after which the broker counts as gone. */
    private static final int MOST_SILENT = 30;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final String topic;

    TopicReading(Settings settings, String topic) {
        this.topic = topic;
        this.consumer = KafkaAccess.of(settings).consumer(Map.of(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false,
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false, ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000,
                ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000));
    }

    /** @param each takes a record's headers, its position among them under Camel's names, and its value; says whether it wants more */
    void read(BiPredicate<Map<String, Object>, byte[]> each) {
        try {
            var partitions = consumer.partitionsFor(topic).stream().map(one -> new TopicPartition(topic, one.partition())).toList();
            if (partitions.isEmpty()) {
                throw unreadable("it is not there", null);
            }
            var ends = consumer.endOffsets(partitions);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            read(partitions, ends, each);
        } catch (KafkaException e) {
            throw unreadable(e.getMessage(), e);
        }
    }

    private void read(List<TopicPartition> partitions, Map<TopicPartition, Long> ends, BiPredicate<Map<String, Object>, byte[]> each) {
        int silent = 0;
        while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
            var records = consumer.poll(SLICE);
            silent = records.isEmpty() ? silent + 1 : 0;
            if (silent > MOST_SILENT) {
                throw unreadable("the broker answers no more", null);
            }
            for (var found : records) {
                long end = ends.get(new TopicPartition(topic, found.partition()));
                if (found.offset() < end && !each.test(headers(found), found.value())) {
                    return;
                }
            }
        }
    }

    private static Map<String, Object> headers(ConsumerRecord<byte[], byte[]> found) {
        var headers = new HashMap<String, Object>();
        found.headers().forEach(header -> headers.put(header.key(), header.value()));
        headers.put(KafkaConstants.TOPIC, found.topic());
        headers.put(KafkaConstants.PARTITION, found.partition());
        headers.put(KafkaConstants.OFFSET, found.offset());
        return headers;
    }

    private BridgeException unreadable(String why, Exception cause) {
        return new BridgeException("topic '" + topic + "' cannot be read: " + why, cause);
    }

    @Override
    public void close() {
        consumer.close(Duration.ZERO);
    }
}
