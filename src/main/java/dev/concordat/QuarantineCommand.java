package dev.concordat;

import dev.concordat.quarantine.Escaped;
import dev.concordat.quarantine.Found;
import dev.concordat.quarantine.Quarantine;
import dev.concordat.quarantine.QuarantineStore;
import dev.concordat.quarantine.Selection;
import dev.concordat.tool.OptionNumbers;
import dev.concordat.tool.QuarantineReport;
import dev.concordat.tool.Report;
import dev.concordat.tool.ReportFormat;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

    private static final String FORMAT = "text or json (default: ${DEFAULT-VALUE}).";
    /** The launcher knows whether the output is a terminal, whatever the input is. */
    private static final boolean TERMINAL = Boolean.parseBoolean(System.getProperty("concordat.terminal", String.valueOf(System.console() != null)));

    /** Which changes are meant. */
    static final class Narrowed {
        @Option(names = "--like", paramLabel = "NAME", description = "Those with the cause of this change, such as eu-17: `list --groups` names one of each cause.")
        private String like;

        @Option(names = "--rule", description = "Those that broke this rule.")
        private String rule;

        @Option(names = "--region", description = "Those of this region.")
        private String region;

        /** One change, those of a cause or a rule, or all of them, as far as a region goes. */
        void oneOrMany(String verb, String name, boolean all) {
            boolean many = like != null || rule != null;
            if (Stream.of(name != null, many, all).filter(given -> given).count() != 1 || name != null && region != null) {
                throw new BridgeException("say what to " + verb + ": a name such as eu-17, --like NAME, --rule RULE, or --all; the last three with --region,"
                        + " if of one alone");
            }
        }
    }

    @ParentCommand
    private Concordat concordat;

    @Spec
    private CommandSpec spec;

    /**
     * @param name   of the one change that it is for; null where it is for more
     * @param region of which it is alone; null for all
     */
    private int with(String name, String region, BiFunction<QuarantineStore, Quarantine, Boolean> action) {
        try (var databases = Databases.openBeside(concordat.found())) {
            var regions = databases.policy().regions();
            if (region != null) {
                known("--region", region, regions);
            }
            var store = new QuarantineStore(databases.ledgers());
            databases.checked(name != null ? List.of(store.region(name)) : region != null ? List.of(region) : regions);
            return action.apply(store, new Quarantine(store, regions)) ? 0 : 1;
        }
    }

    private interface Many {
        boolean act(QuarantineStore store, Quarantine quarantine, Selection which);
    }

    private int with(Narrowed narrowed, Many action) {
        // The change that others are to be like may be kept in any region.
        return with(null, narrowed.like == null ? narrowed.region : null, (store, quarantine) ->
                action.act(store, quarantine, quarantine.selection(narrowed.like, narrowed.rule, narrowed.region)));
    }

    private static void known(String option, String value, List<String> words) {
        if (!words.contains(value)) {
            throw new BridgeException(option + " [" + value + "] should be one of " + String.join(", ", words));
        }
    }

    private static void beFor(ReportFormat format) {
        known("--format", format.name().toLowerCase(Locale.ROOT), List.of("text", "json"));
    }

    private static boolean say(Quarantine.Said said) {
        System.out.println(said.words());
        return said.done();
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = {"Lists quarantined changes, newest first.",
        "Attempts: how often a change was replayed and came back in breach; of what the CRM refuses, how often it refused it again."})
    int list(@Option(names = "--state", defaultValue = "quarantined",
                    description = "quarantined, replaying, replayed or discarded (default: ${DEFAULT-VALUE}).") String state,
            @Mixin Narrowed narrowed,
            @Option(names = "--limit", defaultValue = "50",
                    description = "At most so many changes, or causes (default: ${DEFAULT-VALUE}).") int limit,
            @Option(names = "--groups", description = "One line for each cause: rule, contract, keyword, place and what would be right.") boolean groups,
            @Option(names = "--format", defaultValue = "text", description = FORMAT) ReportFormat format) {
        known("--state", state, STATES);
        OptionNumbers.atLeast(1, "--limit", limit);
        beFor(format);
        return with(narrowed, (store, quarantine, which) -> {
            if (groups) {
                return print(format, store.groups(state, which), (report, causes) ->
                        report.groups(state, causes, limit, causes.isEmpty() ? quarantine.nothing(state, which) : ""));
            }
            return print(format, store.list(state, which, limit), (report, entries) ->
                    report.list(state, entries, entries.isEmpty() ? quarantine.nothing(state, which) : ""));
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
            @Option(names = "--original", description = "Instead the change as it came, byte for byte; in a terminal, what would steer it is escaped. It may hold"
                    + " personal data.") boolean original,
            @Option(names = "--format", defaultValue = "text", description = FORMAT) ReportFormat format) {
        if (original && format != ReportFormat.TEXT) {
            throw new BridgeException("--original shows the change as it came; leave --format out");
        }
        beFor(format);
        return with(name, null, (store, quarantine) -> {
            var entry = store.find(name);
            if (entry.isEmpty()) {
                System.out.println(Quarantine.none(name));
                return false;
            }
            if (original) {
                store.original(name).ifPresent(bytes -> asItCame(bytes, TERMINAL, System.out));
                return true;
            }
            return print(format, report -> report.show(entry.get()));
        });
    }

    static void asItCame(byte[] bytes, boolean terminal, PrintStream out) {
        if (terminal) {
            out.println(Escaped.original(bytes));
        } else {
            out.writeBytes(bytes);
            out.flush();
        }
    }

    @Command(name = "replay", mixinStandardHelpOptions = true,
            description = "Sends changes through the front door again; harmless twice.")
    int replay(@Parameters(paramLabel = "NAME", arity = "0..1", description = "Such as eu-17.") String name, @Mixin Narrowed narrowed,
            @Option(names = "--all", description = "All.") boolean all) {
        narrowed.oneOrMany("replay", name, all);
        return name == null ? with(narrowed, (store, quarantine, which) -> say(quarantine.replayMany(which)))
                : with(name, null, (store, quarantine) -> say(quarantine.replayOne(name)));
    }

    @Command(name = "discard", mixinStandardHelpOptions = true, description = "Ends changes for good.")
    int discard(@Parameters(paramLabel = "NAME", arity = "0..1", description = "Such as eu-17.") String name, @Mixin Narrowed narrowed,
            @Option(names = "--all", description = "All.") boolean all,
            @Option(names = "--at-most", paramLabel = "N", defaultValue = "0",
                    description = "But for one change by its name: none where they are more. Without it, says how many they are.") int most,
            @Option(names = "--reason", required = true, description = "Why; kept with each change.") String reason) {
        narrowed.oneOrMany("discard", name, all);
        OptionNumbers.atLeast(0, "--at-most", most);
        Quarantine.objection(reason).ifPresent(said -> {
            throw new BridgeException(said);
        });
        return name == null ? with(narrowed, (store, quarantine, which) -> say(quarantine.discardMany(which, most, reason)))
                : with(name, null, (store, quarantine) -> say(quarantine.discardOne(name, reason)));
    }
}
