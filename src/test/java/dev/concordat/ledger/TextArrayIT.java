package dev.concordat.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.postgresql.core.BaseConnection;

class TextArrayIT {
    private static final String SAME = "customer/1.0.0";

    @Test
    void textsComeAsTheyAreAlsoWhereTheConnectionSendsNoBinaryValues() throws Exception {
        try (var postgres = TestPostgres.start(); var usual = postgres.getPostgresDatabase().getConnection();
                var simple = DriverManager.getConnection(usual.getMetaData().getURL() + "?preferQueryMode=simple", "postgres", "postgres")) {
            for (Connection connection : new Connection[] {usual, simple}) {
                assertComes(connection);
                assertComes(connection, (String) null);
                assertComes(connection, "");
                assertComes(connection, SAME, SAME, null, SAME, "Zoë 李 😀", "{\"a\": \"\\\\\"}, NULL", "NULL", null);
                assertComes(connection, "x".repeat(70_000), "\u007f\u0080\u07ff\u0800\uffff");
            }
        }
    }

    private static void assertComes(Connection connection, String... texts) throws SQLException {
        try (var statement = connection.prepareStatement("SELECT ?::text[]")) {
            statement.setObject(1, TextArray.of(texts, connection.unwrap(BaseConnection.class)));
            try (var rows = statement.executeQuery()) {
                rows.next();
                assertThat((String[]) rows.getArray(1).getArray()).containsExactly(texts);
            }
        }
    }
}
