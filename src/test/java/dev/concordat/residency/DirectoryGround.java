package dev.concordat.residency;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** A directory database that really answers. */
final class DirectoryGround implements AutoCloseable {
    final DataSource database;
    private final EmbeddedPostgres postgres;

    DirectoryGround() throws IOException {
        postgres = EmbeddedPostgres.start();
        database = postgres.getPostgresDatabase();
        Flyway.configure().dataSource(database).locations("classpath:db/directory").load().migrate();
    }

    void run(String sql) throws SQLException {
        try (var connection = database.getConnection(); var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    void clear() throws SQLException {
        run("TRUNCATE concordat.directory, concordat.intake, concordat.drift, concordat.observed");
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
    public void close() throws IOException {
        postgres.close();
    }
}
