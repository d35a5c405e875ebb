package dev.concordat.residency;

import dev.concordat.change.Change;
import dev.concordat.change.Outcomes;
import dev.concordat.change.Quarantined;
import dev.concordat.change.Receipt;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/** Counts what the sources sent, in the directory: a batch that is delivered again after a crash is not counted again. */
public final class ReceivedLog {
    /**
     * In one statement, because each further one would keep the batch waiting. What is counted follows from the row as it stands when it is
     * locked: two bridges may have a batch of one partition at once. Tells where each partition stood before.
     */
    private static final String COUNT = """
            WITH batch AS MATERIALIZED (
              SELECT * FROM unnest(?::text[], ?::int[], ?::bigint[], ?::bigint[], ?::bigint[]) WITH ORDINALITY
                AS b(topic, partition, first, last, received, place)
            ),
            before AS MATERIALIZED (
              SELECT topic, partition, next_offset FROM concordat.intake
              WHERE (topic, partition) IN (SELECT topic, partition FROM batch) ORDER BY 1, 2 FOR UPDATE
            ),
            counted AS (
              INSERT INTO concordat.intake AS i (topic, partition, next_offset, received)
              -- Joined so that the rows are locked, in their order, before one is written.
              SELECT topic, partition, last + 1, b.received FROM batch b LEFT JOIN before USING (topic, partition) ORDER BY 1, 2
              ON CONFLICT (topic, partition) DO UPDATE SET
                received = i.received + (
                  SELECT CASE WHEN b.first >= i.next_offset THEN b.received ELSE (
                    SELECT count(*) FROM unnest(?::bigint[], ?::bigint[]) AS each(place, at)
                    WHERE each.place = b.place AND at >= i.next_offset
                  ) END FROM batch b WHERE b.topic = i.topic AND b.partition = i.partition),
                next_offset = greatest(i.next_offset, EXCLUDED.next_offset)
              RETURNING i.topic, i.partition, i.next_offset, xmax = 0 AS first_ever
            )
            SELECT topic, partition, next_offset FROM before
            -- Another bridge has entered the partition meanwhile: how far it was before cannot be told.
            UNION ALL SELECT topic, partition, c.next_offset FROM counted c LEFT JOIN before b USING (topic, partition)
            WHERE b.topic IS NULL AND NOT c.first_ever""";

    private final DataSource directory;
    private final Outcomes outcomes;
    /** Up to where each partition was counted with what this bridge counted last, and then up to where with what it also handed on. */
    private final Map<Partition, Long> counted = new ConcurrentHashMap<>();
    private final Map<Partition, Long> handedOn = new ConcurrentHashMap<>();

    private record Partition(String topic, int number) {
        static Partition of(Change change) {
            return new Partition(change.receipt().topic(), change.receipt().partition());
        }
    }

    /** What a batch has of one partition. A consumer that is given its partitions again in a batch's middle reads the first ones twice. */
    private static final class Share {
        private final Set<Long> received = new LinkedHashSet<>();
        private long first = Long.MAX_VALUE;
        private long last;

        void add(Receipt receipt) {
            first = Math.min(first, receipt.offset());
            last = Math.max(last, receipt.offset());
            if (!receipt.returned()) {
                received.add(receipt.offset());
            }
        }
    }

    public ReceivedLog(DataSource directory, Outcomes outcomes) {
        this.directory = directory;
        this.outcomes = outcomes;
    }

    /**
     * Counts the changes of a batch that were not counted before, and marks those that were, and those of partitions of which this bridge did not
     * hand on all that was counted last; hands the batch on.
     */
    public List<Change> count(List<Change> batch) throws SQLException {
        Map<Partition, Long> next = add(batch);
        var others = next.keySet().stream().filter(partition -> !next.get(partition).equals(handedOn.get(partition))).collect(Collectors.toSet());
        var received = new HashMap<String, Integer>();
        for (Change change : batch) {
            var partition = Partition.of(change);
            long before = next.getOrDefault(partition, 0L);
            next.put(partition, Math.max(before, change.receipt().offset() + 1));
            if (others.contains(partition)) {
                change.takeOver();
            }
            if (change.receipt().offset() < before || change.receipt().under()) {
                change.comeAgain();
            } else if (!change.receipt().returned()) {
                received.merge(change.counted(), 1, Integer::sum);
            }
        }
        received.forEach((entity, changes) -> outcomes.received(entity, Quarantined.CRM_TO_LEDGER, changes));
        next.forEach((partition, end) -> {
            handedOn.remove(partition);
            counted.put(partition, end);
        });
        return batch;
    }

    /** Notes that a batch is in the ledgers, or in the topics of their lanes. */
    public void handedOn(List<Change> batch) {
        batch.stream().map(Partition::of).distinct().forEach(partition -> handedOn.put(partition, counted.get(partition)));
    }

    /** Adds the batch to the log; returns the next offset of each partition that was in it before. */
    private Map<Partition, Long> add(List<Change> batch) throws SQLException {
        Map<Partition, Share> shares = new LinkedHashMap<>();
        batch.forEach(change -> shares.computeIfAbsent(Partition.of(change), partition -> new Share()).add(change.receipt()));
        try (Connection connection = directory.getConnection(); var statement = connection.prepareStatement(COUNT)) {
            statement.setObject(1, shares.keySet().stream().map(Partition::topic).toArray(String[]::new));
            statement.setObject(2, shares.keySet().stream().mapToInt(Partition::number).toArray());
            statement.setObject(3, shares.values().stream().mapToLong(share -> share.first).toArray());
            statement.setObject(4, shares.values().stream().mapToLong(share -> share.last).toArray());
            statement.setObject(5, shares.values().stream().mapToLong(share -> share.received.size()).toArray());
            statement.setObject(6, places(shares.values()));
            statement.setObject(7, shares.values().stream().flatMap(share -> share.received.stream()).mapToLong(Long::longValue).toArray());
            var before = new HashMap<Partition, Long>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    before.put(new Partition(rows.getString(1), rows.getInt(2)), rows.getLong(3));
                }
            }
            return before;
        }
    }

    /** For each offset that a source sent, which share it is in, counted from 1. */
    private static long[] places(Collection<Share> shares) {
        long[] places = new long[shares.stream().mapToInt(share -> share.received.size()).sum()];
        int next = 0;
        int place = 0;
        for (Share share : shares) {
            int end = next + share.received.size();
            Arrays.fill(places, next, end, ++place);
            next = end;
        }
        return places;
    }
}
