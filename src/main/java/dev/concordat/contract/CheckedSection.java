package dev.concordat.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** A mapping of a file that no other check looks at: what is missing, unknown or of the wrong kind is found while it is read. */
final class CheckedSection extends Section {
    private final List<Finding> findings;

    CheckedSection(Place place, List<Finding> findings) {
        super(place);
        this.findings = findings;
        if (!(place.node() instanceof MappingNode)) {
            findings.add(place.finding(FindingCode.WRONG_TYPE, "is not a mapping", "keys and values are expected here"));
        }
    }

    @Override
    String text(String key) {
        String text = super.text(key);
        if (text == null && has(key)) {
            findings.add(place().key(key).finding(FindingCode.WRONG_TYPE, "is not a text", "write a text, in quotes if YAML takes it for something else"));
        }
        return text;
    }

    @Override
    List<String> texts(String key) {
        isList(key);
        return super.texts(key);
    }

    /** The elements of a list, each read as a mapping. */
    <T> List<T> parts(String key, Function<CheckedSection, T> reading) {
        var read = new ArrayList<T>();
        if (isList(key)) {
            Place at = place().key(key);
            ((SequenceNode) at.node()).getValue().forEach(element ->
                    read.add(reading.apply(new CheckedSection(at.element(read.size(), element), findings))));
        }
        return read;
    }

    private boolean isList(String key) {
        boolean list = place().key(key).node() instanceof SequenceNode;
        if (has(key) && !list) {
            findings.add(place().key(key).finding(FindingCode.WRONG_TYPE, "is not a list", "write a list, each element after '- '"));
        }
        return has(key) && list;
    }

    /** A text; empty, and a finding, where it is absent. */
    String required(String key) {
        requireKey(key);
        return name(key);
    }

    void requireKey(String key) {
        if (!has(key)) {
            findings.add(place().finding(FindingCode.MISSING_KEY, "has no '" + key + "'", "'" + key + "' is required here"));
        }
    }

    /** A text out of a fixed set; null where it is absent or not one of them. */
    String choice(String key, List<String> allowed) {
        String value = text(key);
        if (value == null || allowed.contains(value)) {
            return value;
        }
        findings.add(place().key(key).finding(FindingCode.UNKNOWN_VALUE, "[" + value + "] is unknown", "use one of " + String.join(", ", allowed)));
        return null;
    }

    /** Ends the reading: what nobody asked for is unknown. */
    <T> T done(T read) {
        String known = String.join(", ", asked());
        unasked().forEach((key, at) -> findings.add(at.finding(FindingCode.UNKNOWN_KEY, "key '" + key + "' is unknown", "known here are " + known)));
        return read;
    }
}
