package dev.concordat.ledger;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.SQLExceptionOverride;
import com.zaxxer.hikari.util.DriverDataSource;
import dev.concordat.BridgeException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.postgresql.util.PSQLState;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** The databases that the bridge writes: pooled, with the bridge's own tables laid in beside what is there. */
public final class Ledgers {
    /** Classes of SQLSTATE: connection, insufficient resources, operator intervention. */
    private static final Set<String> AWAY = Set.of("08", "53", "57");
    /** A table is in use for longer than anybody should wait, or by somebody who waits for this one; or others had to be waited for, and the server ended that. */
    private static final Set<String> LOCKED = Set.of("55P03", "40P01", "25P03");
    /** The database can only be read: after a failover, the connection may lead to what is a replica now. */
    private static final String READ_ONLY = "25006";
    /** An index of a table with many rows takes its time, and PostgreSQL says nothing meanwhile. */
    private static final int MIGRATION_MILLIS = 6 * 60 * 60 * 1000;
    /** For how long a bridge waits for another one that begins with a database. */
    private static final int BEGINNING_TRIES = 20;
    private static final Duration BEGINNING_PAUSE = Duration.ofMillis(250);
    /** SQLSTATE of an undefined column or table. */
    private static final Set<String> LACKING = Set.of("42703", "42P01");

    /** Classes or SQLSTATE of a login that is refused, or of a password or TLS that either side wants and the other has not. */
    private static final Set<String> REJECTED = Set.of("28", PSQLState.CONNECTION_REJECTED.getState());

    /** SQLSTATE of an undefined table, or one without a right: what is said of each of its columns is the same. */
    private static final Set<String> OF_TABLE = Set.of("42P01", "42501");

    private static final String DATATYPE_MISMATCH = "42804";

    /** A connection to a replica is closed, for the next one to lead to where the ledger is now; the pool would keep it for half an hour. */
    private static final SQLExceptionOverride REPLICA = new SQLExceptionOverride() {
        @java.lang.Override
        public Override adjudicate(SQLException failure) {
            return READ_ONLY.equals(failure.getSQLState()) ? Override.MUST_EVICT : Override.CONTINUE_EVICT;
        }
    };

    private Ledgers() {
    }

    /** Opens a pool; does not wait for the database to be there. */
    public static HikariDataSource open(String name, String url, String user, String password, int connections) {
        var config = config(name, connections);
        config.setJdbcUrl(url);
        config.setUsername(login(user));
        config.setPassword(login(password));
        return new HikariDataSource(config);
    }

    /** Opens a pool; does not wait for the database to be there. Each connection is to the database that the address should lead to, see {@link Pool}. */
    public static HikariDataSource open(Address address, String user, String password, int connections) {
        var config = config(address.of(), connections);
        return Pool.open(config, new DriverDataSource(address.url(), null, config.getDataSourceProperties(), login(user), login(password)), address);
    }

    private static String login(String given) {
        return given.isEmpty() ? null : given;
    }

    private static HikariConfig config(String name, int connections) {
        var config = new HikariConfig();
        config.setPoolName(name);
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(5_000);
        config.setInitializationFailTimeout(-1);
        // Whatever the database's default is. The pool would ask its first connection for that, and were it cut then, set none on all that follow, which fails.
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        // A database that went away without a word is noticed.
        config.addDataSourceProperty("socketTimeout", "60");
        config.addDataSourceProperty("tcpKeepAlive", "true");
        // Before the driver gives up a statement, the server does: given up by the driver alone, it goes on waiting for whoever holds its rows, and the
        // next tries join it until the server takes no more connections.
        // A lane's statements find their rows by key. Their plans are kept, so none may be one that reads a table whole, which would seem
        // right while the tables are empty. Compiling a plan costs more than running it.
        config.addDataSourceProperty("options", "-c statement_timeout=55s -c enable_seqscan=off -c jit=off -c random_page_cost=1.1");
        config.setExceptionOverride(REPLICA);
        // Values of a refused row stay out of exceptions.
        config.addDataSourceProperty("logServerErrorDetail", "false");
        config.addDataSourceProperty("ApplicationName", "concordat");
        return config;
    }

    /**
     * Lays or updates the bridge's tables, the mark and triggers; all or nothing of what is demanded.
     *
     * @return what the database has, but not for all that the contracts allow
     * @throws BridgeException when the database cannot be reached, is another one or refuses; then it names everything that is refused
     */
    public static List<String> prepare(DataSource database, Address address, List<Demand> demands) {
        try {
            migrateInTurn(database, address.location());
            try (var connection = database.getConnection(); var statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                takeTurn(connection);
                // A trigger waits for whoever writes the table, and all others who would write it wait behind it.
                statement.execute("SET LOCAL lock_timeout = '1s'");
                Mark.lay(connection, address);
                var refusals = new LinkedHashMap<String, SQLException>();
                var warnings = new ArrayList<String>();
                for (Demand demand : demands) {
                    met(demand, connection, refusals, warnings);
                }
                if (!refusals.isEmpty()) {
                    throw refused(address, String.join("; ", refusals.keySet()), refusals.values().iterator().next());
                }
                connection.commit();
                return warnings;
            }
        } catch (FlywayException | SQLException e) {
            throw refused(address, e);
        }
    }

    private static void takeTurn(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(OtherBridge.PATIENCE);
            statement.execute("SELECT pg_advisory_xact_lock(hashtext('concordat.prepare'))");
        } catch (SQLException e) {
            if (OtherBridge.isAtWork(e)) {
                connection.rollback();
                throw OtherBridge.laying(connection);
            }
            throw e;
        }
    }

    /** Flyway has one bridge after the other migrate, too. */
    private static void migrateInTurn(DataSource database, String location) throws SQLException {
        try {
            migrate(database, location);
        } catch (FlywayException e) {
            if (OtherBridge.isAtWork(e)) {
                try (var connection = database.getConnection()) {
                    throw OtherBridge.laying(connection);
                }
            }
            throw e;
        }
    }

    static void migrate(DataSource database, String location) {
        migrate(Flyway.configure().dataSource(patient(database)).locations("classpath:db/" + location, "classpath:db/any").table("flyway_" + location)
                .baselineOnMigrate(true).baselineVersion("0").lockRetryCount(OtherBridge.PATIENCE_SECONDS).load(), BEGINNING_TRIES);
    }

    /** Flyway lays its table and enters the first row one after the other: who starts beside another bridge may find it without, and is refused. */
    private static void migrate(Flyway flyway, int tries) {
        try {
            flyway.migrate();
        } catch (FlywayException e) {
            if (tries == 1 || !String.valueOf(e.getMessage()).startsWith("Unable to baseline")) {
                throw e;
            }
            LockSupport.parkNanos(BEGINNING_PAUSE.toNanos());
            migrate(flyway, tries - 1);
        }
    }

    static BridgeException refused(Address address, Exception cause) {
        return contradicted(cause) ? new BridgeException(reason(cause), cause) : refused(address, reason(cause), cause);
    }

    private static BridgeException refused(Address address, String reasons, Exception cause) {
        return new BridgeException(address.what() + " at " + address + " cannot be prepared: " + reasons + (unfit(cause)
                ? "; it should have what the contracts name, which `contract show FILE --sql` says, and the bridge rights to write it"
                : rejected(cause) ? "; '" + address.key() + ".user' and '" + address.key() + ".password' should be a login that it takes,"
                        + " and `sslmode` in the address as it does TLS"
                : Certificates.remedy(cause).map(remedy -> "; " + remedy).orElse("")), cause);
    }

    /** Whether the database is able to do it; if not, it is so afterwards as if it had not been asked, and its reasons are added. */
    private static boolean met(Demand demand, Connection connection, Map<String, SQLException> refusals, List<String> warnings) throws SQLException {
        var before = connection.setSavepoint();
        try (var statement = connection.createStatement()) {
            statement.execute(demand.sql());
            if (demand.fit().isPresent()) {
                fit(demand.fit().get(), statement.getResultSet(), refusals, warnings);
            }
            connection.releaseSavepoint(before);
            return true;
        } catch (SQLException e) {
            if (!unfit(e)) {
                throw e;
            }
            connection.rollback(before);
            boolean explained = false;
            for (Demand look : demand.looks()) {
                explained |= !met(look, connection, refusals, warnings);
            }
            if (!explained) {
                boolean ofAll = demand.of().isEmpty() || OF_TABLE.contains(e.getSQLState());
                refusals.putIfAbsent((ofAll ? "" : demand.of() + ": ") + reason(e), e);
            }
            return false;
        }
    }

    private static void fit(Fit fit, ResultSet columns, Map<String, SQLException> refusals, List<String> warnings) throws SQLException {
        while (columns.next()) {
            fit.judge(Column.of(columns), words -> refusals.putIfAbsent(words, new SQLException(words, DATATYPE_MISMATCH)), warnings::add);
        }
    }

    /** The pool sets back what a connection was asked to wait. Flyway keeps to itself what its first question met: each connection is asked one before. */
    private static DataSource patient(DataSource database) {
        return new DelegatingDataSource(database) {
            @Override
            public Connection getConnection() throws SQLException {
                var connection = super.getConnection();
                try (var statement = connection.createStatement()) {
                    connection.setNetworkTimeout(Runnable::run, MIGRATION_MILLIS);
                    statement.execute("SELECT 1");
                    return connection;
                } catch (SQLException e) {
                    connection.close();
                    throw e;
                }
            }
        };
    }

    /** Whether the failure says that a database is away, full, starting, a replica, or has a table in use: waiting helps. */
    public static boolean unreachable(Throwable failure) {
        SQLException said = said(failure);
        return said != null && (said.getSQLState() == null ? said instanceof SQLTransientConnectionException
                : AWAY.contains(said.getSQLState().substring(0, 2)) || LOCKED.contains(said.getSQLState()) || READ_ONLY.equals(said.getSQLState()));
    }

    /** Whether the failure says that another bridge is at the same, and has to be through or gone before. */
    public static boolean busy(Throwable failure) {
        return said(failure) instanceof OtherBridge.AtWork;
    }

    /**
     * Whether the database is unreachable and waiting helps a start: it does not where the login or the kind of connection is not what the server wants,
     * its certificate is not trusted, or the bridge's own key cannot be used.
     */
    public static boolean away(Throwable failure) {
        return unreachable(failure) && !rejected(failure) && Certificates.objection(failure).isEmpty();
    }

    /** Whether the failure says that nothing gets through to the database, whatever it is asked: it is unreachable, or a pool had no connection for another reason. */
    public static boolean closed(Throwable failure) {
        return unreachable(failure) || said(failure) instanceof SQLTransientConnectionException;
    }

    /** Whether the failure says that an address leads to another database than it should. */
    static boolean contradicted(Throwable failure) {
        return contradiction(failure).isPresent();
    }

    /** To which other database an address leads than it should, without any value; empty where the failure says something else. */
    public static Optional<String> contradiction(Throwable failure) {
        return NestedExceptionUtils.getMostSpecificCause(failure) instanceof Mark.Contradicted said ? Optional.of(said.getMessage()) : Optional.empty();
    }

    /** Whether the failure says that the server takes no such connection: its login, or whether it is in TLS. */
    private static boolean rejected(Throwable failure) {
        SQLException said = said(failure);
        return said != null && REJECTED.stream().anyMatch(String.valueOf(said.getSQLState())::startsWith);
    }

    /** Whether the failure says that a table or column is not there: whoever owns the database may add it. */
    public static boolean lacking(Throwable failure) {
        SQLException said = said(failure);
        return said != null && LACKING.contains(String.valueOf(said.getSQLState()));
    }

    /** Whether the failure says that a table is not as the contracts need it, or not to be written: a column's type, a key, a right. */
    static boolean unfit(Throwable failure) {
        SQLException said = said(failure);
        return said != null && String.valueOf(said.getSQLState()).startsWith("42");
    }

    private static SQLException said(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return sql;
            }
        }
        return null;
    }

    /** What the database itself said, not those who passed it on. */
    private static String reason(Exception failure) {
        String reason = failure.getMessage();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException) {
                reason = cause.getMessage();
            }
        }
        return String.valueOf(reason).lines().filter(line -> !line.isBlank()).findFirst().orElse("no reason given");
    }
}
