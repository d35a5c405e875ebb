package dev.concordat.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** Finds numbers, such as 1e400, that were read as infinite: no ledger holds them, and the validator fails on them. */
final class Numbers {
    private Numbers() {
    }

    /** JSON pointer, from the node, of the first number without bounds; null where there is none. */
    static String endless(JsonNode node) {
        if (node.isObject()) {
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                String found = endless(field.getValue());
                if (found != null) {
                    return "/" + Judge.step(field.getKey()) + found;
                }
            }
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                String found = endless(node.get(i));
                if (found != null) {
                    return "/" + i + found;
                }
            }
        } else if ((node.isDouble() || node.isFloat()) && !Double.isFinite(node.doubleValue())) {
            return "";
        }
        return null;
    }
}
