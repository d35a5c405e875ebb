package dev.concordat.tool;

import picocli.CommandLine.Command;

/** What the teams on both sides do with contracts; needs no bridge and no database. */
@Command(name = "contract", mixinStandardHelpOptions = true,
        description = "Checks, shows, compares and tries contracts. Exit status: 0 as it should be, 1 not, 2 not run.",
        subcommands = {LintCommand.class, ShowCommand.class, DiffCommand.class, CheckCommand.class, TestCommand.class,
            InferCommand.class})
public final class ContractCommand {
}
