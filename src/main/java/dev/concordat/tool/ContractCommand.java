package dev.concordat.tool;

import picocli.CommandLine.Command;

/** What the teams on both sides do with contracts; but for {@code try}, needs no bridge and no database. */
@Command(name = "contract", mixinStandardHelpOptions = true,
        description = "Checks, shows, compares and tries contracts. Exit status: 0 as it should be, 1 not, 2 not run.",
        subcommands = {LintCommand.class, ShowCommand.class, DiffCommand.class, CheckCommand.class, TestCommand.class,
            TryCommand.class, InferCommand.class})
public final class ContractCommand {
    private final BridgeRecords records;

    /** @param records of the bridge that a contract is tried on; asked when they are needed */
    public ContractCommand(BridgeRecords records) {
        this.records = records;
    }

    BridgeRecords records() {
        return records;
    }
}
