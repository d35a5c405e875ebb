package dev.concordat.contract;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** A YAML mapping that is read key by key; a key that nobody asked for is unknown. Absent is null or empty. */
final class Section {
    private static final String EMPTY = "";
    private static final int FEW = 16;

    private final Place place;
    private final List<Finding> findings;
    private final Map<String, Node> entries = new LinkedHashMap<>();
    private final Map<String, Node> keys = new LinkedHashMap<>();
    private final Set<String> asked = new LinkedHashSet<>();

    Section(Place place, List<Finding> findings) {
        this.place = place;
        this.findings = findings;
        if (place.node() instanceof MappingNode mapping) {
            mapping.getValue().forEach(this::add);
        } else {
            findings.add(place.finding("is not a mapping", "keys and values are expected here"));
        }
    }

    private void add(NodeTuple entry) {
        String key = entry.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
        entries.putIfAbsent(key, entry.getValueNode());
        keys.putIfAbsent(key, entry.getKeyNode());
    }

    Place place() {
        return place;
    }

    boolean has(String key) {
        asked.add(key);
        return entries.containsKey(key);
    }

    String text(String key) {
        return has(key) ? scalarText(place.key(key)).orElse(null) : null;
    }

    String required(String key) {
        requireKey(key);
        String value = text(key);
        return value == null ? EMPTY : value;
    }

    void requireKey(String key) {
        if (!has(key)) {
            findings.add(place.finding("has no '" + key + "'", "'" + key + "' is required here"));
        }
    }

    /** A text out of a fixed set; null where it is absent or not one of them. */
    String choice(String key, List<String> allowed) {
        String value = text(key);
        if (value == null || allowed.contains(value)) {
            return value;
        }
        findings.add(place.key(key).finding("[" + value + "] is unknown", "use one of " + String.join(", ", allowed)));
        return null;
    }

    boolean flag(String key) {
        if (!has(key)) {
            return false;
        }
        if (value(entries.get(key)) instanceof Boolean flag) {
            return flag;
        }
        findings.add(place.key(key).finding("is not true or false", "write true or false"));
        return false;
    }

    BigDecimal number(String key) {
        if (!has(key)) {
            return null;
        }
        if (value(entries.get(key)) instanceof BigDecimal number) {
            return number;
        }
        findings.add(place.key(key).finding("is not a number", "write a number without quotes"));
        return null;
    }

    List<String> texts(String key) {
        return list(key, element -> scalarText(element).orElse(EMPTY));
    }

    <T> List<T> sections(String key, Function<Section, T> reading) {
        return list(key, element -> reading.apply(new Section(element, findings)));
    }

    <T> T section(String key, Function<Section, T> reading) {
        return has(key) ? reading.apply(new Section(place.key(key), findings)) : null;
    }

    /** Whatever stands there, as Java's own types. */
    Object any(String key) {
        return has(key) ? value(entries.get(key)) : null;
    }

    List<Object> values(String key) {
        return list(key, element -> value(element.node()));
    }

    Map<String, Object> rest() {
        Map<String, Object> rest = new LinkedHashMap<>();
        entries.forEach((key, node) -> {
            if (asked.add(key)) {
                rest.put(key, value(node));
            }
        });
        return rest;
    }

    /** Ends the reading: what nobody asked for is unknown. */
    <T> T done(T read) {
        keys.forEach((key, node) -> {
            if (!asked.contains(key)) {
                findings.add(place.key(key).at(node).finding("key '" + key + "' is unknown", asked.size() > FEW
                        ? "what the standard does not know goes into customProperties"
                        : "known here are " + String.join(", ", asked)));
            }
        });
        return read;
    }

    private <T> List<T> list(String key, Function<Place, T> reading) {
        if (!has(key)) {
            return List.of();
        }
        Place at = place.key(key);
        if (!(at.node() instanceof SequenceNode sequence)) {
            findings.add(at.finding("is not a list", "write a list, each element after '- '"));
            return List.of();
        }
        List<T> read = new ArrayList<>();
        for (Node element : sequence.getValue()) {
            read.add(reading.apply(at.element(read.size(), element)));
        }
        return read;
    }

    private Optional<String> scalarText(Place at) {
        if (at.node() instanceof ScalarNode scalar
                && (scalar.getTag().equals(Tag.STR) || scalar.getTag().equals(Tag.TIMESTAMP))) {
            return Optional.of(scalar.getValue());
        }
        findings.add(at.finding("is not a text", "write a text, in quotes if YAML takes it for something else"));
        return Optional.empty();
    }

    static Object value(Node node) {
        if (node instanceof MappingNode mapping) {
            Map<String, Object> map = new LinkedHashMap<>();
            mapping.getValue().forEach(entry -> map.put(String.valueOf(value(entry.getKeyNode())),
                    value(entry.getValueNode())));
            return map;
        }
        if (node instanceof SequenceNode sequence) {
            return sequence.getValue().stream().map(Section::value).toList();
        }
        return scalar((ScalarNode) node);
    }

    private static Object scalar(ScalarNode node) {
        String text = node.getValue();
        if (node.getTag().equals(Tag.BOOL)) {
            return text.matches("(?i)true|yes|on");
        }
        if (node.getTag().equals(Tag.INT) || node.getTag().equals(Tag.FLOAT)) {
            return decimal(text);
        }
        return text;
    }

    private static Object decimal(String text) {
        try {
            return new BigDecimal(text.replace("_", ""));
        } catch (NumberFormatException e) {
            return text;
        }
    }
}
