package dev.concordat.residency;

import dev.concordat.contract.Drift;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import javax.sql.DataSource;

/** Counts fields and values that passed although the contract does not know them, and keeps the counts in the directory. */
public final class DriftLog {
    private static final String KEEP = """
            INSERT INTO concordat.drift AS d (contract, path, kind, value, count) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (contract, path, kind, value) DO UPDATE
            SET count = d.count + EXCLUDED.count, last_at = clock_timestamp()""";
    /** Names and values beyond this many are counted together: a sender must not fill the table. */
    private static final int MOST = 2_000;

    private final DataSource directory;
    private final Map<Drift, LongAdder> seen = new ConcurrentHashMap<>();

    public DriftLog(DataSource directory) {
        this.directory = directory;
    }

    /** Counts one sighting. */
    public void saw(Drift drift) {
        var counted = seen.size() < MOST || seen.containsKey(drift) ? drift
                : new Drift(drift.contract(), "*", drift.kind(), "");
        seen.computeIfAbsent(counted, key -> new LongAdder()).increment();
    }

    /** Writes what was counted since the last call. */
    public void keep() throws SQLException {
        if (seen.values().stream().allMatch(count -> count.sum() == 0)) {
            return;
        }
        try (var connection = directory.getConnection(); var statement = connection.prepareStatement(KEEP)) {
            for (var entry : seen.entrySet()) {
                long count = entry.getValue().sumThenReset();
                if (count > 0) {
                    bind(statement, entry.getKey(), count);
                }
            }
            statement.executeBatch();
        }
    }

    private static void bind(java.sql.PreparedStatement statement, Drift drift, long count) throws SQLException {
        statement.setString(1, drift.contract());
        statement.setString(2, drift.path());
        statement.setString(3, drift.kind());
        statement.setString(4, drift.value());
        statement.setLong(5, count);
        statement.addBatch();
    }
}
