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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The last scheduled audit of a group of bridges, kept in the directory: whichever bridge audits next goes on from there. */
public final class LastAudit {
    private static final Logger LOG = LoggerFactory.getLogger(LastAudit.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String READ = "SELECT coalesce(begun_at, at) AS begun_at, first_at, at, whole_at, findings, unread, firing FROM concordat.audit";
    private static final String BEGUN = """
            INSERT INTO concordat.audit (begun_at, first_at) VALUES (?, ?) ON CONFLICT (one) DO UPDATE SET begun_at = excluded.begun_at""";
    private static final String AUDITED = """
            INSERT INTO concordat.audit AS known (at, whole_at, findings, unread, first_at, firing) VALUES (?, ?, ?, ?, ?, ?::json)
            ON CONFLICT (one) DO UPDATE SET at = excluded.at, whole_at = coalesce(excluded.whole_at, known.whole_at),
              findings = excluded.findings, unread = excluded.unread, firing = excluded.firing""";
    private static final String FIRING = "UPDATE concordat.audit SET firing = ?::json WHERE at = ?";
    private final DataSource directory;
    /** So that alerts that cannot be read are named once, until they can be. */
    private volatile boolean named;

    public LastAudit(DataSource directory) {
        this.directory = directory;
    }

    /**
     * What is known of an audit.
     *
     * @param begunAt  when the last one began, whether it ended or not
     * @param firstAt  when the first one began
     * @param at       when the last one began that ended; null if none did
     * @param wholeAt  when the last one began that could read and judge everything; null if none could
     * @param findings how many there were
     * @param unread   parts that it could not read
     * @param firing   alerts that Alertmanager may have taken and that may not be resolved there
     */
    public record Known(Instant begunAt, Instant firstAt, Instant at, Instant wholeAt, long findings, int unread, Firing firing) {
        /** What is known once an audit begins, where {@code before} was known, or null. */
        public static Known begun(Instant now, Known before) {
            return before == null ? new Known(now, now, null, null, 0, 0, Firing.NONE)
                    : new Known(now, before.firstAt, before.at, before.wholeAt, before.findings, before.unread, before.firing);
        }

        /** What is known after this audit, while {@code others} may fire. */
        public Known after(AuditReport report, Firing others) {
            return new Known(begunAt, firstAt, report.at(), report.isWhole() ? report.at() : wholeAt, report.findingCount(), report.unread().size(), others);
        }

        public Known withFiring(Firing others) {
            return new Known(begunAt, firstAt, at, wholeAt, findings, unread, others);
        }

        /** Whether it tells of a later beginning, or of the end where the other does not. */
        public boolean isNewerThan(Known other) {
            return begunAt.isAfter(other.begunAt) || begunAt.equals(other.begunAt) && at != null && (other.at == null || at.isAfter(other.at));
        }

        /** The same beginning, with what is newest of both: each may have heard of audits that the other has not. */
        public Known over(Known older) {
            Known last = at == null || older.at != null && older.at.isAfter(at) ? older : this;
            Known before = last == this ? older : this;
            Instant whole = wholeAt == null || older.wholeAt != null && older.wholeAt.isAfter(wholeAt) ? older.wholeAt : wholeAt;
            return new Known(begunAt, older.firstAt, last.at, whole, last.findings, last.unread, before.firing.with(last.firing));
        }

        /** Since when there was no audit that is whole. */
        public Instant since() {
            return wholeAt == null ? firstAt : wholeAt;
        }
    }

    /** Empty before the first audit. */
    public Optional<Known> read() throws SQLException {
        try (Connection connection = directory.getConnection();
                PreparedStatement statement = connection.prepareStatement(READ);
                ResultSet row = statement.executeQuery()) {
            return row.next() ? Optional.of(new Known(instant(row, "begun_at"), instant(row, "first_at"),
                    instant(row, "at"), instant(row, "whole_at"), row.getLong("findings"), row.getInt("unread"),
                    firing(row.getString("firing")))) : Optional.empty();
        }
    }

    /** What somebody else has written there keeps no audit from being told: it is overwritten then. */
    private Firing firing(String column) {
        try {
            var firing = Firing.of((ArrayNode) JSON.readTree(column));
            named = false;
            return firing;
        } catch (JsonProcessingException | ClassCastException e) {
            if (!named) {
                LOG.warn("column concordat.audit.firing should be an array of alerts; those that fired are not known, and the next audit writes it anew");
            }
            named = true;
            return Firing.NONE;
        }
    }

    /** Says that an audit begins, before it could end its bridge. */
    public void begins(Known now) throws SQLException {
        try (Connection connection = directory.getConnection(); PreparedStatement statement = connection.prepareStatement(BEGUN)) {
            statement.setObject(1, now.begunAt().atOffset(ZoneOffset.UTC));
            statement.setObject(2, now.firstAt().atOffset(ZoneOffset.UTC));
            statement.executeUpdate();
        }
    }

    /** Says how an audit ended, and what may fire from now on: whoever is killed before that is sent leaves it to the next audit. */
    public void audited(Known now) throws SQLException {
        try (Connection connection = directory.getConnection(); PreparedStatement statement = connection.prepareStatement(AUDITED)) {
            statement.setObject(1, now.at().atOffset(ZoneOffset.UTC));
            statement.setObject(2, now.wholeAt() == null ? null : now.wholeAt().atOffset(ZoneOffset.UTC), Types.TIMESTAMP_WITH_TIMEZONE);
            statement.setLong(3, now.findings());
            statement.setInt(4, now.unread());
            statement.setObject(5, now.firstAt().atOffset(ZoneOffset.UTC));
            statement.setString(6, now.firing().json().toString());
            statement.executeUpdate();
        }
    }

    /** Says what still fires once all was sent; where another audit has ended since, that one knows better. */
    public void fires(Known now) throws SQLException {
        try (Connection connection = directory.getConnection(); PreparedStatement statement = connection.prepareStatement(FIRING)) {
            statement.setString(1, now.firing().json().toString());
            statement.setObject(2, now.at().atOffset(ZoneOffset.UTC));
            statement.executeUpdate();
        }
    }
}
