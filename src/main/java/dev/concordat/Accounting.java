package dev.concordat;

import dev.concordat.change.Breach;
import dev.concordat.ledger.Parking;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;

/**
 * What became of all changes, recomputed from the tables of the lanes and the directory.
 *
 * <p>received = applied + duplicate + superseded + filtered + parked + quarantined + discarded + in flight.
 */
final class Accounting {
    private static final String ENDED = """
            SELECT outcome, count(*) FROM concordat.inbox GROUP BY 1
            UNION ALL SELECT 'duplicate', count(*) FROM concordat.duplicate
            UNION ALL SELECT outcome, count FROM concordat.forgotten
            UNION ALL SELECT 'parked', count(*) FROM concordat.parked
            UNION ALL SELECT CASE state WHEN 'discarded' THEN 'discarded' ELSE 'quarantined' END, count(*)
              FROM concordat.quarantine WHERE direction = 'crm-to-ledger' AND state <> 'replayed' GROUP BY 1""";
    private static final String BREACHES = """
            SELECT contract, rule, breaches -> 0 ->> 'keyword', breaches -> 0 ->> 'pointer', count(*)
            FROM concordat.quarantine WHERE state IN ('quarantined', 'replaying') GROUP BY 1, 2, 3, 4""";
    private static final String OUTBOX = "SELECT count(*) FROM concordat.untold";
    private static final String RECEIVED = "SELECT coalesce(sum(received), 0) FROM concordat.intake";

    private final Map<String, DataSource> ledgers;
    private final DataSource directory;

    /**
     * The books at one moment.
     *
     * @param received what the sources sent
     * @param outcomes for each region, how many changes ended how
     * @param breaches waiting in quarantine, by the group of their first breach
     * @param outbox   entities that the CRM has not been told of yet
     */
    record Books(long received, Map<String, Map<String, Long>> outcomes, Map<Breach.Group, Long> breaches, long outbox) {
        long of(String outcome) {
            return outcomes.values().stream().mapToLong(region -> region.getOrDefault(outcome, 0L)).sum();
        }

        long ended() {
            return outcomes.values().stream().flatMap(region -> region.values().stream()).mapToLong(Long::longValue).sum();
        }

        /** Received and not ended yet. */
        long inFlight() {
            return received - ended();
        }
    }

    Accounting(Map<String, DataSource> ledgers, DataSource directory) {
        this.ledgers = ledgers;
        this.directory = directory;
    }

    Books read() {
        try {
            Map<String, Map<String, Long>> outcomes = new LinkedHashMap<>();
            Map<Breach.Group, Long> breaches = new HashMap<>();
            long outbox = 0;
            for (var ledger : ledgers.entrySet()) {
                outcomes.put(ledger.getKey(), counts(ledger.getValue(), ENDED));
                groups(ledger.getValue(), breaches);
                outbox += number(ledger.getValue(), OUTBOX);
            }
            // Last: what is received meanwhile is under way, and nothing has ended that was not received.
            return new Books(number(directory, RECEIVED), outcomes, breaches, outbox);
        } catch (SQLException e) {
            throw new BridgeException("the accounting cannot be read: SQLSTATE " + e.getSQLState(), e);
        }
    }

    /** Lets what is parked wait no longer; see {@link Parking#endWaiting}. */
    void endWaiting() {
        try {
            for (var ledger : ledgers.values()) {
                Parking.endWaiting(ledger);
            }
        } catch (SQLException e) {
            throw new BridgeException("the waiting cannot be ended: SQLSTATE " + e.getSQLState(), e);
        }
    }

    private static long number(DataSource database, String sql) throws SQLException {
        try (var connection = database.getConnection(); var rows = connection.createStatement().executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static void groups(DataSource database, Map<Breach.Group, Long> into) throws SQLException {
        try (var connection = database.getConnection(); var rows = connection.createStatement().executeQuery(BREACHES)) {
            while (rows.next()) {
                var group = Breach.Group.of(rows.getString(1), rows.getString(2), rows.getString(3), rows.getString(4));
                into.merge(group, rows.getLong(5), Long::sum);
            }
        }
    }

    private static Map<String, Long> counts(DataSource database, String sql) throws SQLException {
        var counts = new TreeMap<String, Long>();
        try (var connection = database.getConnection(); var rows = connection.createStatement().executeQuery(sql)) {
            while (rows.next()) {
                counts.merge(rows.getString(1), rows.getLong(2), Long::sum);
            }
        }
        return counts;
    }
}
