package dev.concordat.contract;

import static dev.concordat.contract.Verdict.ADDITIVE;
import static dev.concordat.contract.Verdict.BREAKS_CONSUMER;
import static dev.concordat.contract.Verdict.BREAKS_PRIVACY;
import static dev.concordat.contract.Verdict.BREAKS_PRODUCER;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Compares a property, and what is inside of it, with what it was. */
final class PropertyDiff {
    private static final List<String> CUSTOMS = List.of("owningSystem", "foreignChange", "piiCategory", "residency", "openEnum");
    private static final Set<String> ELSEWHERE = Set.of("name", "logicalType", "logicalTypeOptions", "required", "unique", "primaryKey",
            "primaryKeyPosition", "physicalName", "physicalType", "classification", "quality", "relationships", "customProperties",
            "transformSourceObjects", "transformLogic", "properties", "items");

    private final Odcs.Property before;
    private final Odcs.Property after;
    private final Sides sides;
    private final boolean classified;
    private final Differences differences;

    /** @param classified whether a value of what it is part of must not be shown */
    PropertyDiff(Odcs.Property before, Odcs.Property after, Sides sides, boolean classified, Differences differences) {
        this.before = before;
        this.after = after;
        this.sides = sides;
        this.classified = classified || isClassified(before) || isClassified(after);
        this.differences = differences;
    }

    /**
     * Compares properties by their names; one that has another name but the same id or column was renamed.
     *
     * @param outer sides of the field that they are part of; none where they are fields themselves, with an owner each
     */
    static void all(List<Odcs.Property> before, List<Odcs.Property> after, Place at, Optional<Sides> outer, boolean classified,
            Differences differences) {
        for (Odcs.Property old : before) {
            Sides sides = outer.orElseGet(() -> Sides.of(old));
            Optional<Odcs.Property> now = counterpart(old, before, after);
            if (now.isEmpty()) {
                differences.add(new Differences.Seen("property-removed", new Place(at.file(), old.at().path(), at.node()), described(old),
                        null), sides, sides.receiver() + " no longer receives it; what " + sides.sender()
                        + " sends of it is left out and reported as drift.", BREAKS_CONSUMER);
                continue;
            }
            if (!now.get().name().equals(old.name())) {
                differences.add(new Differences.Seen("property-renamed", now.get().at().key("name"), old.name(), now.get().name()), sides,
                        sides.sender() + " must send and " + sides.receiver() + " must read it under its new name.", BREAKS_PRODUCER,
                        BREAKS_CONSUMER);
            }
            var diff = new PropertyDiff(old, now.get(), sides, classified, differences);
            if (outer.isEmpty()) {
                diff.owner();
            }
            diff.value();
        }
        after.stream().filter(now -> before.stream().noneMatch(old -> counterpart(old, before, after).filter(now::equals).isPresent()))
                .forEach(now -> added(now, outer.orElseGet(() -> Sides.of(now)), differences));
    }

    private static void added(Odcs.Property now, Sides sides, Differences differences) {
        String column = now.element().physicalName() == null ? "" : " The ledger needs column " + now.element().physicalName() + " for it.";
        if (now.required()) {
            differences.add(new Differences.Seen("required-added", now.at(), null, described(now)), sides, sides.sender()
                    + " must now send it with everything new." + column, BREAKS_PRODUCER);
        } else {
            differences.add(new Differences.Seen("property-added", now.at(), null, described(now)), sides, sides.sender()
                    + " may send it; nobody has to." + column, ADDITIVE);
        }
    }

    private static Optional<Odcs.Property> counterpart(Odcs.Property old, List<Odcs.Property> before, List<Odcs.Property> after) {
        return after.stream().filter(now -> now.name().equals(old.name())).findFirst().or(() -> after.stream()
                .filter(now -> before.stream().noneMatch(other -> other.name().equals(now.name()))).filter(now -> isSame(old,
                        now)).findFirst());
    }

    private static boolean isSame(Odcs.Property old, Odcs.Property now) {
        return old.element().id() != null && old.element().id().equals(now.element().id())
                || old.element().physicalName() != null && old.element().physicalName().equals(now.element().physicalName());
    }

    private static String described(Odcs.Property property) {
        return property.logicalType() + (property.required() ? ", required" : "");
    }

    private void value() {
        key();
        type();
        flag("required", before.required(), after.required(), sides.sender() + " may no longer leave it out or empty.",
                sides.receiver() + " may now meet it empty.");
        flag("unique", before.unique(), after.unique(), "a value that another record has now breaks the contract.",
                sides.receiver() + " may now meet a value twice.");
        ledgers("physicalName", "column-changed", before.element().physicalName(), after.element().physicalName(),
                "the ledger is written to and read from another column; it has to be there first.");
        ledgers("physicalType", "column-type-changed", before.element().physicalType(), after.element().physicalType(),
                "the ledger's column has to follow, and whether it holds all values cannot be decided.");
        classification();
        residency();
        pii();
        new ValueDiff(before, after, sides, differences).run();
        relationships();
        source("transformSourceObjects", before.transformSourceObjects(), after.transformSourceObjects());
        source("transformLogic", before.transformLogic(), after.transformLogic());
        all(before.properties(), after.properties(), after.at(), Optional.of(sides), classified, differences);
        if (before.items() != null && after.items() != null) {
            new PropertyDiff(before.items(), after.items(), sides, classified, differences).value();
        }
        PlainDiff plain = PlainDiff.of(differences).classified(classified);
        plain.compare(before.at(), after.at(), ELSEWHERE);
        customs(before.element(), after.element(), CUSTOMS, after.at(), plain);
    }

    /** Custom properties of other tools, and the words beside those of Concordat. */
    static void customs(Odcs.Element before, Odcs.Element after, List<String> known, Place at, PlainDiff plain) {
        before.customProperties().forEach(old -> after.custom(old.property()).ifPresent(now ->
                plain.compare(old.at(), now.at(), known.contains(old.property()) ? Set.of("value") : Set.of())));
        Stream.concat(before.customProperties().stream().filter(old -> after.custom(old.property()).isEmpty()),
                after.customProperties().stream().filter(now -> before.custom(now.property()).isEmpty()))
                .filter(custom -> !known.contains(custom.property()))
                .forEach(custom -> plain.oneSided(custom.at(), before.customProperties().contains(custom), at));
    }

    private void key() {
        if (before.primaryKey() != after.primaryKey()) {
            add("key-changed", after.at().key("primaryKey"), before.primaryKey() ? "key" : "no key", after.primaryKey() ? "key" : "no key",
                    "both sides have to find every record by another identity.", BREAKS_PRODUCER, BREAKS_CONSUMER);
        }
    }

    private void type() {
        Place at = after.at().key("logicalType");
        String old = before.logicalType();
        String now = after.logicalType();
        if (Objects.equals(old, now)) {
            new LimitDiff(before, after, sides, differences).run();
        } else if ("integer".equals(old) && "number".equals(now)) {
            add("type-changed", at, old, now, sides.receiver() + " may now meet fractions.", BREAKS_CONSUMER);
        } else if ("number".equals(old) && "integer".equals(now)) {
            add("type-changed", at, old, now, "fractions from " + sides.sender() + " now break the contract.", BREAKS_PRODUCER);
        } else {
            add("type-changed", at, old, now, sides.sender() + " must send and " + sides.receiver() + " must read another kind of value.",
                    BREAKS_PRODUCER, BREAKS_CONSUMER);
        }
    }

    private void flag(String key, boolean old, boolean now, String tighter, String looser) {
        if (old != now) {
            add(key + (now ? "-added" : "-removed"), after.at().key(key), old, now, now ? tighter : looser,
                    now ? BREAKS_PRODUCER : BREAKS_CONSUMER);
        }
    }

    private void ledgers(String key, String code, String old, String now, String meaning) {
        if (!Objects.equals(old, now)) {
            add(code, after.at().key(key), old, now, meaning, sides.ledgerProduces() ? BREAKS_PRODUCER : BREAKS_CONSUMER);
        }
    }

    private void owner() {
        Object old = before.element().custom("owningSystem").map(Odcs.Custom::value).orElse(null);
        Object now = after.element().custom("owningSystem").map(Odcs.Custom::value).orElse(null);
        if (!Objects.equals(old, now) && before.primaryKey() == after.primaryKey()) {
            add("owner-changed", custom("owningSystem"), old, now, sides.sender() + " may no longer set it, and " + sides.receiver()
                    + " no longer just receives it.", BREAKS_PRODUCER, BREAKS_CONSUMER);
        }
    }

    private void classification() {
        String old = before.classification();
        String now = after.classification();
        if (!Objects.equals(old, now)) {
            boolean lowered = rank(now) < rank(old);
            add(lowered ? "classification-lowered" : "classification-raised", after.at().key("classification"), old, now, lowered
                    ? "the value is protected less: it may be shown, or leave its region, where it was not before."
                    : "the value is protected more; where the field says nothing of residency, the policy may keep it in its region.",
                    lowered ? BREAKS_PRIVACY : ADDITIVE);
        }
    }

    private static int rank(String classification) {
        return Stream.of(Classification.values()).filter(known -> known.name().equalsIgnoreCase(classification))
                .map(Enum::ordinal).findFirst().orElse(-1);
    }

    private static boolean isClassified(Odcs.Property property) {
        return rank(property.classification()) > Classification.INTERNAL.ordinal();
    }

    /** Without a word of its own, the policy decides; what it says, the contract does not know. */
    private void residency() {
        String old = otherwise(before);
        String now = otherwise(after);
        if (!Objects.equals(old, now)) {
            boolean tighter = "block".equals(now) || "allow".equals(old) || "tokenize".equals(now) && !"block".equals(old) && old != null;
            add(tighter ? "residency-tightened" : "residency-loosened", custom("residency"), old, now, tighter
                    ? "outside its region, " + sides.receiver() + " may no longer receive it as before."
                    : "the value may leave its region as it could not before" + (old == null || now == null ? ", if the policy says so."
                            : "."),
                    tighter ? BREAKS_CONSUMER : BREAKS_PRIVACY);
        }
    }

    private static String otherwise(Odcs.Property property) {
        return property.element().custom("residency").map(Odcs.Custom::value)
                .map(value -> value instanceof Map<?, ?> map ? String.valueOf(map.get("otherwise")) : String.valueOf(value)).orElse(null);
    }

    private void pii() {
        Object old = before.element().custom("piiCategory").map(Odcs.Custom::value).orElse(null);
        Object now = after.element().custom("piiCategory").map(Odcs.Custom::value).orElse(null);
        if (!Objects.equals(old, now)) {
            String code = old == null ? "pii-category-added" : now == null ? "pii-category-removed" : "pii-category-changed";
            add(code, custom("piiCategory"), old, now, now == null ? "it no longer counts as data about a person."
                    : "it counts as this kind of data about a person.", now == null ? BREAKS_PRIVACY : ADDITIVE);
        }
    }

    private void relationships() {
        List<String> old = ends(before);
        List<String> now = ends(after);
        if (old.equals(now)) {
            return;
        }
        Place at = after.at().key("relationships");
        if (old.isEmpty()) {
            add("relationship-added", at, null, now, "what it names has to be there first; until then the change waits.", BREAKS_PRODUCER);
        } else if (now.isEmpty()) {
            add("relationship-removed", at, old, null, sides.receiver() + " may now meet it before what it names.", BREAKS_CONSUMER);
        } else {
            add("relationship-changed", at, old, now, "both sides have to look for what it names elsewhere.", BREAKS_PRODUCER,
                    BREAKS_CONSUMER);
        }
    }

    /** What is named, whatever the file and the major version it stands in. */
    private static List<String> ends(Odcs.Property property) {
        return property.element().relationships().stream().flatMap(each -> each.to().stream())
                .map(end -> end.replaceFirst("^.*#", "").replaceFirst("^/?schema/([^/]+)/properties/([^/]+)$", "$1.$2")).toList();
    }

    private void source(String key, Object old, Object now) {
        if (!Objects.equals(old, now)) {
            add("source-changed", after.at().key(key), old, now, "the value comes from elsewhere; see that it still means the same to "
                    + sides.receiver() + ".", ADDITIVE);
        }
    }

    private Place custom(String property) {
        return after.element().custom(property).map(custom -> custom.at().key("value")).orElseGet(() -> new Place(after.at().file(),
                after.at().path() + ".customProperties[" + property + "].value", after.at().node()));
    }

    private void add(String code, Place at, Object old, Object now, String meaning, Verdict... verdicts) {
        differences.add(new Differences.Seen(code, at, old, now), sides, meaning, verdicts);
    }
}
