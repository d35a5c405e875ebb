package dev.concordat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * How the routes of a file call each other within the bridge, by {@code direct:} or {@code seda:}; not where that is known only while they run.
 *
 * @param taken where they take from; with a setting in it, for whatever that may be
 * @param sent  what they send
 */
record RouteCalls(Set<String> taken, List<Call> sent) {
    private static final Set<String> TAKES = Set.of("from", "poll", "pollEnrich");
    private static final Set<String> SENDS = Set.of("to", "toD", "wireTap", "enrich");
    private static final Pattern INNER = Pattern.compile("(direct|seda):(?://)?([^?]+).*");
    private static final Pattern SETTING = Pattern.compile("\\{\\{.*?}}");

    /**
     * A call by one step.
     *
     * @param place line, column and step
     */
    record Call(String to, String place) {
    }

    /** What a tree of routes says of it. */
    static RouteCalls of(Optional<Node> tree) {
        var calls = new RouteCalls(new HashSet<>(), new ArrayList<>());
        tree.ifPresent(calls::look);
        return calls;
    }

    /** Those of several texts as of one. */
    static RouteCalls of(List<RouteText> texts) {
        return new RouteCalls(texts.stream().flatMap(text -> text.calls().taken.stream()).collect(Collectors.toSet()),
                texts.stream().flatMap(text -> text.calls().sent.stream()).toList());
    }

    /** Whether something is taken from where a call goes. */
    static boolean reaches(Collection<String> taken, String to) {
        return taken.contains(to) || taken.stream().filter(from -> from.contains("{{"))
                .anyMatch(from -> to.matches(Stream.of(SETTING.split(from, -1)).map(Pattern::quote).collect(Collectors.joining(".*"))));
    }

    private void look(Node node) {
        if (node instanceof SequenceNode list) {
            list.getValue().forEach(this::look);
        } else if (node instanceof MappingNode map) {
            map.getValue().forEach(field -> {
                String name = text(field.getKeyNode());
                Node value = field.getValueNode();
                if (TAKES.contains(name)) {
                    inner(value).filter(from -> !from.contains("${")).ifPresent(taken::add);
                } else if (SENDS.contains(name)) {
                    inner(value).filter(to -> !to.contains("{")).ifPresent(to -> sent.add(new Call(to, place(value))));
                }
                look(value);
            });
        }
    }

    private static Optional<String> inner(Node step) {
        return address(step).map(INNER::matcher).filter(Matcher::matches).map(found -> found.group(1) + ":" + found.group(2));
    }

    /** As a text, with parameters, or as the constant of an expression. */
    private static Optional<String> address(Node step) {
        return step instanceof ScalarNode ? Optional.of(text(step)) : field(step, "uri").map(RouteCalls::text)
                .map(uri -> uri.contains(":") ? uri : uri + ":" + field(step, "parameters").flatMap(all -> field(all, "name")).map(RouteCalls::text).orElse(""))
                .or(() -> Stream.of("constant", "simple", "expression").flatMap(name -> field(step, name).stream()).findFirst().flatMap(RouteCalls::address));
    }

    private static String place(Node step) {
        String at = step.getStartMark().map(mark -> mark.getLine() + 1 + ":" + (mark.getColumn() + 1) + " ").orElse("");
        return at + field(step, "id").map(id -> "step [" + text(id) + "]").orElse("a step");
    }

    private static Optional<Node> field(Node node, String name) {
        return !(node instanceof MappingNode map) ? Optional.empty() : map.getValue().stream().filter(field -> name.equals(text(field.getKeyNode())))
                .map(NodeTuple::getValueNode).findFirst();
    }

    private static String text(Node node) {
        return node instanceof ScalarNode scalar ? scalar.getValue() : "";
    }
}
