package dev.concordat.contract;

import dev.concordat.Spelling;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Holds a file against the structure of one version of the standard: keys, types and fixed sets of values. */
final class StructureChecks {
    private static final List<String> BEFORE_V3 = List.of("v2.2.2", "v2.2.1", "v2.2.0");
    private static final String QUALITY = "Quality";
    private static final int FEW = 12;

    private final Grammar grammar;
    private final boolean newest;
    private final List<Finding> findings;

    private StructureChecks(Grammar grammar, List<Finding> findings) {
        this.grammar = grammar;
        this.newest = grammar.isNewest();
        this.findings = findings;
    }

    /**
     * Holds the file against the version that it declares, or against the newest where it fits that one better.
     *
     * @return the version it was held against
     */
    static String run(Place root, List<Finding> findings) {
        Optional<String> declared = root.has("apiVersion") ? Scalars.text(root.key("apiVersion").node()) : Optional.empty();
        List<Finding> newest = against(Grammar.NEWEST, root);
        if (declared.filter(Grammar.VERSIONS::contains).isEmpty()) {
            declared.ifPresent(version -> newest.add(undefined(root.key("apiVersion"), version)));
            findings.addAll(newest);
            return Grammar.NEWEST;
        }
        List<Finding> own = against(declared.get(), root);
        if (errors(own) <= errors(newest)) {
            findings.addAll(own);
            return declared.get();
        }
        Finding first = own.stream().filter(Finding::isError).findFirst().orElseThrow();
        findings.addAll(newest);
        findings.add(root.key("apiVersion").finding(FindingCode.NEWER_THAN_DECLARED, "[" + declared.get()
                + "] does not have what stands on line " + first.line() + ": " + first.sentence(),
                "the file is read as " + Grammar.NEWEST + ", declare it"));
        return Grammar.NEWEST;
    }

    private static Finding undefined(Place at, String version) {
        return BEFORE_V3.contains(version)
                ? at.finding(FindingCode.OLD_VERSION, "[" + version + "] is read as " + Grammar.NEWEST,
                        "declare " + Grammar.NEWEST)
                : at.finding(FindingCode.UNKNOWN_VERSION, "[" + version + "] is unknown", "use one of "
                        + String.join(", ", Grammar.VERSIONS));
    }

    private static List<Finding> against(String version, Place root) {
        List<Finding> findings = new ArrayList<>();
        new StructureChecks(Grammar.of(version), findings).section(root, "Contract", List.of());
        return findings;
    }

    /** Holds a file of cases, or a part of one, against its own structure. */
    static void cases(Place at, String section, List<Finding> findings) {
        new StructureChecks(Grammar.CASES, findings).value(at, section);
    }

    /**
     * Holds options against a type, wherever they stand.
     *
     * @param besides a key that may stand there too
     */
    static void options(Place at, String logicalType, String besides, List<Finding> findings) {
        Grammar newest = Grammar.of(Grammar.NEWEST);
        if (logicalType == null || !newest.isKind("Property", logicalType) || !(at.node() instanceof MappingNode all)) {
            return;
        }
        List<NodeTuple> entries = all.getValue().stream().filter(entry -> !Place.keyOf(entry).equals(besides)).toList();
        Node options = new MappingNode(all.getTag(), true, entries, all.getStartMark(), all.getEndMark(), all.getFlowStyle());
        String section = newest.section("Property", List.of(logicalType)).keys().get("logicalTypeOptions").type();
        new StructureChecks(newest, findings).section(at.at(options), newest.isSection(section) ? section : "NoOptions",
                List.of());
    }

    private static long errors(List<Finding> findings) {
        return findings.stream().filter(finding -> finding.level(Profile.ODCS) == Finding.Level.ERROR).count();
    }

    private void section(Place at, String name, List<String> kinds) {
        Grammar.Section section = grammar.section(name, kinds);
        boolean undecided = grammar.hasKinds(name) && kinds.isEmpty();
        Set<String> present = new HashSet<>();
        for (NodeTuple entry : ((MappingNode) at.node()).getValue()) {
            String key = Place.keyOf(entry);
            Grammar.Key known = section.keys().get(key);
            if (!present.add(key)) {
                continue;
            }
            if (known != null) {
                if (known.old()) {
                    add(at.under(key, entry.getKeyNode()), FindingCode.DEPRECATED, "'" + key + "' is deprecated",
                            "write what stands here otherwise, such as in customProperties");
                }
                value(at.under(key, entry.getValueNode()), known.type());
            } else if (!undecided) {
                unknown(at.under(key, entry.getKeyNode()), name, key, section);
            }
        }
        section.keys().forEach((key, known) -> {
            if (known.required() && !present.contains(key)) {
                add(at, FindingCode.MISSING_KEY, "has no '" + key + "'", "'" + key + "' is required here");
            }
        });
    }

    private void unknown(Place at, String name, String key, Grammar.Section section) {
        List<String> others = grammar.kindsWith(name, key);
        String known = section.keys().isEmpty() ? "leave it out" : section.keys().size() > FEW
                ? "what the standard does not know goes into customProperties"
                : "known here are " + String.join(", ", section.keys().keySet());
        if (name.equals("PropertyRelationship") && key.equals("from")) {
            add(at, FindingCode.KEY_OF_OTHER_TYPE, "'from' is the property itself", "leave 'from' out");
        } else if (section.open()) {
            add(at, FindingCode.IGNORED_KEY, "key '" + key + "' means nothing here", known);
        } else if (name.endsWith("Options") && grammar.keysOfAny("Options").contains(key)) {
            add(at, FindingCode.OPTION_OF_OTHER_TYPE, "option '" + key + "' does not belong to this logicalType", known);
        } else if (others.isEmpty()) {
            add(at, FindingCode.UNKNOWN_KEY, "key '" + key + "' is unknown", Spelling.nearest(section.keys().keySet().stream(), key)
                    .map(near -> "'" + near + "' is near it; ").orElse("") + known);
        } else {
            add(at, FindingCode.KEY_OF_OTHER_TYPE, "'" + key + "' belongs to " + typeKey(name) + " "
                    + String.join(", ", others), "leave it out or use that type");
        }
    }

    /** Kinds of a section's entry; none where its type is missing or unknown, so that its keys cannot be told. */
    private List<String> kinds(Place at, String name) {
        if (!grammar.hasKinds(name)) {
            return List.of();
        }
        String type = at.has(typeKey(name)) ? Scalars.text(at.key(typeKey(name)).node()).orElse("") : "-";
        if (!grammar.isKind(name, type)) {
            return List.of();
        }
        boolean library = QUALITY.equals(name) && !type.equals("library")
                && (newest ? at.has("metric") && Scalars.text(at.key("metric").node()).isPresent() : type.equals("-"));
        return library ? List.of(type, "library") : List.of(type);
    }

    private static String typeKey(String name) {
        return name.equals("Property") || name.equals("Item") ? "logicalType" : "type";
    }

    private void value(Place at, String type) {
        if (type.contains("/")) {
            String[] either = type.split("/");
            boolean first = fits(at.node(), either[0]);
            if (!first && !fits(at.node(), either[1])) {
                wrongType(at, word(either[0]) + " or " + word(either[1]));
            } else {
                if (type.startsWith("Team/") && !first) {
                    add(at, FindingCode.DEPRECATED, "a list of members is deprecated", "write members: and the list under it");
                }
                value(at, either[first ? 0 : 1]);
            }
        } else if (type.endsWith("*")) {
            list(at, type.substring(0, type.length() - 1));
        } else if (grammar.isSection(type)) {
            if (at.node() instanceof MappingNode) {
                section(at, type, kinds(at, type));
            } else {
                wrongType(at, word(type));
            }
        } else {
            new ValueCheck(at, type, findings).run();
        }
    }

    private void list(Place at, String type) {
        if (!(at.node() instanceof SequenceNode sequence)) {
            wrongType(at, "a list");
            return;
        }
        int index = 0;
        for (Node element : sequence.getValue()) {
            value(at.element(index++, element), type);
        }
    }

    private boolean fits(Node node, String type) {
        if (type.endsWith("*") || type.equals("references")) {
            return node instanceof SequenceNode;
        }
        return type.equals("map") || grammar.isSection(type) ? node instanceof MappingNode : Scalars.text(node).isPresent();
    }

    private String word(String type) {
        return type.endsWith("*") || type.equals("references") ? "a list"
                : type.equals("map") || grammar.isSection(type) ? "a mapping" : "a text";
    }

    private void wrongType(Place at, String right) {
        add(at, FindingCode.WRONG_TYPE, "is not " + right, "write " + Objects.requireNonNullElse(
                Map.of("a list", "a list, each element after '- '", "a mapping", "keys and values").get(right), right));
    }

    private void add(Place at, FindingCode code, String wrong, String right) {
        findings.add(at.finding(code, wrong, right));
    }
}
