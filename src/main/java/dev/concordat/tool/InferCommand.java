package dev.concordat.tool;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.BridgeException;
import dev.concordat.change.Change;
import dev.concordat.change.ChangeReader;
import dev.concordat.change.Enrichment;
import dev.concordat.tool.Problem.Level;
import dev.concordat.tool.Report.Check;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code contract infer}: the first draft of a contract, from samples. */
@Command(name = "infer", mixinStandardHelpOptions = true, description = {
    "Drafts a contract from samples, complete but for the owners. Give it many: what it has not seen, it does not know.",
    "No value of a field that may be personal is in the draft."})
final class InferCommand implements Callable<Integer> {
    private static final String UNNAMED = "unnamed";

    @Parameters(index = "0..*", arity = "1..*", paramLabel = "DATA", description = DataOptions.DATA)
    private List<String> data;

    @Mixin
    private DataOptions options;

    @Option(names = "--entity", paramLabel = "NAME", description = "What the records are, such as customer; changes say it themselves.")
    private String entity;

    @Option(names = "--format", defaultValue = "text", description = "One of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private ReportFormat format;

    @Spec
    private CommandSpec spec;

    private final Enrichment enrichment = Enrichment.ofCustomers();
    private final Samples samples = new Samples();
    private final Tally unreadable = new Tally(3);

    @Override
    public Integer call() {
        if (entity != null && !entity.matches("[a-z][A-Za-z0-9-]{0,39}")) {
            throw new BridgeException("[" + entity + "] is not the name of an entity; use letters, digits and -, such as customer");
        }
        String named = entity == null ? UNNAMED : entity;
        ChangeReader reader = DataOptions.reader();
        var target = new ChangeMaker.Target(named, "urn:concordat:" + named + ":1", "c", Optional.empty());
        var maker = new ChangeMaker(target, options.as(), reader, options.adapter());
        options.read(data, System.console() == null ? null : spec.commandLine().getErr(), found -> {
            unreadable.at(found);
            maker.of(found).forEach(change -> saw(change, found.row() != null));
        });
        if (samples.records() == 0) {
            throw new BridgeException("[" + String.join(", ", data) + "] holds no sample" + (entity == null ? "" : " of [" + entity + "]")
                    + " that can be read; nothing was drafted");
        }
        List<Problem> leftOut = leftOut();
        if (format == ReportFormat.TEXT && !leftOut.isEmpty()) {
            // Standard output holds the draft alone.
            PrintWriter terminal = spec.commandLine().getErr();
            leftOut.forEach(problem -> terminal.println(problem.place() + ": " + problem.message()));
            terminal.println("records left out: " + unreadable.inBreach());
        }
        return format.print(report(new Draft(entity, samples), leftOut), spec.commandLine().getOut());
    }

    private List<Problem> leftOut() {
        return unreadable.breaches().stream().flatMap(group -> group.examples().stream().map(example -> new Problem(Level.WARNING,
                example.file(), example.line(), example.column(), group.code(), group.sentence() + "; this record was left out"))).toList();
    }

    private void saw(Change change, boolean cells) {
        if (change.ended()) {
            unreadable.ended(change);
            return;
        }
        String found = change.envelope().entity();
        if (found.equals(UNNAMED)) {
            throw new BridgeException("the records do not say what they are; name it with --entity, such as --entity customer");
        }
        if (entity == null) {
            entity = found;
        } else if (!entity.equals(found)) {
            if (spec.commandLine().getParseResult().hasMatchedOption("--entity")) {
                return;
            }
            throw new BridgeException("the changes are of [" + entity + "] and of [" + found + "]; choose one with --entity");
        }
        String op = change.data().path("op").asText();
        if (op.equals("c") || op.equals("u")) {
            enrichment.enrich(change);
            samples.saw(change, cells);
        }
    }

    private Report report(Draft draft, List<Problem> leftOut) {
        String text = draft.text();
        List<Problem> problems = new ArrayList<>(leftOut);
        draft.notes().forEach(note -> problems.add(new Problem(Level.WARNING, DataReader.spoken(data.get(0)), 0, 0, "draft", note)));
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("command", "contract infer").put("entity", entity)
                .put("samples", samples.records()).put("unreadable", unreadable.inBreach()).put("draft", text);
        problems.forEach(problem -> json.withArray("/notes").add(problem.place() + ": " + problem.message()));
        return new Report("contract infer", List.of(new Check("draft " + entity, problems)), text, json);
    }
}
