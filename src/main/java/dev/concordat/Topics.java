package dev.concordat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;

/** Creates the topics that are missing; one that exists is left as it is. */
final class Topics {
    /** Room for a change of the largest size that a webhook takes. */
    private static final String LARGEST_MESSAGE = "4194304";

    private Topics() {
    }

    static void create(Settings settings, List<String> regions) {
        var names = new ArrayList<String>(List.of(settings.text("concordat.intake.topic"), settings.text("concordat.salesforce.topic"),
                settings.text("concordat.refetch.topic")));
        regions.forEach(region -> names.add(region + ".changes"));
        var topics = names.stream().map(name -> new NewTopic(name, settings.number("concordat.kafka.partitions"),
                (short) settings.number("concordat.kafka.replication")).configs(Map.of("max.message.bytes", LARGEST_MESSAGE))).toList();
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, settings.text("concordat.kafka.brokers"),
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 30_000))) {
            var created = admin.createTopics(topics).values();
            for (NewTopic topic : topics) {
                await(created.get(topic.name()), () -> readyToTake(admin, topic));
            }
        }
    }

    /**
     * Ends when each partition of a new topic has a leader that answers. A producer whose first batch is refused because there is none,
     * while the next one is taken, tries the first again in vain until it gives up (KAFKA-14359).
     */
    private static void readyToTake(Admin admin, NewTopic topic) throws ExecutionException, InterruptedException {
        admin.listOffsets(IntStream.range(0, topic.numPartitions()).mapToObj(number -> new TopicPartition(topic.name(), number))
                .collect(Collectors.toMap(Function.identity(), partition -> OffsetSpec.latest()))).all().get();
    }

    private interface Then {
        void take() throws ExecutionException, InterruptedException;
    }

    private static void await(KafkaFuture<Void> created, Then then) {
        try {
            created.get();
            then.take();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw new BridgeException("Kafka topics cannot be created: " + e.getCause().getMessage()
                        + "; 'concordat.kafka.partitions = 0' leaves it to you", e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BridgeException("interrupted while Kafka topics were created", e);
        }
    }
}
