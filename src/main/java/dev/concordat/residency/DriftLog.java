package dev.concordat.residency;

import dev.concordat.contract.Drift;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Counts fields and values that passed although the contract does not know them, and keeps the counts in the directory. */
public final class DriftLog {
    private static final String KEEP = """
            INSERT INTO concordat.drift AS d (contract, path, kind, value, count) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (contract, path, kind, value) DO UPDATE
            SET count = d.count + EXCLUDED.count, last_at = clock_timestamp()""";

    private final DataSource directory;
    private final Tally<Drift> seen = new Tally<>(drift -> new Drift(drift.contract(), "*", drift.kind(), ""));

    public DriftLog(DataSource directory) {
        this.directory = directory;
    }

    /** Counts one sighting. */
    public void saw(Drift drift) {
        seen.add(drift);
    }

    /** Writes what was counted since the last call. */
    public void keep() throws SQLException {
        seen.keep(directory, KEEP, (statement, drift, count) -> {
            statement.setString(1, drift.contract());
            statement.setString(2, drift.path());
            statement.setString(3, drift.kind());
            statement.setString(4, drift.value());
            statement.setLong(5, count);
        });
    }
}
