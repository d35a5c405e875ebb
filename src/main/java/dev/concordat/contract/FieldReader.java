package dev.concordat.contract;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Reads Concordat's profile of one property: owner, sensitivity, residency, and the values it may have. */
final class FieldReader {
    private static final List<String> CUSTOMS = List.of(
            "owningSystem", "foreignChange", "piiCategory", "residency", "openEnum");

    private final Odcs.Property property;
    private final ForeignChange foreignByDefault;
    private final List<Finding> findings;

    FieldReader(Odcs.Property property, ForeignChange foreignByDefault, List<Finding> findings) {
        this.property = property;
        this.foreignByDefault = foreignByDefault;
        this.findings = findings;
    }

    Field read() {
        Choices choices = new Choices(findings);
        choices.onlyKnown(property.element().customProperties(), CUSTOMS);
        if (property.element().physicalName() == null) {
            find(property.at(), FindingCode.NO_PHYSICAL_NAME, "has no 'physicalName'", "name the column that holds it, such as physicalName: "
                    + property.name().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT));
        } else {
            SqlName.ofColumn(property.at(), property.element().physicalName(), findings);
        }
        Classification classification = choices.of(Classification.class, property.classification(),
                property.at().key("classification")).orElse(null);
        if (property.classification() == null) {
            find(property.at(), FindingCode.NO_CLASSIFICATION, "has no 'classification'", "use one of " + Choices.words(Classification.class));
        }
        Residency residency = residency(choices, classification);
        return new Field(property.name(), property.element().physicalName(), type(property), owner(choices),
                property.primaryKey(), property.required(), classification, choices.custom(property.element(),
                        "foreignChange", ForeignChange.class).orElse(foreignByDefault), openEnum(),
                new ValueRules(property, findings).read(), residency, Form.of(property, classification));
    }

    private Owner owner(Choices choices) {
        Optional<Odcs.Custom> owner = property.element().custom("owningSystem");
        if (property.primaryKey()) {
            owner.ifPresent(custom -> find(custom.at(), FindingCode.MISPLACED_OWNER, "the key has an owner", "leave owningSystem out, nobody may "
                    + "change a key"));
            return null;
        }
        if (owner.isEmpty()) {
            find(property.at(), FindingCode.NO_OWNER, "has no owner", "add customProperties {property: owningSystem, value: crm} or ledger");
        }
        return choices.custom(property.element(), "owningSystem", Owner.class).orElse(null);
    }

    static Type type(Odcs.Property property) {
        return Stream.of(Type.values()).filter(type -> type.name().equalsIgnoreCase(property.logicalType()))
                .findFirst().orElse(null);
    }

    private Residency residency(Choices choices, Classification classification) {
        Odcs.Custom custom = property.element().custom("residency").orElse(null);
        if (custom == null) {
            return null;
        }
        if (!(custom.value() instanceof Map<?, ?> map) || !map.keySet().equals(Set.of("otherwise"))) {
            find(custom.at().key("value"), FindingCode.WRONG_CUSTOM_PROPERTY, "is not a residency", "write {otherwise: block}, tokenize or allow");
            return null;
        }
        Residency residency = choices.of(Residency.class, map.get("otherwise"), custom.at().key("value"))
                .orElse(null);
        if (classification == Classification.RESTRICTED && residency == Residency.ALLOW) {
            find(custom.at().key("value"), FindingCode.RESIDENCY_CONTRADICTION, "allows what is classified as restricted to leave its region",
                    "use otherwise: block or tokenize, or lower the classification");
        }
        if (classification == Classification.PUBLIC && residency != null && residency != Residency.ALLOW) {
            find(custom.at().key("value"), FindingCode.RESIDENCY_CONTRADICTION, "keeps in its region what is classified as public",
                    "use otherwise: allow, or raise the classification");
        }
        return residency;
    }

    private Optional<OpenEnum> openEnum() {
        Odcs.Custom custom = property.element().custom("openEnum").orElse(null);
        if (custom == null) {
            return Optional.empty();
        }
        Place at = custom.at().key("value");
        if (!"string".equals(property.logicalType())) {
            find(at, FindingCode.CONTRADICTORY_VALUES, "an open set of values is for texts", "use logicalType: string");
        }
        if (custom.value() instanceof Map<?, ?> map && map.keySet().equals(Set.of("known", "unknown"))
                && map.get("known") instanceof List<?> known && "acceptAndReport".equals(map.get("unknown"))) {
            return Optional.of(new OpenEnum(ValueRules.texts(known, at, findings)));
        }
        find(at, FindingCode.WRONG_CUSTOM_PROPERTY, "is not an open set of values", "write {known: [...], unknown: acceptAndReport}");
        return Optional.empty();
    }

    private void find(Place at, FindingCode code, String wrong, String right) {
        findings.add(at.finding(code, wrong, right));
    }
}
