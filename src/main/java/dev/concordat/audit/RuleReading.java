package dev.concordat.audit;

import dev.concordat.audit.AuditPlan.CountRule;
import dev.concordat.audit.AuditReport.Observed;
import dev.concordat.audit.AuditReport.Unread;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Judges one region's ledger by the contracts' SQL rules. */
final class RuleReading {
    private final Query query;
    private final String region;
    private final Findings findings;
    private final List<Observed> observed;
    private final List<Unread> unread;

    RuleReading(Query query, String region, Findings findings, List<Observed> observed, List<Unread> unread) {
        this.query = query;
        this.region = region;
        this.findings = findings;
        this.observed = observed;
        this.unread = unread;
    }

    /** A rule that cannot be asked leaves the others alone. */
    void rule(CountRule rule, Instant at) {
        List<BigDecimal> answers = new ArrayList<>();
        try {
            query.eachApart(rule.query(), row -> answers.add(row.getBigDecimal(1)));
        } catch (SQLException failure) {
            unread(rule, Query.reason(failure));
            return;
        }
        if (answers.size() != 1 || answers.get(0) == null) {
            unread(rule, "its query should answer one row with one number");
        } else if (!rule.holds().test(answers.get(0))) {
            broken(rule, at, "should be " + rule.demand() + ", is " + answers.get(0).toPlainString());
        }
    }

    private void unread(CountRule rule, String reason) {
        unread.add(Unread.of(region, "rule " + rule.name(), FindingKind.CONTRACT_RULE, reason));
    }

    private void broken(CountRule rule, Instant at, String sentence) {
        if (rule.isEnforced()) {
            findings.add(FindingKind.CONTRACT_RULE, region, "rule", rule.name(), rule.contract() + ": " + sentence);
        } else {
            observed.add(new Observed(rule.contract(), rule.name(), rule.severity(), "sql", "ledger " + region, sentence, 1, at, at));
        }
    }
}
