package dev.concordat;

import dev.concordat.contract.ContractException;
import dev.concordat.contract.Contracts;
import dev.concordat.embedded.DataFolder;
import dev.concordat.tool.ContractCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command line: {@code concordat demo|run|audit|quarantine|intake|prepare|contract}. */
@Command(name = "concordat", mixinStandardHelpOptions = true, version = "Concordat 0.1.0",
        description = "A sync bridge that enforces a data contract between a CRM and a ledger.",
        subcommands = {DemoCommand.class, Concordat.Run.class, Concordat.AuditNow.class, QuarantineCommand.class, IntakeCommand.class,
                PrepareCommand.class})
public final class Concordat {
    private static final String CONFIG = "config/application.properties";
    private static final String LOG = "concordat.log";
    private static final String LOG_FILE = "concordat.log.file";
    private static final String LOG_STREAM = "concordat.log.stream";

    @Option(names = "--config", scope = ScopeType.INHERIT, description = "Settings file (default: " + CONFIG + ").")
    private Path config;

    @Option(names = "--data", scope = ScopeType.INHERIT,
            description = "Folder for the data of embedded parts, the demo's log and reports without a folder of their own; overrides concordat.data.")
    private Path data;

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        var concordat = new Concordat();
        return new CommandLine(concordat).addSubcommand(new ContractCommand(new KeptRecords(concordat::settings, concordat::found)))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionStrategy(parsed -> {
                    Integer helped = CommandLine.executeHelpRequest(parsed);
                    if (helped != null) {
                        return helped;
                    }
                    concordat.openLog();
                    return new CommandLine.RunLast().execute(parsed);
                })
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    if (Running.stopping()) {
                        return 0;
                    }
                    if (!(failure instanceof BridgeException)) {
                        throw failure;
                    }
                    command.getErr().println(command.getColorScheme().errorText(failure.getMessage()));
                    return 2;
                });
    }

    /** The options that say which bridge it is, as they were given; to follow a command. */
    String given() {
        return Stream.of(Map.entry("--config", Optional.ofNullable(config)),
                Map.entry("--data", Optional.ofNullable(data)))
                .flatMap(option -> option.getValue().stream().map(path -> " " + option.getKey() + " " + word(path.toString())))
                .collect(Collectors.joining());
    }

    /** As a shell reads it. */
    private static String word(String text) {
        return text.matches("[\\w./-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }

    /** Where it is a file, beside the data; of a command that answers something, apart from its answer. By one thread, before many start. */
    private void openLog() {
        if ("quiet".equals(System.getProperty(LOG))) {
            System.setProperty(LOG_STREAM, "System.err");
        }
        if ("file".equals(System.getProperty(LOG))) {
            logFile().ifPresentOrElse(file -> System.setProperty(LOG_FILE, file.toString()), () -> System.setProperty(LOG, "console"));
        }
        LoggerFactory.getLogger(Concordat.class);
        takeOtherLogs();
    }

    /** What is written to java.util.logging, as by the driver of PostgreSQL, goes into the log, not to standard error beside it. */
    static void takeOtherLogs() {
        if (!SLF4JBridgeHandler.isInstalled()) {
            SLF4JBridgeHandler.removeHandlersForRootLogger();
            SLF4JBridgeHandler.install();
        }
    }

    /** Empty where it cannot be written, or is not known because the settings cannot be read, of which the command tells. */
    private Optional<Path> logFile() {
        try {
            String named = System.getProperty(LOG_FILE);
            Path file = named != null ? Path.of(named) : here(Settings.unchecked(config(), System.getenv())).path("concordat.data").resolve("concordat.log");
            Path folder = file.toAbsolutePath().getParent();
            Files.createDirectories(folder);
            return Optional.of(file).filter(log -> Files.isWritable(Files.exists(log) ? log : folder));
        } catch (BridgeException | IOException e) {
            return Optional.empty();
        }
    }

    Settings settings() {
        return here(Settings.read(config(), System.getenv()));
    }

    private Path config() {
        return config == null ? home().resolve(CONFIG) : named(config);
    }

    private Settings here(Settings settings) {
        return data == null ? settings : settings.with("concordat.data", (home().toString().isEmpty() ? named(data) : named(data).toAbsolutePath()).toString());
    }

    /** What the command line names is named from where its user stands. */
    private static Path named(Path file) {
        String here = System.getProperty("concordat.here", "");
        return here.isEmpty() || Path.of(here).equals(Path.of("").toAbsolutePath()) ? file : Path.of(here).resolve(file);
    }

    /** The folder from which settings name files, as seen from where the user stands: empty where that is the folder itself. */
    static Path home() {
        var home = Path.of(System.getProperty("concordat.home", ""));
        return home.toAbsolutePath().equals(Path.of("").toAbsolutePath()) ? Path.of("") : home;
    }

    /** The settings with the addresses of the bridge that runs with them. */
    Settings found() {
        return Surroundings.find(settings(), given());
    }

    /** Runs the bridge for real addresses. */
    @Command(name = "run", mixinStandardHelpOptions = true,
            description = "Runs the bridge. What has no address in the settings is started embedded.")
    static final class Run implements Callable<Integer> {
        @CommandLine.ParentCommand
        private Concordat concordat;

        @Option(names = "--fresh", description = "Empties the data of embedded parts first.")
        private boolean fresh;

        @Override
        public Integer call() throws InterruptedException {
            var settings = concordat.settings();
            var running = Running.start(settings, fresh, 1, System.out::println, Clock.systemUTC());
            DataFolder.takeFromDemo(settings.path("concordat.data"));
            System.out.println("The bridge is up; Ctrl-C stops it.");
            running.untilStopped();
            return 0;
        }
    }

    /** Runs one audit. */
    @Command(name = "audit", mixinStandardHelpOptions = true,
            description = "Audits CRM, directory and ledgers, prints a summary and writes the report as HTML and JSON. "
                    + "Ends with 0 when all targets are met and nothing was found, with 1 when not, and with 2 when nothing was found "
                    + "but not everything could be judged or the report could not be written.")
    static final class AuditNow implements Callable<Integer> {
        @CommandLine.ParentCommand
        private Concordat concordat;

        @Override
        public Integer call() {
            var settings = concordat.found();
            try (var databases = Databases.openBeside(settings, "concordat.crm.url")) {
                var contracts = contracts(databases);
                databases.checked(databases.policy().regions());
                var audits = new Audits(settings, () -> contracts, databases.policy(), databases.ledgers(), databases.directory(),
                        settle -> Optional.of(Duration.ZERO), Clock.systemUTC());
                var report = audits.now(System.out::println);
                if (report.findingCount() > 0) {
                    System.out.println("What the CRM has yet to send and what stands unread in Kafka was not looked at: in a backlog, what is missing or"
                            + " misaligned may be on its way.");
                }
                return report.clean() ? 0 : report.found() ? 1 : 2;
            }
        }

        private static Contracts contracts(Databases databases) {
            try {
                return databases.contracts();
            } catch (ContractException e) {
                throw new BridgeException("an audit compares by the contracts, and these are faulty; a bridge that runs audits by those in force:\n"
                        + e.getMessage(), e);
            }
        }
    }
}
