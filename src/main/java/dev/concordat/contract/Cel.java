package dev.concordat.contract;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableList;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.Locale;
import java.util.Optional;

/**
 * Common Expression Language over one entity: {@code after} and {@code before} with the contract's fields, and
 * {@code op}. It has no loops but those over lists, and they are counted: no expression runs for ever.
 */
final class Cel {
    /** Steps of all loops over lists in one evaluation together. */
    static final int MOST_STEPS = 10_000;
    /** Characters of one expression. */
    static final int LONGEST = 4_000;
    private static final CelOptions OPTIONS = CelOptions.current().enableHeterogeneousNumericComparisons(true)
            .enableQuotedIdentifierSyntax(true).comprehensionMaxIterations(MOST_STEPS).maxExpressionCodePointSize(2 * LONGEST + 20)
            .build();

    private final CelCompiler compiler;
    private final CelRuntime runtime = CelRuntimeFactory.standardCelRuntimeBuilder().setOptions(OPTIONS).build();

    Cel(Shape record) {
        ImmutableList<StructType> structs = ImmutableList.copyOf(record.structs());
        compiler = CelCompilerFactory.standardCelCompilerBuilder().setOptions(OPTIONS)
                .setStandardMacros(CelStandardMacro.ALL, CelStandardMacro.EXISTS, CelStandardMacro.EXISTS_ONE,
                        CelStandardMacro.FILTER, CelStandardMacro.MAP)
                .setTypeProvider(new Structs(structs)).addVar("after", record.celType())
                .addVar("before", record.celType()).addVar("op", SimpleType.STRING).build();
    }

    private record Structs(ImmutableList<StructType> structs) implements CelTypeProvider {
        @Override
        public ImmutableCollection<CelType> types() {
            return ImmutableList.copyOf(structs);
        }

        @Override
        public Optional<CelType> findType(String name) {
            return structs.stream().filter(struct -> struct.name().equals(name)).findFirst().map(CelType.class::cast);
        }
    }

    CelAbstractSyntaxTree parse(String text) throws CelValidationException {
        return compiler.parse(text).getAst();
    }

    CelAbstractSyntaxTree check(CelAbstractSyntaxTree parsed) throws CelValidationException {
        return compiler.check(parsed).getAst();
    }

    /** One program that is true where an expression holds, or where the condition under which it is asked does not. */
    CelRuntime.Program program(String when, String expression) throws CelValidationException, CelEvaluationException {
        return program(check(parse("!(" + when + "\n) || (" + expression + "\n)")));
    }

    CelRuntime.Program program(CelAbstractSyntaxTree checked) throws CelEvaluationException {
        return runtime.createProgram(checked);
    }

    /** A compiler's complaint in the words of a finding. */
    record Error(String wrong, String right, int column) {
    }

    static Error explain(CelIssue issue) {
        String message = issue.getMessage();
        int column = issue.getSourceLocation().getColumn() + 1;
        if (message.startsWith("found no matching overload")) {
            String types = message.replaceAll(" \\(candidates.*", "").replaceAll(".*applied to '", "").replace("'", "");
            String call = message.replaceAll("found no matching overload for '_?([^']*?)_?'.*", "$1");
            return new Error("'" + call + "' does not go with " + spoken(types), types.contains("Timestamp")
                    && types.contains("string") ? "write a day as timestamp('2026-01-31T00:00:00Z')"
                    : types.contains("list") && types.contains("null") ? "a list is never null, compare size(...) with 0"
                    : "compare values of one type", column);
        }
        if (message.startsWith("undeclared reference to 'has'")) {
            return new Error("'has' is not needed", "compare with null, absent is null", column);
        }
        if (message.startsWith("undeclared reference")) {
            String name = message.replaceAll("undeclared reference to '([^']*)'.*", "$1");
            return new Error("[" + name + "] is unknown", "there are op, after.<field> and before.<field>, and the"
                    + " functions of standard CEL", column);
        }
        return new Error("is not CEL: " + message.replaceAll(" expecting \\{.*", ""), "mend it", column);
    }

    /** What an evaluation failed of, without any value. */
    static String reason(CelEvaluationException failure) {
        return failure.getErrorCode().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    static String spoken(CelType type) {
        return spoken(type.name());
    }

    private static String spoken(String types) {
        return types.replaceAll("wrapper\\((\\w+)\\)", "$1").replace("google.protobuf.Timestamp", "timestamp")
                .replace("google.protobuf.Duration", "duration");
    }
}
