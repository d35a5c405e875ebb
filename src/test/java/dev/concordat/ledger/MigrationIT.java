package dev.concordat.ledger;

import static dev.concordat.TestPostgres.number;
import static dev.concordat.TestPostgres.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** The bridge's tables in a database that has none of them yet. */
class MigrationIT {
    /** More than one try of Flyway takes, and fewer than all tries. */
    private static final int CONNECTIONS = 10;

    @Test
    void anotherBridgeThatBeginsAtTheSameMomentIsWaitedFor() throws Exception {
        try (var postgres = TestPostgres.start()) {
            var database = postgres.getPostgresDatabase();
            Ledgers.migrate(database, "directory");
            run(database, "CREATE TABLE begun AS SELECT * FROM flyway_directory WHERE version = '0'; TRUNCATE flyway_directory;"
                    + "DROP SCHEMA concordat CASCADE; DROP TABLE camel_messageprocessed");
            var asked = new AtomicInteger();
            Ledgers.migrate(new DelegatingDataSource(database) {
                @Override
                public Connection getConnection() throws SQLException {
                    if (asked.incrementAndGet() == CONNECTIONS) {
                        run(database, "INSERT INTO flyway_directory SELECT * FROM begun");
                    }
                    return super.getConnection();
                }
            }, "directory");
            assertThat(asked.get()).isGreaterThan(CONNECTIONS);
            assertThat(number(database, "SELECT count(*) FROM concordat.contract")).isZero();
        }
    }
}
