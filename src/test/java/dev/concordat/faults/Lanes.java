package dev.concordat.faults;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/** What the tables of lanes and directory say became of the deliveries. */
final class Lanes {
    private static final String ENDS = """
            SELECT receipt, 'inbox', outcome FROM concordat.inbox
            UNION ALL SELECT receipt, 'duplicate', 'duplicate' FROM concordat.duplicate
            UNION ALL SELECT receipt, 'parked', 'parked' FROM concordat.parked
            UNION ALL SELECT receipt, 'quarantine', CASE WHEN state = 'quarantined' AND attempts = 0 THEN rule ELSE rule || ' ' || state END
              FROM concordat.quarantine WHERE direction = 'crm-to-ledger'""";
    private static final String COUNT = """
            SELECT (SELECT count(*) FROM concordat.inbox) + (SELECT count(*) FROM concordat.duplicate)
                 + (SELECT count(*) FROM concordat.quarantine WHERE direction = 'crm-to-ledger'),
              (SELECT count(*) FROM concordat.parked), (SELECT count(*) FROM concordat.untold)""";
    private static final String REFUSED = "SELECT count(*) FROM concordat.quarantine WHERE direction = 'ledger-to-crm'";
    private static final String INTAKE = "SELECT coalesce(sum(next_offset), 0), coalesce(sum(received), 0) FROM concordat.intake";

    private final Map<String, DataSource> ledgers;
    private final DataSource directory;

    /** The end of one delivery, by one table. */
    record End(String region, String receipt, String table, String how) {
    }

    /** @param read how many records of the intake the bridge has counted, and how many of them as received */
    record Counts(long ended, long parked, long outbox, long read, long received) {
    }

    Lanes(Map<String, DataSource> ledgers, DataSource directory) {
        this.ledgers = ledgers;
        this.directory = directory;
    }

    Counts counts() throws SQLException {
        long ended = 0;
        long parked = 0;
        long outbox = 0;
        for (DataSource ledger : ledgers.values()) {
            long[] counts = numbers(ledger, COUNT, 3);
            ended += counts[0];
            parked += counts[1];
            outbox += counts[2];
        }
        long[] intake = numbers(directory, INTAKE, 2);
        return new Counts(ended, parked, outbox, intake[0], intake[1]);
    }

    List<End> ends() throws SQLException {
        var ends = new ArrayList<End>();
        for (var ledger : ledgers.entrySet()) {
            try (var connection = ledger.getValue().getConnection(); var statement = connection.createStatement();
                    var rows = statement.executeQuery(ENDS)) {
                while (rows.next()) {
                    ends.add(new End(ledger.getKey(), rows.getString(1), rows.getString(2), rows.getString(3)));
                }
            }
        }
        return ends;
    }

    /** What the CRM should have refused for good; it refuses nothing in a round. */
    long refusedByCrm() throws SQLException {
        long refused = 0;
        for (DataSource ledger : ledgers.values()) {
            refused += numbers(ledger, REFUSED, 1)[0];
        }
        return refused;
    }

    /** Nothing more will be sent: what is still parked is an orphan. */
    void endWaiting() throws SQLException {
        for (DataSource ledger : ledgers.values()) {
            dev.concordat.ledger.Parking.endWaiting(ledger);
        }
    }

    private static long[] numbers(DataSource database, String sql, int columns) throws SQLException {
        try (var connection = database.getConnection(); var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            long[] numbers = new long[columns];
            for (int i = 0; i < columns; i++) {
                numbers[i] = rows.getLong(i + 1);
            }
            return numbers;
        }
    }
}
