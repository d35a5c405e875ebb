package dev.concordat.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.concordat.sample.Emission;
import dev.concordat.sample.Kind;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** What stands in the intake topic: every delivery with the change that it brought, told apart by the change's bytes alone. */
final class Deliveries implements AutoCloseable {
    private static final String TOPIC = "crm.changes";
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Their identity is the delivery's: each delivery ends on its own. */
    private static final Set<Kind> UNREADABLE = Set.of(Kind.NOT_JSON, Kind.ENVELOPE, Kind.DOCUMENT_SIZE);

    private final KafkaConsumer<String, byte[]> consumer;
    private final Map<String, Change> changes = new LinkedHashMap<>();
    private final Map<String, Change> byReceipt = new LinkedHashMap<>();
    private long returned;

    /**
     * A change that was sent.
     *
     * @param emission null for the CRM's echo of what the bridge told it
     * @param customer null where the change does not tell it
     * @param receipts of all its deliveries
     */
    record Change(Emission emission, String customer, String subject, List<String> receipts) {
        boolean unreadable() {
            return emission != null && UNREADABLE.contains(emission.kind());
        }

        @Override
        public String toString() {
            return subject + (emission == null ? " (echo)" : " version " + emission.version() + " (" + emission.kind().label() + ")");
        }
    }

    Deliveries(String brokers) {
        var properties = new Properties();
        properties.put("bootstrap.servers", brokers);
        properties.put("auto.offset.reset", "earliest");
        properties.put("enable.auto.commit", "false");
        properties.put("fetch.max.wait.ms", "20");
        this.consumer = new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer());
    }

    void sent(Emission emission) {
        String subject = emission.entity() + "/" + emission.entityId();
        changes.putIfAbsent(fingerprint(emission.body()), new Change(emission, emission.key(), subject, new ArrayList<>()));
    }

    /** Reads on to the end. */
    void read() {
        if (consumer.assignment().isEmpty()) {
            var partitions = consumer.partitionsFor(TOPIC, Duration.ofSeconds(5));
            if (partitions == null || partitions.isEmpty()) {
                return;
            }
            consumer.assign(partitions.stream().map(each -> new TopicPartition(TOPIC, each.partition())).toList());
            consumer.seekToBeginning(consumer.assignment());
        }
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment(), Duration.ofSeconds(5));
        long until = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (System.nanoTime() < until && ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            consumer.poll(Duration.ofMillis(100)).forEach(this::take);
        }
    }

    private void take(ConsumerRecord<String, byte[]> message) {
        if (message.headers().lastHeader("concordat-returned") != null) {
            returned++;
            return;
        }
        String receipt = message.topic() + "-" + message.partition() + "@" + message.offset();
        Change change = changes.computeIfAbsent(fingerprint(message.value()), any -> echo(message.value()));
        change.receipts.add(receipt);
        byReceipt.put(receipt, change);
    }

    private static Change echo(byte[] body) {
        try {
            JsonNode document = JSON.readTree(body);
            if (!document.path("origin").asText().equals("concordat")) {
                String subject = document.path("subject").asText();
                throw new IllegalStateException("a change about " + subject + " that nobody sent stands in " + TOPIC);
            }
            return new Change(null, document.path("partitionkey").asText(), document.path("subject").asText(), new ArrayList<>());
        } catch (IOException e) {
            throw new IllegalStateException("a record that nobody sent stands in " + TOPIC, e);
        }
    }

    /** By the bytes of which they are. */
    Iterable<Change> changes() {
        return changes.values();
    }

    Map<String, Change> byReceipt() {
        return byReceipt;
    }

    /** How many records parking sent through the front door again. */
    long returned() {
        return returned;
    }

    private static String fingerprint(byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        consumer.close(Duration.ofSeconds(1));
    }
}
