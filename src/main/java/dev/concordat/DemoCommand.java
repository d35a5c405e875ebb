package dev.concordat;

import dev.concordat.embedded.DataFolder;
import dev.concordat.quarantine.QuarantineStore;
import dev.concordat.quarantine.Selection;
import dev.concordat.sample.Comparison;
import dev.concordat.sample.Expected;
import dev.concordat.sample.OutcomeComparison;
import dev.concordat.sample.Teller;
import dev.concordat.sample.Traffic;
import dev.concordat.sample.TrafficSender;
import dev.concordat.tool.OptionNumbers;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/**
 * Everything at once on this machine: embedded servers, the sample CRM's traffic, a teller, and a live view. It writes what nobody wants in a
 * real server, so it is refused where settings name one.
 */
@Command(name = "demo", mixinStandardHelpOptions = true,
        description = "Starts everything embedded, sends the sample CRM's traffic through the bridge and shows what becomes of it.")
final class DemoCommand implements Callable<Integer> {
    private static final int WORDS_OF_DIFFERENCE = 20;

    @ParentCommand
    private Concordat concordat;

    @Option(names = "--changes", defaultValue = "20000", description = "How many changes the CRM sends (default: ${DEFAULT-VALUE}).")
    private int changes;

    @Option(names = "--seed", defaultValue = "1", description = "Chooses the traffic (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--rate", defaultValue = "1000", description = "Changes a second at most; 0 for no limit (default: ${DEFAULT-VALUE}).")
    private int rate;

    @Option(names = "--exit", description = "Ends when all is drained: with 0 if the books balance and both sides are as expected, else 1.")
    private boolean exit;

    @Option(names = "--keep", description = "Keeps the data of an earlier demo; by default it starts empty.")
    private boolean keep;

    @Option(names = "--plain", description = "Plain lines even in a terminal.")
    private boolean plain;

    @Override
    public Integer call() throws Exception {
        OptionNumbers.atLeast(1, "--changes", changes);
        OptionNumbers.atLeast(0, "--rate", rate);
        boolean live = System.console() != null && !plain;
        var settings = concordat.settings().with("concordat.audit.settle", "PT2S");
        checkEmbedded(settings);
        if (!keep) {
            DataFolder.giveToDemo(settings.path("concordat.data"));
        }
        var running = Running.start(settings, !keep, seed, System.out::println, Clock.systemUTC());
        var traffic = new Traffic(seed, changes, Clock.systemUTC());
        var bridge = running.bridge();
        var accounting = new Accounting(bridge.ledgers(), bridge.directory());
        boolean balanced;
        List<String> differences;
        try (var teller = new Teller(bridge.ledgers(), traffic.postings()).start();
                var sender = new TrafficSender(running.surroundings().crm(), running.surroundings().settings().text("concordat.kafka.brokers"),
                        settings.text("concordat.intake.topic"));
                var lag = new IntakeLag(bridge.kafka(), running.surroundings().settings(), bridge.directory());
                var view = new DemoView(live, bridge, accounting, running.surroundings().crm(), sender, teller, concordat.given())) {
            for (var phase : traffic.phases()) {
                view.say("phase " + phase.name());
                sender.send(phase, rate);
                teller.awaitDone(5, TimeUnit.MINUTES);
            }
            balanced = view.drain(lag);
            view.finish();
            differences = differences(traffic, running);
        }
        tell(balanced, differences);
        if (exit) {
            running.close();
            return balanced && differences.isEmpty() ? 0 : 1;
        }
        var quarantined = bridge.quarantine().list("quarantined", Selection.ALL, 1).entries().stream().map(QuarantineStore.Entry::name).findFirst();
        DemoView.thingsToTry(concordat.given(), quarantined).forEach(System.out::println);
        running.untilStopped();
        return 0;
    }

    private static void checkEmbedded(Settings settings) {
        var named = new ArrayList<>(Stream.of("concordat.kafka.brokers", "concordat.activemq.url", "concordat.directory.url", "concordat.crm.url",
                "concordat.alerts.url").filter(settings::has).toList());
        settings.ofRegions().keySet().stream().filter(key -> key.endsWith(".url")).forEach(named::add);
        if (!named.isEmpty()) {
            throw new BridgeException("a demo writes sample customers and postings, so it takes embedded parts alone; empty should be, in the settings and in the "
                    + "environment, " + String.join(", ", named) + ". ./concordat run is for addresses of yours");
        }
    }

    private List<String> differences(Traffic traffic, Running running) {
        if (keep) {
            return List.of();
        }
        var expected = Expected.of(traffic);
        var differences = new ArrayList<>(new Comparison(expected, running.bridge().ledgers(),
                running.surroundings().crmDatabase()).differences());
        long uncertain = running.surroundings().crm().webhooks().uncertain();
        differences.addAll(new OutcomeComparison(expected.outcomes(), uncertain, running.bridge().ledgers().values()).differences());
        return differences;
    }

    private static void tell(boolean balanced, List<String> differences) {
        System.out.println(balanced ? "the books balance: received = sum of all outcomes" : "the books do not balance");
        if (differences.isEmpty()) {
            System.out.println("ledgers and CRM are, field by field, as computed independently from the seed");
        } else {
            System.out.println(differences.size() + " differences from what was computed from the seed");
            differences.stream().limit(WORDS_OF_DIFFERENCE).forEach(line -> System.out.println("  " + line));
        }
    }
}
