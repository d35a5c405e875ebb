package dev.concordat.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.thisptr.jackson.jq.JsonQuery;
import net.thisptr.jackson.jq.Scope;
import net.thisptr.jackson.jq.exception.JsonQueryException;

/**
 * How a change that an older major judged becomes one of the newest major: fields renamed, given a default, or derived from others.
 *
 * <p>What is absent stays absent and what is cleared stays cleared, so that a change of some fields remains one. A field that no rule
 * names goes on as it is.
 *
 * @param from     the older major
 * @param renamed  older name to newer name
 * @param defaults for a new entity that says nothing of a field
 * @param derived  newer fields made from older ones
 * @param dropped  older fields that have no successor
 */
record Lift(int from, Map<String, String> renamed, Map<String, JsonNode> defaults, List<Derived> derived, List<String> dropped) {
    Lift {
        renamed = Map.copyOf(renamed);
        defaults = Map.copyOf(defaults);
        derived = List.copyOf(derived);
        dropped = List.copyOf(dropped);
    }

    /**
     * A field made from older ones, where the change sets at least one of them; null where all that it sets are null.
     *
     * @param query a jq expression over the older fields
     */
    record Derived(String field, List<String> of, JsonQuery query) {
        private void derive(Scope scope, Map<String, JsonNode> old, ObjectNode lifted) throws JsonQueryException {
            var set = of.stream().filter(old::containsKey).map(old::get).toList();
            if (set.isEmpty()) {
                return;
            }
            var found = new ArrayList<JsonNode>();
            if (!set.stream().allMatch(JsonNode::isNull)) {
                var input = lifted.objectNode();
                of.stream().filter(old::containsKey).forEach(name -> input.set(name, old.get(name)));
                query.apply(scope, input, found::add);
            }
            lifted.set(field, found.isEmpty() ? NullNode.getInstance() : found.get(0));
        }
    }

    /**
     * Lifts the fields of a change in place.
     *
     * @throws JsonProcessingException when an expression cannot be worked out for these values
     */
    void lift(String op, ObjectNode after) throws JsonProcessingException {
        var old = new LinkedHashMap<String, JsonNode>();
        after.fields().forEachRemaining(field -> old.put(field.getKey(), field.getValue()));
        dropped.forEach(after::remove);
        derived.forEach(each -> after.remove(each.of()));
        renamed.keySet().forEach(after::remove);
        renamed.forEach((older, newer) -> {
            if (old.containsKey(older)) {
                after.set(newer, old.get(older));
            }
        });
        for (Derived each : derived) {
            each.derive(Jq.SCOPE, old, after);
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
