package dev.concordat.residency;

import dev.concordat.change.Change;
import dev.concordat.change.Outcomes;
import dev.concordat.change.Quarantined;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/** Counts what the sources sent, in the directory: a batch that is delivered again after a crash is not counted again. */
public final class ReceivedLog {
    private static final String NEXT = "SELECT next_offset FROM concordat.intake WHERE topic = ? AND partition = ? FOR UPDATE";
    /** So that there is a row to lock: two bridges may have the first batch of a partition at once. */
    private static final String BEGIN = """
            INSERT INTO concordat.intake (topic, partition, next_offset, received) VALUES (?, ?, 0, 0) ON CONFLICT DO NOTHING""";
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
            for (var partition : partitions.entrySet()) {
                received.addAll(count(connection, partition.getKey(), partition.getValue()));
            }
            connection.commit();
        }
        received.forEach(change -> outcomes.received(change.envelope() == null ? "unknown" : change.envelope().entity(),
                Quarantined.CRM_TO_LEDGER));
        return batch;
    }

    private static List<Change> count(Connection connection, Partition partition, List<Change> changes) throws SQLException {
        long next = next(connection, partition);
        long last = changes.stream().mapToLong(change -> change.receipt().offset()).max().orElseThrow();
        var received = changes.stream().filter(change -> change.receipt().offset() >= next && !change.receipt().returned()).toList();
        try (var statement = connection.prepareStatement(KEEP)) {
            statement.setLong(1, last + 1);
            statement.setLong(2, received.size());
            statement.setString(3, partition.topic);
            statement.setInt(4, partition.number);
            statement.executeUpdate();
        }
        return received;
    }

    private static long next(Connection connection, Partition partition) throws SQLException {
        OptionalLong next = find(connection, partition);
        if (next.isPresent()) {
            return next.getAsLong();
        }
        try (var statement = connection.prepareStatement(BEGIN)) {
            statement.setString(1, partition.topic);
            statement.setInt(2, partition.number);
            statement.executeUpdate();
        }
        return find(connection, partition).orElseThrow();
    }

    private static OptionalLong find(Connection connection, Partition partition) throws SQLException {
        try (var statement = connection.prepareStatement(NEXT)) {
            statement.setString(1, partition.topic);
            statement.setInt(2, partition.number);
            try (var rows = statement.executeQuery()) {
                return rows.next() ? OptionalLong.of(rows.getLong(1)) : OptionalLong.empty();
            }
        }
    }
}
