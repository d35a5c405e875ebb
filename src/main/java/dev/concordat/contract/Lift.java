package dev.concordat.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.thisptr.jackson.jq.JsonQuery;
import net.thisptr.jackson.jq.exception.JsonQueryException;

/**
 * How a change that an older major judged becomes one of the newest major: fields renamed, given a default, or derived from others.
 *
 * <p>What is absent stays absent and what is cleared stays cleared, so that a change of some fields remains one. A field that no rule
 * names goes on as it is, and so does one that others are derived from, where the newer major has it too.
 *
 * @param from     the older major
 * @param renamed  older name to newer name
 * @param defaults for a new entity that says nothing of a field
 * @param derived  newer fields made from older ones
 * @param ended    older fields that do not go on under their names
 */
record Lift(int from, Map<String, String> renamed, Map<String, JsonNode> defaults, List<Derived> derived, Set<String> ended) {
    Lift {
        renamed = Map.copyOf(renamed);
        defaults = Map.copyOf(defaults);
        derived = List.copyOf(derived);
        ended = Set.copyOf(ended);
    }

    /**
     * A field made from older ones, where the change sets at least one of them; null where all of them are null.
     *
     * @param query a jq expression over the older fields
     */
    record Derived(String field, List<String> of, JsonQuery query) {
        private boolean isSetBy(ObjectNode after) {
            return of.stream().anyMatch(after::has);
        }

        private JsonNode value(ObjectNode known) throws JsonQueryException {
            var found = new ArrayList<JsonNode>();
            if (of.stream().anyMatch(known::hasNonNull)) {
                query.apply(Jq.SCOPE, known.deepCopy().retain(of), found::add);
            }
            return found.isEmpty() ? NullNode.getInstance() : found.get(0);
        }
    }

    /**
     * What is known of the older fields: those that a change sets, and of an update also those of its {@code before} that it does not set. Nobody has
     * checked that: what the older contract does not allow is as good as absent.
     */
    static ObjectNode known(Contract older, ObjectNode data) {
        var known = data.objectNode();
        if (data.get("op").asText().equals("u") && data.get("before") instanceof ObjectNode before) {
            known.setAll(before);
            older.schema().validate(data.objectNode().put("op", "u").set("after", known))
                    .forEach(message -> known.remove(Sentences.pointer(message).split("/")[2]));
        }
        return known.setAll((ObjectNode) data.get("after"));
    }

    /** The newer fields that a change sets which sets these older ones. */
    Set<String> fields(String op, Set<String> older) {
        var newer = new HashSet<>(older);
        newer.removeAll(ended);
        renamed.entrySet().stream().filter(each -> older.contains(each.getKey())).map(Map.Entry::getValue).forEach(newer::add);
        derived.stream().filter(each -> each.of.stream().anyMatch(older::contains)).map(Derived::field).forEach(newer::add);
        if (op.equals("c")) {
            newer.addAll(defaults.keySet());
        }
        return newer;
    }

    /**
     * What keeps a change from being lifted: jq takes a field of which it is not told for null, and would derive another one from half of the truth.
     * A create tells all, for what it leaves out is null.
     *
     * @return older fields that are not known, each with the field that is derived from it and from others that the change sets
     */
    Map<String, String> untold(String op, ObjectNode after, ObjectNode known) {
        var untold = new LinkedHashMap<String, String>();
        if (op.equals("u")) {
            derived.stream().filter(each -> each.isSetBy(after))
                    .forEach(each -> each.of.stream().filter(name -> !known.has(name)).forEach(name -> untold.putIfAbsent(name, each.field)));
        }
        return untold;
    }

    /**
     * Lifts the fields of a change in place.
     *
     * @param known what {@link #known} tells of it
     * @throws JsonProcessingException when an expression cannot be worked out for these values
     */
    void lift(String op, ObjectNode after, ObjectNode known) throws JsonProcessingException {
        var old = after.deepCopy();
        after.remove(ended);
        renamed.forEach((older, newer) -> {
            if (old.has(older)) {
                after.set(newer, old.get(older));
            }
        });
        for (Derived each : derived) {
            if (each.isSetBy(old)) {
                after.set(each.field, each.value(known));
            }
        }
        if (op.equals("c")) {
            defaults.forEach((field, value) -> {
                if (!after.has(field)) {
                    after.set(field, value.deepCopy());
                }
            });
        }
    }
}
