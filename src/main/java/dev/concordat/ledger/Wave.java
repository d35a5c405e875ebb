package dev.concordat.ledger;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;

/**
 * Changes that one statement applies: of one entity, and at most one for each id, so that every change is judged against
 * the ledger as the change before it left it.
 *
 * @param patience how long the ledger may take; zero for as long as it will
 */
public record Wave(ApplyStatement statement, List<LaneRecord> records, Duration patience) {
    /** Those of one statement, to be parameters of JDBC. */
    static final class Parameters implements Iterator<Object> {
        private final Iterator<Object> each;
        private final Duration patience;

        private Parameters(Wave wave) {
            this.each = wave.parameters().iterator();
            this.patience = wave.patience;
        }

        @Override
        public boolean hasNext() {
            return each.hasNext();
        }

        @Override
        public Object next() {
            return each.next();
        }

        /** How long the ledger may take for the statement, in whole seconds; 0 for as long as it will. */
        int seconds() {
            return (int) patience.plusMillis(999).toSeconds();
        }
    }

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

    Parameters each() {
        return new Parameters(this);
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
