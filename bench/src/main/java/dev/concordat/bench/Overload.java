package dev.concordat.bench;

import dev.concordat.sample.Emission;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Whether a bridge with a small heap lives through far more than it can take, by both doors at once, and loses nothing that it accepted.
 */
@Command(name = "bench/overload", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Memory and answers of a bridge that is sent more than it can take, on Kafka and by webhook at once.")
public final class Overload implements Callable<Integer> {
    private static final String TOPIC = "overload";
    private static final int CUSTOMERS = 2_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Option(names = "--seconds", defaultValue = "600", description = "How long (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--heap", defaultValue = "512m", paramLabel = "SIZE", description = "Of the bridge (default: ${DEFAULT-VALUE}).")
    private String heap;

    @Option(names = "--records", defaultValue = "20000", paramLabel = "RATE",
            description = "Changes on Kafka a second (default: ${DEFAULT-VALUE}).")
    private int records;

    @Option(names = "--senders", defaultValue = "500",
            description = "Of webhooks, each of which sends the next when it was answered (default: ${DEFAULT-VALUE}).")
    private int senders;

    private final List<Emission> customers = new ArrayList<>();
    private final Map<String, AtomicLong> answers = Collections.synchronizedMap(new TreeMap<>());
    private final List<Double> took = Collections.synchronizedList(new ArrayList<>());
    private final AtomicLong number = new AtomicLong();
    private final AtomicLong produced = new AtomicLong();

    public static void main(String[] args) {
        // The log is set up by one thread, before many start.
        LoggerFactory.getLogger(Overload.class);
        System.exit(new CommandLine(new Overload()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        new PeerTraffic(false, 1, CUSTOMERS * 3).each(each -> {
            if (customers.size() < CUSTOMERS) {
                customers.add(each.emission());
            }
        });
        try (var servers = Servers.start(heap)) {
            servers.topic(TOPIC);
            int port = Edges.freePort();
            try (var bridge = Launch.bridge(servers, TOPIC, TOPIC, Map.of("CONCORDAT_WEBHOOK_PORT", Integer.toString(port)))) {
                bridge.mustConsume(servers, Contestant.CONCORDAT, TOPIC);
                var records = new Thread(() -> sendRecords(servers), "records");
                records.start();
                sendWebhooks(URI.create("http://127.0.0.1:" + port + "/webhooks/crm"), bridge, servers);
                records.join();
                return tell(servers, bridge);
            }
        }
    }

    private void sendRecords(Servers servers) {
        try (var producer = servers.producer(20)) {
            for (Emission each : customers) {
                producer.send(Servers.record(TOPIC, each.key(), each.body()), this::acknowledge);
            }
            long begun = System.nanoTime();
            for (long i = 0; i < (long) records * seconds; i++) {
                long early = begun + i * 1_000_000_000L / records - System.nanoTime();
                if (early > 1_000_000) {
                    LockSupport.parkNanos(early);
                }
                var customer = customers.get((int) (i % CUSTOMERS));
                producer.send(Servers.record(TOPIC, customer.key(), Edges.update(customer, number.incrementAndGet())), this::acknowledge);
                if (System.nanoTime() - begun > TimeUnit.SECONDS.toNanos(seconds)) {
                    break;
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void acknowledge(RecordMetadata record, Exception failure) {
        if (failure == null) {
            produced.incrementAndGet();
        }
    }

    private void sendWebhooks(URI intake, Launch bridge, Servers servers) throws Exception {
        var http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();
        var free = new Semaphore(senders);
        long begun = System.nanoTime();
        long shown = begun;
        while (System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(seconds) && !bridge.dead()) {
            if (!free.tryAcquire(1, TimeUnit.SECONDS)) {
                continue;
            }
            long due = System.nanoTime();
            long id = number.incrementAndGet();
            byte[] body = Edges.update(customers.get((int) (id % CUSTOMERS)), id);
            http.sendAsync(Edges.signed(intake, "msg-" + id, body), BodyHandlers.discarding()).whenComplete((answer, failure) -> {
                String how = failure == null ? Integer.toString(answer.statusCode())
                        : "no answer: " + failure.getCause().getClass().getSimpleName();
                answers.computeIfAbsent(how, any -> new AtomicLong()).incrementAndGet();
                took.add((System.nanoTime() - due) / 1e6);
                free.release();
            });
            if (due - shown > 1_000_000_000L) {
                shown = due;
                System.err.printf(Locale.ROOT, "\r  %d of %d s: webhooks %s; on Kafka %,d, memory %,d MB     ",
                        (due - begun) / 1_000_000_000L, seconds, answers, servers.size(TOPIC), memory(bridge));
            }
        }
        free.tryAcquire(senders, PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** The most that the process ever took of the machine's memory, in MB; what is not heap included. */
    private static long memory(Launch bridge) {
        try {
            return Files.readAllLines(Path.of("/proc/" + bridge.handle().pid() + "/status")).stream()
                    .filter(line -> line.startsWith("VmHWM"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) >> 10).findFirst().orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }

    private int tell(Servers servers, Launch bridge) throws Exception {
        long ended = 0;
        for (String region : Servers.REGIONS) {
            try (var ledger = servers.connect("ledger_" + region); var statement = ledger.createStatement();
                    var row = statement.executeQuery("SELECT count(*) FROM concordat.inbox")) {
                row.next();
                ended += row.getLong(1);
            }
        }
        long size = servers.size(TOPIC);
        long accepted = answers.getOrDefault("202", new AtomicLong()).get();
        long lost = Math.max(0, produced.get() + accepted - size);
        System.out.printf(Locale.ROOT, "%n%s. For %d s: %,d changes in the intake topic, %,d of them by webhook; %,d ended meanwhile, "
                + "%,d accepted and lost.%n%n", Report.machine(), seconds, size, size - produced.get(), ended, lost);
        System.out.printf(Locale.ROOT, "| heap | process at most MB | alive | webhooks answered | p50 ms | p99 ms | max ms |%n"
                + "|---|---:|---|---|---:|---:|---:|%n| %s | %,d | %s | %s | %s |%n", heap, memory(bridge),
                bridge.dead() ? "no" : "yes", answers, Millis.cells(took));
        return bridge.dead() || lost > 0 ? 1 : 0;
    }
}
