package dev.concordat.sample;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.sql.DataSource;

/** Compares how the changes ended, as the tables of all lanes tell it, with how they have to end. */
public final class OutcomeComparison {
    private static final String BY_OUTCOME = """
            SELECT outcome, count(*) FROM concordat.inbox GROUP BY 1
            UNION ALL SELECT 'duplicate', count(*) FROM concordat.duplicate
            UNION ALL SELECT 'parked', count(*) FROM concordat.parked""";
    private static final String BY_RULE = """
            SELECT rule, count(*) FROM concordat.quarantine
            WHERE direction = 'crm-to-ledger' AND state = 'quarantined' GROUP BY 1""";

    private final Outcomes expected;
    private final long uncertain;
    private final Collection<DataSource> lanes;

    /** @param uncertain webhooks that had no answer, or 5xx, and were sent again: each may be a duplicate beside those that are expected */
    public OutcomeComparison(Outcomes expected, long uncertain, Collection<DataSource> lanes) {
        this.expected = expected;
        this.uncertain = uncertain;
        this.lanes = List.copyOf(lanes);
    }

    /** Lines such as {@code quarantined by rule 'orphan': 11, expected 12}; filtered may be more, by the echoes. */
    public List<String> differences() {
        Map<String, Long> outcomes = counts(BY_OUTCOME);
        Map<String, Long> rules = counts(BY_RULE);
        List<String> lines = new ArrayList<>();
        long written = outcomes.getOrDefault("applied", 0L) + outcomes.getOrDefault("superseded", 0L);
        line(lines, "applied and superseded", written, expected.applied() + expected.superseded());
        long duplicate = outcomes.getOrDefault("duplicate", 0L);
        boolean again = duplicate > expected.duplicate() && duplicate <= expected.duplicate() + uncertain;
        line(lines, "duplicate", again ? expected.duplicate() : duplicate, expected.duplicate());
        line(lines, "parked", outcomes.getOrDefault("parked", 0L), 0);
        long filtered = outcomes.getOrDefault("filtered", 0L);
        line(lines, "filtered", Math.min(filtered, expected.filtered()), expected.filtered());
        Set<String> names = new TreeSet<>(rules.keySet());
        names.addAll(expected.quarantined().keySet());
        for (String rule : names) {
            line(lines, "quarantined by rule '" + rule + "'", rules.getOrDefault(rule, 0L),
                    expected.quarantined().getOrDefault(rule, 0));
        }
        return lines;
    }

    private static void line(List<String> lines, String what, long is, long expected) {
        if (is != expected) {
            lines.add(what + ": " + is + ", expected " + expected);
        }
    }

    private Map<String, Long> counts(String query) {
        Map<String, Long> counts = new TreeMap<>();
        for (DataSource lane : lanes) {
            try (Connection connection = lane.getConnection(); Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(query)) {
                while (rows.next()) {
                    counts.merge(rows.getString(1), rows.getLong(2), Long::sum);
                }
            } catch (SQLException e) {
                throw new IllegalStateException("every lane's database has to be up: " + e.getSQLState(), e);
            }
        }
        return counts;
    }
}
