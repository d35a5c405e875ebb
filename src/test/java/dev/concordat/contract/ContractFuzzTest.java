package dev.concordat.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** Changes the shipped contracts at random, always in the same way. */
class ContractFuzzTest {
    private static final int ROUNDS = 200;
    private static final List<String> TEXTS = List.of("", "x", "a.b", "\0", "(", "99999999999.0.0", "object", "array", "string", "sql",
            "custom", "concordat", "v3.0.1", "id", "status", "ledger", "block", "restricted", "1e999", "../x", "schema/account/properties/id");

    private final Random random = new Random(20261123);

    @TempDir
    private Path directory;

    @Test
    void whateverStandsInAFileIsFoundAndTheBridgeRefusesExactlyWhatLintCallsAnError() throws IOException {
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            List<Path> files = List.of(write("account", round), write("customer", round));
            List<Finding> errors = ContractLint.lint(files, Source::once, Profile.CONCORDAT).stream().filter(Finding::isError).toList();
            ContractLint.lint(files, Source::once, Profile.ODCS);
            List<Finding> refusal = List.of();
            try {
                Contracts.read(directory);
            } catch (ContractException e) {
                refusal = e.findings();
                refused++;
            }
            assertThat(refusal).as("round %d", round).isEqualTo(errors);
        }
        assertThat(refused).isBetween(ROUNDS / 4, ROUNDS - 1);
    }

    private Path write(String entity, int round) throws IOException {
        Path file = Path.of("contracts", entity, "v1.odcs.yaml");
        Node root;
        try (var text = Files.newBufferedReader(file)) {
            root = new Yaml(new LoaderOptions()).compose(text);
        }
        boolean changed = (round % 2 == 0) == entity.equals("account");
        for (int i = 0; changed && i <= round % 3; i++) {
            change(root);
        }
        var text = new StringWriter();
        new Yaml(new DumperOptions()).serialize(root, text);
        Path copy = Files.createDirectories(directory.resolve(entity)).resolve("v1.odcs.yaml");
        return Files.writeString(copy, text.toString());
    }

    private void change(Node root) {
        Set<Node> found = new LinkedHashSet<>();
        collect(root, found);
        List<Node> parents = List.copyOf(found);
        Node parent = parents.get(random.nextInt(parents.size()));
        if (parent instanceof MappingNode mapping) {
            List<NodeTuple> entries = new ArrayList<>(mapping.getValue());
            NodeTuple entry = entries.get(random.nextInt(entries.size()));
            switch (random.nextInt(4)) {
                case 0 -> entries.remove(entry);
                case 1 -> entries.add(entry);
                case 2 -> entries.set(entries.indexOf(entry), new NodeTuple(entry.getKeyNode(), other(parents)));
                default -> entries.set(entries.indexOf(entry), new NodeTuple(other(List.of()), entry.getValueNode()));
            }
            mapping.setValue(entries);
        } else if (parent instanceof SequenceNode sequence) {
            List<Node> elements = sequence.getValue();
            int index = random.nextInt(elements.size());
            switch (random.nextInt(4)) {
                case 0 -> elements.remove(index);
                case 1 -> elements.add(elements.get(index));
                case 2 -> Collections.swap(elements, index, random.nextInt(elements.size()));
                default -> elements.set(index, other(List.of()));
            }
        }
    }

    private static void collect(Node node, Set<Node> parents) {
        if (node instanceof MappingNode mapping && !mapping.getValue().isEmpty() && parents.add(node)) {
            mapping.getValue().forEach(entry -> collect(entry.getValueNode(), parents));
        } else if (node instanceof SequenceNode sequence && !sequence.getValue().isEmpty() && parents.add(node)) {
            sequence.getValue().forEach(element -> collect(element, parents));
        }
    }

    private Node other(List<Node> parents) {
        String text = TEXTS.get(random.nextInt(TEXTS.size()));
        return switch (random.nextInt(parents.isEmpty() ? 5 : 6)) {
            case 0 -> scalar(Tag.INT, String.valueOf(random.nextInt(9) - 2));
            case 1 -> scalar(Tag.NULL, "null");
            case 2 -> scalar(Tag.BOOL, "true");
            case 3 -> new SequenceNode(Tag.SEQ, new ArrayList<>(), DumperOptions.FlowStyle.FLOW);
            case 4 -> scalar(Tag.STR, text);
            default -> parents.get(random.nextInt(parents.size()));
        };
    }

    private static Node scalar(Tag tag, String text) {
        return new ScalarNode(tag, text, null, null, tag.equals(Tag.STR) ? DumperOptions.ScalarStyle.DOUBLE_QUOTED
                : DumperOptions.ScalarStyle.PLAIN);
    }
}
