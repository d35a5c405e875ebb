package dev.concordat.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.Test;

class RefusalIT {
    @Test
    void whatARefusalIsAboutIsNamedAndNoValueAndNoWordOfTheLedgersOwnTriggers() throws Exception {
        try (var postgres = TestPostgres.start(); var connection = postgres.getPostgresDatabase().getConnection()) {
            run(connection, """
                    CREATE ROLE bridge;
                    CREATE SEQUENCE account_number;
                    CREATE TABLE account (id text PRIMARY KEY, branch text NOT NULL, amount bigint CHECK (amount > 0));
                    GRANT INSERT ON account TO bridge;
                    CREATE FUNCTION numbered() RETURNS trigger LANGUAGE plpgsql AS $$
                    BEGIN
                      IF NEW.id = 'own' THEN
                        RAISE EXCEPTION 'not for %', NEW.branch USING ERRCODE = 'insufficient_privilege';
                      END IF;
                      PERFORM nextval('account_number');
                      RETURN NEW;
                    END $$;
                    CREATE TRIGGER numbered BEFORE INSERT ON account FOR EACH ROW EXECUTE FUNCTION numbered();
                    INSERT INTO account VALUES ('there', 'secret');""");
            assertThat(Refusal.broken(refusal(connection, "INSERT INTO account VALUES ('A-1')"))).hasValue("column public.account.branch");
            assertThat(Refusal.broken(refusal(connection, "INSERT INTO account VALUES ('there', 'secret')")))
                    .hasValue("constraint account_pkey of public.account");
            assertThat(Refusal.broken(refusal(connection, "INSERT INTO account VALUES ('A-1', 'secret', 0)")))
                    .hasValue("constraint account_amount_check of public.account");
            run(connection, "SET ROLE bridge");
            assertThat(Refusal.missingRight(refusal(connection, "INSERT INTO account VALUES ('A-1', 'secret')")))
                    .hasValue("permission denied for sequence account_number");
            assertThat(Refusal.missingRight(refusal(connection, "SELECT id FROM account"))).hasValue("permission denied for table account");
            assertThat(refusal(connection, "INSERT INTO account VALUES ('own', 'secret')")).hasMessageContaining("not for secret")
                    .satisfies(own -> assertThat(Refusal.missingRight(own).or(() -> Refusal.broken(own))).isEqualTo(Optional.empty()));
        }
    }

    private static Throwable refusal(Connection connection, String sql) {
        return ThrowableAssert.catchThrowable(() -> run(connection, sql));
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
