package dev.concordat.sample;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Sends traffic as the CRM does: takes each change into the CRM's records, then sends it by webhook or Kafka. */
public final class TrafficSender implements AutoCloseable {
    private static final int BATCH = 100;
    private static final int WAITING_WEBHOOKS = 1_000;
    private static final Duration ROOM = Duration.ofSeconds(1);

    private final SampleCrm crm;
    private final String topic;
    private final Producer<String, byte[]> producer;
    private final AtomicLong webhooks = new AtomicLong();
    private final AtomicLong records = new AtomicLong();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    /** @param topic where the bridge takes changes in */
    public TrafficSender(SampleCrm crm, String bootstrapServers, String topic) {
        this(crm, new KafkaProducer<>(settings(bootstrapServers), new StringSerializer(), new ByteArraySerializer()), topic);
    }

    TrafficSender(SampleCrm crm, Producer<String, byte[]> producer, String topic) {
        this.crm = crm;
        this.topic = topic;
        this.producer = producer;
    }

    /**
     * How far the sending is.
     *
     * @param webhooks handed to the webhook sender; {@link WebhookSender} knows how many were delivered
     * @param records  handed to Kafka
     */
    public record Progress(long webhooks, long records, long acknowledged) {
        public long sent() {
            return webhooks + records;
        }
    }

    public Progress progress() {
        return new Progress(webhooks.get(), records.get(), acknowledged.get());
    }

    /**
     * Sends the phase and returns when Kafka has acknowledged its part; webhooks may still be on their way.
     *
     * @param perSecond at most so many changes a second; 0 for as fast as possible
     */
    public void send(Phase phase, int perSecond) throws InterruptedException {
        Iterator<Emission> emissions = phase.emissions().iterator();
        long begin = System.nanoTime();
        long count = 0;
        int size = perSecond == 0 ? BATCH : Math.max(1, Math.min(BATCH, perSecond / 20));
        while (emissions.hasNext() && closed.getCount() > 0) {
            List<Emission> batch = new ArrayList<>(size);
            while (emissions.hasNext() && batch.size() < size) {
                batch.add(emissions.next());
            }
            crm.store(batch);
            batch.forEach(this::send);
            count += batch.size();
            keepPace(begin, count, perSecond);
        }
        producer.flush();
        if (failure.get() != null) {
            throw new IllegalStateException(
                    "Kafka did not take every change of phase '" + phase.name() + "'", failure.get());
        }
    }

    @Override
    public void close() {
        closed.countDown();
        producer.close(ROOM);
    }

    private void send(Emission emission) {
        if (emission.channel() == Channel.WEBHOOK) {
            crm.webhooks().send(emission);
            webhooks.incrementAndGet();
            return;
        }
        records.incrementAndGet();
        producer.send(new ProducerRecord<>(topic, emission.key(), emission.body()), (metadata, e) -> {
            if (e == null) {
                acknowledged.incrementAndGet();
            } else {
                failure.compareAndSet(null, e);
            }
        });
    }

    private void keepPace(long begin, long count, int perSecond) throws InterruptedException {
        while (closed.getCount() > 0 && !crm.webhooks().await(WAITING_WEBHOOKS, ROOM)) {
            // Waits for the intake as long as it takes; each turn looks whether the sender was closed.
        }
        if (perSecond > 0) {
            long ahead = begin + TimeUnit.SECONDS.toNanos(count) / perSecond - System.nanoTime();
            if (ahead > 0) {
                closed.await(ahead, TimeUnit.NANOSECONDS);
            }
        }
    }

    private static Map<String, Object> settings(String bootstrapServers) {
        return Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                ProducerConfig.ACKS_CONFIG, "all",
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true,
                // With more, a request that overtakes the first one of a topic that is just being made leaves the first one behind for good
                // (KAFKA-14359).
                ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1,
                ProducerConfig.LINGER_MS_CONFIG, 5,
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 2 * 1024 * 1024,
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 600_000);
    }
}
