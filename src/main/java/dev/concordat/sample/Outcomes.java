package dev.concordat.sample;

import java.util.Map;

/**
 * How the changes of a plan have to end. Echoes of the bridge's own patches come on top of received and filtered.
 *
 * @param superseded counted as if the ledger took the changes one by one in the order of sending; a batch that folds
 *                   changes of one entity may count some of them otherwise, so only applied + superseded is certain
 * @param quarantined by rule
 */
public record Outcomes(
        long received, long applied, long superseded, long duplicate, long filtered, Map<String, Integer> quarantined) {
    public int allQuarantined() {
        return quarantined.values().stream().mapToInt(Integer::intValue).sum();
    }
}
