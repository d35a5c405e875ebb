package dev.concordat;

import dev.concordat.embedded.KafkaTopics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;

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
        try (Admin admin = KafkaAccess.admin(settings, Map.of(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 30_000))) {
            var created = admin.createTopics(topics).values();
            for (NewTopic topic : topics) {
                KafkaTopics.awaitReady(admin, topic, created.get(topic.name()));
            }
        } catch (ExecutionException e) {
            throw new BridgeException("Kafka topics cannot be created: " + e.getCause().getMessage()
                    + "; 'concordat.kafka.partitions = 0' leaves it to you", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BridgeException("interrupted while Kafka topics were created", e);
        }
    }
}
