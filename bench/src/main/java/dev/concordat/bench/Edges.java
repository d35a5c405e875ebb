package dev.concordat.bench;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.concordat.sample.Emission;
import dev.concordat.sample.Faults;
import dev.concordat.sample.SampleCrm;
import dev.concordat.sample.Signature;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How long the bridge's two HTTP sides take at a fixed rate: a signed webhook from when it is due until its answer, and a change in the
 * ledger from its commit until the sample CRM has it.
 */
@Command(name = "bench/edges", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Milliseconds until a webhook is answered, and until a change in the ledger is in the sample CRM, at fixed rates.")
public final class Edges implements Callable<Integer> {
    private static final int CUSTOMERS = 2_000;
    private static final int LOOK_MILLIS = 2;
    private static final long LONGEST_NANOS = 60_000_000_000L;
    private static final String TOPIC = "edges";

    @Option(names = "--seconds", defaultValue = "30", description = "How long each is measured (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--warm-up", defaultValue = "120", paramLabel = "SECONDS", description = "Before, not counted (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(names = "--webhooks", defaultValue = "500", paramLabel = "RATE", description = "Webhooks a second (default: ${DEFAULT-VALUE}).")
    private int webhooks;

    @Option(names = "--updates", defaultValue = "100", paramLabel = "RATE",
            description = "Changes in the ledgers a second (default: ${DEFAULT-VALUE}); a lane calls the CRM 200 times a second at most.")
    private int updates;

    private final List<Emission> customers = new ArrayList<>();
    private final Map<String, String> regions = new HashMap<>();

    /** What is done again and again, each time with its number, from 0; what is done while warming up does not count. */
    private interface Turn {
        void take(int number, boolean counts) throws Exception;
    }

    public static void main(String[] args) {
        // The log is set up by one thread, before many start.
        LoggerFactory.getLogger(Edges.class);
        System.exit(new CommandLine(new Edges()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        // Each customer comes with its first change; two thirds of the traffic change what is there.
        new PeerTraffic(false, 1, CUSTOMERS * 3).each(each -> {
            if (customers.size() < CUSTOMERS) {
                customers.add(each.emission());
                regions.put(each.emission().entityId(), Expected.region(Customer.flat(PeerTraffic.after(PeerTraffic.read(each.body())))
                        [Customer.RESIDENCY]));
            }
        });
        var rows = new ArrayList<String>();
        try (var servers = Servers.start(); var database = pool(servers);
                var crm = new SampleCrm(database, 1, Faults.off(), Clock.systemUTC())) {
            int port = freePort();
            servers.topic(TOPIC);
            crm.store(customers);
            try (var bridge = Launch.bridge(servers, TOPIC, TOPIC, Map.of("CONCORDAT_CRM_URL", crm.address().toString(),
                    "CONCORDAT_EXPORT_DELAY", "100", "CONCORDAT_WEBHOOK_PORT", Integer.toString(port)))) {
                sendCustomers(servers, bridge);
                var intake = URI.create("http://127.0.0.1:" + port + "/webhooks/crm");
                crm.webhooks().deliverTo(intake, Launch.SECRET);
                rows.add(measureWebhooks(intake));
                rows.add(measureUpdates(servers));
            }
        }
        System.out.printf("%n%s. Each for %d s after %d s of warm-up.%n%n", Report.machine(), seconds, warmUp);
        System.out.println("| what | a second | p50 ms | p99 ms | max ms | looked for | never |\n|---|---:|---:|---:|---:|---:|---:|");
        rows.forEach(System.out::println);
        return 0;
    }

    private static HikariDataSource pool(Servers servers) {
        var config = new HikariConfig();
        config.setJdbcUrl(servers.parts().jdbcUrl(Servers.CRM));
        config.setUsername(servers.parts().databaseUser());
        config.setPassword(servers.parts().databasePassword(Servers.CRM));
        return new HikariDataSource(config);
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private void sendCustomers(Servers servers, Launch bridge) throws Exception {
        try (var producer = servers.producer(20)) {
            for (Emission each : customers) {
                producer.send(Servers.record(TOPIC, each.key(), each.body()));
            }
        }
        long begun = System.nanoTime();
        long found = 0;
        while (found < CUSTOMERS) {
            if (bridge.dead() || System.nanoTime() - begun > LONGEST_NANOS) {
                throw new IllegalStateException("the bridge does not take the customers; it said:\n" + bridge.said());
            }
            Thread.sleep(100);
            found = 0;
            for (String region : Servers.REGIONS) {
                try (var connection = servers.connect("ledger_" + region); var statement = connection.createStatement();
                        var row = statement.executeQuery("SELECT (SELECT count(*) FROM ledger.customer) - (SELECT count(*) FROM concordat.untold)")) {
                    row.next();
                    found += row.getLong(1);
                } catch (SQLException e) {
                    // The bridge has not laid its tables yet.
                    break;
                }
            }
            System.err.printf("\r  %,d of %,d customers in the ledgers and told to the CRM ", found, CUSTOMERS);
        }
    }

    private String measureWebhooks(URI intake) throws Exception {
        var took = Collections.synchronizedList(new ArrayList<Double>());
        var answers = new ConcurrentHashMap<Integer, LongAdder>();
        var waiting = new ArrayList<CompletableFuture<?>>();
        var http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        atRate("webhooks", webhooks, (number, counts) -> {
            long due = System.nanoTime();
            byte[] body = update(customers.get(number % CUSTOMERS), number);
            waiting.add(http.sendAsync(signed(intake, "msg-" + number, body), BodyHandlers.discarding()).thenAccept(answer -> {
                if (counts) {
                    took.add((System.nanoTime() - due) / 1e6);
                    answers.computeIfAbsent(answer.statusCode(), status -> new LongAdder()).increment();
                }
            }));
        });
        CompletableFuture.allOf(waiting.toArray(CompletableFuture[]::new)).join();
        long accepted = answers.getOrDefault(202, new LongAdder()).sum();
        return row("a webhook is answered 202", webhooks, took, took.size() - accepted);
    }

    /** A further change of a customer. */
    static byte[] update(Emission customer, long number) throws IOException {
        var event = PeerTraffic.read(customer.body());
        event.put("id", "edge-" + number).put("sequence", "%020d".formatted(1_000L + number));
        PeerTraffic.after(event).put("email", "edge" + number + "@example.com");
        return event.toString().getBytes(StandardCharsets.UTF_8);
    }

    static HttpRequest signed(URI intake, String id, byte[] body) {
        long timestamp = System.currentTimeMillis() / 1_000;
        return HttpRequest.newBuilder(intake).header("Content-Type", "application/cloudevents+json").header("webhook-id", id)
                .header("webhook-timestamp", Long.toString(timestamp))
                .header("webhook-signature", new Signature(Launch.SECRET).of(id, timestamp, body)).POST(BodyPublishers.ofByteArray(body)).build();
    }

    private String measureUpdates(Servers servers) throws Exception {
        Map<String, Connection> ledgers = new HashMap<>();
        for (String region : Servers.REGIONS) {
            ledgers.put(region, servers.connect("ledger_" + region));
        }
        var waiting = new ConcurrentHashMap<String, Long>();
        var took = Collections.synchronizedList(new ArrayList<Double>());
        var looker = new Thread(() -> look(servers, waiting, took), "look");
        looker.start();
        atRate("changes in the ledgers", updates, (number, counts) -> {
            String id = customers.get(number % CUSTOMERS).entityId();
            long limit = 1_000_000L + number;
            try (var statement = ledgers.get(regions.get(id)).prepareStatement("UPDATE ledger.customer SET credit_limit = ? WHERE id = ?")) {
                statement.setLong(1, limit);
                statement.setString(2, id);
                statement.executeUpdate();
            }
            if (counts) {
                waiting.put(id + " " + limit, System.nanoTime());
            }
        });
        long begun = System.nanoTime();
        while (!waiting.isEmpty() && System.nanoTime() - begun < LONGEST_NANOS) {
            Thread.sleep(LOOK_MILLIS);
        }
        looker.interrupt();
        looker.join();
        for (Connection ledger : ledgers.values()) {
            ledger.close();
        }
        return row("a change in the ledger is in the CRM", updates, took, waiting.size());
    }

    private static void look(Servers servers, Map<String, Long> waiting, List<Double> took) {
        try (Connection connection = servers.connect(Servers.CRM); var look = connection.prepareStatement(
                "SELECT id || ' ' || (document->>'creditLimit') FROM crm.record WHERE entity = 'customer' AND id = ANY (?)")) {
            while (!Thread.currentThread().isInterrupted()) {
                look.setArray(1, connection.createArrayOf("text", waiting.keySet().stream().map(each -> each.split(" ")[0]).toArray()));
                try (var rows = look.executeQuery()) {
                    while (rows.next()) {
                        Long since = waiting.remove(String.valueOf(rows.getString(1)));
                        if (since != null) {
                            took.add((System.nanoTime() - since) / 1e6);
                        }
                    }
                }
                Thread.sleep(LOOK_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Each turn at its time; one that begins late because the one before took long is not put off. */
    private void atRate(String what, int rate, Turn turn) throws Exception {
        long begun = System.nanoTime();
        for (int number = 0; number < rate * (warmUp + seconds); number++) {
            long due = begun + (long) (number * 1e9 / rate);
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            turn.take(number, number >= rate * warmUp);
            if (number % rate == 0) {
                System.err.printf("\r  %s: %d of %d s                          ", what, number / rate, warmUp + seconds);
            }
        }
    }

    private static String row(String what, int rate, List<Double> took, long never) {
        return String.format(Locale.ROOT, "| %s | %,d | %s | %,d | %,d |", what, rate, Millis.cells(took), took.size() + never, never);
    }
}
