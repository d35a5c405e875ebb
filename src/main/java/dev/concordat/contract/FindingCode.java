package dev.concordat.contract;

import java.util.Locale;
import java.util.Optional;

/** Every kind of thing that can be wrong in a contract; its word never changes, so that scripts can rely on it. */
public enum FindingCode {
    UNREADABLE_FILE(Demand.STANDARD, "the file cannot be read as text in UTF-8"),
    TOO_LARGE(Demand.STANDARD, "the file is larger than any contract"),
    EMPTY_FILE(Demand.STANDARD, "nothing stands in the file"),
    NOT_YAML(Demand.STANDARD, "the file is not YAML"),
    SEVERAL_DOCUMENTS(Demand.STANDARD, "more than one YAML document stands in the file"),
    ENDLESS_ALIAS(Demand.STANDARD, "an alias points at what it stands in"),
    ALIAS(Demand.DOUBT, "an alias repeats what stands elsewhere"),
    DUPLICATE_KEY(Demand.STANDARD, "a key stands twice in one mapping"),
    AMBIGUOUS_VALUE(Demand.ADVICE, "YAML 1.1 and 1.2 read the value differently"),
    NO_CONTRACT(Demand.STANDARD, "there is no contract where one is expected"),
    UNKNOWN_VERSION(Demand.STANDARD, "apiVersion names no version of the standard"),
    OLD_VERSION(Demand.ADVICE, "apiVersion names a version before v3; the file is read as the newest"),
    NEWER_THAN_DECLARED(Demand.ADVICE, "the file uses what came after the version that it declares"),
    MISSING_KEY(Demand.STANDARD, "a required key is missing"),
    UNKNOWN_KEY(Demand.STANDARD, "the standard does not know the key"),
    IGNORED_KEY(Demand.DOUBT, "the standard does not know the key, but lets any key stand here"),
    KEY_OF_OTHER_TYPE(Demand.STANDARD, "the key belongs to another type"),
    OPTION_OF_OTHER_TYPE(Demand.STANDARD, "the option belongs to another logicalType"),
    DEPRECATED(Demand.ADVICE, "the standard still knows it, but advises against it"),
    WRONG_TYPE(Demand.STANDARD, "a text, number, flag, list or mapping stands where another is expected"),
    UNKNOWN_VALUE(Demand.STANDARD, "the value is not one of a fixed set"),
    UNUSUAL_VALUE(Demand.ADVICE, "the value is not one that the standard suggests"),
    OUT_OF_RANGE(Demand.STANDARD, "a number or a list is outside of its bounds"),
    MALFORMED(Demand.STANDARD, "an id, a reference or an address is not spelled as it must be"),
    DOUBTFUL_FORMAT(Demand.ADVICE, "a date or an address is not spelled as the standard suggests"),
    DUPLICATE_NAME(Demand.DOUBT, "two objects, properties, servers, roles, members or rules have one name"),
    DUPLICATE_ID(Demand.DOUBT, "two elements of one list have one id"),
    DANGLING_REFERENCE(Demand.DOUBT, "a relationship or an SLA points at what is nowhere"),
    KEY_LENGTH(Demand.STANDARD, "a relationship joins keys of different lengths"),
    ARRAY_WITHOUT_ITEMS(Demand.DOUBT, "an array does not say what it holds"),
    CROSSED_BOUNDS(Demand.DOUBT, "a lower bound is above its upper bound"),
    NO_OPERATOR(Demand.STANDARD, "a rule does not say what the measured number must be"),
    TWO_OPERATORS(Demand.STANDARD, "a rule has more than one operator"),
    RULE_WITHOUT_TEXT(Demand.DOUBT, "a rule in words has no words"),
    BROKEN_PATTERN(Demand.DOUBT, "a pattern is not a regular expression"),
    ENDLESS_PATTERN(Demand.DOUBT, "a pattern can take for ever on a long text"),
    NO_SEMANTIC_VERSION(Demand.PROFILE, "the version is not major.minor.patch"),
    WRONG_FILE(Demand.PROFILE, "the contract stands in another file than <entity>/v<major>.odcs.yaml"),
    NOT_ONE_OBJECT(Demand.PROFILE, "the contract is not about exactly one entity"),
    NO_LOGICAL_TYPE(Demand.PROFILE, "a property has no logicalType"),
    NO_PHYSICAL_NAME(Demand.PROFILE, "no physicalName says which table or column it is"),
    WRONG_PHYSICAL_NAME(Demand.PROFILE, "a physicalName is no table's or column's name as it goes into SQL: without quotes"),
    DUPLICATE_COLUMN(Demand.PROFILE, "two fields have one column"),
    NO_CLASSIFICATION(Demand.PROFILE, "a field has no classification"),
    NO_OWNER(Demand.PROFILE, "a field has no owner"),
    MISPLACED_OWNER(Demand.PROFILE, "a key or a part of a field has an owner"),
    NOTHING_TO_WRITE(Demand.PROFILE, "the CRM owns no field that the bridge could write to the ledger"),
    RESIDENCY_CONTRADICTION(Demand.PROFILE, "a field's residency contradicts its classification"),
    UNKNOWN_CUSTOM_PROPERTY(Demand.PROFILE, "a custom property that neither Concordat nor another tool knows"),
    WRONG_CUSTOM_PROPERTY(Demand.PROFILE, "a custom property or an argument has not the value that it needs"),
    CONTRADICTORY_VALUES(Demand.PROFILE, "a set of values contradicts itself"),
    KEY_FIELD(Demand.PROFILE, "there is not exactly one key field, a required text"),
    PARENT(Demand.PROFILE, "a relationship does not name one parent by its key"),
    UNCHECKED_RULE(Demand.PROFILE, "a rule that nothing would check"),
    IGNORED_SCHEDULE(Demand.NOTE, "a rule has a schedule of its own; each audit looks at all rules"),
    UNCHECKED_OPTION(Demand.PROFILE, "an option, a format or a type that Concordat does not check"),
    WRONG_RULE(Demand.PROFILE, "a rule of Concordat has not the facts that it needs"),
    SECOND_PROMISE(Demand.PROFILE, "audits measure one promise of a kind, and the contract makes two"),
    WRONG_CASE(Demand.PROFILE, "a case beside a contract cannot be sent"),
    WRONG_LIFT(Demand.PROFILE, "changes of an older major could not be lifted to the contract"),
    WRONG_EXAMPLE(Demand.PROFILE, "an example breaks its field's own rules");

    /** Who asks for it: the standard, reason (what the standard passes, but nobody can rely on), or Concordat, which refuses or only says so. */
    enum Demand {
        STANDARD, DOUBT, PROFILE, NOTE, ADVICE
    }

    private final Demand demand;
    private final String meaning;

    FindingCode(Demand demand, String meaning) {
        this.demand = demand;
        this.meaning = meaning;
    }

    /** Such as {@code duplicate-key}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public String meaning() {
        return meaning;
    }

    /** How bad it is under a profile; empty where the profile does not look for it. */
    public Optional<Finding.Level> level(Profile profile) {
        return switch (demand) {
            case STANDARD -> Optional.of(Finding.Level.ERROR);
            case ADVICE -> Optional.of(Finding.Level.WARNING);
            case DOUBT -> Optional.of(profile == Profile.ODCS ? Finding.Level.WARNING : Finding.Level.ERROR);
            case PROFILE -> profile == Profile.ODCS ? Optional.empty() : Optional.of(Finding.Level.ERROR);
            case NOTE -> profile == Profile.ODCS ? Optional.empty() : Optional.of(Finding.Level.WARNING);
        };
    }
}
