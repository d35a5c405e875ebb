package dev.concordat.ledger;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a part has of one entity. First those that may need no judging are written, by a statement that asks for no more; what is left of
 * the portion then, is judged together.
 *
 * @param all      the changes in the order in which they came
 * @param records  those that may need no judging, at most one for each id, in the order of their subjects
 * @param patience how long the ledger may take for one statement; zero for as long as it will
 * @param seen     numbers of the region's quarantine
 */
public record Portion(ApplyStatement statement, List<LaneRecord> all, List<LaneRecord> records, Duration patience, Seen seen)
        implements Writing {
    /**
     * Of several changes of one id, or of one change that came twice, only the first may need no judging.
     *
     * @param before what the portions before this one hold, to which this one is added
     */
    static Portion of(ApplyStatement statement, List<LaneRecord> all, Duration patience, Seen seen, Set<Object> before) {
        var plain = new ArrayList<LaneRecord>(all.size());
        for (LaneRecord each : all) {
            boolean first = before.add(each.subject()) & before.add(Waves.event(each));
            if (first && statement.plain().takes(each)) {
                plain.add(each);
            }
        }
        plain.sort(Comparator.comparing(LaneRecord::subject));
        return new Portion(statement, all, plain, patience, seen);
    }

    String entity() {
        return statement.entity();
    }

    @Override
    public String sql() {
        return statement.plain().prepared();
    }

    @Override
    public List<Object> parameters() {
        return statement.plain().parameters(records, seen.before());
    }

    /** The waves in which all of it is judged, where nothing of it may be plain. */
    public List<Wave> waves() {
        return left(List.of());
    }

    /** The waves in which is judged what is left. */
    List<Wave> left(List<LaneRecord> written) {
        if (written.size() == all.size()) {
            return List.of();
        }
        var gone = new HashSet<>(written);
        return Waves.inOrder(statement, all.stream().filter(each -> !gone.contains(each)).toList(), patience);
    }
}
