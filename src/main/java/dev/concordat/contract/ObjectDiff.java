package dev.concordat.contract;

import static dev.concordat.contract.Verdict.ADDITIVE;
import static dev.concordat.contract.Verdict.BREAKS_CONSUMER;
import static dev.concordat.contract.Verdict.BREAKS_PRODUCER;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Compares the object of a contract, its properties and its rules with what they were. */
final class ObjectDiff {
    private static final List<String> CUSTOMS = List.of("foreignChange", "onDelete", LiftReader.PROPERTY);
    private static final Set<String> ELSEWHERE = Set.of("name", "physicalName", "properties", "quality", "customProperties");

    private final Odcs.SchemaObject before;
    private final Odcs.SchemaObject after;
    private final Differences differences;

    private ObjectDiff(Odcs.SchemaObject before, Odcs.SchemaObject after, Differences differences) {
        this.before = before;
        this.after = after;
        this.differences = differences;
    }

    static void all(Odcs.Document before, Odcs.Document after, Differences differences) {
        for (Odcs.SchemaObject old : before.schema()) {
            named(after, old.name()).ifPresentOrElse(now -> new ObjectDiff(old, now, differences).run(), () -> differences.add(
                    new Differences.Seen("object-removed", new Place(after.at().file(), old.at().path(), after.at().key("schema").node()),
                            old.name(), null), Sides.BOTH, "changes of it are no longer agreed on.", BREAKS_PRODUCER, BREAKS_CONSUMER));
        }
        after.schema().stream().filter(now -> named(before, now.name()).isEmpty()).forEach(now -> differences.add(
                new Differences.Seen("object-added", now.at(), null, now.name()), Sides.BOTH, "changes of it may be sent; nobody has to.",
                ADDITIVE));
    }

    private static Optional<Odcs.SchemaObject> named(Odcs.Document document, String name) {
        return document.schema().stream().filter(object -> object.name().equals(name)).findFirst();
    }

    private void run() {
        String table = before.element().physicalName();
        if (!Objects.equals(table, after.element().physicalName())) {
            add("table-changed", after.at().key("physicalName"), table, after.element().physicalName(),
                    "the ledger is written to and read from another table; it has to be there first.", new Sides(Optional.of(Owner.CRM)),
                    BREAKS_CONSUMER);
        }
        onDelete();
        lift();
        if (!foreign(before).equals(foreign(after))) {
            foreignChange(custom(after.element(), after.at(), "foreignChange"), foreign(before), foreign(after), Sides.BOTH);
        }
        PropertyDiff.all(before.properties(), after.properties(), after.at(), Optional.empty(), false, differences);
        fieldsForeignChanges();
        RuleDiff.all(before.element().quality(), after.element().quality(), before, after, differences);
        PlainDiff plain = PlainDiff.of(differences);
        plain.compare(before.at(), after.at(), ELSEWHERE);
        PropertyDiff.customs(before.element(), after.element(), CUSTOMS, after.at(), plain);
    }

    private void onDelete() {
        String old = word(before.element(), "onDelete").orElse("refuse");
        String now = word(after.element(), "onDelete").orElse("refuse");
        if (!old.equals(now)) {
            boolean refused = now.equals("refuse");
            add("on-delete-changed", custom(after.element(), after.at(), "onDelete"), old, now, refused
                    ? "a delete from the CRM now breaks the contract." : "the ledger now closes what the CRM deletes.",
                    new Sides(Optional.of(Owner.CRM)), refused ? BREAKS_PRODUCER : BREAKS_CONSUMER);
        }
    }

    private void lift() {
        Object old = before.element().custom(LiftReader.PROPERTY).map(Odcs.Custom::value).orElse(null);
        Object now = after.element().custom(LiftReader.PROPERTY).map(Odcs.Custom::value).orElse(null);
        Place at = custom(after.element(), after.at(), LiftReader.PROPERTY);
        if (old == null && now != null) {
            add("lift-added", at, null, now, "changes of an older major version are taken too.", Sides.BOTH, ADDITIVE);
        } else if (old != null && now == null) {
            add("lift-removed", at, old, null, "changes of an older major version are no longer taken.", Sides.BOTH, BREAKS_PRODUCER);
        } else if (!Objects.equals(old, now)) {
            add("lift-changed", at, old, now,
                    "whether all changes of the older major version still pass cannot be decided, so it counts as "
                    + "breaking for whoever sends them.", Sides.BOTH, BREAKS_PRODUCER);
        }
    }

    /** Where a field says nothing of its own, neither before nor after, what changed is said once, of the object. */
    private void fieldsForeignChanges() {
        for (Odcs.Property old : before.properties()) {
            after.properties().stream().filter(now -> now.name().equals(old.name())).forEach(now -> {
                Optional<String> left = word(old.element(), "foreignChange");
                Optional<String> right = word(now.element(), "foreignChange");
                String was = left.orElse(foreign(before));
                String is = right.orElse(foreign(after));
                if ((left.isPresent() || right.isPresent()) && !was.equals(is)) {
                    foreignChange(custom(now.element(), now.at(), "foreignChange"), was, is, Sides.of(now).swapped());
                }
            });
        }
    }

    /** Its producer is the side that does not own the field, yet sends it. */
    private void foreignChange(Place at, String old, String now, Sides sides) {
        boolean quarantine = now.equals("quarantine");
        add("foreign-change-changed", at, old, now, quarantine
                ? "a change from " + sides.sender() + " that sets what it does not own now breaks the contract."
                : "a change from " + sides.sender() + " that sets what it does not own no longer comes to a person's eyes.",
                sides, quarantine ? BREAKS_PRODUCER : BREAKS_CONSUMER);
    }

    private static String foreign(Odcs.SchemaObject object) {
        return word(object.element(), "foreignChange").orElse("filter");
    }

    private static Optional<String> word(Odcs.Element element, String property) {
        return element.custom(property).map(Odcs.Custom::value).map(String::valueOf);
    }

    private static Place custom(Odcs.Element element, Place at, String property) {
        return element.custom(property).map(custom -> custom.at().key("value"))
                .orElseGet(() -> new Place(at.file(), at.path() + ".customProperties[" + property + "].value", at.node()));
    }

    private void add(String code, Place at, Object old, Object now, String meaning, Sides sides, Verdict... verdicts) {
        differences.add(new Differences.Seen(code, at, old, now), sides, meaning, verdicts);
    }
}
