package dev.concordat.audit;

import dev.concordat.audit.AuditReport.Bucket;
import dev.concordat.audit.AuditReport.Latency;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * How often which latency was measured; percentiles are nearest-rank, so each is a latency that a change really had.
 */
final class Latencies {
    /** Upper ends of the report's histogram in seconds; the last one has no end. */
    private static final double[] EDGES =
            {0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000, 3600, Double.POSITIVE_INFINITY};

    private final NavigableMap<Long, Long> counts = new TreeMap<>();
    private long measured;
    private long leftOut;

    void add(long milliseconds, long changes) {
        counts.merge(milliseconds, changes, Long::sum);
        measured += changes;
    }

    /** Counts changes that waited for a person, which says nothing about the bridge's speed. */
    void leaveOut(long changes) {
        leftOut += changes;
    }

    void addAll(Latencies others) {
        others.counts.forEach(this::add);
        leaveOut(others.leftOut);
    }

    long measured() {
        return measured;
    }

    /** Milliseconds within which this share of the changes ended; null without changes. */
    Long percentile(double share) {
        long rank = Math.max(1, (long) Math.ceil(share * measured - 1e-9));
        long seen = 0;
        for (Map.Entry<Long, Long> entry : counts.entrySet()) {
            seen += entry.getValue();
            if (seen >= rank) {
                return entry.getKey();
            }
        }
        return null;
    }

    /** The same in seconds, as reports show it. */
    Double seconds(double share) {
        Long milliseconds = percentile(share);
        return milliseconds == null ? null : (Double) (milliseconds / 1000.0);
    }

    long notWithin(long milliseconds) {
        return counts.tailMap(milliseconds, false).values().stream().mapToLong(Long::longValue).sum();
    }

    Latency report(String region) {
        return new Latency(region, measured, leftOut, seconds(0.5), seconds(0.95), seconds(0.99), seconds(0.995), seconds(1), buckets());
    }

    private List<Bucket> buckets() {
        List<Bucket> buckets = new ArrayList<>();
        long from = -1;
        for (double edge : EDGES) {
            long to = edge == Double.POSITIVE_INFINITY ? Long.MAX_VALUE : Math.round(edge * 1000);
            long changes = counts.subMap(from, false, to, true).values().stream().mapToLong(Long::longValue).sum();
            buckets.add(new Bucket(to == Long.MAX_VALUE ? null : edge, changes));
            from = to;
        }
        return buckets;
    }
}
