package dev.concordat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** One look at topics: which are missing, which are not as the bridge needs them or not for it to use, and of which Kafka does not tell how they are set. */
final class TopicInspection {
    private static final Set<AclOperation> READ = EnumSet.of(AclOperation.READ);
    private static final Set<AclOperation> BOTH = EnumSet.of(AclOperation.READ, AclOperation.WRITE);

    private final List<String> missing = new ArrayList<>();
    private final List<String> findings = new ArrayList<>();
    private final Map<String, String> untold = new LinkedHashMap<>();
    private final Map<String, String> ids = new LinkedHashMap<>();
    private final Map<String, Integer> partitions = new LinkedHashMap<>();
    private final int largest;
    private boolean tellsRights = true;

    private TopicInspection(int largest) {
        this.largest = largest;
    }

    /**
     * @param written topics that the bridge writes; of one that it only reads, it is up to whoever writes it how large a record may be and what is kept
     * @param largest bytes of a record
     * @throws ExecutionException when Kafka cannot be reached or refuses the login
     */
    static TopicInspection of(Admin admin, List<String> topics, List<String> written, int largest) throws ExecutionException, InterruptedException {
        var there = admin.describeTopics(topics, new DescribeTopicsOptions().includeAuthorizedOperations(true)).topicNameValues();
        var settings = admin.describeConfigs(written.stream().map(TopicInspection::resource).toList()).values();
        var inspection = new TopicInspection(largest);
        for (String topic : topics) {
            inspection.find(topic, there.get(topic), written.contains(topic) ? BOTH : READ);
        }
        for (String topic : written) {
            inspection.compare(topic, settings.get(resource(topic)));
        }
        return inspection;
    }

    private static ConfigResource resource(String topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic);
    }

    private void find(String topic, KafkaFuture<TopicDescription> there, Set<AclOperation> needed) throws ExecutionException, InterruptedException {
        try {
            ids.put(topic, there.get().topicId().toString());
            partitions.put(topic, there.get().partitions().size());
            var told = there.get().authorizedOperations();
            // Who has no right at all does not hear of the topic.
            tellsRights &= told != null;
            var rights = told == null || told.isEmpty() ? needed : told;
            var lacking = needed.stream().filter(right -> !rights.contains(right)).map(AclOperation::name).collect(Collectors.joining(" and "));
            if (!lacking.isEmpty()) {
                findings.add("topic '" + topic + "': the bridge has no right to " + lacking + "; Kafka's access lists should give it that on this topic");
            }
        } catch (ExecutionException e) {
            if (isAway(e)) {
                throw e;
            }
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                missing.add(topic);
            } else {
                findings.add("topic '" + topic + "' cannot be looked at: " + e.getCause().getMessage() + "; it should be there, and the bridge be allowed to use it");
            }
        }
    }

    private void compare(String topic, KafkaFuture<Config> settings) throws ExecutionException, InterruptedException {
        try {
            var size = settings.get().get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
            var cleanup = settings.get().get(TopicConfig.CLEANUP_POLICY_CONFIG);
            if (size != null && Long.parseLong(size.value()) < largest) {
                findings.add("topic '" + topic + "': 'max.message.bytes' [" + size.value() + "] should be at least " + largest
                        + ", or a larger record would hold up all that comes after it");
            }
            if (cleanup != null && cleanup.value().contains(TopicConfig.CLEANUP_POLICY_COMPACT)) {
                findings.add("topic '" + topic + "': 'cleanup.policy' [" + cleanup.value() + "] should be delete, or changes of a customer would be lost but for the last");
            }
        } catch (ExecutionException e) {
            if (isAway(e)) {
                throw e;
            }
            if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                untold.put(topic, e.getCause().getMessage());
            } else if (!missing.contains(topic)) {
                missing.add(topic);
            }
        }
    }

    /** Whether it says nothing of one topic or another, but of Kafka as a whole. */
    static boolean isAway(ExecutionException e) {
        return e.getCause() instanceof TimeoutException || e.getCause() instanceof AuthenticationException;
    }

    /** Whether Kafka tells what the bridge may read and write; brokers before 2.3 do not, of groups neither. */
    boolean tellsRights() {
        return tellsRights;
    }

    List<String> missing() {
        return missing;
    }

    /** The ids that Kafka gave the topics that are there. */
    Map<String, String> ids() {
        return ids;
    }

    /** How many partitions topics have that are there, of those that have fewer than so many. */
    Map<String, Integer> fewer(int wanted) {
        var fewer = new LinkedHashMap<>(partitions);
        fewer.values().removeIf(number -> number >= wanted);
        return fewer;
    }

    /** Of topics that are there. */
    List<String> findings() {
        return findings;
    }

    /** Topics that may be set in any way, with Kafka's reason not to tell. */
    Map<String, String> untold() {
        return untold;
    }
}
