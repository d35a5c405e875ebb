package dev.concordat.residency;

import dev.concordat.TestPostgres;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A directory database that really answers; started for a class of tests, and empty before each. */
final class DirectoryGround implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {
    DataSource database;
    private EmbeddedPostgres postgres;

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        postgres = TestPostgres.start();
        database = postgres.getPostgresDatabase();
        Flyway.configure().dataSource(database).locations("classpath:db/directory").load().migrate();
    }

    void run(String sql) throws SQLException {
        try (var connection = database.getConnection(); var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) throws SQLException {
        run("TRUNCATE concordat.directory, concordat.intake, concordat.drift, concordat.observed, concordat.held, concordat.unplaced");
    }

    /** All rows, the values of each joined by a bar. */
    List<String> rows(String sql) throws SQLException {
        try (var connection = database.getConnection(); var rows = connection.createStatement().executeQuery(sql)) {
            var found = new ArrayList<String>();
            while (rows.next()) {
                var values = new ArrayList<String>();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    values.add(rows.getString(i));
                }
                found.add(String.join("|", values));
            }
            return found;
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        postgres.close();
    }
}
