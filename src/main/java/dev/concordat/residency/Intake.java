package dev.concordat.residency;

import dev.concordat.BridgeException;
import java.sql.SQLException;
import javax.sql.DataSource;

/** What an operator sees of the intake and does with it, wherever the bridge that holds it runs. */
public final class Intake implements IntakeMXBean {
    private static final String HELD = """
            SELECT resumed_at IS NULL AND ended_at IS NULL AS held, CASE WHEN resumed_at IS NULL AND ended_at IS NULL THEN 'held since ' ELSE 'not held; was held from ' END || to_char(since AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')
              || 'Z: ' || breached || ' of ' || changes || ' changes were in breach' || CASE
              WHEN resumed_at IS NOT NULL THEN '; let through by an operator at ' || to_char(resumed_at AT TIME ZONE 'UTC', 'HH24:MI:SS') || 'Z'
              WHEN ended_at IS NOT NULL THEN '; went on by itself at ' || to_char(ended_at AT TIME ZONE 'UTC', 'HH24:MI:SS') || 'Z'
              ELSE '' END AS words
            FROM concordat.held""";
    private static final String RESUME = "UPDATE concordat.held SET resumed_at = clock_timestamp(), resumes = resumes + 1 "
            + "WHERE resumed_at IS NULL AND ended_at IS NULL";

    private final DataSource directory;

    public Intake(DataSource directory) {
        this.directory = directory;
    }

    @Override
    public boolean isHeld() {
        return read(rows -> rows.next() && rows.getBoolean("held"));
    }

    @Override
    public String show() {
        return read(rows -> rows.next() ? rows.getString("words") : "the intake was never held");
    }

    @Override
    public String resume() {
        try (var connection = directory.getConnection(); var statement = connection.createStatement()) {
            return statement.executeUpdate(RESUME) == 1 ? "what is held goes on with the next trial; what is in breach goes to"
                    + " quarantine" : "the intake is not held";
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private interface Reading<T> {
        T of(java.sql.ResultSet rows) throws SQLException;
    }

    private <T> T read(Reading<T> reading) {
        try (var connection = directory.getConnection(); var rows = connection.createStatement().executeQuery(HELD)) {
            return reading.of(rows);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private static BridgeException failed(SQLException e) {
        return new BridgeException("the directory does not answer as it should: SQLSTATE " + e.getSQLState() + "; 'concordat.directory.url' says where it is", e);
    }
}
