package dev.concordat.crm;

import dev.concordat.change.Outcome;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/** What becomes of claimed rows of the outbox. */
final class Outbox {
    /** SQLSTATE of a lock that was not to be had in time. */
    private static final String HELD = "55P03";
    private static final String AFTER_PAUSE = "clock_timestamp() + make_interval(secs => ? * (1 + 0.25 * random()))";
    private static final String OF_ENTITY = " WHERE entity = ? AND id = ?";
    private static final String IS_OURS = "claimed_till = CAST(? AS timestamptz)";
    /** Where the claim was over, another bridge may be telling the CRM by now: its claim is not ours to free. */
    private static final String OF_CLAIM = OF_ENTITY + " AND " + IS_OURS;
    /**
     * What was refused after what the CRM has now stays. A version that the ledger has not counted to yet is one of before it was restored. A row that
     * a keeper or an operator holds is left after a moment, so that the lane goes on; the CRM is told once more when the claim is over.
     *
     * <p>Not by the states that wait: planned while the quarantine is empty, it would read all that wait in it, once it is full.
     */
    private static final String TOLD = """
            UPDATE concordat.quarantine SET state = 'replayed', state_at = clock_timestamp(), reason = 'told since'
            WHERE id = ? AND source = ? AND state NOT IN ('replayed', 'discarded') AND coalesce(CAST(substring(coalesce(return_receipt, receipt)
              FROM '@([0-9]{1,18})$') AS bigint) NOT BETWEEN ? + 1 AND (SELECT last_value FROM concordat.outbox_version), true)
              AND (SELECT set_config('lock_timeout', '500ms', true)) <> ''""";
    private static final String SETTLED = "WITH gone AS (DELETE FROM concordat.outbox" + OF_ENTITY + " AND version = ? AND unheard IS NULL RETURNING 1) "
            + "INSERT INTO concordat.sent AS s (outcome, count) SELECT ?, count(*) FROM gone, set_config('synchronous_commit', 'off', true) "
            + "HAVING count(*) > 0 ON CONFLICT (outcome) DO UPDATE SET count = s.count + 1";
    /** Each row is looked up by its key, whatever the planner knows. */
    private static final String FREED = """
            UPDATE concordat.outbox SET claimed_till = '-infinity' WHERE ctid = ANY (ARRAY(
              SELECT o.ctid FROM unnest(?, ?, ?) AS c (entity, id, claim) CROSS JOIN LATERAL (
                SELECT ctid FROM concordat.outbox WHERE entity = c.entity AND id = c.id AND claimed_till = CAST(c.claim AS timestamptz)
                FOR UPDATE SKIP LOCKED) o))""";

    private final Map<String, DataSource> ledgers;

    Outbox(Map<String, DataSource> ledgers) {
        this.ledgers = ledgers;
    }

    /** The source of what a region's ledger tells. */
    static String source(String region) {
        return "urn:ledger:" + region;
    }

    /**
     * The row has ended, unless the ledger has changed the entity again meanwhile. Where the CRM was told, what waits of the entity in quarantine has
     * ended too, unless it is newer: nobody has to replay it.
     *
     * <p>Does not wait for the disk: where the database crashes within the next second, the CRM is told the same once more, under the same key. Whatever
     * commits later and does wait, such as a further change, brings this to the disk too.
     *
     * @return whether the row has ended
     */
    boolean settle(Map<String, Object> claim, String region, Outcome outcome) throws SQLException {
        // A statement of its own, and before: all exports of a region count in one row, and what is not ended here is when the CRM is told once more.
        if (outcome != Outcome.QUARANTINED && update(region, TOLD, claim.get("entity") + "/" + claim.get("id"), source(region), claim.get("version")) < 0) {
            return false;
        }
        int deleted = update(region, SETTLED, claim.get("entity"), claim.get("id"), claim.get("version"), outcome.word());
        if (deleted == 0) {
            // What has not been told came after the claim, or after a call without an answer, whose time nobody kept. That call's words may be those of an
            // older contract, so what the ledger says by now follows it in any case.
            update(region, "UPDATE concordat.outbox SET changed_at = CASE WHEN unheard IS NULL THEN to_timestamp(? / 1000.0) ELSE changed_at END, "
                    + "unheard = CASE WHEN unheard_version = ? THEN NULL ELSE unheard END, "
                    + "unheard_version = nullif(unheard_version, ?), claimed_till = '-infinity', attempts = 0" + OF_CLAIM,
                    claim.get("claimed_ms"), claim.get("version"), claim.get("version"), claim.get("entity"), claim.get("id"), claim.get("claim"));
        }
        return deleted > 0;
    }

    /** @param pause in seconds, after which the row may be claimed again; a little longer, by chance */
    void later(Map<String, Object> claim, String region, double pause) throws SQLException {
        update(region, "UPDATE concordat.outbox SET attempts = attempts + 1, claimed_till = " + AFTER_PAUSE + OF_CLAIM,
                pause, claim.get("entity"), claim.get("id"), claim.get("claim"));
    }

    /** Keeps what was said and not answered, whoever claims the row. See {@link #later}. */
    void unheard(Map<String, Object> claim, String region, double pause) throws SQLException {
        update(region, "UPDATE concordat.outbox SET unheard_version = ?, unheard = ?, attempts = attempts + 1, "
                + "claimed_till = CASE WHEN " + IS_OURS + " THEN " + AFTER_PAUSE + " ELSE claimed_till END" + OF_ENTITY,
                claim.get("version"), claim.get("document"), claim.get("claim"), pause, claim.get("entity"), claim.get("id"));
    }

    /** The row may be claimed again at once. */
    void again(Map<String, Object> claim, String region) throws SQLException {
        update(region, "UPDATE concordat.outbox SET claimed_till = '-infinity'" + OF_CLAIM, claim.get("entity"), claim.get("id"), claim.get("claim"));
    }

    /** Rows that are left for now may be claimed again at once; none is waited for. */
    void free(List<Map<String, Object>> claims, String region) throws SQLException {
        if (!claims.isEmpty()) {
            update(region, FREED, texts(claims, "entity"), texts(claims, "id"), texts(claims, "claim"));
        }
    }

    private static String[] texts(List<Map<String, Object>> claims, String name) {
        return claims.stream().map(claim -> (String) claim.get(name)).toArray(String[]::new);
    }

    /** Returns how many rows were written; -1 where another transaction holds the row. */
    private int update(String region, String sql, Object... parameters) throws SQLException {
        try (var connection = ledgers.get(region).getConnection(); var statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            return statement.executeUpdate();
        } catch (SQLException e) {
            if (HELD.equals(e.getSQLState())) {
                return -1;
            }
            throw e;
        }
    }
}
