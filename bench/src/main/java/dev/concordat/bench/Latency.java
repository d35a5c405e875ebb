package dev.concordat.bench;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * How long a change is under way at a fixed rate, from the time in its event until another connection can read it. One change in twenty
 * is looked for, every five milliseconds, in the same way for every contestant.
 */
@Command(name = "latency", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Milliseconds from the time in the event until the row is visible, at a fixed rate, for bare, connect and concordat.")
final class Latency implements Callable<Integer> {
    /** One change that is looked for. */
    private record Probe(String id, String email, long time) {
    }

    private static final int ONE_IN = 20;
    private static final int LOOK_MILLIS = 5;
    private static final int KAFKAS_OWN_LINGER_MILLIS = 5;
    private static final long AFTERWARDS_MILLIS = 30_000;

    @Parameters(index = "0", arity = "0..1", paramLabel = "SECONDS", defaultValue = "60", description = "Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(names = "--rate", defaultValue = "2000", description = "Changes a second (default: ${DEFAULT-VALUE}).")
    private int rate;

    @Option(names = "--warm-up", defaultValue = "60", paramLabel = "SECONDS",
            description = "Sent before, at the same rate, and not counted (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(names = "--only", split = ",", paramLabel = "CONTESTANT", description = "Only these.")
    private List<String> only = List.of("bare", "connect", "concordat");

    private final Map<String, Queue<Probe>> sent = new HashMap<>();
    private volatile boolean sending;

    @Override
    public Integer call() throws Exception {
        var rows = new ArrayList<String>();
        try (var servers = Servers.start()) {
            for (String word : only) {
                rows.add(measure(Contestant.of(word), servers));
            }
        }
        System.out.printf("%n%s. %,d changes a second for %d s after %d s of warm-up, one in %d looked for.%n%n", Report.machine(), rate,
                seconds, warmUp, ONE_IN);
        System.out.println("""
                | contestant | p50 ms | p99 ms | max ms | CPU µs/change | PostgreSQL µs/change | looked for | never seen |
                |---|---:|---:|---:|---:|---:|---:|---:|""");
        rows.forEach(System.out::println);
        return 0;
    }

    private String measure(Contestant contestant, Servers servers) throws Exception {
        String topic = "latency-" + contestant.word();
        servers.topic(topic);
        servers.emptyTable();
        if (contestant.connect()) {
            try (var connection = servers.connect(Servers.PLAIN)) {
                Run.keepWhatIsAbsent(connection);
            }
        }
        sent.clear();
        contestant.databases().forEach(database -> sent.put(database, new ConcurrentLinkedQueue<>()));
        List<Long> seen = java.util.Collections.synchronizedList(new ArrayList<>());
        Map<String, Probe> missing = new ConcurrentHashMap<>();
        String taken;
        try (var process = Launch.of(contestant, servers, topic)) {
            process.mustConsume(servers, contestant, topic);
            sending = true;
            var lookers = new ArrayList<Thread>();
            for (String database : contestant.databases()) {
                var looker = new Thread(() -> look(contestant, servers, database, seen, missing), "look-" + database);
                looker.start();
                lookers.add(looker);
            }
            try (var any = servers.connect(Servers.PLAIN)) {
                double[] before = {0, 0};
                send(contestant, servers, topic, () -> {
                    before[0] = ProcessorTime.of(process.handle());
                    before[1] = ProcessorTime.ofPostgres(any);
                });
                double micros = 1e6 / (rate * seconds);
                taken = String.format(Locale.ROOT, "%.0f | %.0f", (ProcessorTime.of(process.handle()) - before[0]) * micros,
                        (ProcessorTime.ofPostgres(any) - before[1]) * micros);
            }
            sending = false;
            for (Thread looker : lookers) {
                looker.join();
            }
        }
        return String.format(Locale.ROOT, "| %s | %s | %s | %,d | %,d |", contestant.label(), Millis.cells(seen), taken,
                seen.size() + missing.size(), missing.size());
    }

    private interface Beginning {
        void reached() throws SQLException;
    }

    /** @param warm when what is counted begins */
    private void send(Contestant contestant, Servers servers, String topic, Beginning warm) throws Exception {
        Map<String, String> regions = new HashMap<>();
        int[] index = {0};
        try (var producer = servers.producer(KAFKAS_OWN_LINGER_MILLIS)) {
            long begun = System.nanoTime();
            new PeerTraffic(false, 1, rate * (warmUp + seconds)).each(each -> {
                producer.send(Servers.record(topic, each));
                var event = PeerTraffic.read(each.body());
                String[] values = Customer.flat(PeerTraffic.after(event));
                String region = regions.computeIfAbsent(values[0], id -> Expected.region(values[Customer.RESIDENCY]));
                int number = index[0]++;
                if (number == rate * warmUp) {
                    warm.reached();
                }
                if (number >= rate * warmUp && number % ONE_IN == 0) {
                    long time = Instant.parse(event.path("time").asText()).toEpochMilli();
                    sent.get(contestant.database(region)).add(new Probe(values[0], values[Customer.EMAIL], time));
                }
                long due = begun + (long) (index[0] * 1e9 / rate);
                while (System.nanoTime() < due) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
                if (number % rate == 0) {
                    System.err.printf("\r  %s: %d of %d s   ", contestant.word(), number / rate, warmUp + seconds);
                }
            });
        }
    }

    private void look(Contestant contestant, Servers servers, String database, List<Long> seen, Map<String, Probe> missing) {
        Map<String, Probe> waiting = new HashMap<>();
        try (Connection connection = servers.connect(database);
                var look = connection.prepareStatement("SELECT id, email FROM " + contestant.table() + " WHERE id = ANY (?)")) {
            long ended = Long.MAX_VALUE;
            while (true) {
                ended = sending ? Long.MAX_VALUE : Math.min(ended, System.currentTimeMillis());
                for (Probe probe = sent.get(database).poll(); probe != null; probe = sent.get(database).poll()) {
                    Probe before = waiting.put(probe.id(), probe);
                    if (before != null) {
                        missing.put(before.email(), before);
                    }
                }
                if (!waiting.isEmpty()) {
                    look.setArray(1, connection.createArrayOf("text", waiting.keySet().toArray()));
                    try (var rows = look.executeQuery()) {
                        long now = System.currentTimeMillis();
                        while (rows.next()) {
                            Probe probe = waiting.get(rows.getString(1));
                            if (probe.email().equals(rows.getString(2))) {
                                seen.add(now - probe.time());
                                waiting.remove(probe.id());
                            }
                        }
                    }
                }
                if (ended < Long.MAX_VALUE && (waiting.isEmpty() || System.currentTimeMillis() - ended > AFTERWARDS_MILLIS)) {
                    waiting.values().forEach(probe -> missing.put(probe.email(), probe));
                    return;
                }
                Thread.sleep(LOOK_MILLIS);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
