package dev.concordat.contract;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** A YAML file as a tree that knows its lines: keys are there once, and nothing is shared by aliases. */
final class YamlFile {
    private final Path file;
    private final List<Finding> findings;
    private final Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    private YamlFile(Path file, List<Finding> findings) {
        this.file = file;
        this.findings = findings;
    }

    /** The root of the file, or nothing where it cannot be read as one tree. */
    static Optional<Place> read(Path file, List<Finding> findings) {
        return new YamlFile(file, findings).read();
    }

    private Optional<Place> read() {
        try (Reader text = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            Node root = new Yaml(new LoaderOptions()).compose(text);
            Place place = new Place(file, "", root);
            if (root instanceof MappingNode) {
                return isTree(place) ? Optional.of(place) : Optional.empty();
            }
            findings.add(place.finding("is not a contract",
                    "keys and values are expected, such as kind: DataContract"));
        } catch (MarkedYAMLException e) {
            Mark mark = e.getProblemMark();
            findings.add(new Finding(file, mark.getLine() + 1, mark.getColumn() + 1, "", "is not YAML: "
                    + e.getProblem(), "mend the YAML here"));
        } catch (IOException | YAMLException e) {
            findings.add(new Finding(file, 1, 1, "", "cannot be read", "a readable file in UTF-8 is expected"));
        }
        return Optional.empty();
    }

    private boolean isTree(Place place) {
        if (!(place.node() instanceof ScalarNode) && !seen.add(place.node())) {
            findings.add(place.finding("repeats by an alias what stands here", "write it out where it is used"));
            return false;
        }
        if (place.node() instanceof MappingNode mapping) {
            return mappingIsTree(place, mapping);
        }
        boolean tree = true;
        if (place.node() instanceof SequenceNode sequence) {
            int index = 0;
            for (Node element : sequence.getValue()) {
                tree &= isTree(place.element(index++, element));
            }
        }
        return tree;
    }

    private boolean mappingIsTree(Place place, MappingNode mapping) {
        boolean tree = true;
        Set<String> keys = new HashSet<>();
        for (NodeTuple entry : mapping.getValue()) {
            String key = entry.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
            if (!keys.add(key)) {
                findings.add(place.key(key).at(entry.getKeyNode()).finding("key '" + key + "' is there twice",
                        "keep one of the two"));
            }
            tree &= isTree(place.key(key).at(entry.getValueNode()));
        }
        return tree;
    }
}
