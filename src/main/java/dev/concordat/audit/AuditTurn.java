package dev.concordat.audit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The turn of one bridge of a group to run the audit: an advisory lock on the directory's database.
 *
 * <p>It ends with {@link #close}, and by itself when the bridge or its connection dies.
 */
public final class AuditTurn implements AutoCloseable {
    /** "CONCORDA" as a number: the same for all bridges of a group. */
    private static final long LOCK = 0x434F4E434F524441L;
    private static final Logger LOG = LoggerFactory.getLogger(AuditTurn.class);
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
    public void close() {
        try (connection) {
            if (!ask(connection, "SELECT pg_advisory_unlock(?)")) {
                LOG.warn("the turn to audit was lost during the audit");
            }
        } catch (SQLException failure) {
            LOG.warn("the turn to audit was lost during the audit: SQLSTATE {}", failure.getSQLState());
            abort();
        }
    }

    /** A pool must not hand out a connection that may still hold the lock. */
    private void abort() {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException failure) {
            LOG.debug("a lost connection", failure);
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
