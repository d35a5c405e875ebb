package dev.concordat.audit;

import static dev.concordat.audit.Query.instant;

import dev.concordat.audit.AuditReport.Drift;
import dev.concordat.audit.AuditReport.Observed;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Reads where each entity lives, and what passed although no contract knows it or a rule on trial forbids it. */
final class DirectoryReading {
    private static final String PLACES = "SELECT entity, id, customer, region FROM concordat.directory";
    private static final String VERSIONS = "SELECT entity, ledger_column, place FROM concordat.version_place";
    private static final String DRIFT = """
            SELECT contract, path, kind, value, count, first_at, last_at
            FROM concordat.drift ORDER BY count DESC, contract, path LIMIT 500""";

    private static final String OBSERVED = """
            SELECT contract, rule, severity, keyword, path, sentence, count, first_at, last_at
            FROM concordat.observed ORDER BY severity DESC, count DESC, contract, rule, path LIMIT 500""";

    private DirectoryReading() {}

    static void places(Query query, Facts facts) throws SQLException {
        query.each(PLACES, row -> facts.directory(row.getString(1), row.getString(2), row.getString(3),
                row.getString(4)));
        query.each(VERSIONS, row -> facts.versionPlace(row.getString(1), row.getString(2), row.getInt(3)));
    }

    /** The same of some only. */
    static void places(Query query, Facts facts, String entity, List<String> ids) throws SQLException {
        query.each(PLACES + " WHERE entity = ? AND id = ANY (?)",
                row -> facts.directory(row.getString(1), row.getString(2), row.getString(3), row.getString(4)), entity, ids.toArray(String[]::new));
    }

    static List<Drift> drift(Query query) throws SQLException {
        List<Drift> drift = new ArrayList<>();
        query.each(DRIFT, row -> drift.add(new Drift(row.getString("contract"), row.getString("path"),
                row.getString("kind"), row.getString("value"), row.getLong("count"), instant(row, "first_at"),
                instant(row, "last_at"))));
        return drift;
    }

    static List<Observed> observed(Query query) throws SQLException {
        List<Observed> observed = new ArrayList<>();
        query.each(OBSERVED, row -> observed.add(new Observed(row.getString("contract"), row.getString("rule"),
                row.getString("severity"), row.getString("keyword"), row.getString("path"), row.getString("sentence"),
                row.getLong("count"), instant(row, "first_at"), instant(row, "last_at"))));
        return observed;
    }
}
