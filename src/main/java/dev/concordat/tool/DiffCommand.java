package dev.concordat.tool;

import dev.concordat.contract.ContractDiff;
import dev.concordat.contract.Difference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says in what a contract differs from an older one, whom that breaks, and which version it takes. */
@Command(name = "diff", mixinStandardHelpOptions = true,
        description = "Compares two contracts: whom does each difference break, and which version does it take? "
                + "Ends with 1 where the version is too low for them, words aside.")
final class DiffCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "OLD",
            description = "Such as what git has: git show HEAD:contracts/customer/v1.odcs.yaml > old.yaml.")
    private Path before;

    @Parameters(index = "1", paramLabel = "NEW", description = "Such as contracts/customer/v1.odcs.yaml.")
    private Path after;

    @Option(names = "--format", defaultValue = "text", description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private ReportFormat format;

    @Override
    public Integer call() {
        ContractDiff diff = ContractDiff.between(before, after);
        var text = new DiffText(diff, Paint.of(spec.commandLine().getColorScheme().ansi(), format));
        return format.print(new Report("contract diff", checks(diff, text), text.write(), text.json(before, after)),
                spec.commandLine().getOut());
    }

    private List<Report.Check> checks(ContractDiff diff, DiffText text) {
        List<Report.Check> checks = new ArrayList<>();
        for (Difference each : diff.differences()) {
            var level = each.breaks() && !diff.isCompatible() ? Problem.Level.ERROR : Problem.Level.NOTICE;
            checks.add(new Report.Check(each.where() + " " + each.what(), List.of(new Problem(level, after.toString(), each.line(),
                    each.column(),
                    each.code(), text.sentence(each)))));
        }
        List<Problem> version = diff.isVersionRight() ? List.of() : List.of(new Problem(diff.isTooLow() ? Problem.Level.ERROR
                : Problem.Level.WARNING, after.toString(), diff.versionLine(), 1, "version-too-low", text.advice()));
        checks.add(new Report.Check("version " + diff.versionAfter(), version));
        return checks;
    }
}
