package dev.concordat.embedded;

import dev.concordat.BridgeException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Creates topics on the embedded Kafka, which makes none by itself; waits for topics on any Kafka. */
public final class KafkaTopics {
    private static final short ONE_COPY = 1;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(30);
    private static final long PAUSE_MS = 200;
    /** Of a topic that was there before, whose leader may be gone for long. */
    private static final Integer OLD_PATIENCE_MS = 5_000;

    private KafkaTopics() {
    }

    static void create(String bootstrap, Map<String, Integer> partitions) {
        List<NewTopic> topics = partitions.entrySet().stream()
                .map(topic -> new NewTopic(topic.getKey(), topic.getValue(), ONE_COPY)).toList();
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap))) {
            Map<String, KafkaFuture<Void>> created = admin.createTopics(topics).values();
            for (NewTopic topic : topics) {
                try {
                    awaitReady(admin, topic, created.get(topic.name()));
                } catch (ExecutionException e) {
                    throw new BridgeException("topic '" + topic.name() + "' cannot be created: " + e.getCause().getMessage(), e);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new BridgeException("interrupted while topic '" + topic.name() + "' was created", e);
                }
            }
        }
    }

    /**
     * Ends when each partition of a topic has a leader that answers, also of one that was there before, as another bridge may have made it a
     * moment ago. A producer whose first batch is refused because there is no leader, while the next one is taken, tries the first again in vain
     * until it gives up (KAFKA-14359). The controller confirms a topic before every broker has heard of it, so one that does not know it is
     * asked again.
     *
     * @throws ExecutionException when the topic cannot be created, or a broker still does not know it after half a minute; never for one that was
     *         there before: of a partition that has been without leader for long nobody else's topic should suffer
     */
    public static void awaitReady(Admin admin, NewTopic topic, KafkaFuture<Void> created) throws ExecutionException, InterruptedException {
        boolean old = wasThere(created);
        long began = System.nanoTime();
        while (!isReady(admin, topic, old, System.nanoTime() - began > PATIENCE_NS)) {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
        }
    }

    private static boolean wasThere(KafkaFuture<Void> created) throws ExecutionException, InterruptedException {
        try {
            created.get();
            return false;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicExistsException) {
                return true;
            }
            throw e;
        }
    }

    private static boolean isReady(Admin admin, NewTopic topic, boolean old, boolean last) throws ExecutionException, InterruptedException {
        try {
            int partitions = old ? admin.describeTopics(List.of(topic.name())).allTopicNames().get().get(topic.name()).partitions().size()
                    : topic.numPartitions();
            admin.listOffsets(IntStream.range(0, partitions).mapToObj(number -> new TopicPartition(topic.name(), number))
                    .collect(Collectors.toMap(Function.identity(), partition -> OffsetSpec.latest())),
                    new ListOffsetsOptions().timeoutMs(old ? OLD_PATIENCE_MS : null)).all().get();
            return true;
        } catch (ExecutionException e) {
            if (!last && e.getCause() instanceof UnknownTopicOrPartitionException) {
                return false;
            }
            if (old) {
                return true;
            }
            throw e;
        }
    }
}
