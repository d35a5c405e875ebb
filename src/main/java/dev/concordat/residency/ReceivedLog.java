package dev.concordat.residency;

import dev.concordat.change.Change;
import dev.concordat.change.Outcomes;
import dev.concordat.change.Quarantined;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/** Counts what the sources sent, in the directory: a batch that is delivered again after a crash is not counted again. */
public final class ReceivedLog {
    /**
     * In one statement, because each further one would keep the batch waiting. What is counted follows from the row as it stands when it is
     * locked: two bridges may have a batch of one partition at once. Tells where each partition stood before.
     */
    private static final String COUNT = """
            WITH batch AS MATERIALIZED (
              -- A consumer that is given its partitions again in the middle of a batch reads the first ones twice.
              SELECT DISTINCT * FROM unnest(?::text[], ?::int[], ?::bigint[], ?::boolean[]) AS b(topic, partition, at, returned)
            ),
            before AS MATERIALIZED (
              SELECT topic, partition, next_offset FROM concordat.intake
              WHERE (topic, partition) IN (SELECT topic, partition FROM batch) ORDER BY 1, 2 FOR UPDATE
            ),
            counted AS (
              INSERT INTO concordat.intake AS i (topic, partition, next_offset, received)
              SELECT topic, partition, max(at) + 1, count(*) FILTER (WHERE NOT returned)
              -- Joined so that the rows are locked, in their order, before one is written.
              FROM batch LEFT JOIN before USING (topic, partition) GROUP BY 1, 2 ORDER BY 1, 2
              ON CONFLICT (topic, partition) DO UPDATE SET
                received = i.received + (SELECT count(*) FROM batch b WHERE b.topic = i.topic AND b.partition = i.partition
                                         AND b.at >= i.next_offset AND NOT b.returned),
                next_offset = greatest(i.next_offset, EXCLUDED.next_offset)
            )
            SELECT topic, partition, next_offset FROM before""";

    private final DataSource directory;
    private final Outcomes outcomes;

    private record Partition(String topic, int number) {
        static Partition of(Change change) {
            return new Partition(change.receipt().topic(), change.receipt().partition());
        }
    }

    public ReceivedLog(DataSource directory, Outcomes outcomes) {
        this.directory = directory;
        this.outcomes = outcomes;
    }

    /** Counts the changes of a batch that were not counted before, and marks those that were; hands the batch on. */
    public List<Change> count(List<Change> batch) throws SQLException {
        Map<Partition, Long> next = add(batch);
        for (Change change : batch) {
            long before = next.getOrDefault(Partition.of(change), 0L);
            next.put(Partition.of(change), Math.max(before, change.receipt().offset() + 1));
            if (change.receipt().offset() < before) {
                change.comeAgain();
            } else if (!change.receipt().returned()) {
                outcomes.received(change.envelope() == null ? "unknown" : change.envelope().entity(), Quarantined.CRM_TO_LEDGER);
            }
        }
        return batch;
    }

    /** Adds the batch to the log; returns the next offset of each partition that was in it before. */
    private Map<Partition, Long> add(List<Change> batch) throws SQLException {
        try (Connection connection = directory.getConnection(); var statement = connection.prepareStatement(COUNT)) {
            statement.setObject(1, batch.stream().map(change -> change.receipt().topic()).toArray(String[]::new));
            statement.setObject(2, batch.stream().mapToInt(change -> change.receipt().partition()).toArray());
            statement.setObject(3, batch.stream().mapToLong(change -> change.receipt().offset()).toArray());
            statement.setArray(4, connection.createArrayOf("boolean", batch.stream().map(change -> change.receipt().returned()).toArray()));
            var before = new HashMap<Partition, Long>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    before.put(new Partition(rows.getString(1), rows.getInt(2)), rows.getLong(3));
                }
            }
            return before;
        }
    }
}
