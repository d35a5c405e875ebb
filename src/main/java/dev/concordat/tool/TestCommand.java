package dev.concordat.tool;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.BridgeException;
import dev.concordat.contract.ContractCase;
import dev.concordat.contract.ContractCases;
import dev.concordat.contract.Contracts;
import dev.concordat.contract.Finding;
import dev.concordat.contract.Folder;
import dev.concordat.contract.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tries contracts on the cases that are kept beside them. */
@Command(name = "test", mixinStandardHelpOptions = true,
        description = "Sends the change of every case through the bridge's own gate and says which end otherwise than the case says.")
final class TestCommand implements Callable<Integer> {
    @Parameters(arity = "0..*", paramLabel = "DIR|FILE", defaultValue = "contracts",
            description = "Folders, or files <entity>/v<major>.cases.yaml beside their contract (default: ${DEFAULT-VALUE}).")
    private List<Path> places;

    @Option(names = "--format", defaultValue = "text", description = "text, json, junit or github (default: ${DEFAULT-VALUE}).")
    private ReportFormat format;

    @Spec
    private CommandSpec spec;

    private final Map<Contracts, CaseTrial> trials = new LinkedHashMap<>();
    private final List<Report.Check> checks = new ArrayList<>();
    private final ObjectNode json = JsonNodeFactory.instance.objectNode();
    private int tried;
    private final StringJoiner text = new StringJoiner("\n");

    @Override
    public Integer call() {
        json.put("command", "contract test").putArray("cases");
        List<Path> files = files();
        files.forEach(this::tryOut);
        long failed = checks.stream().filter(check -> !check.problems().isEmpty()).count();
        text.add(counted(files.size(), "file") + ", " + counted(tried, "case") + ": "
                + (failed == 0 ? "all end as they should." : failed + " to be looked at."));
        return format.print(new Report("contract test", checks, text.toString(), json), spec.commandLine().getOut());
    }

    private static String counted(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private List<Path> files() {
        List<Path> files = new ArrayList<>();
        for (Path place : places) {
            try {
                List<Path> here = Folder.files(place, file -> file.toString().endsWith(ContractCases.ENDING));
                if (here.isEmpty()) {
                    throw new BridgeException("[" + place + "] holds no cases; name a folder or file with <entity>/v<major>"
                            + ContractCases.ENDING);
                }
                files.addAll(here);
            } catch (IOException e) {
                throw new BridgeException("[" + place + "] cannot be read; name a folder or file with <entity>/v<major>"
                        + ContractCases.ENDING, e);
            }
        }
        return files.stream().distinct().toList();
    }

    private void tryOut(Path file) {
        if (!Files.isReadable(file)) {
            throw new BridgeException("[" + file + "] cannot be read");
        }
        Path contract = ContractCases.contract(file.toAbsolutePath().normalize());
        if (!Files.exists(contract)) {
            add(file.toString(), List.of(new Problem(Problem.Level.ERROR, file.toString(), 1, 1, "no-contract", "there is no "
                    + contract.getFileName() + " beside these cases; put it there, or remove them where it is retired")));
            return;
        }
        Contracts inForce = around(contract);
        List<Finding> findings = new ArrayList<>();
        List<ContractCase> cases = ContractCases.read(file, inForce, findings);
        findings.removeIf(finding -> finding.level() == Finding.Level.WARNING);
        if (!findings.isEmpty()) {
            add(file.toString(), findings.stream().map(finding -> new Problem(Problem.Level.ERROR, finding.file().toString(),
                    finding.line(), finding.column(), "wrong-case", (finding.path() + " " + finding.wrong() + "; "
                    + finding.right()).strip())).toList());
        }
        tried += cases.size();
        CaseTrial trial = trials.computeIfAbsent(inForce, CaseTrial::new);
        cases.forEach(one -> add(one.file() + ": " + one.name(), trial.differences(one).stream()
                .map(difference -> new Problem(Problem.Level.ERROR, one.file().toString(), one.line(), one.column(),
                        "failed-case", one.name() + ": " + difference)).toList()));
    }

    /** The contract that a file of cases stands beside, and those beside that one; which of them were read already serve all. */
    private Contracts around(Path contract) {
        return trials.keySet().stream().filter(read -> read.in(contract).isPresent()).findFirst().orElseGet(() -> Contracts.around(Source.inFolder(contract)));
    }

    private void add(String name, List<Problem> problems) {
        checks.add(new Report.Check(name, problems));
        ObjectNode check = json.withArray("cases").addObject().put("name", name).put("holds", problems.isEmpty());
        problems.forEach(problem -> {
            text.add(problem.place() + ": " + problem.message());
            check.withArray("problems").addObject().put("file", problem.file()).put("line", problem.line())
                    .put("column", problem.column()).put("code", problem.code()).put("message", problem.message());
        });
    }
}
