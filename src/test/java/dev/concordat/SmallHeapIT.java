package dev.concordat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.concordat.change.Sent;
import dev.concordat.sample.Faults;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A bridge with little memory, in a process of its own, outlives those who want all of it, and serves the others meanwhile. */
@Timeout(1800)
class SmallHeapIT {
    private static final Duration SOON = Duration.ofMinutes(10);
    private static final String HEAP = "-Xmx256m";
    private static final int MEGABYTE = 1_000_000;
    private static final int GOOD = 20;
    private static final int SLOW = 300;
    private static final int ENDLESS = 8;
    private static final int RECORDS = 30;
    private static final int PARTITIONS = 6;

    private static TestBed bed;
    private static Webhooks door;
    private static Process bridge;
    private static ExecutorService senders;

    /** One who sends a body of which the bridge should keep nothing, and listens meanwhile. */
    private static final class Sender {
        private final Socket socket;
        private final Future<String> status;

        Sender(int announced, boolean chunked) throws IOException {
            socket = new Socket("127.0.0.1", bed.webhookPort);
            socket.setSoTimeout((int) SOON.toMillis());
            socket.getOutputStream().write(("POST /webhooks/crm HTTP/1.1\r\nHost: x\r\n" + (chunked
                    ? "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(announced) + "\r\n"
                    : "Content-Length: " + announced + "\r\n\r\n")).getBytes(UTF_8));
            status = senders.submit(() -> new String(socket.getInputStream().readNBytes("HTTP/1.1 413".length()), UTF_8));
        }

        /** As far as the bridge takes it. */
        private void send(int bytes, int atOnce) {
            byte[] some = new byte[atOnce];
            try {
                for (int sent = 0; sent < bytes; sent += atOnce) {
                    socket.getOutputStream().write(some);
                }
            } catch (IOException e) {
                // Turned away, as it should be.
            }
        }
    }

    @BeforeAll
    static void start() throws IOException {
        bed = new TestBed(Faults.off());
        startBridge();
        door = new Webhooks(URI.create("http://127.0.0.1:" + bed.webhookPort + "/webhooks/crm"), TestBed.SECRET);
        senders = Executors.newCachedThreadPool();
    }

    private static void startBridge() throws IOException {
        bridge = bed.bridgeProcess(bed.settings().with("concordat.webhook.patience", "PT2S"), "@config/jvm.options", "-XX:TieredStopAtLevel=1", HEAP);
        await().atMost(SOON).ignoreExceptions().until(() -> bed.managed("/observe/health").contains("\"status\":\"UP\""));
    }

    @AfterAll
    static void stop() {
        senders.shutdownNow();
        bridge.destroyForcibly().onExit().join();
        bed.close();
    }

    @Test
    void bodiesThatAreLargeOrSlowAreTurnedAway() throws Exception {
        var slow = new ArrayList<Sender>();
        var endless = new ArrayList<Sender>();
        try {
            for (int i = 0; i < SLOW; i++) {
                var sender = new Sender(2 * MEGABYTE, i % 2 == 1);
                slow.add(sender);
                // A third says nothing more; the others send almost all, and some of them the rest byte by byte.
                if (i % 3 > 0) {
                    boolean goesOn = i % 3 == 1;
                    senders.submit(() -> {
                        sender.send(19 * MEGABYTE / 10, MEGABYTE / 10);
                        sender.send(goesOn ? MEGABYTE / 20 : 0, 1);
                    });
                }
            }
            for (int i = 0; i < ENDLESS; i++) {
                var sender = new Sender(100 * MEGABYTE, i % 2 == 1);
                endless.add(sender);
                senders.submit(() -> sender.send(100 * MEGABYTE, MEGABYTE / 10));
            }
            goodOnesAreApplied("A");
            for (Sender sender : slow) {
                assertThat(sender.status.get()).isIn("HTTP/1.1 408", "HTTP/1.1 503");
            }
            for (Sender sender : endless) {
                assertThat(sender.status.get()).isIn("HTTP/1.1 413", "HTTP/1.1 408", "HTTP/1.1 503");
            }
            assertThat(bridge.isAlive()).isTrue();
        } finally {
            slow.addAll(endless);
            for (Sender sender : slow) {
                sender.socket.close();
            }
        }
    }

    @Test
    void recordsThatAreLargeOnceTheyAreUnpackedAreQuarantined() throws Exception {
        var settings = new Properties();
        settings.put("bootstrap.servers", bed.parts.kafkaBootstrap());
        settings.put("compression.type", "gzip");
        settings.put("max.request.size", "300000000");
        settings.put("buffer.memory", "300000000");
        // So that all of them are there when it reads for the first time.
        bridge.destroyForcibly().onExit().join();
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
            var sent = new ArrayList<Future<?>>();
            // One takes a fifth of the heap, all together more than the heap.
            sent.add(producer.send(new ProducerRecord<>("crm.changes", 0, "k", new byte[50 * MEGABYTE])));
            byte[] large = new byte[10 * MEGABYTE];
            for (int i = 1; i < RECORDS; i++) {
                sent.add(producer.send(new ProducerRecord<>("crm.changes", i % PARTITIONS, "k", large)));
            }
            for (var each : sent) {
                each.get();
            }
        }
        startBridge();
        goodOnesAreApplied("B");
        await().atMost(SOON).failFast(() -> !bridge.isAlive()).untilAsserted(() -> assertThat(bed.query("ledger_eu",
                "SELECT count(*) FROM concordat.quarantine WHERE rule = 'document-size'")).isEqualTo(Integer.toString(RECORDS)));
        assertThat(bridge.isAlive()).isTrue();
    }

    private static void goodOnesAreApplied(String prefix) {
        for (int i = 0; i < GOOD; i++) {
            var webhook = door.of(prefix + i, Sent.newCustomer(prefix + "-" + i, "DE").bytes());
            await().atMost(SOON).ignoreExceptions().failFast(() -> !bridge.isAlive())
                    .until(() -> door.send(webhook).join().statusCode() == 202);
        }
        await().atMost(SOON).failFast(() -> !bridge.isAlive()).untilAsserted(() -> assertThat(bed.query("ledger_eu",
                "SELECT count(*) FROM ledger.customer WHERE id LIKE '" + prefix + "-%'")).isEqualTo(Integer.toString(GOOD)));
    }
}
