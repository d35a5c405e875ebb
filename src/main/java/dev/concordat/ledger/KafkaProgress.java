package dev.concordat.ledger;

import dev.concordat.BridgeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.camel.component.kafka.KafkaEndpoint;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** How far the topics that routes read are written, and how far the routes are with them, as Kafka says. */
public final class KafkaProgress implements Progress, AutoCloseable {
    /** A broker that takes longer is asked again later. */
    private static final int PATIENCE_MS = 2_000;
    private static final int PLACES = 100;
    /** A lane takes a while for a batch, and does not stand still meanwhile. */
    public static final Duration STILL = Duration.ofSeconds(1);

    private record Place(Map<TopicPartition, Long> from, Map<TopicPartition, Long> ends) {
    }

    /** @param holds whether a record was found there */
    private record Stand(long since, boolean holds) {
    }

    private final Function<String, KafkaEndpoint> endpoints;
    private final int patienceMs;
    private final Duration still;
    /** Where routes stood that were behind. */
    private final Map<Place, Stand> places = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Place, Stand> eldest) {
            return size() > PLACES;
        }
    });
    /** Of the topics as they were first described. */
    private final Map<String, Uuid> ids = new ConcurrentHashMap<>();
    /** The topics that are others by now. */
    private final Set<String> anew = ConcurrentHashMap.newKeySet();
    private Admin admin;
    private boolean closed;

    /** @param endpoints where a route reads its topic; nothing is asked of it before the first question */
    public KafkaProgress(Function<String, KafkaEndpoint> endpoints) {
        this(endpoints, PATIENCE_MS, STILL);
    }

    /** @param still for how long a route that does not move is not looked into */
    KafkaProgress(Function<String, KafkaEndpoint> endpoints, int patienceMs, Duration still) {
        this.endpoints = endpoints;
        this.patienceMs = patienceMs;
        this.still = still;
    }

    @Override
    public Map<TopicPartition, Long> ends(String route) {
        var endpoint = endpoints.apply(route);
        return offsets(endpoint, partitions(endpoint), OffsetSpec.latest());
    }

    @Override
    public boolean madeAnew(String route) {
        return topics(endpoints.apply(route)).stream().anyMatch(anew::contains);
    }

    private static List<String> topics(KafkaEndpoint endpoint) {
        return List.of(endpoint.getConfiguration().getTopic().split(","));
    }

    private Set<TopicPartition> partitions(KafkaEndpoint endpoint) {
        var partitions = new HashSet<TopicPartition>();
        heard(admin(endpoint).describeTopics(topics(endpoint)).allTopicNames()).forEach((name, topic) -> {
            if (!topic.topicId().equals(ids.computeIfAbsent(name, first -> topic.topicId()))) {
                anew.add(name);
            }
            topic.partitions().forEach(each -> partitions.add(new TopicPartition(name, each.partition())));
        });
        return partitions;
    }

    @Override
    public boolean passed(String route, Map<TopicPartition, Long> ends) {
        var endpoint = endpoints.apply(route);
        String group = endpoint.getConfiguration().getGroupId();
        var asked = Map.of(group, new ListConsumerGroupOffsetsSpec().topicPartitions(ends.keySet()));
        Map<TopicPartition, OffsetAndMetadata> committed = heard(admin(endpoint).listConsumerGroupOffsets(asked).partitionsToOffsetAndMetadata(group));
        var behind = ends.keySet().stream().filter(each -> committed.get(each) == null || committed.get(each).offset() < ends.get(each))
                .collect(Collectors.toSet());
        if (behind.isEmpty()) {
            return true;
        }
        // A topic ends before where it did, or has fewer partitions, if it was deleted and made anew: what stood there is nowhere.
        behind.retainAll(partitions(endpoint));
        var latest = offsets(endpoint, behind, OffsetSpec.latest());
        behind.removeIf(each -> latest.get(each) < ends.get(each));
        // What was never read, or what Kafka has dropped unread, is not waited for.
        var from = offsets(endpoint, behind, OffsetSpec.earliest());
        from.replaceAll((partition, earliest) -> committed.get(partition) == null ? earliest : Math.max(earliest, committed.get(partition).offset()));
        behind.removeIf(each -> ends.get(each) <= from.get(each));
        return behind.isEmpty() || standsBeforeNothing(endpoint, behind, from, ends);
    }

    /** Whoever reads moves on; only of a route that has stood still for a while its topic is looked into, and only once for each place. */
    private boolean standsBeforeNothing(KafkaEndpoint endpoint, Set<TopicPartition> partitions, Map<TopicPartition, Long> from,
            Map<TopicPartition, Long> ends) {
        var place = new Place(Map.copyOf(from), Map.copyOf(ends));
        long now = System.nanoTime();
        Stand stand = places.putIfAbsent(place, new Stand(now, false));
        if (stand == null || stand.holds || now - stand.since < still.toNanos()) {
            return false;
        }
        boolean nothing = holdNothing(endpoint, partitions, from, ends);
        places.put(place, new Stand(stand.since, !nothing));
        return nothing;
    }

    /**
     * Whether there is no record between these offsets, where what ends a transaction of the sender's, or what Kafka has compacted, may stand: no
     * route ever commits that. Looks at the first record only.
     */
    private boolean holdNothing(KafkaEndpoint endpoint, Set<TopicPartition> partitions, Map<TopicPartition, Long> from,
            Map<TopicPartition, Long> ends) {
        var properties = KafkaClient.properties(endpoint.getConfiguration(), brokers(endpoint), ConsumerConfig.configNames());
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        properties.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
        properties.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1);
        // The first records of each partition come all the same.
        properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 1);
        properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 1);
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, patienceMs);
        properties.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, patienceMs);
        try (var consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(partitions);
            partitions.forEach(each -> consumer.seek(each, from.get(each)));
            long begun = System.nanoTime();
            while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
                for (var found : consumer.poll(Duration.ofMillis(patienceMs / 10))) {
                    if (found.offset() < ends.get(new TopicPartition(found.topic(), found.partition()))) {
                        return false;
                    }
                }
                if (System.nanoTime() - begun > TimeUnit.MILLISECONDS.toNanos(patienceMs)) {
                    throw new BridgeException("Kafka does not say how far a route is");
                }
            }
            return true;
        } catch (KafkaException e) {
            throw new BridgeException("Kafka does not say how far a route is: " + e.getMessage(), e);
        }
    }

    @Override
    public Map<TopicPartition, Long> at(String route, Instant time) {
        var ends = ends(route);
        var then = offsets(endpoints.apply(route), ends.keySet(), OffsetSpec.forTimestamp(time.toEpochMilli()));
        then.replaceAll((partition, offset) -> offset < 0 ? ends.get(partition) : offset);
        return then;
    }

    private Map<TopicPartition, Long> offsets(KafkaEndpoint endpoint, Set<TopicPartition> partitions, OffsetSpec spec) {
        var offsets = new HashMap<TopicPartition, Long>();
        // As far as the routes may read: not what stands behind the beginning of a transaction that is open.
        heard(admin(endpoint).listOffsets(partitions.stream().collect(Collectors.toMap(Function.identity(), each -> spec)),
                new ListOffsetsOptions(IsolationLevel.READ_COMMITTED)).all())
                .forEach((partition, found) -> offsets.put(partition, found.offset()));
        return offsets;
    }

    private <T> T heard(KafkaFuture<T> answer) {
        try {
            return answer.get(2 * patienceMs, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new BridgeException("Kafka does not say how far a route is", e);
        } catch (ExecutionException e) {
            throw new BridgeException("Kafka does not say how far a route is: " + e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BridgeException("interrupted while Kafka was asked how far a route is", e);
        }
    }

    private static String brokers(KafkaEndpoint endpoint) {
        return endpoint.getKafkaClientFactory().getBrokers(endpoint.getConfiguration());
    }

    /** Connects as the routes do. */
    private synchronized Admin admin(KafkaEndpoint endpoint) {
        if (closed) {
            throw new BridgeException("the bridge ends");
        }
        if (admin == null) {
            var properties = KafkaClient.properties(endpoint.getConfiguration(), brokers(endpoint), AdminClientConfig.configNames());
            properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, patienceMs);
            properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, patienceMs);
            try {
                admin = Admin.create(properties);
            } catch (KafkaException e) {
                throw new BridgeException("Kafka cannot be asked how far a route is: " + e.getMessage(), e);
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
