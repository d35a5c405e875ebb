package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The statements of {@code deploy/postgres}, as a bank runs them on databases of its own. */
class DatabaseScriptsIT {
    @Test
    void whoeverUsesADatabaseKeepsThatAndFurtherOnesOfTheSameServerArePrepared() throws Exception {
        try (var postgres = TestPostgres.start()) {
            run(postgres, "postgres", "CREATE ROLE corebank LOGIN");
            run(postgres, "postgres", "CREATE DATABASE ledger_uk");
            for (String database : List.of("postgres", "postgres", "ledger_uk")) {
                run(postgres, database, bridgeStatements(database, "it's"));
                run(postgres, database, "SET ROLE concordat; CREATE TABLE IF NOT EXISTS concordat.own (); CREATE SCHEMA IF NOT EXISTS further");
                try (var corebank = postgres.getDatabase("corebank", database).getConnection()) {
                    assertThat(corebank.isValid(0)).isTrue();
                }
            }
        }
    }

    /** What the script gives to psql. */
    private static String bridgeStatements(String database, String password) throws IOException {
        String script = Files.readString(Path.of("deploy/postgres/10-bridge.sh"));
        return script.substring(script.indexOf("<<'SQL'\n") + "<<'SQL'\n".length(), script.indexOf("\nSQL\n"))
                .replace(":\"database\"", "\"" + database + "\"").replace(":'password'", "'" + password.replace("'", "''") + "'");
    }

    private static void run(EmbeddedPostgres postgres, String database, String statements) throws SQLException {
        try (var connection = postgres.getDatabase("postgres", database).getConnection(); var statement = connection.createStatement()) {
            statement.execute(statements);
        }
    }
}
