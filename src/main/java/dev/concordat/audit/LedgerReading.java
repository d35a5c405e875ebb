package dev.concordat.audit;

import dev.concordat.audit.AuditPlan.Ledger;
import java.sql.SQLException;
import java.util.List;

/** Reads one region's ledger: who is in it, and whether its books add up by themselves. */
final class LedgerReading {
    private final Query query;
    private final String region;
    private final Ledger ledger;
    private final Findings findings;

    LedgerReading(Query query, String region, Ledger ledger, Findings findings) {
        this.query = query;
        this.region = region;
        this.ledger = ledger;
        this.findings = findings;
    }

    void customers(Facts facts) throws SQLException {
        query.each("SELECT id, %s, %s FROM %s".formatted(ledger.status(), ledger.blocked(), ledger.customers()),
                row -> facts.ledgerCustomer(region, row.getString(1), row.getString(2), row.getBoolean(3)));
    }

    /** Takes a customer's id and status. */
    interface Standing {
        void take(String id, String status);
    }

    /** Reads how these customers stand. */
    void customers(List<String> ids, Standing each) throws SQLException {
        query.each("SELECT id, %s FROM %s WHERE id = ANY (?) ORDER BY id".formatted(ledger.status(), ledger.customers()),
                row -> each.take(row.getString(1), row.getString(2)), (Object) ids.toArray(String[]::new));
    }

    void accounts(Facts facts) throws SQLException {
        query.each("SELECT id, %s, %s, %s FROM %s".formatted(
                        ledger.customer(), ledger.blocked(), ledger.booked(), ledger.accounts()),
                row -> facts.ledgerAccount(region, row.getString(1), row.getString(2), row.getBoolean(3),
                        row.getLong(4)));
    }

    void orphans() throws SQLException {
        query.each("""
                SELECT a.id FROM %s a WHERE NOT EXISTS (SELECT FROM %s c WHERE c.id = a.%s) ORDER BY a.id"""
                        .formatted(ledger.accounts(), ledger.customers(), ledger.customer()),
                row -> findings.add(FindingKind.ORPHAN, region, "account", row.getString(1),
                        "its customer is not in this ledger"));
    }

    void balances() throws SQLException {
        query.each("""
                SELECT a.id
                FROM %s a LEFT JOIN (SELECT account_id, sum(amount) AS total FROM %s WHERE account_id IS NOT NULL
                                     GROUP BY account_id) p ON p.account_id = a.id
                WHERE a.%s <> a.%s + coalesce(p.total, 0) ORDER BY a.id"""
                        .formatted(ledger.accounts(), ledger.postings(), ledger.booked(), ledger.opening()),
                row -> findings.add(FindingKind.UNBALANCED, region, "account", row.getString(1),
                        "booked balance is not opening balance plus postings"));
        // Named by an account: a posting's reference is classified.
        query.each("""
                SELECT min(account_id), currency FROM %s GROUP BY reference, currency HAVING sum(amount) <> 0
                ORDER BY 1, 2""".formatted(ledger.postings()),
                row -> findings.add(FindingKind.UNBALANCED, region, "transaction", row.getString(1) == null ? "of no account"
                        : "of account " + row.getString(1), "its legs in " + row.getString(2) + " do not add up to 0"));
    }
}
