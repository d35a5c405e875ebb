package dev.concordat.ledger;

import dev.concordat.change.FieldValues;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The fields whose values a statement takes, each with its place in a {@link LaneRecord}. */
final class FieldPositions {
    /** Of a record whose values do not count. */
    static final FieldPositions NONE = new FieldPositions(List.of());

    private final Map<String, Integer> positions;
    private volatile Translation translation = new Translation(null, new int[0]);

    /** What stands where in the values of a layout that was met last. */
    private record Translation(FieldValues.Layout layout, int[] positions) {
    }

    FieldPositions(List<String> names) {
        this.positions = IntStream.range(0, names.size()).boxed().collect(Collectors.toUnmodifiableMap(names::get, position -> position));
    }

    int size() {
        return positions.size();
    }

    /** Null for a field that is not taken. */
    Integer of(String name) {
        return positions.get(name);
    }

    /** For each place of a layout the position here; -1 for a field that is not taken. */
    int[] of(FieldValues.Layout layout) {
        Translation last = translation;
        if (last.layout != layout) {
            last = new Translation(layout, IntStream.range(0, layout.size()).map(place -> positions.getOrDefault(layout.name(place), -1))
                    .toArray());
            translation = last;
        }
        return last.positions;
    }
}
