package dev.concordat.tool;

import dev.concordat.BridgeException;
import dev.concordat.change.ChangeReader;
import dev.concordat.contract.Contract;
import dev.concordat.contract.Contracts;
import dev.concordat.contract.NoContractException;
import dev.concordat.contract.Owner;
import dev.concordat.contract.Source;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code contract check}: what the bridge would say of data, before it is asked. */
@Command(name = "check", mixinStandardHelpOptions = true, description = {
    "Judges data by the contract, as the bridge would: 0 nothing is in breach, 1 something is, 2 nothing could be judged.",
    "Changes of other entities are judged by the contracts beside it, in <entity>/v<major>.odcs.yaml. What only the running bridge can know is not judged: "
            + "where a customer lives, what a ledger holds."})
final class CheckCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "CONTRACT", description = "Such as contracts/customer/v1.odcs.yaml.")
    private Path file;

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "DATA", description = DataOptions.DATA)
    private List<String> data;

    @Mixin
    private DataOptions options;

    @Option(names = "--sender", defaultValue = "crm", paramLabel = "SIDE",
            description = "Whose data these are, crm or ledger (default: ${DEFAULT-VALUE}).")
    private Owner sender;

    @Option(names = "--op", defaultValue = "c", paramLabel = "OP",
            description = "What documents are judged as: c, a new entity, or u, an update (default: ${DEFAULT-VALUE}).")
    private Op op;

    @Option(names = "--examples", defaultValue = "3", paramLabel = "N",
            description = "Places that are named for each kind of breach (default: ${DEFAULT-VALUE}).")
    private int examples;

    @Option(names = "--format", defaultValue = "text", description = "One of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private ReportFormat format;

    @Spec
    private CommandSpec spec;

    /** What a document stands for. */
    enum Op {
        C, U;

        /** As a change has it. */
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Override
    public Integer call() {
        OptionNumbers.atLeast(0, "--examples", examples);
        Contracts contracts = contracts();
        Contract contract = contracts.in(file).orElseThrow();
        var tally = new Tally(examples);
        // The limit is one of the intake; what a ledger tells the CRM does not come through it.
        ChangeReader reader = sender == Owner.CRM ? DataOptions.reader() : new ChangeReader(Integer.MAX_VALUE);
        var target = new ChangeMaker.Target(contract.entity(), contract.dataschema(), op.word(),
                Optional.of(new ColumnTypes(contract)));
        var check = new DataCheck(contracts, sender, new ChangeMaker(target, options.as(), reader, options.adapter()), tally);
        options.read(data, System.console() == null ? null : spec.commandLine().getErr(), check::judge);
        if (tally.judged() == 0) {
            throw new BridgeException("[" + String.join(", ", data) + "] holds no record; nothing was judged");
        }
        return format.print(new CheckReport(contract, sender, data, tally).report(), spec.commandLine().getOut());
    }

    private Contracts contracts() {
        try {
            return Contracts.around(Source.once(file));
        } catch (NoContractException e) {
            throw new BridgeException("[" + file + "] is no contract; name the contract first, then the data", e);
        }
    }
}
