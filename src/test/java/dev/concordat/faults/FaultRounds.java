package dev.concordat.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Plays rounds of traffic and faults against real servers and real bridges, and says of each whether everything is as it has to be. */
@Command(name = "bench/faults", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Plays rounds of traffic and faults, each from a seed, and compares what servers hold with what was sent. "
                + "Ends with 0 when every round was passed, else with 1.")
public final class FaultRounds implements Callable<Integer> {
    private static final int SHOWN = 20;

    @Parameters(index = "0", arity = "0..1", paramLabel = "ROUNDS", defaultValue = "20", description = "Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(names = "--seed", defaultValue = "1",
            description = "Seed of the first round; each further one has the next (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--fresh-after", paramLabel = "ROUNDS", defaultValue = "50",
            description = "So many rounds share their servers and books; what goes wrong late in one is found by the next "
                    + "(default: ${DEFAULT-VALUE}).")
    private int freshAfter;

    @Option(names = "--backlog",
            description = "Thousands of changes a round, all at once, so that batches are full and a bridge reads ahead of them; otherwise some hundred, at a pace.")
    private boolean backlog;

    @Option(names = "--report", paramLabel = "FILE", defaultValue = "target/bench/faults.md",
            description = "Where seeds, faults and verdicts are listed (default: ${DEFAULT-VALUE}).")
    private Path report;

    private final List<Round.Result> results = new ArrayList<>();
    private Session session;
    private int shared;

    public static void main(String[] arguments) {
        // The log is set up by one thread, before many start.
        LoggerFactory.getLogger(FaultRounds.class);
        System.exit(new CommandLine(new FaultRounds()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, SQLException {
        long begun = System.nanoTime();
        Runtime.getRuntime().addShutdownHook(new Thread(this::endSession));
        try {
            for (long next = seed; results.size() < rounds; next++) {
                play(next);
                Files.createDirectories(report.toAbsolutePath().getParent());
                Files.writeString(report, markdown(Duration.ofNanos(System.nanoTime() - begun)));
            }
        } finally {
            endSession();
        }
        long failed = results.stream().filter(result -> !result.passed()).count();
        System.out.printf("%d of %d rounds passed; report: %s%n", results.size() - failed, results.size(), report);
        return failed == 0 ? 0 : 1;
    }

    private void play(long next) throws IOException, SQLException {
        if (session == null) {
            session = new Session(report.toAbsolutePath().resolveSibling("faults-logs"));
        }
        boolean disk = session.ground.disk.canBeFilled();
        var round = backlog ? Round.backlog(next, disk) : Round.of(next, disk);
        if (session.knowsAnyOf(round.emissions())) {
            System.out.printf("seed %d shares an id with an earlier round and is left out%n", next);
            return;
        }
        var result = round.run(session);
        results.add(result);
        say(result);
        if (!result.passed() || ++shared == freshAfter) {
            endSession();
        }
    }

    private synchronized void endSession() {
        if (session != null) {
            session.close();
        }
        session = null;
        shared = 0;
    }

    private void say(Round.Result result) {
        System.out.printf(Locale.ROOT, "round %d of %d, seed %d, %.1f s, %s: %s [%s]%n", results.size(), rounds, result.seed(),
                result.time().toMillis() / 1e3, result.passed() ? "passed" : "FAILED", String.join("; ", result.faults()), result.what());
        if (!result.passed()) {
            result.differences().stream().limit(SHOWN).forEach(line -> System.out.println("  " + line));
            System.out.printf("  %d differences; again with: bench/faults 1 --seed %d%s%n", result.differences().size(), result.seed(),
                    backlog ? " --backlog" : "");
        }
    }

    private String markdown(Duration time) {
        var text = new StringBuilder("# Rounds of faults\n\n");
        long passed = results.stream().filter(Round.Result::passed).count();
        text.append(String.format(Locale.ROOT, "%d of %d rounds passed, in %d s. Seeds %d to %d.%n%n", passed, results.size(),
                time.toSeconds(), results.get(0).seed(), results.get(results.size() - 1).seed()));
        text.append("| seed | traffic | faults | seconds | verdict |\n| ---: | --- | --- | ---: | --- |\n");
        for (Round.Result result : results) {
            String verdict = result.passed() ? "passed" : "**failed**, " + result.differences().size() + " differences";
            text.append(String.format(Locale.ROOT, "| %d | %s | %s | %.1f | %s |%n", result.seed(), result.what(),
                    String.join("<br>", result.faults()), result.time().toMillis() / 1e3, verdict));
        }
        results.stream().filter(result -> !result.passed()).forEach(result -> {
            text.append("\n## Seed ").append(result.seed()).append("\n\n");
            result.differences().stream().limit(SHOWN).forEach(line -> text.append("- ").append(line).append('\n'));
        });
        return text.toString();
    }
}
