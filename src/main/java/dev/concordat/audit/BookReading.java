package dev.concordat.audit;

import dev.concordat.audit.AuditPlan.Entity;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Looks whether one region's books add up by themselves. Contracts do not say where postings stand and which column holds what an account was opened
 * with, so they are looked for by the names of the delivered ledger; what a ledger does not have is not checked.
 */
final class BookReading {
    private static final String POSTINGS = "ledger.posting";
    private static final List<String> OF_POSTINGS = List.of("account_id", "amount", "currency", "reference");
    private static final String OPENING = "opening_balance";
    private static final String CURRENCY = "currency";
    private static final String COLUMNS = "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(?) AND attnum > 0 AND NOT attisdropped";

    private final Query query;
    private final String region;
    private final Entity accounts;
    private final String balance;
    private final Findings findings;

    BookReading(Query query, String region, Entity accounts, AuditPlan plan, Findings findings) {
        this.query = query;
        this.region = region;
        this.accounts = accounts;
        this.balance = plan.columns().balance();
        this.findings = findings;
    }

    /** @param missing gets what the ledger would have to have for a check, such as {@code ledger.posting.amount} */
    void read(Consumer<String> missing) throws SQLException {
        List<String> lacking = new ArrayList<>();
        Set<String> ofPostings = columns(POSTINGS);
        OF_POSTINGS.stream().filter(column -> !ofPostings.contains(column)).forEach(column -> lacking.add(POSTINGS + "." + column));
        if (lacking.isEmpty()) {
            transactions();
            Set<String> ofAccounts = columns(accounts.table());
            if (ofAccounts.contains(OPENING)) {
                balances();
            } else {
                lacking.add(accounts.table() + "." + OPENING);
            }
            if (ofAccounts.contains(CURRENCY)) {
                currencies();
            } else {
                lacking.add(accounts.table() + "." + CURRENCY);
            }
        }
        lacking.forEach(missing);
    }

    private Set<String> columns(String table) throws SQLException {
        Set<String> columns = new TreeSet<>();
        query.each(COLUMNS, row -> columns.add(row.getString(1)), table);
        return columns;
    }

    private void balances() throws SQLException {
        query.each("""
                SELECT a.%1$s
                FROM %2$s a LEFT JOIN (SELECT account_id, sum(amount) AS total FROM %3$s WHERE account_id IS NOT NULL
                                     GROUP BY account_id) p ON p.account_id = a.%1$s
                WHERE a.%4$s <> a.%5$s + coalesce(p.total, 0) ORDER BY 1"""
                        .formatted(accounts.key(), accounts.table(), POSTINGS, balance, OPENING),
                row -> unbalanced(accounts.name(), row.getString(1), "booked balance is not opening balance plus postings"));
    }

    private void currencies() throws SQLException {
        query.each("""
                SELECT a.%1$s FROM %2$s a WHERE EXISTS (SELECT FROM %3$s p WHERE p.account_id = a.%1$s AND p.currency <> a.%4$s)
                ORDER BY 1""".formatted(accounts.key(), accounts.table(), POSTINGS, CURRENCY),
                row -> unbalanced(accounts.name(), row.getString(1), "has postings in another currency than its own"));
    }

    /** Named by an account: a posting's reference is classified. */
    private void transactions() throws SQLException {
        query.each("""
                SELECT min(account_id), currency FROM %s GROUP BY reference, currency HAVING sum(amount) <> 0
                ORDER BY 1, 2""".formatted(POSTINGS),
                row -> unbalanced("transaction", row.getString(1) == null ? "of no account" : "of account " + row.getString(1),
                        "its legs in " + row.getString(2) + " do not add up to 0"));
    }

    private void unbalanced(String entity, String id, String sentence) {
        findings.add(FindingKind.UNBALANCED, region, entity, id, sentence);
    }
}
