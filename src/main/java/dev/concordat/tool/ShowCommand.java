package dev.concordat.tool;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.BridgeException;
import dev.concordat.contract.Contract;
import dev.concordat.contract.Contracts;
import dev.concordat.contract.Source;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what a contract says, or what is made of it. */
@Command(name = "show", mixinStandardHelpOptions = true,
        description = "Shows a contract: fields, owners, values, rules and service levels; or what is made of it.")
final class ShowCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "Such as contracts/customer/v1.odcs.yaml.")
    private Path file;

    @Option(names = "--format", defaultValue = "text", description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private ReportFormat format;

    @ArgGroup
    private View view = new View();

    /** What to show instead of the contract itself; one of these. */
    static final class View {
        @Option(names = "--json-schema", description = "The JSON Schema 2020-12 by which a change's data is judged.")
        private boolean jsonSchema;

        @Option(names = "--sql", description = "The statement that applies changes to the ledger, and the tables and columns it needs.")
        private boolean sql;

        @Option(names = "--markdown", description = "A page for a wiki.")
        private boolean markdown;

        @Option(names = "--html", description = "A page for a data catalogue, complete in itself.")
        private boolean html;

        private boolean isAny() {
            return jsonSchema || sql || markdown || html;
        }
    }

    @Override
    public Integer call() {
        if (view.isAny() && format != ReportFormat.TEXT) {
            throw new BridgeException("--json-schema, --sql, --markdown and --html are forms of their own; leave --format out");
        }
        Contracts contracts = Contracts.around(Source.once(file));
        Contract contract = contracts.in(file).orElseThrow();
        var check = new Report.Check(contract.label(), List.of());
        return format.print(new Report("contract show", List.of(check), text(contract, contracts), ShowJson.write(contract)),
                spec.commandLine().getOut());
    }

    private String text(Contract contract, Contracts contracts) {
        if (view.jsonSchema) {
            return schema(contract);
        }
        if (view.sql) {
            return ShowSql.write(contract, contracts);
        }
        if (view.markdown) {
            return new ShowMarkdown(contract).write();
        }
        return view.html ? new ShowHtml(contract).write()
                : new ShowText(contract, Paint.of(spec.commandLine().getColorScheme().ansi(), format)).write();
    }

    /** The schema without the examples of classified fields; it judges the same. */
    private static String schema(Contract contract) {
        JsonNode schema = contract.jsonSchema().deepCopy();
        contract.fields().stream().filter(field -> !field.classification().mayBeShown())
                .map(field -> schema.path("properties").path("after").path("properties").path(field.name()))
                .flatMap(field -> field.findParents("examples").stream()).forEach(part -> ((ObjectNode) part).remove("examples"));
        try {
            return JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(schema);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
