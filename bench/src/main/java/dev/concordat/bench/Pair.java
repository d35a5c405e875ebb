package dev.concordat.bench;

import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Whether a second bridge in the same consumer groups shares the work: the same share of the processors for each of them, so that two
 * can have twice of what one has, and a kill of one in the middle at the end.
 */
@Command(name = "bench/pair", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Throughput of one bridge and of two, each with the same share of the processors; then one of the two is killed.")
public final class Pair implements Callable<Integer> {
    private static final String TOPIC = "pair";
    private static final int PARTS = 5;
    private static final int LOOK_MILLIS = 200;
    private static final long LONGEST_NANOS = 300_000_000_000L;

    @Parameters(index = "0", defaultValue = "300000", paramLabel = "CHANGES",
            description = "In all five parts (default: ${DEFAULT-VALUE}).")
    private int changes;

    @Option(names = "--share", defaultValue = "0.25", paramLabel = "PROCESSORS",
            description = "Of each bridge while it is measured (default: ${DEFAULT-VALUE}); twice that beside broker and databases.")
    private double share;

    private final List<Connection> ledgers = new ArrayList<>();
    private final List<PeerTraffic.Sending> sendings = new ArrayList<>();
    private int sent;

    public static void main(String[] args) {
        // The log is set up by one thread, before many start.
        LoggerFactory.getLogger(Pair.class);
        System.exit(new CommandLine(new Pair()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        var traffic = new PeerTraffic(false, 1, changes);
        var expected = Expected.of(traffic);
        traffic.each(sendings::add);
        try (var servers = Servers.start(); var producer = servers.producer(20)) {
            servers.topic(TOPIC);
            double one;
            double two;
            Expected.Difference difference;
            try (var first = bridge(servers, "first"); var firstShare = new Quota(first.handle())) {
                for (String region : Servers.REGIONS) {
                    ledgers.add(servers.connect("ledger_" + region));
                }
                part(producer, "warm-up of one");
                firstShare.limit(share);
                one = part(producer, "one bridge");
                firstShare.lift();
                int members = servers.members(Contestant.CONCORDAT.group(), TOPIC);
                try (var second = bridge(servers, "second"); var secondShare = new Quota(second.handle())) {
                    while (servers.members(Contestant.CONCORDAT.group(), TOPIC) < 2 * members) {
                        Thread.sleep(LOOK_MILLIS);
                    }
                    part(producer, "warm-up of two");
                    firstShare.limit(share);
                    secondShare.limit(share);
                    two = part(producer, "two bridges");
                    firstShare.lift();
                    secondShare.lift();
                    long before = ended();
                    send(producer);
                    while (ended() < before + changes / PARTS / 2) {
                        Thread.sleep(LOOK_MILLIS);
                    }
                    second.handle().destroyForcibly();
                    until("one of two is killed");
                }
                difference = expected.compare(ledgers, Customer.SELECT_LEDGER);
            }
            System.out.printf(Locale.ROOT, "%n%s. Parts of %,d changes; each bridge with %.2f of a processor.%n%n", Report.machine(),
                    changes / PARTS, share);
            System.out.printf(Locale.ROOT, "| bridges | changes/s | of one |%n|---|---:|---:|%n| one | %,.0f | 1.00 |%n"
                    + "| two | %,.0f | %.2f |%n", one, two, two / one);
            System.out.printf(Locale.ROOT, "%nAfter a bridge was killed in the last part: %,d rows wrong, %,d changes lost.%n",
                    difference.rows(), difference.changes());
            return difference.rows() == 0 ? 0 : 1;
        } finally {
            for (Connection ledger : ledgers) {
                ledger.close();
            }
        }
    }

    private static Launch bridge(Servers servers, String name) throws Exception {
        var bridge = Launch.bridge(servers, name, TOPIC, Map.of());
        bridge.mustConsume(servers, Contestant.CONCORDAT, TOPIC);
        return bridge;
    }

    /** The next part of the traffic from its first record to the commit of its last change; changes a second. */
    private double part(KafkaProducer<String, byte[]> producer, String what) throws Exception {
        long begun = System.nanoTime();
        send(producer);
        until(what);
        return changes / PARTS / ((System.nanoTime() - begun) / 1e9);
    }

    private void send(KafkaProducer<String, byte[]> producer) {
        sendings.subList(sent, sent + changes / PARTS).forEach(each -> producer.send(Servers.record(TOPIC, each)));
        producer.flush();
        sent += changes / PARTS;
    }

    private void until(String what) throws Exception {
        long begun = System.nanoTime();
        for (long ended = ended(); ended < sent; ended = ended()) {
            System.err.printf(Locale.ROOT, "\r  %s: %,d of %,d changes after %.0f s     ", what, ended, sent,
                    (System.nanoTime() - begun) / 1e9);
            if (System.nanoTime() - begun > LONGEST_NANOS) {
                throw new IllegalStateException("%s: %,d of %,d changes ended".formatted(what, ended, sent));
            }
            Thread.sleep(LOOK_MILLIS);
        }
    }

    private long ended() throws Exception {
        long ended = 0;
        for (Connection ledger : ledgers) {
            try (var statement = ledger.createStatement(); var row = statement.executeQuery("SELECT count(*) FROM concordat.inbox")) {
                row.next();
                ended += row.getLong(1);
            }
        }
        return ended;
    }
}
