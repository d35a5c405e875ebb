package dev.concordat.ledger;

import java.util.List;

/**
 * Changes that one statement applies: of one entity, and at most one for each id, so that every change is judged against
 * the ledger as the change before it left it.
 */
public record Wave(ApplyStatement statement, List<LaneRecord> records) {
    public String entity() {
        return statement.entity();
    }

    /** The statement as JDBC takes it. */
    String sql() {
        return statement.prepared();
    }

    /** The statement's parameters in their order: an array each. */
    List<Object> parameters() {
        return statement.parameters(records);
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
