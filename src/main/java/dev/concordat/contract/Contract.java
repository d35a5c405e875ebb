package dev.concordat.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What both sides agreed on about one entity, in one major version, ready to judge changes. */
public final class Contract {
    private final Facts facts;
    private final JsonSchema schema;
    private final JsonSchema exportSchema;
    private final String label;

    Contract(Facts facts) {
        this.facts = facts;
        this.label = facts.entity() + "/" + facts.version();
        this.schema = Formats.compile(facts.jsonSchema());
        this.exportSchema = Formats.compile(facts.exportSchema());
    }

    /** What was read and compiled from the file. */
    record Facts(
            Odcs.Document document, String entity, String version, String table, List<Field> fields, Optional<Parent> parent,
            Optional<StatusAlignment> statusAlignment, List<Rule> rules, List<Expression> expressions, List<Watch> watches,
            List<Sla> slas, List<Lift> lifts, boolean deletable,
            JsonNode jsonSchema, JsonNode exportSchema) {
        Facts {
            fields = List.copyOf(fields);
            rules = List.copyOf(rules);
            expressions = List.copyOf(expressions);
            watches = List.copyOf(watches);
            slas = List.copyOf(slas);
            lifts = List.copyOf(lifts);
        }
    }

    Odcs.Document document() {
        return facts.document();
    }

    /** What it tells people about itself. */
    public About about() {
        return About.of(facts.document());
    }

    /** The file that it was read from. */
    public Path file() {
        return facts.document().at().file();
    }

    /** What the file held when it was read. */
    public ByteBuffer content() {
        return facts.document().content().duplicate();
    }

    public String entity() {
        return facts.entity();
    }

    /** Semantic version, such as {@code 1.0.0}. */
    public String version() {
        return facts.version();
    }

    public int major() {
        return Version.of(version()).orElseThrow().major();
    }

    /** Entity and version, such as {@code customer/1.0.0}. */
    public String label() {
        return label;
    }

    /**
     * Whether a change was judged by an older major of this contract, by whose names its fields go.
     *
     * @param judgedBy a {@link #label}, or what stands for none
     */
    public boolean isMajorAbove(String judgedBy) {
        return versionOther(judgedBy).filter(older -> older.major() < major()).isPresent();
    }

    /**
     * Whether a change was judged by a newer version of this contract. Another bridge may have taken it into force; its fields would be lost if they
     * were applied before this bridge has it too.
     *
     * @param judgedBy a {@link #label}, or what stands for none
     */
    public boolean isOlderThan(String judgedBy) {
        return versionOther(judgedBy).filter(newer -> newer.compareTo(Version.of(version()).orElseThrow()) > 0).isPresent();
    }

    /** Empty for this contract's own label, and where none is named. */
    private Optional<Version> versionOther(String judgedBy) {
        return judgedBy.equals(label) ? Optional.empty() : Version.of(judgedBy.substring(judgedBy.indexOf('/') + 1));
    }

    /** What a change calls it, such as {@code urn:concordat:customer:1}. */
    public String dataschema() {
        return "urn:concordat:" + entity() + ":" + major();
    }

    /** The ledger's table, such as {@code ledger.customer}. */
    public String table() {
        return facts.table();
    }

    /** All fields, in the file's order. */
    public List<Field> fields() {
        return facts.fields();
    }

    public Field key() {
        return fields().stream().filter(Field::key).findFirst().orElseThrow();
    }

    public Optional<Field> field(String name) {
        return fields().stream().filter(field -> field.name().equals(name)).findFirst();
    }

    public List<Field> ownedBy(Owner owner) {
        return fields().stream().filter(field -> field.owner() == owner).toList();
    }

    public Optional<Parent> parent() {
        return facts.parent();
    }

    public Optional<StatusAlignment> statusAlignment() {
        return facts.statusAlignment();
    }

    /** Quality rules over many records, for the audit. */
    public List<Rule> rules() {
        return facts.rules();
    }

    /** Rules over the fields of one change, enforced and observed. */
    public List<Expression> expressions() {
        return facts.expressions();
    }

    /** Rules of single fields that are observed and not enforced. */
    List<Watch> watches() {
        return facts.watches();
    }

    public List<Sla> slas() {
        return facts.slas();
    }

    /** How a change of an older major becomes one of this contract; empty where there is no such way. */
    Optional<Lift> liftFrom(int older) {
        return facts.lifts().stream().filter(lift -> lift.from() == older).findFirst();
    }

    /**
     * The fields that a change sets by the names that this contract has for them.
     *
     * @param judge  the contract of the change, this one or an older major
     * @param op     of the change
     * @param fields those that it sets by its own contract
     */
    public Set<String> fields(Contract judge, String op, Set<String> fields) {
        return liftFrom(judge.major()).map(lift -> lift.fields(op, fields)).orElse(fields);
    }

    /** What a change of a field by a system that does not own it means, where the field says nothing of its own. */
    public ForeignChange foreignChange() {
        return document().schema().get(0).element().custom("foreignChange").map(custom -> String.valueOf(custom.value()))
                .filter("quarantine"::equals).isPresent() ? ForeignChange.QUARANTINE : ForeignChange.FILTER;
    }

    /** Whether the source may delete the entity; the ledger then closes it. */
    public boolean deletable() {
        return facts.deletable();
    }

    /** JSON Schema 2020-12 of the {@code data} of a change. */
    public JsonNode jsonSchema() {
        return facts.jsonSchema();
    }

    public JsonSchema schema() {
        return schema;
    }

    /** JSON Schema 2020-12 of what the ledger tells the CRM: the key and the fields that the ledger owns. */
    public JsonSchema exportSchema() {
        return exportSchema;
    }
}
