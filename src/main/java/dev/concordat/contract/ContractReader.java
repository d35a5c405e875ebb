package dev.concordat.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Makes a contract of an ODCS file that follows Concordat's profile, or says all that keeps it from being one. */
final class ContractReader {
    private static final List<String> CUSTOMS = List.of("foreignChange", "onDelete", LiftReader.PROPERTY);

    private final Odcs.Document document;
    private final References references;
    private final List<Finding> findings;
    private final boolean alone;

    /** @param alone whether it may stand anywhere, and nothing is known of the contracts that it names */
    ContractReader(Odcs.Document document, References references, List<Finding> findings, boolean alone) {
        this.document = document;
        this.references = references;
        this.findings = findings;
        this.alone = alone;
    }

    /** Nothing where there are errors. */
    Optional<Contract> read() {
        Optional<Version> version = Version.of(document.version());
        if (version.isEmpty() && !document.version().isEmpty()) {
            find(document.at().key("version"), FindingCode.NO_SEMANTIC_VERSION, "is not a semantic version", Version.instead(document.version()));
        }
        if (document.schema().size() != 1) {
            find(document.at().key("schema"), FindingCode.NOT_ONE_OBJECT, "has " + document.schema().size() + " objects",
                    "a contract is about exactly one entity");
            return Optional.empty();
        }
        Odcs.SchemaObject object = document.schema().get(0);
        version.filter(stated -> !alone).ifPresent(stated -> place(object, stated));
        return contract(object, version);
    }

    private void place(Odcs.SchemaObject object, Version version) {
        String right = object.name() + "/v" + version.major() + ".odcs.yaml";
        if (!("/" + document.at().file().toAbsolutePath().toString().replace('\\', '/')).endsWith("/" + right)) {
            find(object.at(), FindingCode.WRONG_FILE, "stands in the wrong file", "put it into " + right);
        }
    }

    private Optional<Contract> contract(Odcs.SchemaObject object, Optional<Version> version) {
        Choices choices = new Choices(findings);
        choices.onlyKnown(object.element().customProperties(), CUSTOMS);
        if (object.element().physicalName() == null) {
            find(object.at(), FindingCode.NO_PHYSICAL_NAME, "has no 'physicalName'",
                    "name the ledger's table, such as physicalName: ledger.customer");
        } else {
            SqlName.ofTable(object.at(), object.element().physicalName(), findings);
        }
        ForeignChange foreign = choices.custom(object.element(), "foreignChange", ForeignChange.class)
                .orElse(ForeignChange.FILTER);
        List<Field> fields = object.properties().stream()
                .map(property -> new FieldReader(property, foreign, findings).read()).toList();
        new ProfileChecks(object, fields, findings).run();
        onePromiseOfAKind();
        RuleReader rules = new RuleReader(document, object, fields, references, findings).read();
        Optional<Parent> parent = parent(object);
        String above = parent.map(Parent::field).orElse("");
        if (!fields.isEmpty() && fields.stream().allMatch(field -> field.key() || field.name().equals(above) || field.owner() == Owner.LEDGER)) {
            find(object.at(), FindingCode.NOTHING_TO_WRITE, "has no field of the CRM besides its id and its parent",
                    "give the CRM a field that it may change, with owningSystem: crm");
        }
        boolean deletable = deletable(object, rules);
        List<Lift> lifts = version.isPresent() ? LiftReader.read(object, references.older(document, object), findings) : List.of();
        if (findings.stream().anyMatch(Finding::isError)) {
            return Optional.empty();
        }
        String key = fields.stream().filter(Field::key).findFirst().orElseThrow().name();
        SchemaCompiler compiler = new SchemaCompiler(object, version.orElseThrow().major(), fields);
        ObjectNode change = compiler.change(key, parent, deletable);
        examples(object.properties(), change.at("/properties/after/properties"));
        if (findings.stream().anyMatch(Finding::isError)) {
            return Optional.empty();
        }
        return Optional.of(new Contract(new Contract.Facts(document, object.name(), document.version(),
                object.element().physicalName(), fields, parent, rules.alignment(), rules.rules(), rules.expressions(),
                compiler.watches(), slas(), lifts, deletable, change, compiler.export(key))));
    }

    private void examples(List<Odcs.Property> properties, JsonNode schemas) {
        for (Odcs.Property property : properties) {
            JsonNode schema = schemas.get(property.name());
            JsonSchema compiled = Formats.compile(schema);
            schema.path("examples").forEach(example -> {
                if (!compiled.validate(example).isEmpty()) {
                    find(property.at().key("examples"), FindingCode.WRONG_EXAMPLE, "an example is not a value of the field",
                            "give examples that the field's type and options allow");
                }
            });
            examples(property.properties(), schema.path("properties"));
        }
    }

    private boolean deletable(Odcs.SchemaObject object, RuleReader rules) {
        Optional<Odcs.Custom> custom = object.element().custom("onDelete");
        if (custom.isEmpty() || "refuse".equals(custom.get().value())) {
            return false;
        }
        Place at = custom.get().at().key("value");
        if (!"close".equals(custom.get().value())) {
            find(at, FindingCode.WRONG_CUSTOM_PROPERTY, "[" + custom.get().value() + "] is unknown", "use one of close, refuse");
        } else if (rules.alignment().isEmpty()) {
            find(at, FindingCode.WRONG_CUSTOM_PROPERTY, "closes on delete, but no rule says which status closes",
                    "add a quality rule with implementation {rule: status-misaligned, closing: [...], ...}, "
                            + "or use refuse");
        }
        return true;
    }

    private Optional<Parent> parent(Odcs.SchemaObject object) {
        List<Parent> parents = object.properties().stream().flatMap(this::parents).toList();
        if (parents.size() > 1) {
            find(object.at(), FindingCode.PARENT, "has more than one parent", "keep one relationship to another entity's key");
        }
        return parents.stream().findFirst();
    }

    private Stream<Parent> parents(Odcs.Property property) {
        return property.element().relationships().stream().flatMap(relationship -> relationship.to().stream()
                .flatMap(end -> target(relationship, end).stream())
                .map(target -> parent(property, relationship, target)));
    }

    private Optional<References.Target> target(Odcs.Relationship relationship, String end) {
        Optional<References.Target> target = references.resolve(document, end);
        if (alone && target.isEmpty()) {
            find(relationship.at().key("to"), FindingCode.PARENT, "names a contract that is not beside this one",
                    "put both into <entity>/v<major>.odcs.yaml of one folder");
        }
        return target;
    }

    private Parent parent(Odcs.Property property, Odcs.Relationship relationship, References.Target target) {
        if (!target.isKey()) {
            find(relationship.at().key("to"), FindingCode.PARENT, "does not point at a key", "point at the field with primaryKey: true");
        }
        if (!property.required()) {
            find(property.at(), FindingCode.PARENT, "names the parent, but is not required", "add required: true");
        }
        return new Parent(property.name(), property.element().physicalName(), target.object().name());
    }

    /** Of the latency, of the rate of breaches of form, and of that of all others. */
    private void onePromiseOfAKind() {
        Map<String, Odcs.SlaProperty> first = new HashMap<>();
        for (Odcs.SlaProperty sla : document.slaProperties()) {
            String kind = switch (String.valueOf(sla.property())) {
                case "latency" -> "latency";
                case "errorRate" -> sla.element() == null ? "errorRate without an element" : "errorRate with an element";
                default -> null;
            };
            Odcs.SlaProperty other = kind == null ? null : first.putIfAbsent(kind, sla);
            if (other != null) {
                find(sla.at(), FindingCode.SECOND_PROMISE, called(sla) + " is a second " + kind + ", beside " + called(other) + " in line " + other.at().line(),
                        "keep one, as an audit measures one");
            }
        }
    }

    private static String called(Odcs.SlaProperty sla) {
        return "[" + Objects.requireNonNullElse(sla.id(), sla.property()) + "]";
    }

    private List<Sla> slas() {
        List<Sla> slas = new ArrayList<>();
        for (Odcs.SlaProperty sla : document.slaProperties()) {
            if (sla.value() instanceof BigDecimal value) {
                slas.add(new Sla(sla.property(), value, Optional.ofNullable(sla.valueExt())
                        .filter(BigDecimal.class::isInstance).map(BigDecimal.class::cast), Objects.toString(sla.unit(),
                        ""), Optional.ofNullable(sla.element()), Objects.toString(sla.description(), "")));
            }
        }
        return slas;
    }

    private void find(Place at, FindingCode code, String wrong, String right) {
        findings.add(at.finding(code, wrong, right));
    }
}
