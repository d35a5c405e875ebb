package dev.concordat.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import org.flywaydb.core.api.FlywayException;

/**
 * Another bridge that is at what only one can be at in a database. It is waited for some seconds; where it takes longer, whoever asked is told for whom it would
 * have to wait, with the SQLSTATE of a lock that is not available, and holds nothing meanwhile.
 */
final class OtherBridge {
    static final int PATIENCE_SECONDS = 5;
    /** What any wait in this transaction comes to. */
    static final String PATIENCE = "SET LOCAL lock_timeout = '" + PATIENCE_SECONDS + "s'";
    private static final String BUSY = "55P03";
    /** Those that wait, too, have asked for the same. */
    private static final String AT_WORK = """
            SELECT coalesce(host(a.client_addr), 'the database''s own machine'), a.pid, to_char(a.xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
            FROM pg_locks l JOIN pg_stat_activity a USING (pid)
            WHERE l.granted AND (l.locktype = 'advisory' OR l.relation = to_regclass('concordat.contract') AND l.mode = 'RowExclusiveLock')
              AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
              AND l.pid <> pg_backend_pid() AND a.xact_start IS NOT NULL AND a.application_name = 'concordat'
              AND (l.locktype = 'advisory' OR a.wait_event_type IS DISTINCT FROM 'Lock')
            ORDER BY l.locktype = ? DESC, a.xact_start LIMIT 1""";

    /** What a failure is that says for whom one would have to wait. */
    static final class AtWork extends SQLException {
        private static final long serialVersionUID = 1;

        private AtWork(String reason) {
            super(reason, BUSY);
        }
    }

    private OtherBridge() {
    }

    /** Whether a failure says that another one was waited for in vain. */
    static boolean isAtWork(SQLException failure) {
        return BUSY.equals(failure.getSQLState());
    }

    /** Whether Flyway says so. */
    static boolean isAtWork(FlywayException failure) {
        return String.valueOf(failure.getMessage()).startsWith("Number of retries exceeded while attempting to acquire PostgreSQL advisory lock");
    }

    /** Says that one lays tables or triggers. */
    static SQLException laying(Connection connection) throws SQLException {
        return atWork(connection, "advisory", "another bridge is laying what it needs there");
    }

    /** Says that one enters contracts. */
    static SQLException entering(Connection connection) throws SQLException {
        return atWork(connection, "relation", "another bridge brings a version of the same contracts, and has not come up with it yet");
    }

    private static SQLException atWork(Connection connection, String lock, String does) throws SQLException {
        try (var statement = connection.prepareStatement(AT_WORK)) {
            statement.setString(1, lock);
            try (var row = statement.executeQuery()) {
                return new AtWork(does + (row.next() ? ": the one on " + row.getString(1) + ", session " + row.getInt(2) + " since " + row.getString(3) : ""));
            }
        }
    }
}
