package dev.concordat;

import dev.concordat.quarantine.Found;
import dev.concordat.quarantine.Quarantine;
import dev.concordat.quarantine.QuarantineStore;
import dev.concordat.tool.OptionNumbers;
import dev.concordat.tool.QuarantineReport;
import dev.concordat.tool.Report;
import dev.concordat.tool.ReportFormat;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** What an operator does with quarantined changes; works while the bridge runs, and while it does not. */
@Command(name = "quarantine", mixinStandardHelpOptions = true,
        description = "Finds, shows, replays and discards quarantined changes.")
final class QuarantineCommand {
    private static final List<String> STATES = List.of("quarantined", "replaying", "replayed", "discarded");

    private static final String FORMAT = "One of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).";

    @ParentCommand
    private Concordat concordat;

    @Spec
    private CommandSpec spec;

    /**
     * @param name   of the one change that it is for; null where it is for more
     * @param region of which it is alone; null for all
     */
    private int with(String name, String region, BiFunction<QuarantineStore, Quarantine, Boolean> action) {
        try (var databases = Databases.open(concordat.found())) {
            var regions = databases.policy().regions();
            if (region != null) {
                known("--region", region, regions);
            }
            var store = new QuarantineStore(databases.ledgers());
            databases.checked(name != null ? List.of(store.region(name)) : region != null ? List.of(region) : regions);
            return action.apply(store, new Quarantine(store, regions)) ? 0 : 1;
        }
    }

    private static void known(String option, String value, List<String> words) {
        if (!words.contains(value)) {
            throw new BridgeException(option + " [" + value + "] should be one of " + String.join(", ", words));
        }
    }

    private static boolean say(Quarantine.Said said) {
        System.out.println(said.words());
        return said.done();
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = {"Lists quarantined changes, newest first.",
        "Attempts: how often a change was replayed and came back in breach."})
    int list(@Option(names = "--state", defaultValue = "quarantined",
                    description = "quarantined, replaying, replayed or discarded (default: ${DEFAULT-VALUE}).") String state,
            @Option(names = "--region", description = "Of this region alone.") String region,
            @Option(names = "--rule", description = "That broke this rule alone.") String rule,
            @Option(names = "--limit", defaultValue = "50",
                    description = "At most so many changes, or causes (default: ${DEFAULT-VALUE}).") int limit,
            @Option(names = "--groups", description = "One line for each cause: rule, contract, keyword, place and what would be right.") boolean groups,
            @Option(names = "--format", defaultValue = "text", description = FORMAT) ReportFormat format) {
        known("--state", state, STATES);
        OptionNumbers.atLeast(1, "--limit", limit);
        return with(null, region, (store, quarantine) -> {
            if (groups) {
                return print(format, store.groups(state, region, rule), (report, causes) ->
                        report.groups(state, causes, limit, causes.isEmpty() ? quarantine.nothing(state, region, rule) : ""));
            }
            return print(format, store.list(state, region, rule, limit), (report, entries) ->
                    report.list(state, entries, entries.isEmpty() ? quarantine.nothing(state, region, rule) : ""));
        });
    }

    /** @throws BridgeException after what was found is printed, where a region could not be read */
    private <T> boolean print(ReportFormat format, Found<T> found, BiFunction<QuarantineReport, List<T>, Report> what) {
        boolean printed = !found.none() && print(format, report -> what.apply(report, found.entries()));
        if (!found.unread().isEmpty()) {
            throw new BridgeException(String.join("\n", found.unread()));
        }
        return printed;
    }

    private boolean print(ReportFormat format, Function<QuarantineReport, Report> what) {
        var line = spec.commandLine();
        return format.print(what.apply(new QuarantineReport(line.getColorScheme().ansi(), format, concordat.given())), line.getOut()) == 0;
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "Shows all that is known of a change.")
    int show(@Parameters(paramLabel = "NAME", description = "Such as eu-17.") String name,
            @Option(names = "--original", description = "Also the change as it came; it may hold personal data.") boolean original,
            @Option(names = "--format", defaultValue = "text", description = FORMAT) ReportFormat format) {
        if (original && format != ReportFormat.TEXT) {
            throw new BridgeException("--original shows the change as it came; leave --format out");
        }
        return with(name, null, (store, quarantine) -> {
            var entry = store.find(name);
            if (entry.isEmpty()) {
                System.out.println(Quarantine.none(name));
                return false;
            }
            boolean shown = print(format, report -> report.show(entry.get()));
            if (original) {
                store.original(name).ifPresent(bytes -> System.out.println("original\n" + new String(bytes, StandardCharsets.UTF_8)));
            }
            return shown;
        });
    }

    @Command(name = "replay", mixinStandardHelpOptions = true,
            description = "Sends changes through the front door again; harmless twice.")
    int replay(@Parameters(paramLabel = "NAME", arity = "0..1", description = "Such as eu-17.") String name,
            @Option(names = "--rule", description = "All that broke this rule.") String rule,
            @Option(names = "--all", description = "All.") boolean all,
            @Option(names = "--region", description = "With --rule or --all: of this region alone.") String region) {
        if (Stream.of(name != null, rule != null, all).filter(given -> given).count() != 1 || name != null && region != null) {
            throw new BridgeException("say what to replay: a name such as eu-17, --rule RULE, or --all; the last two with --region, if of one alone");
        }
        return with(name, region, (store, quarantine) -> say(name == null ? quarantine.replayMany(region, rule) : quarantine.replayOne(name)));
    }

    @Command(name = "discard", mixinStandardHelpOptions = true, description = "Ends a change for good.")
    int discard(@Parameters(paramLabel = "NAME", description = "Such as eu-17.") String name,
            @Option(names = "--reason", required = true, description = "Why; kept with the change.") String reason) {
        Quarantine.objection(reason).ifPresent(said -> {
            throw new BridgeException(said);
        });
        return with(name, null, (store, quarantine) -> say(quarantine.discardOne(name, reason)));
    }
}
