package dev.concordat.contract;

import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.composer.ComposerException;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.reader.StreamReader;

/** A YAML file as a tree that knows its lines; whatever is no such tree is a finding, never an exception. */
final class YamlFile {
    private static final int MOST_NODES = 300_000;
    private static final int DEEPEST = 100;

    private final Source source;
    private final Path file;
    private final Path place;
    private final List<Finding> findings;
    private final Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<Node> above = Collections.newSetFromMap(new IdentityHashMap<>());
    private int nodes;
    private int aliases;
    private boolean tree = true;

    private YamlFile(Source source, Path place, List<Finding> findings) {
        this.source = source;
        this.file = source.file();
        this.place = place;
        this.findings = findings;
    }

    /** @param content what the tree was read from */
    record Tree(Place root, ByteBuffer content) {
    }

    /** The root of the file, or nothing where it cannot be read as one tree. */
    static Optional<Place> read(Source source, List<Finding> findings) {
        return read(source, source.file(), findings).map(Tree::root);
    }

    /** As {@link #read(Source, List)}, for a file that is read as if it stood elsewhere. */
    static Optional<Tree> read(Source source, Path place, List<Finding> findings) {
        return new YamlFile(source, place, findings).read();
    }

    private Optional<Tree> read() {
        try {
            if (!source.isHeld() && Files.notExists(file)) {
                return refuse(FindingCode.UNREADABLE_FILE, "is not there", "name a file that holds a contract");
            }
            if (!source.isHeld() && !Files.isReadable(file)) {
                return refuse(FindingCode.UNREADABLE_FILE, "cannot be opened", "whoever reads contracts should have the right to");
            }
            if (!source.isHeld() && Files.isDirectory(file)) {
                return refuse(FindingCode.UNREADABLE_FILE, "is a directory", "name a file that holds a contract");
            }
            if (source.isUnread() && FileContent.isOther(file)) {
                return refuse(FindingCode.UNREADABLE_FILE, FileContent.OTHER, FileContent.NOT_OTHER);
            }
            ByteBuffer bytes = source.bytes();
            if (bytes.remaining() > Source.MOST_BYTES || source.isUnread() && Files.size(file) > Source.MOST_BYTES) {
                return refuse(FindingCode.TOO_LARGE, "has more than " + Source.MOST_BYTES + " bytes", "a contract needs less; split it");
            }
            Optional<String> text = text(bytes.duplicate());
            return text.flatMap(this::compose).map(root -> new Tree(root, bytes));
        } catch (MarkedYAMLException e) {
            Mark mark = e.getProblemMark();
            boolean several = e instanceof ComposerException && String.valueOf(e.getContext()).contains("single document");
            findings.add(new Finding(file, mark.getLine() + 1, mark.getColumn() + 1, "",
                    several ? FindingCode.SEVERAL_DOCUMENTS : FindingCode.NOT_YAML, Finding.Level.ERROR,
                    several ? "starts a second document" : "is not YAML: " + e.getProblem(),
                    several ? "put each contract into its own file" : "mend the YAML here"));
        } catch (YAMLException e) {
            boolean limit = String.valueOf(e.getMessage()).contains("exceed");
            return limit ? refuse(FindingCode.TOO_LARGE, "is nested deeper than " + DEEPEST
                    + " levels, or repeats too much by aliases", "a contract needs less")
                    : refuse(FindingCode.UNREADABLE_FILE, "is not a text", "a readable file in UTF-8 is expected");
        } catch (IOException e) {
            return refuse(FindingCode.UNREADABLE_FILE, "cannot be read", "a readable file in UTF-8 is expected");
        }
        return Optional.empty();
    }

    /** The text that the bytes are, or a finding at the first that is none. */
    private Optional<String> text(ByteBuffer bytes) {
        CharBuffer chars = CharBuffer.allocate(bytes.remaining());
        CoderResult end = StandardCharsets.UTF_8.newDecoder().decode(bytes, chars, true);
        String text = chars.flip().toString();
        if (end.isError()) {
            return refuseAfter(text, "byte 0x%02X is not UTF-8".formatted(bytes.get(bytes.position())), "save the file as UTF-8");
        }
        int control = 0;
        while (control < text.length() && StreamReader.isPrintable(text.codePointAt(control))) {
            control = text.offsetByCodePoints(control, 1);
        }
        return control == text.length() ? Optional.of(text) : refuseAfter(text.substring(0, control),
                "character U+%04X is none that YAML allows".formatted(text.codePointAt(control)), "leave it out, or write it by its number in double quotes");
    }

    private Optional<String> refuseAfter(String sound, String wrong, String right) {
        int line = (int) sound.chars().filter(each -> each == '\n').count() + 1;
        int column = sound.codePointCount(sound.lastIndexOf('\n') + 1, sound.length()) + 1;
        findings.add(new Finding(file, line, column, "", FindingCode.UNREADABLE_FILE, Finding.Level.ERROR, wrong, right));
        return Optional.empty();
    }

    private Optional<Place> compose(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setNestingDepthLimit(DEEPEST);
        Node root = new Yaml(options).compose(new StringReader(text));
        Place top = new Place(place, "", root);
        if (root == null || Scalars.isNull(root)) {
            return refuse(FindingCode.EMPTY_FILE, "is empty", "keys and values are expected, such as kind: DataContract");
        }
        if (!(root instanceof MappingNode)) {
            findings.add(top.finding(FindingCode.NO_CONTRACT, "is not a contract",
                    "keys and values are expected, such as kind: DataContract"));
            return Optional.empty();
        }
        visit(top);
        return tree ? Optional.of(top) : Optional.empty();
    }

    private <T> Optional<T> refuse(FindingCode code, String wrong, String right) {
        findings.add(Finding.ofFile(file, code, wrong, right));
        return Optional.empty();
    }

    private void visit(Place place) {
        Node node = place.node();
        nodes++;
        if (!tree || node instanceof ScalarNode) {
            return;
        }
        if (nodes > MOST_NODES) {
            tree = false;
            refuse(FindingCode.TOO_LARGE, "holds more than " + MOST_NODES + " values", "a contract needs less");
        } else if (!above.add(node)) {
            tree = false;
            findings.add(place.finding(FindingCode.ENDLESS_ALIAS, "repeats by an alias what it stands in",
                    "write it out where it is used"));
        } else {
            boolean repeated = !seen.add(node);
            if (repeated && aliases == 0) {
                findings.add(place.finding(FindingCode.ALIAS, "repeats by an alias what stands here",
                        "write it out where it is used"));
            }
            aliases += repeated ? 1 : 0;
            children(place, node);
            aliases -= repeated ? 1 : 0;
            above.remove(node);
        }
    }

    private void children(Place place, Node node) {
        if (node instanceof SequenceNode sequence) {
            int index = 0;
            for (Node element : sequence.getValue()) {
                visit(place.element(index++, element));
            }
        } else if (node instanceof MappingNode mapping) {
            Set<String> keys = new HashSet<>();
            for (NodeTuple entry : mapping.getValue()) {
                String key = Place.keyOf(entry);
                if (!keys.add(key)) {
                    findings.add(place.under(key, entry.getKeyNode()).finding(FindingCode.DUPLICATE_KEY,
                            "key '" + key + "' is there twice", "keep one of the two"));
                }
                visit(place.under(key, entry.getValueNode()));
            }
            merge(mapping);
        }
    }

    /** Puts in what YAML 1.1 merges by the key {@code <<}; what the mapping says itself comes first. */
    private static void merge(MappingNode mapping) {
        List<NodeTuple> own = new ArrayList<>();
        List<NodeTuple> merged = new ArrayList<>();
        for (NodeTuple entry : mapping.getValue()) {
            if (!entry.getKeyNode().getTag().equals(Tag.MERGE)) {
                own.add(entry);
            } else if (entry.getValueNode() instanceof MappingNode other) {
                merged.addAll(other.getValue());
            } else if (entry.getValueNode() instanceof SequenceNode others) {
                others.getValue().stream().filter(MappingNode.class::isInstance)
                        .forEach(other -> merged.addAll(((MappingNode) other).getValue()));
            }
        }
        Set<String> keys = new HashSet<>();
        own.forEach(entry -> keys.add(Place.keyOf(entry)));
        merged.stream().filter(entry -> keys.add(Place.keyOf(entry))).forEach(own::add);
        mapping.setValue(own);
    }
}
