package dev.concordat.audit;

import static dev.concordat.audit.Query.instant;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.concordat.audit.Alerts.Firing;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import javax.sql.DataSource;

/** The last scheduled audit of a group of bridges, kept in the directory: whichever bridge audits next goes on from there. */
public final class LastAudit {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String READ = "SELECT at, whole_at, findings, unread, firing FROM concordat.audit";
    private static final String AUDITED = """
            INSERT INTO concordat.audit AS known (at, whole_at, findings, unread) VALUES (?, ?, ?, ?)
            ON CONFLICT (one) DO UPDATE SET at = excluded.at, whole_at = coalesce(excluded.whole_at, known.whole_at),
              findings = excluded.findings, unread = excluded.unread""";
    private static final String FIRING = "UPDATE concordat.audit SET firing = ?::json";
    private final DataSource directory;

    public LastAudit(DataSource directory) {
        this.directory = directory;
    }

    /**
     * What is known of an audit.
     *
     * @param at       when it began
     * @param wholeAt  when the last one began that could read everything; null if none could
     * @param findings how many there were
     * @param unread   parts that it could not read
     * @param firing   alerts that Alertmanager took and that are not resolved
     */
    public record Known(Instant at, Instant wholeAt, long findings, int unread, Firing firing) {
        /** What is known after this audit, where {@code before} was known. */
        public static Known after(AuditReport report, Known before) {
            Instant whole = report.isWhole() ? report.at() : before == null ? null : before.wholeAt();
            return new Known(report.at(), whole, report.findingCount(), report.unread().size(), before == null ? Firing.NONE : before.firing());
        }

        public Known withFiring(Firing others) {
            return new Known(at, wholeAt, findings, unread, others);
        }
    }

    /** Empty before the first audit. */
    public Optional<Known> read() throws SQLException {
        try (Connection connection = directory.getConnection();
                PreparedStatement statement = connection.prepareStatement(READ);
                ResultSet row = statement.executeQuery()) {
            return row.next() ? Optional.of(new Known(instant(row, "at"), instant(row, "whole_at"), row.getLong("findings"),
                    row.getInt("unread"), Firing.of((ArrayNode) JSON.readTree(row.getString("firing"))))) : Optional.empty();
        } catch (JsonProcessingException | ClassCastException broken) {
            throw new SQLException("the alerts that fire cannot be read", "22000");
        }
    }

    public void audited(Known now) throws SQLException {
        try (Connection connection = directory.getConnection(); PreparedStatement statement = connection.prepareStatement(AUDITED)) {
            statement.setObject(1, now.at().atOffset(ZoneOffset.UTC));
            statement.setObject(2, now.wholeAt() == null ? null : now.wholeAt().atOffset(ZoneOffset.UTC), Types.TIMESTAMP_WITH_TIMEZONE);
            statement.setLong(3, now.findings());
            statement.setInt(4, now.unread());
            statement.executeUpdate();
        }
    }

    public void fires(Firing firing) throws SQLException {
        try (Connection connection = directory.getConnection(); PreparedStatement statement = connection.prepareStatement(FIRING)) {
            statement.setString(1, firing.json().toString());
            statement.executeUpdate();
        }
    }
}
