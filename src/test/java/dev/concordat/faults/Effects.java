package dev.concordat.faults;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/** Counts what is really written to the ledgers' tables, by triggers of the checker's own. */
final class Effects {
    private static final String INSTALL = """
            CREATE SCHEMA checker;
            CREATE TABLE checker.write (entity text NOT NULL, id text NOT NULL, op text NOT NULL, versions bigint[] NOT NULL);
            CREATE FUNCTION checker.note() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP = 'DELETE' THEN
                    INSERT INTO checker.write VALUES (TG_TABLE_NAME, OLD.id, TG_OP, '{}');
                -- A booking, or the flag that a customer's status sets on its accounts.
                ELSIF NOT (TG_TABLE_NAME = 'account' AND TG_OP = 'UPDATE' AND NEW.versions IS NOT DISTINCT FROM OLD.versions) THEN
                    INSERT INTO checker.write SELECT TG_TABLE_NAME, NEW.id, TG_OP, ARRAY(
                        SELECT DISTINCT v.after FROM unnest(NEW.versions, coalesce(OLD.versions, '{}')) AS v(after, before)
                        WHERE coalesce(v.after, 0) <> coalesce(v.before, 0));
                END IF;
                RETURN NULL;
            END $$;
            CREATE TRIGGER checker_note AFTER INSERT OR UPDATE OR DELETE ON ledger.customer FOR EACH ROW EXECUTE FUNCTION checker.note();
            CREATE TRIGGER checker_note AFTER INSERT OR UPDATE OR DELETE ON ledger.account FOR EACH ROW EXECUTE FUNCTION checker.note();
            """;

    private final Map<String, DataSource> ledgers;

    /** One write of one row; {@code versions} are those that the write gave to fields. */
    record Write(String region, String entity, String id, String op, List<Long> versions) {
    }

    Effects(Map<String, DataSource> ledgers) throws SQLException {
        this.ledgers = ledgers;
        for (DataSource ledger : ledgers.values()) {
            try (var connection = ledger.getConnection(); var statement = connection.createStatement()) {
                statement.execute(INSTALL);
            }
        }
    }

    List<Write> read() throws SQLException {
        var writes = new ArrayList<Write>();
        for (var ledger : ledgers.entrySet()) {
            try (var connection = ledger.getValue().getConnection(); var statement = connection.createStatement();
                    var rows = statement.executeQuery("SELECT entity, id, op, versions FROM checker.write")) {
                while (rows.next()) {
                    writes.add(new Write(ledger.getKey(), rows.getString(1), rows.getString(2), rows.getString(3),
                            Arrays.asList((Long[]) rows.getArray(4).getArray())));
                }
            }
        }
        return writes;
    }
}
