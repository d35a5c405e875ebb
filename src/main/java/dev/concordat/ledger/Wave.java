package dev.concordat.ledger;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Changes that one statement applies: of one entity, and at most one for each id, so that every change is judged against
 * the ledger as the change before it left it.
 *
 * @param further  whether it holds what is about the ids of an earlier wave of the batch, or was sent twice in it
 * @param patience how long the ledger may take; zero for as long as it will
 */
public record Wave(ApplyStatement statement, List<LaneRecord> records, boolean further, Duration patience) implements Writing {
    /**
     * Those of a wave that may need no judging; what turns out to need it is left.
     *
     * @param records in the wave's order
     */
    public record Plain(PlainStatement statement, List<LaneRecord> records, Duration patience) implements Writing {
        @Override
        public String sql() {
            return statement.prepared();
        }

        @Override
        public List<Object> parameters() {
            return statement.parameters(records);
        }
    }

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

    /** Those that may need no judging; of a further wave, which is small and seldom has any, there are none. */
    public Plain plain() {
        return new Plain(statement.plain(), further ? List.of() : records.stream().filter(statement.plain()::takes).toList(), patience);
    }

    /** The wave without those that are written. */
    Wave without(List<LaneRecord> written) {
        return new Wave(statement, left(written), further, patience);
    }

    /** @param written some of the records, in the wave's order */
    private List<LaneRecord> left(List<LaneRecord> written) {
        if (written.size() == records.size()) {
            return List.of();
        }
        var left = new ArrayList<LaneRecord>(records.size() - written.size());
        int next = 0;
        for (LaneRecord each : records) {
            if (next < written.size() && written.get(next) == each) {
                next++;
            } else {
                left.add(each);
            }
        }
        return left;
    }

    /** Whether only one change is left, so that it alone is what the ledger refuses. */
    public boolean single() {
        return records.size() == 1;
    }

    /** The wave in two, to find the change that the ledger refuses. */
    public List<Wave> halves() {
        int middle = records.size() / 2;
        return List.of(new Wave(statement, records.subList(0, middle), further, patience),
                new Wave(statement, records.subList(middle, records.size()), further, patience));
    }
}
