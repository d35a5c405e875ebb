package dev.concordat.ledger;

import java.time.Duration;
import java.util.List;

/**
 * Changes that one statement applies: of one entity, and at most one for each id, so that every change is judged against
 * the ledger as the change before it left it.
 *
 * @param patience how long the ledger may take; zero for as long as it will
 */
public record Wave(ApplyStatement statement, List<LaneRecord> records, Duration patience) implements Writing {
    public String entity() {
        return statement.entity();
    }

    @Override
    public String sql() {
        return statement.prepared();
    }

    @Override
    public List<Object> parameters() {
        return statement.parameters(records);
    }

    /** Whether only one change is left, so that it alone is what the ledger refuses. */
    public boolean single() {
        return records.size() == 1;
    }

    /** The wave in two, to find the change that the ledger refuses. */
    public List<Wave> halves() {
        int middle = records.size() / 2;
        return List.of(new Wave(statement, records.subList(0, middle), patience),
                new Wave(statement, records.subList(middle, records.size()), patience));
    }
}
