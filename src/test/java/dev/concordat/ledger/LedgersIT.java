package dev.concordat.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.concordat.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

class LedgersIT {
    @Test
    void aConnectionThatLeadsToAReplicaIsGivenUpAndTheNextOneLeadsToTheLedger() throws Exception {
        try (var postgres = TestPostgres.start(); var failover = postgres.getPostgresDatabase().getConnection(); var turn = failover.createStatement()) {
            turn.execute("ALTER DATABASE postgres SET default_transaction_read_only = on");
            giveUp(postgres.getJdbcUrl("postgres", "postgres"), turn);
        }
    }

    /** The pool does not go by what its first connection tells, which may be cut before. */
    @Test
    void aConnectionHasTheIsolationOfTheBridgeWhateverTheDatabasesDefaultIs() throws Exception {
        try (var postgres = TestPostgres.start(); var own = postgres.getPostgresDatabase().getConnection(); var statement = own.createStatement()) {
            statement.execute("ALTER DATABASE postgres SET default_transaction_isolation = 'serializable'");
            try (var pool = Ledgers.open("ledger-eu", postgres.getJdbcUrl("postgres", "postgres"), "postgres", "", 1); var connection = pool.getConnection()) {
                assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
            }
        }
    }

    /** Otherwise each try would leave a session behind that waits on. */
    @Test
    void theServerGivesAStatementUpBeforeTheDriverDoesButForMigrations() throws Exception {
        try (var postgres = TestPostgres.start(); var pool = Ledgers.open("ledger-eu", postgres.getJdbcUrl("postgres", "postgres"), "postgres", "", 2)) {
            Ledgers.migrate(pool, "limits");
            try (var connection = pool.getConnection(); var statement = connection.createStatement(); var row = statement.executeQuery(
                    "SELECT statement_timeout, extract(epoch FROM current_setting('statement_timeout')::interval) * 1000 FROM limits")) {
                row.next();
                assertThat(row.getString(1)).as("a migration").isEqualTo("0");
                assertThat(row.getInt(2)).isBetween(1, connection.getNetworkTimeout() - 1);
            }
        }
    }

    /** As a login that is mended on the server. */
    @Test
    void whatNoWaitingBringsIsToldOfAtOnceAndIsThereOnceThatIsMended() throws Exception {
        try (var postgres = TestPostgres.start(); var own = postgres.getPostgresDatabase().getConnection(); var statement = own.createStatement()) {
            statement.execute("CREATE ROLE bridge NOLOGIN");
            try (var pool = Ledgers.open(Address.ledger("eu", postgres.getJdbcUrl("bridge", "postgres")), "bridge", "", 1)) {
                pool.setConnectionTimeout(Duration.ofMinutes(2).toMillis());
                for (int ask = 1; ask <= 2; ask++) {
                    assertThatThrownBy(pool::getConnection).isInstanceOfSatisfying(SQLException.class, failure -> {
                        assertThat(failure.getMessage()).as("not that the time is over").contains("not permitted to log in");
                        assertThat(failure.getSQLState()).isEqualTo("28000");
                    });
                }
                statement.execute("ALTER ROLE bridge LOGIN");
                await().atMost(Duration.ofMinutes(1)).ignoreExceptions().untilAsserted(() -> pool.getConnection().close());
            }
        }
    }

    private static void giveUp(String url, Statement turn) throws SQLException {
        try (var pool = Ledgers.open("ledger-eu", url, "postgres", "", 1)) {
            assertThatThrownBy(() -> write(pool)).isInstanceOfSatisfying(SQLException.class, failure -> {
                assertThat(failure.getSQLState()).isEqualTo("25006");
                assertThat(Ledgers.unreachable(failure)).as("waiting helps").isTrue();
            });
            turn.execute("ALTER DATABASE postgres RESET default_transaction_read_only");
            // The pool may have opened the next connection before.
            await().atMost(Duration.ofMinutes(5)).ignoreExceptions().until(() -> write(pool));
        }
    }

    private static boolean write(DataSource ledger) throws SQLException {
        try (var connection = ledger.getConnection(); var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE written ()");
            return true;
        }
    }
}
