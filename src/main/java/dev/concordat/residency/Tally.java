package dev.concordat.residency;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/** Counts sightings in memory until they are written; a sender must not fill the table. */
final class Tally<T> {
    /** Kinds beyond this many are counted together. */
    private static final int MOST = 2_000;

    private final UnaryOperator<T> together;
    private final Map<T, LongAdder> seen = new ConcurrentHashMap<>();

    interface Binding<T> {
        void bind(PreparedStatement statement, T kind, long count) throws SQLException;
    }

    /** @param together what a kind is counted as once there are too many */
    Tally(UnaryOperator<T> together) {
        this.together = together;
    }

    void add(T kind) {
        T counted = seen.size() < MOST || seen.containsKey(kind) ? kind : together.apply(kind);
        seen.computeIfAbsent(counted, key -> new LongAdder()).increment();
    }

    /** Writes what was counted since the last call; what could not be written is counted again. */
    void keep(DataSource database, String sql, Binding<T> binding) throws SQLException {
        Map<T, Long> counts = new LinkedHashMap<>();
        seen.forEach((kind, count) -> {
            long since = count.sumThenReset();
            if (since > 0) {
                counts.put(kind, since);
            }
        });
        if (counts.isEmpty()) {
            return;
        }
        try (var connection = database.getConnection(); var statement = connection.prepareStatement(sql)) {
            for (var entry : counts.entrySet()) {
                binding.bind(statement, entry.getKey(), entry.getValue());
                statement.addBatch();
            }
            statement.executeBatch();
        } catch (SQLException e) {
            counts.forEach((kind, count) -> seen.get(kind).add(count));
            throw e;
        }
    }
}
