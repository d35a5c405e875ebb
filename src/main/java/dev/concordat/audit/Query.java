package dev.concordat.audit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import javax.sql.DataSource;

/** Reads one database in one snapshot, row by row, without changing anything. */
final class Query implements AutoCloseable {
    private static final int FETCH = 5000;
    private static final int LONGEST_SECONDS = 600;
    /** More than a query may take: the bridge's own are cut off long before. */
    private static final int SILENT_MILLIS = (LONGEST_SECONDS + 60) * 1000;
    private final Connection connection;
    private final int silentBefore;
    private final LeftOut leftOut;

    Query(DataSource source) throws SQLException {
        this(source, new LeftOut());
    }

    /** @param leftOut counts the rows that cannot be taken */
    Query(DataSource source, LeftOut leftOut) throws SQLException {
        this.leftOut = leftOut;
        connection = source.getConnection();
        int before = 0;
        try {
            before = connection.getNetworkTimeout();
            begin();
        } catch (SQLException | RuntimeException failure) {
            silentBefore = before;
            giveUp(failure);
            throw failure;
        }
        silentBefore = before;
    }

    private void begin() throws SQLException {
        connection.setNetworkTimeout(Runnable::run, SILENT_MILLIS);
        connection.setAutoCommit(false);
        connection.setReadOnly(true);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        try (var statement = connection.createStatement()) {
            // An audit reads tables whole and has a time limit of its own, other than the lanes; ends with the transaction.
            statement.execute("SET LOCAL statement_timeout = 0; SET LOCAL enable_seqscan = on; SET LOCAL plan_cache_mode = force_custom_plan");
        }
    }

    private void giveUp(Exception why) {
        try {
            close();
        } catch (SQLException failure) {
            why.addSuppressed(failure);
        }
    }

    interface Reading {
        void from(Query query) throws SQLException;
    }

    interface Row {
        void read(ResultSet row) throws SQLException;
    }

    /**
     * Reads row by row; one that cannot be taken is left out by itself, see {@link #leftOut}.
     *
     * @param parameters strings, numbers and instants; null stands for the beginning of time
     */
    void each(String sql, Row row, Object... parameters) throws SQLException {
        each(FETCH, sql, row, parameters);
    }

    /**
     * The same for rows of another size.
     *
     * @param together so many of them are in memory at once
     */
    void each(int together, String sql, Row row, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setFetchSize(together);
            statement.setQueryTimeout(LONGEST_SECONDS);
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameter(parameters[i]));
            }
            try (ResultSet rows = statement.executeQuery()) {
                each(rows, row);
            }
        }
    }

    /** Reads what is asked in somebody else's SQL, which goes to the database as it is: a {@code ?} in it is an operator, and no parameter. */
    void asWritten(String sql, Row row) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.setFetchSize(FETCH);
            statement.setQueryTimeout(LONGEST_SECONDS);
            try (ResultSet rows = statement.executeQuery(sql)) {
                each(rows, row);
            }
        }
    }

    private void each(ResultSet rows, Row row) throws SQLException {
        while (rows.next()) {
            leftOut.unless(() -> row.read(rows));
        }
    }

    /** How many rows were left out, and why the first of them; empty where none was. */
    Optional<String> leftOut() {
        return leftOut.sentence();
    }

    private static Object parameter(Object value) {
        if (value == null) {
            return OffsetDateTime.MIN;
        }
        return value instanceof Instant instant ? instant.atOffset(ZoneOffset.UTC) : value;
    }

    static Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp value = row.getTimestamp(column);
        return value == null ? null : value.toInstant();
    }

    /** Whether there is no connection to the database, so that there is no use in asking it more. */
    static boolean isAway(SQLException failure) {
        return failure instanceof SQLTransientConnectionException || failure.getSQLState() != null && failure.getSQLState().startsWith("08");
    }

    /** Says why a database could not be read, without the server's words: they may quote a row. */
    static String reason(SQLException failure) {
        String state = failure.getSQLState() == null ? "unknown" : failure.getSQLState();
        return (isAway(failure) ? "no connection" : "a query failed") + " (SQLSTATE " + state + ")";
    }

    @Override
    public void close() throws SQLException {
        try (connection) {
            connection.rollback();
            connection.setReadOnly(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            connection.setAutoCommit(true);
            connection.setNetworkTimeout(Runnable::run, silentBefore);
        }
    }
}
