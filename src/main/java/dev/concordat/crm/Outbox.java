package dev.concordat.crm;

import dev.concordat.change.Outcome;
import java.sql.SQLException;
import java.util.Map;
import javax.sql.DataSource;

/**
 * What becomes of claimed rows of the outbox. A transaction of the ledger that stays open holds the rows of what it has changed: such a row is left
 * after a moment, so that the lane goes on. When its claim is over and that transaction too, the CRM is told what the ledger says by then.
 */
final class Outbox {
    /** SQLSTATE of a lock that was not to be had in time. */
    private static final String HELD = "55P03";
    /** For so long a row is waited for; only for the one statement, which is a transaction of its own. */
    private static final String PATIENCE = " AND (SELECT set_config('lock_timeout', '500ms', true)) <> ''";
    private static final String AFTER_PAUSE = "clock_timestamp() + make_interval(secs => ? * (1 + 0.25 * random()))";
    private static final String OF_ENTITY = " WHERE entity = ? AND id = ?" + PATIENCE;
    private static final String IS_OURS = "claimed_till = CAST(? AS timestamptz)";
    /** Where the claim was over, another bridge may be telling the CRM by now: its claim is not ours to free. */
    private static final String OF_CLAIM = OF_ENTITY + " AND " + IS_OURS;

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
     * ended too: nobody has to replay it.
     *
     * <p>Does not wait for the disk: where the database crashes within the next second, the CRM is told the same once more, under the same key. Whatever
     * commits later and does wait, such as a further change, brings this to the disk too.
     */
    void settle(Map<String, Object> claim, String region, Outcome outcome) throws SQLException {
        int deleted = update(region, "WITH gone AS (DELETE FROM concordat.outbox" + OF_ENTITY + " AND version = ? AND unheard IS NULL RETURNING 1), "
                + "told AS (UPDATE concordat.quarantine SET state = 'replayed', state_at = clock_timestamp(), reason = 'told since' "
                // Not by the states that wait: planned while the quarantine is empty, it would read all that wait in it, once it is full.
                + "WHERE id = ? AND source = ? AND state NOT IN ('replayed', 'discarded') AND ?) "
                + "INSERT INTO concordat.sent AS s (outcome, count) SELECT ?, count(*) FROM gone, set_config('synchronous_commit', 'off', true) HAVING count(*) > 0 "
                + "ON CONFLICT (outcome) DO UPDATE SET count = s.count + 1",
                claim.get("entity"), claim.get("id"), claim.get("version"), claim.get("entity") + "/" + claim.get("id"), source(region),
                outcome != Outcome.QUARANTINED, outcome.word());
        if (deleted == 0) {
            // What has not been told came after the claim, or after a call without an answer, whose time nobody kept. That call's words may be those of an
            // older contract, so what the ledger says by now follows it in any case.
            update(region, "UPDATE concordat.outbox SET changed_at = CASE WHEN unheard IS NULL THEN to_timestamp(? / 1000.0) ELSE changed_at END, "
                    + "unheard = CASE WHEN unheard_version = ? THEN NULL ELSE unheard END, "
                    + "unheard_version = nullif(unheard_version, ?), claimed_till = '-infinity', attempts = 0" + OF_CLAIM,
                    claim.get("claimed_ms"), claim.get("version"), claim.get("version"), claim.get("entity"), claim.get("id"), claim.get("claim"));
        }
    }

    /** @param pause in seconds, after which the row may be claimed again; a little longer, by chance */
    void later(Map<String, Object> claim, String region, double pause) throws SQLException {
        update(region, "UPDATE concordat.outbox SET attempts = attempts + 1, claimed_till = " + AFTER_PAUSE + OF_CLAIM,
                pause, claim.get("entity"), claim.get("id"), claim.get("claim"));
    }

    /** Keeps what was said and not answered, whoever claims the row; see {@link #later}. */
    void unheard(Map<String, Object> claim, String region, double pause) throws SQLException {
        update(region, "UPDATE concordat.outbox SET unheard_version = ?, unheard = ?, attempts = attempts + 1, claimed_till = CASE WHEN " + IS_OURS
                + " THEN " + AFTER_PAUSE + " ELSE claimed_till END" + OF_ENTITY, claim.get("version"), claim.get("document"), claim.get("claim"),
                pause, claim.get("entity"), claim.get("id"));
    }

    /** The row may be claimed again at once. */
    void again(Map<String, Object> claim, String region) throws SQLException {
        update(region, "UPDATE concordat.outbox SET claimed_till = '-infinity'" + OF_CLAIM, claim.get("entity"), claim.get("id"), claim.get("claim"));
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
