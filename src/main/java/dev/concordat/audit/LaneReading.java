package dev.concordat.audit;

import static dev.concordat.audit.Query.instant;

import dev.concordat.audit.AuditReport.Lane;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Reads how one region's changes ended: accounting, breaches, latencies, and what still waits. */
final class LaneReading {
    /**
     * How many changes of the inbox ended how and after how many milliseconds, and whether they waited in quarantine first; in one pass, as there
     * may be many. So that those are few, milliseconds are rounded up to 3 digits, but none that are within the promised time to more than that: a
     * miss is not rounded away, nor is what was kept. They are computed once (OFFSET 0), in integers.
     */
    private static final String INBOX = """
            SELECT outcome, waited, recent, CASE WHEN rounded > promised AND ms <= promised THEN promised ELSE rounded END AS ms, count(*)
            FROM (SELECT *, CASE WHEN ms < 10000 THEN ms WHEN ms < 100000 THEN (ms + 9) / 10 * 10 ELSE (ms + 999) / 1000 * 1000 END AS rounded,
                         ?::bigint AS promised FROM (
                  SELECT i.outcome, q.id IS NOT NULL AS waited, i.ended_at >= ? AS recent,
                         greatest(0, (round(date_part('epoch', i.ended_at - i.changed_at) * 1000000)::bigint + 999) / 1000) AS ms
                  FROM concordat.inbox i LEFT JOIN concordat.quarantine q ON q.source = i.source AND q.id = i.id
                  OFFSET 0) ended) counted
            GROUP BY 1, 2, 3, 4""";
    private static final String OTHER_ENDINGS = """
            SELECT 'duplicate', count(*), count(*) FILTER (WHERE ended_at >= ?) FROM concordat.duplicate
            UNION ALL SELECT 'parked', count(*), count(*) FILTER (WHERE parked_at >= ?) FROM concordat.parked
            UNION ALL SELECT CASE state WHEN 'replaying' THEN 'quarantined' ELSE state END, count(*), count(*) FILTER (WHERE quarantined_at >= ?)
            FROM concordat.quarantine WHERE direction = 'crm-to-ledger' GROUP BY 1
            UNION ALL SELECT outcome, count, 0 FROM concordat.forgotten""";
    private static final String OUTBOUND = """
            SELECT 'sent-' || outcome, count FROM concordat.sent
            UNION ALL SELECT 'waiting', count(*) FROM concordat.untold
            UNION ALL SELECT 'held', count(*) FROM concordat.quarantine
            WHERE direction = 'ledger-to-crm' AND state IN ('quarantined', 'replaying')""";
    private static final String BREACHES = """
            SELECT direction, rule, contract, count(*) AS changes,
                   count(*) FILTER (WHERE state IN ('quarantined', 'replaying')) AS open,
                   count(*) FILTER (WHERE state = 'replayed') AS replayed,
                   count(*) FILTER (WHERE state = 'discarded') AS discarded,
                   min(quarantined_at) AS oldest, max(quarantined_at) AS newest, count(*) FILTER (WHERE quarantined_at >= ?) AS recent
            FROM concordat.quarantine GROUP BY direction, rule, contract""";
    private static final String PLACES = """
            SELECT b->>'rule' AS rule, b->>'contract' AS contract, coalesce(b->>'keyword', '') AS keyword,
                   regexp_replace(coalesce(b->>'pointer', ''), '/[0-9]+(?=/|$)', '/*', 'g') AS pointer,
                   count(*) AS breaches,
                   count(*) FILTER (WHERE state IN ('quarantined', 'replaying')) AS open,
                   min(quarantined_at) AS oldest, max(quarantined_at) AS newest
            FROM concordat.quarantine, jsonb_array_elements(CASE jsonb_typeof(breaches) WHEN 'array' THEN breaches ELSE '[]' END) b
            WHERE b->>'rule' IS NOT NULL AND b->>'contract' IS NOT NULL
            GROUP BY 1, 2, 3, 4""";
    private static final String QUARANTINED = """
            SELECT subject, state <> 'discarded' AS waits, CASE WHEN state <> 'discarded' AND octet_length(original) <= ? THEN original END AS original
            FROM concordat.quarantine WHERE direction = 'crm-to-ledger' AND subject IS NOT NULL
              AND (state <> 'replayed' OR state_at > ?)""";
    private static final String PARKED = "SELECT subject, CASE WHEN octet_length(original) <= ? THEN original END AS original FROM concordat.parked";
    private static final String OVERDUE = "SELECT subject, parked_at FROM concordat.parked WHERE parked_at < ?";
    private static final String UNSENT = """
            SELECT entity || '/' || id FROM concordat.untold
            UNION SELECT subject FROM concordat.quarantine
            WHERE direction = 'ledger-to-crm' AND subject IS NOT NULL AND state IN ('quarantined', 'replaying')""";

    /** Bytes of a waiting change; what a longer one sets is not looked at, so that many of them do not make an audit long. */
    private static final int LONGEST_READ = 16_384;
    /** So many of them are in memory at once. */
    private static final int CHANGES = 250;

    private LaneReading() {}

    /**
     * Reads how the changes ended.
     *
     * @param promised how long a change may take
     * @param recent   gets those that ended since then
     * @param ever     gets all, also those that the lane has forgotten
     */
    static void endings(Query query, String region, Instant since, Duration promised, Ended recent, Ended ever) throws SQLException {
        Map<String, Long> all = new HashMap<>();
        Map<String, Long> fresh = new HashMap<>();
        Latencies allLatencies = new Latencies();
        Latencies freshLatencies = new Latencies();
        query.each(INBOX, row -> {
            count(row, all, allLatencies);
            if (row.getBoolean("recent")) {
                count(row, fresh, freshLatencies);
            }
        }, promised.toMillis(), since);
        query.each(OTHER_ENDINGS, row -> {
            all.merge(row.getString(1), row.getLong(2), Long::sum);
            fresh.merge(row.getString(1), row.getLong(3), Long::sum);
        }, since, since, since);
        query.each(OUTBOUND, row -> all.merge(row.getString(1), row.getLong(2), Long::sum));
        breaches(query, region, since, recent.breaches, ever.breaches);
        recent.lanes.add(Lane.of(region, fresh));
        recent.latencies.put(region, freshLatencies);
        ever.lanes.add(Lane.of(region, all));
        ever.latencies.put(region, allLatencies);
    }

    /** Latencies are those of changes that were applied or superseded. */
    private static void count(ResultSet row, Map<String, Long> counts, Latencies latencies) throws SQLException {
        String outcome = row.getString("outcome");
        counts.merge(outcome, row.getLong("count"), Long::sum);
        if (outcome.equals("filtered")) {
            return;
        }
        if (row.getBoolean("waited")) {
            latencies.leaveOut(row.getLong("count"));
        } else {
            latencies.add(row.getLong("ms"), row.getLong("count"));
        }
    }

    private static void breaches(Query query, String region, Instant since, Breaches recent, Breaches ever) throws SQLException {
        query.each(BREACHES, row -> {
            ever.rule(region, row.getString("direction"), row.getString("rule"), row.getString("contract"), row.getLong("changes"),
                    row.getLong("open"), row.getLong("replayed"), row.getLong("discarded"), instant(row, "oldest"), instant(row, "newest"));
            recent.rule(region, row.getString("direction"), row.getString("rule"), row.getString("contract"), row.getLong("recent"),
                    0, 0, 0, instant(row, "oldest"), instant(row, "newest"));
        }, since);
        query.each(PLACES, row -> ever.place(row.getString("rule"), row.getString("contract"),
                row.getString("keyword"), row.getString("pointer"), row.getLong("breaches"), row.getLong("open"),
                instant(row, "oldest"), instant(row, "newest")));
    }

    /** Marks what is known to be on its way or held, so that a difference has its explanation. */
    static void waiting(Query query, String region, Facts facts, Findings findings, Instant rested, Instant overdue)
            throws SQLException {
        waiting(query, facts, rested);
        query.each(OVERDUE, row -> parkedTooLong(region, Subject.of(row.getString("subject")), instant(row, "parked_at"), facts, findings), overdue);
    }

    /** The same, without looking for what waits too long. */
    static void waiting(Query query, Facts facts, Instant rested) throws SQLException {
        query.each(CHANGES, QUARANTINED, row -> {
            if (row.getBoolean("waits")) {
                waits(facts, row);
            } else {
                facts.mark(Subject.of(row.getString("subject")), Entities.DISCARDED);
            }
        }, LONGEST_READ, rested);
        query.each(UNSENT, row -> facts.mark(Subject.of(row.getString(1)), Entities.UNSENT));
        query.each(CHANGES, PARKED, row -> waits(facts, row), LONGEST_READ);
    }

    private static void waits(Facts facts, ResultSet row) throws SQLException {
        facts.waits(Subject.of(row.getString("subject")), row.getBytes("original"));
    }

    private static void parkedTooLong(String region, Subject parked, Instant since, Facts facts, Findings findings) {
        facts.mark(parked, Entities.ORPHAN);
        findings.add(FindingKind.ORPHAN, region, parked.entity(), parked.id(), "is parked since " + Words.time(since) + ", its customer has not come");
    }
}
