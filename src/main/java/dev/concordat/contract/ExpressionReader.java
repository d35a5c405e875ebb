package dev.concordat.contract;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelValidationException;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.navigation.CelNavigableExpr;
import dev.cel.common.types.SimpleType;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime.Program;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads the rules of an object that are written in CEL: compiled, type-checked, and tried with values and nulls. */
final class ExpressionReader {
    private static final Pattern MENTION = Pattern.compile("`(/[^`]*)`");
    private static final String AFTER = "/after/";
    /** What breaches are called that no contract names. */
    private static final Set<String> TAKEN = Set.of("schema", "envelope", "not-json", "document-size", "contract-version",
            "foreign-owned", "residency-unknown", "residency-relocation", "orphan", "version-conflict",
            "account-owner-mismatch", "status-misaligned", "crm-refused", "lift");

    private final Odcs.SchemaObject object;
    private final List<Field> fields;
    private final List<Finding> findings;
    private final Shape record;
    private final Cel cel;

    ExpressionReader(Odcs.SchemaObject object, List<Field> fields, List<Finding> findings) {
        this.object = object;
        this.fields = fields;
        this.findings = findings;
        this.record = Shape.of(object.name(), object.properties());
        this.cel = new Cel(record);
    }

    /** One rule; empty where there are findings. */
    Optional<Expression> read(Odcs.Quality quality, Severity severity) {
        int before = findings.size();
        Place at = quality.at().key("implementation");
        if (!(quality.implementation() instanceof Map<?, ?> facts) || !isComplete(at, facts)) {
            find(at, FindingCode.WRONG_RULE, "is not a rule in CEL", "write {expression: ..., field: /after/<field>} and, where it is about some"
                    + " changes only, when: ...");
            return Optional.empty();
        }
        Expression.Source source = new Expression.Source(quality.name(), severity, (String) facts.get("expression"),
                Optional.ofNullable((String) facts.get("when")), (String) facts.get("field"),
                Objects.toString(quality.description(), "").strip());
        words(quality, at, source);
        Compiled holds = compile(at.key("expression"), source.expression());
        Compiled when = source.when().map(text -> compile(at.key("when"), text)).orElse(null);
        if (findings.size() > before) {
            return Optional.empty();
        }
        Expression.Names names = names(holds, when);
        if (names.after().isEmpty()) {
            find(at.key("expression"), FindingCode.WRONG_RULE, "names no field of `after`", "compare what a change sets, such as after."
                    + fields.get(0).name());
            return Optional.empty();
        }
        Expression expression = new Expression(source, record, names, program(source, holds), varied(names));
        trial(at, expression, names, literals(holds, when));
        return findings.size() > before ? Optional.empty() : Optional.of(expression);
    }

    private Set<String> varied(Expression.Names names) {
        return fields.stream().filter(field -> field.type() != Type.BOOLEAN && field.openEnum().isEmpty() && field.validValues().isEmpty())
                .map(Field::name).filter(name -> names.after().contains(name) || names.before().contains(name)).collect(Collectors.toSet());
    }

    private Program program(Expression.Source source, Compiled holds) {
        try {
            return source.when().isEmpty() ? cel.program(holds.ast) : cel.program(source.when().get(), source.expression());
        } catch (CelValidationException | CelEvaluationException e) {
            throw new IllegalStateException("two sound expressions make a sound one", e);
        }
    }

    private static boolean isComplete(Place at, Map<?, ?> facts) {
        return facts.values().stream().allMatch(String.class::isInstance) && facts.containsKey("expression")
                && facts.containsKey("field") && Set.of("expression", "field", "when").containsAll(facts.keySet());
    }

    private void words(Odcs.Quality quality, Place at, Expression.Source source) {
        if (TAKEN.contains(source.name())) {
            find(quality.at().key("name"), FindingCode.WRONG_RULE, "'" + source.name() + "' is the name of a rule of Concordat's own",
                    "name what the contract asks for, such as closed-after-opened");
        }
        if (source.sentence().isEmpty()) {
            find(quality.at(), FindingCode.WRONG_RULE, "has no 'description'", "say what would be right at the field, such as description:"
                    + " should be on or after `/after/openedOn`");
        }
        pointer(at.key("field"), source.pointer());
        MENTION.matcher(source.sentence()).results().map(MatchResult::group).map(mention -> mention.replace("`", ""))
                .forEach(mention -> pointer(quality.at().key("description"), mention));
    }

    private void pointer(Place at, String pointer) {
        boolean known = pointer.startsWith(AFTER)
                && record.at(List.of(pointer.substring(AFTER.length()).split("/"))).isPresent();
        if (!known) {
            find(at, FindingCode.WRONG_RULE, "[" + pointer + "] is not a field of " + object.name(), "point at one, such as " + AFTER
                    + fields.get(fields.size() - 1).name());
        }
    }

    /** An expression with the fields that it names. */
    private record Compiled(CelAbstractSyntaxTree ast, Set<String> after, Set<String> before) {
        Stream<CelExpr> parts() {
            return CelNavigableAst.fromAst(ast).getRoot().allNodes().map(CelNavigableExpr::expr);
        }
    }

    private Compiled compile(Place at, String text) {
        int earlier = findings.size();
        if (text.length() > Cel.LONGEST) {
            find(at, FindingCode.WRONG_RULE, "is longer than " + Cel.LONGEST + " characters", "make several rules of it");
            return null;
        }
        try {
            CelAbstractSyntaxTree parsed = cel.parse(text);
            Set<String> after = new LinkedHashSet<>();
            Set<String> before = new LinkedHashSet<>();
            CelNavigableAst.fromAst(parsed).getRoot().allNodes().forEach(node -> {
                name(at, node, "after", after);
                name(at, node, "before", before);
            });
            if (findings.size() > earlier) {
                return null;
            }
            CelAbstractSyntaxTree ast = cel.check(parsed);
            if (!ast.getResultType().equals(SimpleType.BOOL)) {
                find(at, FindingCode.WRONG_RULE, "says neither true nor false, it gives " + Cel.spoken(ast.getResultType()),
                        "write a comparison, such as after." + fields.get(0).name() + " != null");
                return null;
            }
            return new Compiled(ast, after, before);
        } catch (CelValidationException e) {
            e.getErrors().stream().map(Cel::explain).distinct().forEach(error ->
                    find(at, FindingCode.WRONG_RULE, error.wrong() + " (at character " + error.column() + ")", error.right()));
            return null;
        }
    }

    /** {@code after} and {@code before} are only there to have their fields named. */
    private void name(Place at, CelNavigableExpr node, String variable, Set<String> into) {
        if (node.getKind() != Kind.IDENT || !node.expr().ident().name().equals(variable)) {
            return;
        }
        Optional<CelNavigableExpr> select = node.parent().filter(parent -> parent.getKind() == Kind.SELECT);
        if (select.isEmpty()) {
            find(at, FindingCode.WRONG_RULE, "uses '" + variable + "' as a whole", "name its fields, such as " + variable + "."
                    + fields.get(0).name());
            return;
        }
        String field = select.get().expr().select().field();
        if (record.parts().containsKey(field)) {
            into.add(field);
        } else {
            find(at, FindingCode.WRONG_RULE, "[" + variable + "." + field + "] is not a field of " + object.name(), "use one of "
                    + String.join(", ", record.parts().keySet()));
        }
    }

    private static Expression.Names names(Compiled holds, Compiled when) {
        Set<String> after = new LinkedHashSet<>(holds.after);
        Set<String> before = new LinkedHashSet<>(holds.before);
        if (when != null) {
            after.addAll(when.after);
            before.addAll(when.before);
        }
        return new Expression.Names(after, before);
    }

    private static List<String> literals(Compiled holds, Compiled when) {
        return Stream.of(holds, when).filter(Objects::nonNull).flatMap(Compiled::parts)
                .filter(part -> part.exprKind().getKind() == Kind.CONSTANT
                        && part.constant().getKind() == CelConstant.Kind.STRING_VALUE)
                .map(part -> part.constant().stringValue()).distinct().limit(Trial.MOST_TEXTS).toList();
    }

    /** An expression that fails for values that the contract allows would refuse sound changes. */
    private void trial(Place at, Expression expression, Expression.Names names, List<String> texts) {
        Set<String> always = fields.stream()
                .filter(field -> field.key() || field.required() && field.owner() == Owner.CRM)
                .map(Field::name).collect(Collectors.toSet());
        new Trial(record, names, always, texts).failure(expression).ifPresent(failure -> {
            List<String> nulls = failure.nulls();
            if (nulls.isEmpty()) {
                find(at.key("expression"), FindingCode.WRONG_RULE, "fails for values that the fields may have: " + failure.reason(),
                        "let 'when' leave out the changes that it cannot judge");
                return;
            }
            find(at.key("expression"), FindingCode.WRONG_RULE, "fails where " + String.join(failure.each() ? " or " : " and ", nulls) + " is null",
                    "leave that out, with when: " + Stream.concat(expression.source().when().stream(),
                            nulls.stream().map(name -> name + " != null")).collect(Collectors.joining(" && ")));
        });
    }

    private void find(Place at, FindingCode code, String wrong, String right) {
        findings.add(at.finding(code, wrong, right));
    }
}
