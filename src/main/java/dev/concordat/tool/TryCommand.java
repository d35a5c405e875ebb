package dev.concordat.tool;

import dev.concordat.BridgeException;
import dev.concordat.change.ChangeReader;
import dev.concordat.contract.Contract;
import dev.concordat.contract.ContractDiff;
import dev.concordat.contract.Contracts;
import dev.concordat.contract.Source;
import dev.concordat.tool.BridgeRecords.LeftOut;
import dev.concordat.tool.BridgeRecords.PastChange;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code contract try}: what a contract would make of changes that came before it. */
@Command(name = "try", mixinStandardHelpOptions = true, description = {
    "Judges changes that were sent by the contracts in force, and again with NEW among them: 0 nothing that passes would break, "
            + "1 something would, 2 nothing is known to, but not all could be tried.",
    "It only reads: nothing is replayed, taken into force or committed. What only the running bridge can know is not judged: where a "
            + "customer lives, what a ledger holds."})
final class TryCommand implements Callable<Integer> {
    private static final int NOT_ALL = 2;
    private static final String QUARANTINE = "quarantine";
    private static final String TOPIC = "topic";

    @ParentCommand
    private ContractCommand parent;

    @Parameters(index = "0", paramLabel = "NEW", description = "The contract to try, wherever it stands. It takes the place of the one of "
            + "the same entity and major version, or stands beside the others as a further major.")
    private Path file;

    @Option(names = "--from", required = true, paramLabel = "quarantine|topic|FILE", description = {
        "What it is tried on: what waits in the quarantine of all regions, what lies in the intake topic, or a file; may be said several "
                + "times.", DataOptions.DATA})
    private List<String> from;

    @Option(names = "--old", paramLabel = "FILE|FOLDER", description = "What it is compared with: a folder of contracts, or a contract "
            + "among those in force (default: those in force, concordat.contracts).")
    private Path old;

    @Mixin
    private DataOptions options;

    @Option(names = "--op", defaultValue = "c", paramLabel = "OP",
            description = "What documents in files are judged as: c, a new entity, or u, an update (default: ${DEFAULT-VALUE}).")
    private CheckCommand.Op op;

    @Option(names = "--limit", paramLabel = "N", description = "At most so many changes (default: all).")
    private long limit = Long.MAX_VALUE;

    @Option(names = "--examples", defaultValue = "1", paramLabel = "N",
            description = "Places that are named for each kind of difference (default: ${DEFAULT-VALUE}).")
    private int examples;

    @Option(names = "--format", defaultValue = "text", description = "One of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private ReportFormat format;

    @Spec
    private CommandSpec spec;

    private long read;
    private LeftOut leftOut = new LeftOut(0, List.of());

    @Override
    public Integer call() {
        OptionNumbers.atLeast(0, "--examples", examples);
        OptionNumbers.atLeast(1, "--limit", limit);
        Path folder = old != null && Files.isDirectory(old) ? old : parent.records().contracts();
        Source given = Source.once(file);
        Path place = Contracts.placeIn(folder, given);
        if (old == null && isSame(place)) {
            throw new BridgeException("[" + file + "] is in force itself; --old names the contract that it is to be compared with");
        }
        Contracts inForce = old == null || folder.equals(old) ? Contracts.read(folder) : Contracts.read(folder, Source.once(old));
        Contracts tried = Contracts.read(folder, given);
        Contract contract = tried.in(place).orElseThrow();
        ChangeReader reader = DataOptions.reader();
        var tally = new TrialTally(examples);
        var trial = new ContractTrial(inForce, tried, tally);
        var maker = new ChangeMaker(target(contract, inForce), options.as(), reader, options.adapter());
        from.forEach(source -> read(source, maker, trial));
        var unread = leftOut.unread();
        if (tally.changes() == 0) {
            throw new BridgeException(unread.isEmpty() ? "there is no change in [" + String.join(", ", from) + "]; nothing was tried"
                    : String.join("\n", unread));
        }
        var objections = ContractDiff.objections(inForce, tried).stream().map(each -> each.replace(place + ":", file + ":")).toList();
        var subject = new TrialReport.Subject(file, contract, from, inForce, objections, leftOut.ofLedgers());
        var paint = Paint.of(spec.commandLine().getColorScheme().ansi(), format);
        int status = format.print(new TrialReport(subject, tally, paint).report(), spec.commandLine().getOut());
        var terminal = spec.commandLine();
        unread.forEach(why -> terminal.getErr().println(terminal.getColorScheme().errorText(why)));
        return status == 0 && !unread.isEmpty() ? NOT_ALL : status;
    }

    private boolean isSame(Path place) {
        try {
            return Files.exists(place) && Files.isSameFile(place, file);
        } catch (IOException e) {
            return false;
        }
    }

    /** Documents and rows are in the form of the major that is in force. */
    private ChangeMaker.Target target(Contract contract, Contracts inForce) {
        boolean further = inForce.find(contract.entity(), contract.major()).isEmpty();
        Contract form = inForce.newest().stream().filter(one -> further && one.entity().equals(contract.entity())).findFirst()
                .orElse(contract);
        return new ChangeMaker.Target(form.entity(), form.dataschema(), op.word(),
                Optional.of(new ColumnTypes(form)));
    }

    private void read(String source, ChangeMaker maker, ContractTrial trial) {
        PrintWriter terminal = System.console() == null ? null : spec.commandLine().getErr();
        if (source.equals(QUARANTINE)) {
            watched(terminal, trial, each -> leftOut = parent.records().quarantined(each));
        } else if (source.equals(TOPIC)) {
            watched(terminal, trial, parent.records()::received);
        } else {
            options.read(List.of(source), terminal, found -> maker.of(found)
                    .forEach(change -> judge(new PastChange(found.place(), change, ""), trial)));
        }
    }

    private void watched(PrintWriter terminal, ContractTrial trial, Consumer<Predicate<PastChange>> source) {
        var progress = new Progress(terminal);
        try {
            source.accept(past -> {
                progress.read(past.change().original().length);
                progress.judged();
                return judge(past, trial);
            });
        } finally {
            progress.done();
        }
    }

    /** Whether more is wanted. */
    private boolean judge(PastChange past, ContractTrial trial) {
        if (read < limit) {
            trial.judge(past);
            read++;
        }
        return read < limit;
    }
}
