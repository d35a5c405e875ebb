package dev.concordat.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.concordat.embedded.EmbeddedParts;
import dev.concordat.embedded.Part;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.camel.component.kafka.KafkaEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each test has a topic of its own, with two partitions, and a group that commits what it is told. */
class KafkaProgressIT {
    @TempDir
    private static Path data;

    private static EmbeddedParts parts;
    private static DefaultCamelContext camel;
    private static Admin admin;
    private static KafkaProgress progress;

    @BeforeAll
    static void start() {
        parts = EmbeddedParts.start(data, Set.of(Part.KAFKA), List.of(), line -> { });
        camel = new DefaultCamelContext();
        admin = Admin.create(Map.of("bootstrap.servers", parts.kafkaBootstrap()));
        progress = progress(Duration.ZERO);
    }

    private static KafkaProgress progress(Duration still) {
        return new KafkaProgress(topic -> camel.getEndpoint("kafka:" + topic + "?groupId=of-" + topic + "&brokers=" + parts.kafkaBootstrap(),
                KafkaEndpoint.class), 120_000, still);
    }

    @AfterAll
    static void stop() throws Exception {
        progress.close();
        admin.close();
        camel.close();
        parts.close();
    }

    @Test
    void aRouteHasPassedWhatItsGroupHasCommitted() throws Exception {
        parts.createTopics(Map.of("plain", 2));
        assertThat(progress.passed("plain", progress.ends("plain"))).as("nothing was ever there").isTrue();
        send("plain", 0, false, 3);
        send("plain", 1, false, 2);
        var ends = progress.ends("plain");
        assertThat(ends).isEqualTo(Map.of(new TopicPartition("plain", 0), 3L, new TopicPartition("plain", 1), 2L));
        assertThat(progress.passed("plain", ends)).isFalse();
        commit("plain", 0, 3);
        assertThat(progress.passed("plain", ends)).isFalse();
        commit("plain", 1, 1);
        assertThat(progress.passed("plain", ends)).isFalse();
        commit("plain", 1, 2);
        assertThat(progress.passed("plain", ends)).isTrue();
        send("plain", 0, false, 1);
        assertThat(progress.passed("plain", ends)).as("what came later").isTrue();
        assertThat(progress.passed("plain", progress.ends("plain"))).isFalse();
    }

    @Test
    void recordsAreFoundByTheTimeThatTheyWereWritten() throws Exception {
        parts.createTopics(Map.of("by-time", 2));
        Instant noon = Instant.parse("2026-11-30T12:00:00Z");
        try (var producer = new KafkaProducer<>(Map.<String, Object>of("bootstrap.servers", parts.kafkaBootstrap()), new StringSerializer(), new StringSerializer())) {
            for (int minute = 0; minute < 5; minute++) {
                producer.send(new ProducerRecord<>("by-time", 0, noon.plusSeconds(60 * minute).toEpochMilli(), "k", "v")).get();
            }
        }
        var first = new TopicPartition("by-time", 0);
        assertThat(progress.at("by-time", noon.plusSeconds(90))).isEqualTo(Map.of(first, 2L, new TopicPartition("by-time", 1), 0L));
        assertThat(progress.at("by-time", noon.plusSeconds(9000))).as("none so late").isEqualTo(progress.ends("by-time"));
        assertThat(progress.at("by-time", noon.minusSeconds(9000)).get(first)).isZero();
    }

    /** It has an offset that nobody commits. */
    @Test
    void theEndOfASendersTransactionIsNotWaitedFor() throws Exception {
        parts.createTopics(Map.of("in-transactions", 2));
        send("in-transactions", 0, true, 2);
        // Kafka writes it a little after it has said that the transaction is over.
        await().atMost(Duration.ofMinutes(5)).ignoreExceptions().until(() -> progress.ends("in-transactions").get(new TopicPartition("in-transactions", 0)) == 3);
        var ends = progress.ends("in-transactions");
        commit("in-transactions", 0, 1);
        assertThat(progress.passed("in-transactions", ends)).isFalse();
        assertThat(progress.passed("in-transactions", ends)).as("looked for").isFalse();
        assertThat(progress.passed("in-transactions", ends)).as("and known").isFalse();
        commit("in-transactions", 0, 2);
        assertThat(progress.passed("in-transactions", ends)).as("whoever has just moved may move on").isFalse();
        assertThat(progress.passed("in-transactions", ends)).isTrue();
        send("in-transactions", 0, false, 1);
        assertThat(progress.passed("in-transactions", ends)).as("a record behind it").isTrue();
        var later = progress.ends("in-transactions");
        assertThat(progress.passed("in-transactions", later)).isFalse();
        assertThat(progress.passed("in-transactions", later)).isFalse();
    }

    /** What is at work on a batch is asked for many times at the same place; to look into its topic takes a consumer each time. */
    @Test
    void aRouteIsNotLookedIntoBeforeItHasStoodStillForAWhile() throws Exception {
        parts.createTopics(Map.of("at-work", 1));
        send("at-work", 0, true, 1);
        await().atMost(Duration.ofMinutes(5)).ignoreExceptions().until(() -> progress.ends("at-work").get(new TopicPartition("at-work", 0)) == 2);
        commit("at-work", 0, 1);
        try (var patient = progress(Duration.ofHours(1))) {
            var ends = patient.ends("at-work");
            for (int i = 0; i < 3; i++) {
                assertThat(patient.passed("at-work", ends)).isFalse();
            }
            progress.passed("at-work", ends);
            assertThat(progress.passed("at-work", ends)).isTrue();
        }
    }

    @Test
    void whatKafkaHasDroppedUnreadIsNotWaitedFor() throws Exception {
        parts.createTopics(Map.of("dropped", 2));
        send("dropped", 1, false, 2);
        var ends = progress.ends("dropped");
        assertThat(progress.passed("dropped", ends)).isFalse();
        admin.deleteRecords(Map.of(new TopicPartition("dropped", 1), RecordsToDelete.beforeOffset(2))).all().get();
        assertThat(progress.passed("dropped", ends)).isTrue();
    }

    /** It may take the group's offsets with it, or the group may have committed what stands in the new one since. */
    @Test
    void whatStoodInATopicThatWasDeletedAndMadeAnewIsNotWaitedFor() throws Exception {
        parts.createTopics(Map.of("anew", 2));
        send("anew", 0, false, 5);
        send("anew", 1, false, 1);
        commit("anew", 0, 2);
        var ends = progress.ends("anew");
        assertThat(progress.passed("anew", ends)).isFalse();
        assertThat(progress.madeAnew("anew")).isFalse();
        admin.deleteTopics(List.of("anew")).all().get();
        await().atMost(Duration.ofMinutes(5)).ignoreExceptions().untilAsserted(() ->
                admin.createTopics(List.of(new NewTopic("anew", 1, (short) 1))).all().get());
        await().atMost(Duration.ofMinutes(5)).ignoreExceptions().until(() -> progress.passed("anew", ends));
        assertThat(progress.madeAnew("anew")).isTrue();
        send("anew", 0, false, 3);
        commit("anew", 0, 1);
        assertThat(progress.passed("anew", ends)).isTrue();
        assertThat(progress.passed("anew", progress.ends("anew"))).isFalse();
    }

    /** Camel makes the next consumer of an edited route at once, and of one that Kafka refuses. */
    @Test
    void onlyAConsumerThatIsRefusedMakesTheNextOneWait() throws Exception {
        parts.createTopics(Map.of("edited", 2));
        var pauses = new ArrayList<Long>();
        var polls = new BatchPolls(Duration.ZERO, 1_000, (partition, from, to) -> { }, new Reconnects(() -> 0, pauses::add));
        for (int i = 0; i < 3; i++) {
            try (var consumer = polls.getConsumer(settings("edited"))) {
                consumer.subscribe(List.of("edited"), new Deaf());
                consumer.poll(Duration.ZERO);
            }
        }
        assertThat(pauses).isEmpty();
        for (int i = 0; i < 2; i++) {
            try (var consumer = polls.getConsumer(settings("edited"))) {
                consumer.subscribe(List.of("no name of a topic"), new Deaf());
                await().atMost(Duration.ofMinutes(5)).pollInSameThread().untilAsserted(() ->
                        assertThatThrownBy(() -> consumer.poll(Duration.ZERO)).isInstanceOf(InvalidTopicException.class));
            }
        }
        assertThat(pauses).containsExactly(200_000_000L);
    }

    /** Nothing comes afterwards whose commit would bring it along. */
    @Test
    void aCommitThatKafkaDidNotTakeIsMadeOnceMoreByItself() throws Exception {
        parts.createTopics(Map.of("not-taken", 2));
        send("not-taken", 0, false, 3);
        var ends = progress.ends("not-taken");
        try (var consumer = new BatchPolls(Duration.ZERO, 1_000, (partition, from, to) -> { }).getConsumer(settings("not-taken"))) {
            var answers = new ArrayList<Exception>();
            consumer.subscribe(List.of("not-taken"), new Deaf());
            await().atMost(Duration.ofMinutes(5)).pollInSameThread().until(() -> consumer.poll(Duration.ZERO).count() == 3);
            parts.stop(Part.KAFKA);
            consumer.commitAsync(Map.of(new TopicPartition("not-taken", 0), new OffsetAndMetadata(3)), (offsets, failure) -> answers.add(failure));
            await().atMost(Duration.ofMinutes(5)).pollInSameThread().until(() -> {
                consumer.poll(Duration.ZERO);
                return !answers.isEmpty();
            });
            assertThat(answers).doesNotContainNull();
            parts.start(Part.KAFKA);
            await().atMost(Duration.ofMinutes(5)).pollInSameThread().ignoreExceptions().until(() -> {
                consumer.poll(Duration.ZERO);
                return progress.passed("not-taken", ends);
            });
        }
    }

    @Test
    void aConsumerTellsWhatWasRemovedBeforeItWasRead() throws Exception {
        parts.createTopics(Map.of("removed", 2));
        send("removed", 0, false, 5);
        send("removed", 1, false, 5);
        commit("removed", 0, 1);
        commit("removed", 1, 4);
        admin.deleteRecords(Map.of(new TopicPartition("removed", 0), RecordsToDelete.beforeOffset(3),
                new TopicPartition("removed", 1), RecordsToDelete.beforeOffset(4))).all().get();
        var told = new ArrayList<String>();
        var polls = new BatchPolls(Duration.ZERO, 1_000, (partition, from, to) -> told.add(partition + " " + from + " " + to));
        // The second one is told of nothing, although the first has committed nothing that it read.
        for (int i = 0; i < 2; i++) {
            try (var consumer = polls.getConsumer(settings("removed"))) {
                consumer.subscribe(List.of("removed"), new Deaf());
                await().atMost(Duration.ofMinutes(5)).pollInSameThread().until(() -> consumer.poll(Duration.ZERO).count() > 0);
            }
        }
        assertThat(told).containsExactly("removed-0 1 3");
    }

    /** It stands behind the beginning of a transaction that is open, where no route can read. */
    @Test
    void theEndIsWhereRoutesCanRead() throws Exception {
        parts.createTopics(Map.of("open", 1));
        try (var producer = new KafkaProducer<>(Map.<String, Object>of("bootstrap.servers", parts.kafkaBootstrap(), "transactional.id", "open"),
                new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("open", 0, null, "record")).get();
            send("open", 0, false, 1);
            assertThat(progress.ends("open")).isEqualTo(Map.of(new TopicPartition("open", 0), 0L));
            producer.abortTransaction();
        }
        await().atMost(Duration.ofMinutes(5)).until(() -> progress.ends("open").get(new TopicPartition("open", 0)) == 3);
    }

    private static Properties settings(String topic) {
        var settings = new Properties();
        settings.putAll(Map.of("bootstrap.servers", parts.kafkaBootstrap(), "group.id", "of-" + topic, "enable.auto.commit", "false",
                "request.timeout.ms", "1000", "default.api.timeout.ms", "1000", "key.deserializer", ByteArrayDeserializer.class.getName(),
                "value.deserializer", ByteArrayDeserializer.class.getName(), "auto.offset.reset", "earliest"));
        return settings;
    }

    private static final class Deaf implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            // there is one consumer
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            // there is one consumer
        }
    }

    private static void send(String topic, int partition, boolean inTransaction, int records) {
        Map<String, Object> settings = inTransaction ? Map.of("bootstrap.servers", parts.kafkaBootstrap(), "transactional.id", topic)
                : Map.of("bootstrap.servers", parts.kafkaBootstrap());
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            if (inTransaction) {
                producer.initTransactions();
                producer.beginTransaction();
            }
            for (int i = 0; i < records; i++) {
                producer.send(new ProducerRecord<>(topic, partition, null, "record"));
            }
            if (inTransaction) {
                producer.commitTransaction();
            }
        }
    }

    private static void commit(String topic, int partition, long offset) throws Exception {
        admin.alterConsumerGroupOffsets("of-" + topic, Map.of(new TopicPartition(topic, partition), new OffsetAndMetadata(offset))).all().get();
    }
}
