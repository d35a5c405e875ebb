package dev.concordat.residency;

import dev.concordat.change.Breach;
import dev.concordat.change.Outcomes;
import dev.concordat.contract.Observed;
import dev.concordat.contract.Severity;
import java.sql.SQLException;
import java.util.Locale;
import javax.sql.DataSource;

/** Counts breaches of rules that are observed and not enforced, and keeps the counts in the directory, by group. */
public final class ObservedLog {
    private static final String KEEP = """
            INSERT INTO concordat.observed AS o (contract, rule, keyword, path, severity, sentence, count)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (contract, rule, keyword, path) DO UPDATE
            SET count = o.count + EXCLUDED.count, severity = EXCLUDED.severity, sentence = EXCLUDED.sentence,
                last_at = clock_timestamp()""";

    private final DataSource directory;
    private final Outcomes outcomes;
    private final Tally<Row> seen = new Tally<>(row -> new Row(new Breach.Group(row.group.contract(), row.group.rule(), "*", "*"),
            row.severity, "`*` should be as the contract says"));

    private record Row(Breach.Group group, Severity severity, String sentence) {
    }

    public ObservedLog(DataSource directory, Outcomes outcomes) {
        this.directory = directory;
        this.outcomes = outcomes;
    }

    /** Counts one breach, here and as a metric. */
    public void saw(Observed observed) {
        var group = observed.breach().group();
        outcomes.observed(group);
        seen.add(new Row(group, observed.severity(), observed.breach().groupSentence()));
    }

    /** Writes what was counted since the last call. */
    public void keep() throws SQLException {
        seen.keep(directory, KEEP, (statement, row, count) -> {
            statement.setString(1, row.group.contract());
            statement.setString(2, row.group.rule());
            statement.setString(3, row.group.keyword());
            statement.setString(4, row.group.path());
            statement.setString(5, row.severity.name().toLowerCase(Locale.ROOT));
            statement.setString(6, row.sentence);
            statement.setLong(7, count);
        });
    }
}
