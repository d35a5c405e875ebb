package dev.concordat.contract;

import java.nio.file.Path;
import java.util.List;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Where in a contract file something stands. */
record Place(Path file, String path, Node node) {
    private static final List<String> NAMES = List.of("name", "server", "role", "property", "username", "channel");

    /** The value under a key, or this place where the key is absent. */
    Place key(String key) {
        if (node instanceof MappingNode mapping) {
            for (NodeTuple entry : mapping.getValue()) {
                if (entry.getKeyNode() instanceof ScalarNode name && name.getValue().equals(key)) {
                    return new Place(file, join(key), entry.getValueNode());
                }
            }
        }
        return new Place(file, join(key), node);
    }

    boolean has(String key) {
        return key(key).node() != node;
    }

    boolean isList() {
        return node instanceof SequenceNode;
    }

    /** An element of the list that stands here, called by its name where it has one. */
    Place element(int index, Node element) {
        String name = NAMES.stream().map(new Place(file, path, element)::key).filter(value -> value.node() != element)
                .map(Place::node).filter(ScalarNode.class::isInstance).map(value -> ((ScalarNode) value).getValue())
                .findFirst().orElse(String.valueOf(index));
        return new Place(file, path + "[" + name + "]", element);
    }

    Place at(Node other) {
        return new Place(file, path, other);
    }

    /** What stands under a key of this mapping. */
    Place under(String key, Node value) {
        return new Place(file, join(key), value);
    }

    /** From 1. */
    int line() {
        return node == null ? 1 : node.getStartMark().getLine() + 1;
    }

    /** From 1. */
    int column() {
        return node == null ? 1 : node.getStartMark().getColumn() + 1;
    }

    /** An error, if the code is not one that can only be a warning. */
    Finding finding(FindingCode code, String wrong, String right) {
        return new Finding(file, line(), column(), path, code, code.level(Profile.CONCORDAT).orElseThrow(), wrong, right);
    }

    static String keyOf(NodeTuple entry) {
        return entry.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
    }

    private String join(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
