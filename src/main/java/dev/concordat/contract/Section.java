package dev.concordat.contract;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** A YAML mapping, read key by key. What is absent, or not what is asked for, is null or empty: others find that. */
final class Section {
    private static final String EMPTY = "";

    private final Place place;
    private final Map<String, Node> entries = new LinkedHashMap<>();
    private final Set<String> asked = new LinkedHashSet<>();

    Section(Place place) {
        this.place = place;
        if (place.node() instanceof MappingNode mapping) {
            mapping.getValue().forEach(entry -> entries.putIfAbsent(Place.keyOf(entry), entry.getValueNode()));
        }
    }

    Place place() {
        return place;
    }

    boolean has(String key) {
        asked.add(key);
        return entries.containsKey(key);
    }

    String text(String key) {
        return has(key) ? Scalars.text(entries.get(key)).orElse(null) : null;
    }

    /** A text; empty where it is absent. */
    String name(String key) {
        String value = text(key);
        return value == null ? EMPTY : value;
    }

    boolean flag(String key) {
        return has(key) && Scalars.flag(entries.get(key)).orElse(false);
    }

    BigDecimal number(String key) {
        return has(key) ? Scalars.number(entries.get(key)).orElse(null) : null;
    }

    List<String> texts(String key) {
        return list(key, element -> Scalars.text(element.node()).orElse(EMPTY));
    }

    <T> List<T> sections(String key, Function<Section, T> reading) {
        return list(key, element -> reading.apply(new Section(element)));
    }

    <T> T section(String key, Function<Section, T> reading) {
        return has(key) ? reading.apply(new Section(place.under(key, entries.get(key)))) : null;
    }

    /** Whatever stands there, as Java's own types. */
    Object any(String key) {
        return has(key) ? Scalars.value(entries.get(key)) : null;
    }

    List<Object> values(String key) {
        return list(key, element -> Scalars.value(element.node()));
    }

    /** What was not asked for so far. */
    Map<String, Object> rest() {
        Map<String, Object> rest = new LinkedHashMap<>();
        entries.forEach((key, node) -> {
            if (asked.add(key)) {
                rest.put(key, Scalars.value(node));
            }
        });
        return rest;
    }

    private <T> List<T> list(String key, Function<Place, T> reading) {
        List<T> read = new ArrayList<>();
        if (has(key) && entries.get(key) instanceof SequenceNode sequence) {
            Place at = place.under(key, sequence);
            sequence.getValue().forEach(element -> read.add(reading.apply(at.element(read.size(), element))));
        }
        return read;
    }
}
