package dev.concordat.audit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * The turn of one bridge of a group to run the audit: an advisory lock on the directory's database.
 *
 * <p>It ends with {@link #close}, and by itself when the bridge or its connection dies.
 */
public final class AuditTurn implements AutoCloseable {
    /** "CONCORDA" as a number: the same for all bridges of a group. */
    private static final long LOCK = 0x434F4E434F524441L;
    private final Connection connection;

    private AuditTurn(Connection connection) {
        this.connection = connection;
    }

    /** Empty while another bridge has the turn. */
    public static Optional<AuditTurn> tryTake(DataSource directory) throws SQLException {
        Connection connection = directory.getConnection();
        try {
            if (ask(connection, "SELECT pg_try_advisory_lock(?)")) {
                return Optional.of(new AuditTurn(connection));
            }
        } catch (SQLException failure) {
            connection.close();
            throw failure;
        }
        connection.close();
        return Optional.empty();
    }

    @Override
    public void close() throws SQLException {
        try (connection) {
            ask(connection, "SELECT pg_advisory_unlock(?)");
        } catch (SQLException failure) {
            // A pool must not hand out a connection that may still hold the lock.
            connection.abort(Runnable::run);
            throw failure;
        }
    }

    private static boolean ask(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, LOCK);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }
}
