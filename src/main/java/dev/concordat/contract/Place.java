package dev.concordat.contract;

import java.nio.file.Path;
import java.util.List;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

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

    Finding finding(String wrong, String right) {
        int line = node == null ? 1 : node.getStartMark().getLine() + 1;
        int column = node == null ? 1 : node.getStartMark().getColumn() + 1;
        return new Finding(file, line, column, path, wrong, right);
    }

    private String join(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
