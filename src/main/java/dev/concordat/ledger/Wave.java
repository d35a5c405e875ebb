package dev.concordat.ledger;

import java.util.List;
import java.util.Map;

/**
 * Changes that one statement applies: of one entity, and at most one for each id, so that every change is judged against
 * the ledger as the change before it left it.
 */
public record Wave(ApplyStatement statement, List<LaneRecord> records) {
    public String entity() {
        return statement.entity();
    }

    public String sql() {
        return statement.sql();
    }

    /** The statement's parameters by their names: an array each. */
    public Map<String, Object> parameters() {
        return statement.parameters(records);
    }

    public int parametersCount() {
        return statement.parametersCount();
    }

    /** Whether only one change is left, so that it alone is what the ledger refuses. */
    public boolean single() {
        return records.size() == 1;
    }

    /** The wave in two, to find the change that the ledger refuses. */
    public List<Wave> halves() {
        int middle = records.size() / 2;
        return List.of(new Wave(statement, records.subList(0, middle)), new Wave(statement, records.subList(middle, records.size())));
    }
}
