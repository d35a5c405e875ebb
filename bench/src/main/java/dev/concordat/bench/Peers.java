package dev.concordat.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures Concordat beside others that bring changes from Kafka into PostgreSQL, each as a process of its own. */
@Command(name = "bench/peers", mixinStandardHelpOptions = true, subcommands = Latency.class, sortOptions = false,
        description = "Throughput, processor time and what is wrong in the end, on clean and on dirty changes, one contestant after the other "
                + "in each round, on the same Kafka and PostgreSQL.")
public final class Peers implements Callable<Integer> {
    @Parameters(index = "0", arity = "0..1", paramLabel = "CHANGES", defaultValue = "300000", description = "Default: ${DEFAULT-VALUE}.")
    private int changes;

    @Parameters(index = "1", arity = "0..1", paramLabel = "ROUNDS", defaultValue = "3", description = "Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(names = "--only", split = ",", paramLabel = "CONTESTANT",
            description = "Only these: bare, connect, connect-tolerant, camel-plain, concordat.")
    private List<String> only = Contestant.words();

    @Option(names = "--chart", paramLabel = "FILE", description = "Draws the throughput as SVG.")
    private Path chart;

    @Option(names = "--heap", defaultValue = "1g", paramLabel = "SIZE", description = "Heap of each contestant (default: ${DEFAULT-VALUE}).")
    private String heap;

    @Option(names = "--seed", defaultValue = "1", description = "Seed of the changes (default: ${DEFAULT-VALUE}).")
    private long seed;

    public static void main(String[] args) {
        // The log is set up by one thread, before many start.
        LoggerFactory.getLogger(Peers.class);
        System.exit(new CommandLine(new Peers()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        var contestants = only.stream().map(Contestant::of).toList();
        var results = new ArrayList<Run.Result>();
        for (int round = 0; round < rounds; round++) {
            for (boolean dirty : new boolean[] {false, true}) {
                var turn = new ArrayList<>(contestants);
                Collections.rotate(turn, -round);
                leg(round, dirty, turn, results);
            }
        }
        var report = new Report(results);
        System.out.println();
        System.out.print(report.markdown(changes, rounds));
        if (chart != null) {
            new Chart(report).write(chart);
        }
        return 0;
    }

    private void leg(int round, boolean dirty, List<Contestant> turn, List<Run.Result> results) throws Exception {
        try (var servers = Servers.start(heap)) {
            Map<Integer, Expected> expected = new HashMap<>();
            for (Contestant contestant : turn) {
                if (contestant.takesPartIn(dirty)) {
                    int share = changes / contestant.fraction();
                    String topic = (dirty ? "dirty-" : "clean-") + share;
                    if (!expected.containsKey(share)) {
                        System.err.printf("\r  sending %,d changes to %s   ", share, topic);
                        var traffic = new PeerTraffic(dirty, seed, share);
                        servers.send(topic, traffic);
                        expected.put(share, Expected.of(traffic));
                        if (servers.size(topic) != expected.get(share).sent()) {
                            throw new IllegalStateException(topic + " has " + servers.size(topic) + " records instead of "
                                    + expected.get(share).sent());
                        }
                    }
                    try (var run = new Run(contestant, servers, expected.get(share), topic)) {
                        var result = run.measure(dirty);
                        results.add(result);
                        say(round, result);
                    }
                }
            }
        }
    }

    private void say(int round, Run.Result result) {
        System.err.printf(Locale.ROOT, "\rround %d of %d, %s, %s: %s, %,.0f µs a change and %,.0f in PostgreSQL, "
                        + "%,d of %,d rows wrong, %,d changes lost%n",
                round + 1, rounds, result.dirty() ? "dirty" : "clean", result.contestant().word(),
                result.died() != null ? result.died() : String.format(Locale.ROOT, "%,.0f/s", result.perSecond()), result.microsPerChange(),
                result.postgresMicrosPerChange(), result.difference().rows(), result.rows(), result.difference().changes());
    }
}
