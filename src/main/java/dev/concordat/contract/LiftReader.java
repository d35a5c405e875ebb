package dev.concordat.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.thisptr.jackson.jq.exception.JsonQueryException;

/** Reads how changes of older majors are lifted to a contract, and finds what would keep them from passing it. */
final class LiftReader {
    static final String PROPERTY = "liftFrom";

    private static final Set<String> KEYS = Set.of("major", "rename", "default", "derive", "drop");
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private final Odcs.SchemaObject object;
    private final List<Finding> findings;
    private final Place at;

    private LiftReader(Odcs.SchemaObject object, List<Finding> findings, Place at) {
        this.object = object;
        this.findings = findings;
        this.at = at;
    }

    /** @param older the objects of the same entity in contracts of older majors, by major */
    static List<Lift> read(Odcs.SchemaObject object, Map<Integer, Odcs.SchemaObject> older, List<Finding> findings) {
        var custom = object.element().custom(PROPERTY);
        var lifts = new ArrayList<Lift>();
        if (custom.isPresent()) {
            Place at = custom.get().at().key("value");
            if (!(custom.get().value() instanceof List<?> list)) {
                findings.add(at.finding(FindingCode.WRONG_LIFT, "is not a list",
                        "write a list with one element for each older major, such as - {major: 1, rename: {old: new}}"));
                return List.of();
            }
            for (Object each : list) {
                new LiftReader(object, findings, at).read(each, older).ifPresent(lifts::add);
            }
        }
        var lifted = lifts.stream().map(Lift::from).toList();
        older.keySet().stream().filter(major -> !lifted.contains(major)).forEach(major -> findings.add(object.at().finding(
                FindingCode.WRONG_LIFT, "does not say how a change of major " + major + " is lifted", "add customProperties {property: " + PROPERTY + ", value: [{major: "
                        + major + ", rename: {...}, default: {...}, derive: {...}, drop: [...]}]}, or remove v" + major)));
        return lifts;
    }

    private Optional<Lift> read(Object value, Map<Integer, Odcs.SchemaObject> others) {
        int before = findings.size();
        if (!(value instanceof Map<?, ?> map) || !(map.get("major") instanceof BigDecimal major)) {
            find("has no 'major'", "name the older major, such as {major: 1, rename: {old: new}}");
            return Optional.empty();
        }
        map.keySet().stream().filter(key -> !KEYS.contains(key)).forEach(key -> find("key '" + key + "' is unknown", "known here are "
                + String.join(", ", KEYS.stream().sorted().toList())));
        var old = others.get(major.intValue());
        if (old == null) {
            find("lifts from major " + major + ", of which there is no contract", "keep v" + major + " beside this one, or leave the mapping out");
            return Optional.empty();
        }
        var oldNames = names(old);
        var newNames = names(object);
        var renamed = new LinkedHashMap<String, String>();
        var defaults = new LinkedHashMap<String, JsonNode>();
        var derived = new ArrayList<Lift.Derived>();
        var dropped = map.get("drop") instanceof List<?> list ? list.stream().map(String::valueOf).toList() : List.<String>of();
        section(map, "rename").forEach((older, newer) -> renamed.put(older, String.valueOf(newer)));
        section(map, "default").forEach((field, given) -> defaults.put(field, JSON.valueToTree(given)));
        section(map, "derive").forEach((field, how) -> derive(field, how, oldNames, derived));
        known(renamed.keySet(), oldNames, "rename", "major " + major);
        known(dropped, oldNames, "drop", "major " + major);
        known(renamed.values(), newNames, "rename", "this contract");
        known(defaults.keySet(), newNames, "default", "this contract");
        known(derived.stream().map(Lift.Derived::field).toList(), newNames, "derive", "this contract");
        var said = new HashSet<>(dropped);
        said.addAll(renamed.keySet());
        derived.forEach(each -> said.addAll(each.of()));
        var made = new HashSet<>(renamed.values());
        derived.forEach(each -> made.add(each.field()));
        oldNames.stream().filter(name -> !said.contains(name) && (!newNames.contains(name) || made.contains(name))).forEach(name -> find(
                "says nothing of '" + name + "', which " + (newNames.contains(name) ? "this contract makes of another field" : "only major " + major + " has"),
                "rename it, derive another field from it, or name it in 'drop'"));
        var ended = new HashSet<>(oldNames);
        ended.removeAll(newNames);
        ended.addAll(dropped);
        ended.addAll(renamed.keySet());
        ended.addAll(made);
        return findings.size() > before ? Optional.empty()
                : Optional.of(new Lift(major.intValue(), renamed, defaults, derived, ended));
    }

    private void derive(String field, Object how, Set<String> oldNames, List<Lift.Derived> derived) {
        if (!(how instanceof Map<?, ?> facts) || !facts.keySet().equals(Set.of("of", "jq")) || !(facts.get("of") instanceof List<?> of)) {
            find("'" + field + "' is not derived as expected", "write " + field + ": {of: [oldField], jq: \".oldField\"}");
            return;
        }
        var names = of.stream().map(String::valueOf).toList();
        known(names, oldNames, "derive", "the older contract");
        try {
            derived.add(new Lift.Derived(field, names, Jq.compile(String.valueOf(facts.get("jq")))));
        } catch (JsonQueryException e) {
            find("'" + field + "' has no jq expression: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""), "mend the expression");
        }
    }

    private static Map<String, Object> section(Map<?, ?> map, String key) {
        var section = new LinkedHashMap<String, Object>();
        if (map.get(key) instanceof Map<?, ?> entries) {
            entries.forEach((name, value) -> section.put(String.valueOf(name), value));
        }
        return section;
    }

    private void known(Iterable<String> names, Set<String> known, String key, String where) {
        names.forEach(name -> {
            if (!known.contains(name)) {
                find("[" + name + "] in '" + key + "' is not a field of " + where, "name one that is");
            }
        });
    }

    private static Set<String> names(Odcs.SchemaObject object) {
        var names = new HashSet<String>();
        object.properties().forEach(property -> names.add(property.name()));
        return names;
    }

    private void find(String wrong, String right) {
        findings.add(at.finding(FindingCode.WRONG_LIFT, wrong, right));
    }
}
