package dev.concordat.contract;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the quality rules of an object: SQL that the audit runs, and what Concordat checks itself, by name or as an expression. */
final class RuleReader {
    private static final Map<String, Set<String>> KINDS = Map.of(
            Rule.ORPHAN, Set.of("rule", "field"),
            Rule.ACCOUNT_OWNER_MISMATCH, Set.of("rule", "field"),
            Rule.STATUS_MISALIGNED, Set.of("rule", "field", "blocking", "closing", "dependents", "flagColumn",
                    "balanceColumn"));

    private final Odcs.SchemaObject object;
    private final List<Field> fields;
    private final References references;
    private final Odcs.Document document;
    private final List<Finding> findings;
    private final List<Rule> rules = new ArrayList<>();
    private final List<Expression> expressions = new ArrayList<>();
    private ExpressionReader expressionReader;
    private StatusAlignment alignment;

    RuleReader(Odcs.Document document, Odcs.SchemaObject object, List<Field> fields, References references,
            List<Finding> findings) {
        this.document = document;
        this.object = object;
        this.fields = fields;
        this.references = references;
        this.findings = findings;
    }

    RuleReader read() {
        object.element().quality().forEach(this::rule);
        return this;
    }

    List<Rule> rules() {
        return rules;
    }

    List<Expression> expressions() {
        return expressions;
    }

    Optional<StatusAlignment> alignment() {
        return Optional.ofNullable(alignment);
    }

    private void rule(Odcs.Quality quality) {
        if (quality.name() == null) {
            find(quality.at(), FindingCode.WRONG_RULE, "has no 'name'", "name the rule, reports call it by this name");
        } else if ("sql".equals(quality.type())) {
            expectation(quality).ifPresentOrElse(expected -> add(quality, Rule.SQL, null, expected), () -> unmeasured(quality));
        } else if ("custom".equals(quality.type())) {
            custom(quality);
        } else if (!"text".equals(quality.type())) {
            find(quality.at(), FindingCode.UNCHECKED_RULE, "is a rule that nothing would check", "use type: sql, custom or text");
        }
    }

    /** Where there is not exactly one operator, the newest version's own checks have said so. */
    private void unmeasured(Odcs.Quality quality) {
        if (quality.operators().size() == 1 || !document.apiVersion().equals(Grammar.NEWEST)) {
            find(quality.at(), FindingCode.UNCHECKED_RULE, "is a rule that nothing would check",
                    "give it a query and one operator with a number, such as mustBe: 0");
        }
    }

    private void custom(Odcs.Quality quality) {
        if ("cel".equals(quality.engine())) {
            expression(quality);
            return;
        }
        Place at = quality.at().key("implementation");
        if (!"concordat".equals(quality.engine())) {
            find(quality.at().key("engine"), FindingCode.UNCHECKED_RULE, "is a rule that nothing would check",
                    "use engine: cel or engine: concordat");
        } else if (!(quality.implementation() instanceof Map<?, ?> facts) || !KINDS.containsKey(String.valueOf(facts.get("rule")))) {
            find(at, FindingCode.WRONG_RULE, "names no rule that Concordat has", "use rule: " + String.join(", ",
                    KINDS.keySet().stream().sorted().toList()));
        } else if (!facts.keySet().equals(KINDS.get(facts.get("rule")))) {
            find(at, FindingCode.WRONG_RULE, "has not the facts that the rule needs", "give exactly " + String.join(", ",
                    KINDS.get(facts.get("rule")).stream().sorted().toList()));
        } else {
            known(quality, at, facts);
        }
    }

    private void known(Odcs.Quality quality, Place at, Map<?, ?> facts) {
        String kind = (String) facts.get("rule");
        Field field = fields.stream().filter(own -> own.name().equals(facts.get("field"))).findFirst().orElse(null);
        if (field == null) {
            find(at.key("field"), FindingCode.WRONG_RULE, "[" + facts.get("field") + "] is not a field of " + object.name(),
                    "name one that is");
            return;
        }
        if (kind.equals(Rule.STATUS_MISALIGNED)) {
            align(at, facts, field);
        }
        add(quality, kind, field.name(), null);
    }

    private void align(Place at, Map<?, ?> facts, Field field) {
        List<String> blocking = statuses(at, facts, "blocking", field);
        List<String> closing = statuses(at, facts, "closing", field);
        if (!new HashSet<>(blocking).containsAll(closing)) {
            find(at.key("closing"), FindingCode.WRONG_RULE, "closes under a status that does not block",
                    "name in 'blocking' all that 'closing' names");
        }
        if (new HashSet<>(blocking).containsAll(field.validValues()) && !field.validValues().isEmpty()) {
            find(at.key("blocking"), FindingCode.WRONG_RULE, "blocks under every status", "leave one under which business goes on");
        }
        if (alignment != null) {
            find(at, FindingCode.WRONG_RULE, "aligns the status a second time", "keep one such rule");
        }
        if (fields.stream().noneMatch(own -> facts.get("flagColumn").equals(own.column()))) {
            find(at.key("flagColumn"), FindingCode.WRONG_RULE, "is not a column of " + object.name(), "name the physicalName of one");
        }
        dependents(at, facts);
        alignment = new StatusAlignment(field.name(), blocking, closing, String.valueOf(facts.get("dependents")),
                String.valueOf(facts.get("flagColumn")), String.valueOf(facts.get("balanceColumn")));
    }

    private void dependents(Place at, Map<?, ?> facts) {
        String entity = String.valueOf(facts.get("dependents"));
        Optional<References.Target> dependents = references.resolve(document, entity);
        if (dependents.isEmpty() && references.mayBeElsewhere(document, entity)) {
            return;
        }
        if (dependents.isEmpty() || dependents.get().property() != null) {
            find(at.key("dependents"), FindingCode.WRONG_RULE, "[" + facts.get("dependents") + "] is not in any contract",
                    "name an entity that is");
        } else if (dependents.get().object().properties().stream()
                .noneMatch(own -> facts.get("balanceColumn").equals(own.element().physicalName()))) {
            find(at.key("balanceColumn"), FindingCode.WRONG_RULE, "is not a column of " + facts.get("dependents"),
                    "name the physicalName of one");
        }
    }

    private List<String> statuses(Place at, Map<?, ?> facts, String key, Field field) {
        List<String> statuses = StatusAlignment.statuses(facts, key);
        if (field.validValues().isEmpty()) {
            find(at.key("field"), FindingCode.WRONG_RULE, "'" + field.name() + "' has no closed set of values",
                    "give it a quality rule with metric: invalidValues and arguments: {validValues: [...]}");
            return statuses;
        }
        if (statuses.isEmpty()) {
            find(at.key(key), FindingCode.WRONG_RULE, "names no status", "write a list of statuses, such as [closed]");
        }
        statuses.stream().filter(status -> !field.validValues().contains(status)).forEach(status ->
                find(at.key(key), FindingCode.WRONG_RULE, "[" + status + "] is not a value of '" + field.name() + "'",
                        "use one of " + String.join(", ", field.validValues())));
        return statuses;
    }

    private Optional<Expectation> expectation(Odcs.Quality quality) {
        if (quality.query() == null || quality.operators().size() != 1) {
            return Optional.empty();
        }
        Map.Entry<String, Object> only = quality.operators().entrySet().iterator().next();
        List<?> bounds = only.getValue() instanceof List<?> list ? list : List.of(only.getValue());
        boolean numbers = bounds.size() == (only.getKey().endsWith("Between") ? 2 : 1)
                && bounds.stream().allMatch(BigDecimal.class::isInstance);
        return numbers ? Optional.of(new Expectation(only.getKey(),
                bounds.stream().map(BigDecimal.class::cast).toList())) : Optional.empty();
    }

    /** Where a property has no type, an expression would only be found wrong for that. */
    private void expression(Odcs.Quality quality) {
        if (Shape.isWhole(object.properties())) {
            if (expressionReader == null) {
                expressionReader = new ExpressionReader(object, fields, findings);
            }
            expressionReader.read(quality, severity(quality)).ifPresent(expressions::add);
        }
    }

    private Severity severity(Odcs.Quality quality) {
        return new Choices(findings).of(Severity.class, quality.severity(), quality.at()).orElse(Severity.ERROR);
    }

    private void add(Odcs.Quality quality, String kind, String field, Expectation expected) {
        rules.add(new Rule(quality.name(), kind, severity(quality), quality.description() == null ? "" : quality.description(),
                Optional.ofNullable(field), Optional.ofNullable(quality.query()), Optional.ofNullable(expected)));
        if (quality.schedule() != null) {
            find(quality.at().key("schedule"), FindingCode.IGNORED_SCHEDULE, "is not when the rule is looked at",
                    "leave it out: each audit looks, as often as 'concordat.audit.every' says");
        }
    }

    private void find(Place at, FindingCode code, String wrong, String right) {
        findings.add(at.finding(code, wrong, right));
    }
}
