package dev.concordat.audit;

import dev.concordat.audit.AuditPlan.CountRule;
import dev.concordat.audit.AuditReport.Observed;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Judges one region's ledger by the contracts' SQL rules. */
final class RuleReading {
    private final String region;
    private final Findings findings;
    private final List<Observed> observed;

    RuleReading(String region, Findings findings, List<Observed> observed) {
        this.region = region;
        this.findings = findings;
        this.observed = observed;
    }

    /**
     * @param nothing is run where there is nothing to judge, as of a ledger without rows: the query answers NULL
     * @param unread  gets why it cannot be judged by what it answers
     */
    void rule(CountRule rule, Query query, Instant at, Runnable nothing, Consumer<String> unread) throws SQLException {
        List<BigDecimal> answers = new ArrayList<>();
        query.asWritten(rule.query(), row -> answers.add(row.getBigDecimal(1)));
        if (answers.size() != 1) {
            unread.accept("its query should answer one row with one number");
        } else if (answers.get(0) == null) {
            nothing.run();
        } else if (!rule.holds().test(answers.get(0))) {
            broken(rule, at, "should be " + rule.demand() + ", is " + answers.get(0).toPlainString());
        }
    }

    private void broken(CountRule rule, Instant at, String sentence) {
        if (rule.isEnforced()) {
            findings.add(FindingKind.CONTRACT_RULE, region, "rule", rule.name(), rule.contract() + ": " + sentence);
        } else {
            observed.add(new Observed(rule.contract(), rule.name(), rule.severity(), "sql", "ledger " + region, sentence, 1, at, at));
        }
    }
}
