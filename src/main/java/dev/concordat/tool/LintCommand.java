package dev.concordat.tool;

import dev.concordat.BridgeException;
import dev.concordat.contract.ContractLint;
import dev.concordat.contract.Finding;
import dev.concordat.contract.FindingCode;
import dev.concordat.contract.Profile;
import dev.concordat.contract.Source;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says all that is wrong in contract files, each with its place and what would be right. */
@Command(name = "lint", mixinStandardHelpOptions = true,
        description = "Says all that is wrong in contracts. What it calls an error, the bridge refuses to start with. "
                + "Exit status: 0 no error, 1 an error, 2 nothing to read.")
final class LintCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", arity = "0..*", defaultValue = "contracts",
            description = "Files, or directories with *.odcs.yaml (default: ${DEFAULT-VALUE}).")
    private List<Path> paths;

    @Option(names = "--profile", defaultValue = "concordat",
            description = "${COMPLETION-CANDIDATES}: concordat for what the bridge needs, odcs for the Open Data Contract Standard "
                    + "alone (default: ${DEFAULT-VALUE}).")
    private Profile profile;

    @Option(names = "--format", defaultValue = "text", description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private ReportFormat format;

    @Option(names = "--codes", description = "Lists the code of every kind of finding, how bad it is under each profile, and what it means.")
    private boolean codes;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (codes) {
            out.println(codes());
            out.flush();
            return 0;
        }
        Map<Path, List<Finding>> found = new LinkedHashMap<>();
        Map<Path, Source> files = files();
        files.keySet().forEach(file -> found.put(file, new ArrayList<>()));
        ContractLint.lint(List.copyOf(files.keySet()), files::get, profile).forEach(finding -> found.get(finding.file()).add(finding));
        return format.print(new LintReport(profile, found).report(), out);
    }

    /** What is named may be a pipe, what is found in a folder may not. */
    private Map<Path, Source> files() {
        Map<Path, Source> files = new LinkedHashMap<>();
        for (Path path : paths) {
            if (Files.notExists(path)) {
                throw new BridgeException("[" + path + "] is not there; name files or directories with contracts");
            }
            if (!Files.isDirectory(path)) {
                files.computeIfAbsent(path, Source::once);
                continue;
            }
            try {
                List<Path> inside = ContractLint.files(path);
                if (inside.isEmpty()) {
                    throw new BridgeException("[" + path + "] holds no contract; contracts are files named *.odcs.yaml");
                }
                inside.forEach(file -> files.computeIfAbsent(file, Source::inFolder));
            } catch (IOException e) {
                throw new BridgeException("[" + path + "] cannot be opened; whoever reads contracts should have the right to", e);
            }
        }
        return files;
    }

    private static String codes() {
        return Stream.concat(Stream.of(row("code", "concordat", "odcs", "meaning")), Stream.of(FindingCode.values())
                .map(code -> row(code.word(), level(code, Profile.CONCORDAT), level(code, Profile.ODCS), code.meaning())))
                .collect(Collectors.joining(System.lineSeparator()));
    }

    private static String level(FindingCode code, Profile profile) {
        return code.level(profile).map(LintReport::word).orElse("-");
    }

    private static String row(String code, String concordat, String odcs, String meaning) {
        return "%-24s  %-9s  %-7s  %s".formatted(code, concordat, odcs, meaning);
    }
}
