package dev.concordat.residency;

import dev.concordat.change.Change;
import dev.concordat.change.Outcomes;
import dev.concordat.change.Quarantined;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/** Counts what the sources sent, in the directory: a batch that is delivered again after a crash is not counted again. */
public final class ReceivedLog {
    private static final String NEXT = """
            SELECT topic, partition, next_offset FROM concordat.intake
            WHERE (topic, partition) IN (SELECT * FROM unnest(?::text[], ?::int[])) ORDER BY 1, 2 FOR UPDATE""";
    /** So that there is a row to lock: two bridges may have the first batch of a partition at once. */
    private static final String BEGIN = """
            INSERT INTO concordat.intake (topic, partition, next_offset, received)
            SELECT *, 0, 0 FROM unnest(?::text[], ?::int[]) ORDER BY 1, 2 ON CONFLICT DO NOTHING""";
    private static final String KEEP = """
            UPDATE concordat.intake SET next_offset = greatest(next_offset, ?), received = received + ? WHERE topic = ? AND partition = ?""";

    private final DataSource directory;
    private final Outcomes outcomes;

    private record Partition(String topic, int number) implements Comparable<Partition> {
        @Override
        public int compareTo(Partition other) {
            return topic.equals(other.topic) ? Integer.compare(number, other.number) : topic.compareTo(other.topic);
        }
    }

    public ReceivedLog(DataSource directory, Outcomes outcomes) {
        this.directory = directory;
        this.outcomes = outcomes;
    }

    /** Counts the changes of a batch that were not counted before; hands the batch on. */
    public List<Change> count(List<Change> batch) throws SQLException {
        Map<Partition, List<Change>> partitions = batch.stream().collect(Collectors.groupingBy(
                change -> new Partition(change.receipt().topic(), change.receipt().partition()), TreeMap::new, Collectors.toList()));
        var received = new ArrayList<Change>();
        try (Connection connection = directory.getConnection()) {
            connection.setAutoCommit(false);
            Map<Partition, Long> next = next(connection, partitions.keySet());
            try (var statement = connection.prepareStatement(KEEP)) {
                for (var partition : partitions.entrySet()) {
                    received.addAll(count(statement, partition.getKey(), partition.getValue(), next.get(partition.getKey())));
                }
                statement.executeBatch();
            }
            connection.commit();
        }
        received.forEach(change -> outcomes.received(change.envelope() == null ? "unknown" : change.envelope().entity(),
                Quarantined.CRM_TO_LEDGER));
        return batch;
    }

    private static List<Change> count(PreparedStatement statement, Partition partition, List<Change> changes, long next)
            throws SQLException {
        long last = changes.stream().mapToLong(change -> change.receipt().offset()).max().orElseThrow();
        var received = changes.stream().filter(change -> change.receipt().offset() >= next && !change.receipt().returned()).toList();
        statement.setLong(1, last + 1);
        statement.setLong(2, received.size());
        statement.setString(3, partition.topic);
        statement.setInt(4, partition.number);
        statement.addBatch();
        return received;
    }

    /** Locks the rows of the partitions, always in one order, and makes those that are missing. */
    private static Map<Partition, Long> next(Connection connection, Set<Partition> partitions) throws SQLException {
        Map<Partition, Long> found = find(connection, partitions);
        if (found.size() < partitions.size()) {
            try (var statement = prepare(connection, BEGIN, partitions)) {
                statement.executeUpdate();
            }
            found = find(connection, partitions);
        }
        return found;
    }

    private static Map<Partition, Long> find(Connection connection, Set<Partition> partitions) throws SQLException {
        var found = new HashMap<Partition, Long>();
        try (var statement = prepare(connection, NEXT, partitions); var rows = statement.executeQuery()) {
            while (rows.next()) {
                found.put(new Partition(rows.getString(1), rows.getInt(2)), rows.getLong(3));
            }
        }
        return found;
    }

    private static PreparedStatement prepare(Connection connection, String sql, Set<Partition> partitions) throws SQLException {
        var statement = connection.prepareStatement(sql);
        statement.setArray(1, connection.createArrayOf("text", partitions.stream().map(Partition::topic).toArray()));
        statement.setArray(2, connection.createArrayOf("int", partitions.stream().map(Partition::number).toArray()));
        return statement;
    }
}
