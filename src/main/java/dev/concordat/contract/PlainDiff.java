package dev.concordat.contract;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Finds what differs in those parts of two files that no rule of compatibility is about, so that nothing goes unseen. */
final class PlainDiff {
    private static final Set<String> SAMPLES = Set.of("examples");

    private final Differences differences;
    private final Verdict verdict;
    private final boolean classified;

    private PlainDiff(Differences differences, Verdict verdict, boolean classified) {
        this.differences = differences;
        this.verdict = verdict;
        this.classified = classified;
    }

    static PlainDiff of(Differences differences) {
        return new PlainDiff(differences, Verdict.TEXT, false);
    }

    PlainDiff as(Verdict other) {
        return new PlainDiff(differences, other, classified);
    }

    /** Of a field whose values must not be shown, not even an example. */
    PlainDiff classified(boolean hidden) {
        return new PlainDiff(differences, verdict, hidden);
    }

    /** Compares all keys of two mappings but those that are compared elsewhere. */
    void compare(Place before, Place after, Set<String> elsewhere) {
        Set<String> keys = new LinkedHashSet<>(keys(before.node()));
        keys.addAll(keys(after.node()));
        keys.removeAll(elsewhere);
        keys.forEach(key -> value(before.has(key) ? before.key(key) : null, after.has(key) ? after.key(key) : null, after.key(key)));
    }

    /** Compares two lists by the names of their elements, each without the keys that are compared elsewhere. */
    void elements(Place before, Place after, Set<String> elsewhere, Place at) {
        Map<String, Place> left = elements(before);
        Map<String, Place> right = elements(after);
        Set<String> names = new LinkedHashSet<>(left.keySet());
        names.addAll(right.keySet());
        for (String name : names) {
            Place old = left.get(name);
            Place now = right.get(name);
            if (old != null && now != null && old.node() instanceof MappingNode && now.node() instanceof MappingNode) {
                compare(old, now, elsewhere);
            } else {
                value(old, now, now == null ? new Place(at.file(), old.path(), at.node()) : now);
            }
        }
    }

    /** Something that only one of the two has. */
    void oneSided(Place place, boolean gone, Place at) {
        value(gone ? place : null, gone ? null : place, gone ? new Place(at.file(), place.path(), at.node()) : place);
    }

    private void value(Place before, Place after, Place at) {
        if (before != null && after != null && before.node() instanceof MappingNode && after.node() instanceof MappingNode) {
            compare(before, after, Set.of());
        } else if (named(before) && named(after) && (before != null || after != null)) {
            elements(before, after, Set.of(), at);
        } else if (!Objects.equals(content(before), content(after))) {
            boolean hide = classified && SAMPLES.contains(at.path().replaceAll(".*[.\\]]", ""));
            differences.add(new Differences.Seen(code(before, after), at, hide ? hidden(before) : content(before),
                    hide ? hidden(after) : content(after)), Sides.BOTH, verdict == Verdict.TEXT ? "Words for people; nothing runs on them."
                    : "Changes go on as before; see that both sides know of it.", verdict);
        }
    }

    private static String code(Place before, Place after) {
        String what = (after == null ? before : after).path().replaceAll("\\[[^]]*]$", "").replaceAll(".*\\.", "").replaceAll("\\[.*", "");
        String kebab = what.replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
        return kebab + (before == null ? "-added" : after == null ? "-removed" : "-changed");
    }

    private static Object hidden(Place place) {
        return place == null ? null : "(not shown)";
    }

    private static Object content(Place place) {
        return place == null ? null : Scalars.value(place.node());
    }

    /** Whether it is a list of mappings, or absent. */
    private static boolean named(Place place) {
        return place == null || place.node() instanceof SequenceNode list && !list.getValue().isEmpty()
                && list.getValue().stream().allMatch(MappingNode.class::isInstance);
    }

    private static Map<String, Place> elements(Place list) {
        Map<String, Place> elements = new LinkedHashMap<>();
        Map<String, Integer> seen = new HashMap<>();
        if (list != null && list.node() instanceof SequenceNode sequence) {
            for (Node node : sequence.getValue()) {
                Place element = list.element(elements.size(), node);
                int again = seen.merge(element.path(), 1, Integer::sum);
                elements.put(again == 1 ? element.path() : element.path() + "#" + again, element);
            }
        }
        return elements;
    }

    private static Set<String> keys(Node node) {
        Set<String> keys = new LinkedHashSet<>();
        if (node instanceof MappingNode mapping) {
            mapping.getValue().forEach(entry -> {
                if (entry.getKeyNode() instanceof ScalarNode scalar) {
                    keys.add(scalar.getValue());
                }
            });
        }
        return keys;
    }
}
