package dev.concordat.sample;

import dev.concordat.TestPostgres;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** A PostgreSQL server for the tests of this package, with databases of the CRM and of ledgers. */
final class SampleServers implements AutoCloseable {
    private final EmbeddedPostgres postgres;

    SampleServers() throws IOException {
        this.postgres = TestPostgres.start();
    }

    DataSource crm(String name) throws SQLException {
        return database(name, "crm", Map.of());
    }

    DataSource ledger(String name, String currency, String ibanCountry, String bank) throws SQLException {
        return database(name, "ledger",
                Map.of("currency", currency, "iban.country", ibanCountry, "iban.bank", bank));
    }

    private DataSource database(String name, String tables, Map<String, String> placeholders) throws SQLException {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        }
        DataSource database = postgres.getDatabase("postgres", name);
        Flyway.configure().dataSource(database).locations("classpath:db/" + tables).placeholders(placeholders)
                .baselineOnMigrate(true).baselineVersion("0").load().migrate();
        return database;
    }

    @Override
    public void close() throws IOException {
        postgres.close();
    }
}
