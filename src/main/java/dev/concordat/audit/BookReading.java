package dev.concordat.audit;

import dev.concordat.audit.AuditPlan.Entity;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Looks whether one region's books add up by themselves. Contracts do not say where postings stand and which column holds what an account was opened
 * with, so they are looked for by the names of the delivered ledger; what a ledger does not have is not checked. Where a row has NULL for a balance, an
 * amount or a currency it does not add up, but for an account that has neither balances nor postings.
 */
final class BookReading {
    private static final String POSTINGS = "ledger.posting";
    private static final List<String> OF_POSTINGS = List.of("account_id", "amount", "currency", "reference");
    private static final String OPENING = "opening_balance";
    private static final String CURRENCY = "currency";
    private static final String COLUMNS = "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(?) AND attnum > 0 AND NOT attisdropped";

    private final String region;
    private final Entity accounts;
    private final Optional<String> balance;
    private final Findings findings;
    /** By what they look for. */
    private final Map<String, Query.Reading> checks = new LinkedHashMap<>();

    BookReading(String region, Entity accounts, AuditPlan plan, Findings findings) {
        this.region = region;
        this.accounts = accounts;
        this.balance = plan.columns().balance();
        this.findings = findings;
    }

    /** Asks in a transaction of its own, whose failure is told by the name of what it looks for. */
    interface Asking {
        void ask(String what, Query.Reading reading);
    }

    /** @param missing gets what the ledger would have to have for a check, such as {@code ledger.posting.amount} */
    void read(Asking asking, Consumer<String> missing) {
        asking.ask("the columns of the books", query -> {
            Set<String> ofPostings = columns(query, POSTINGS);
            Set<String> ofAccounts = columns(query, accounts.table());
            checks(ofPostings, ofAccounts, missing);
        });
        checks.forEach(asking::ask);
    }

    /** Notes what can be looked for. */
    private void checks(Set<String> ofPostings, Set<String> ofAccounts, Consumer<String> missing) {
        List<String> lacking = new ArrayList<>();
        OF_POSTINGS.stream().filter(column -> !ofPostings.contains(column)).forEach(column -> lacking.add(POSTINGS + "." + column));
        if (lacking.isEmpty()) {
            checks.put("transactions that do not add up to 0", this::transactions);
            checks.put("postings without their account", this::strays);
            if (!ofAccounts.contains(OPENING)) {
                lacking.add(accounts.table() + "." + OPENING);
            } else if (balance.isPresent()) {
                checks.put("balances that are not opening balance plus postings", query -> balances(query, balance.get()));
            }
            if (ofAccounts.contains(CURRENCY)) {
                checks.put("postings in another currency", this::currencies);
            } else {
                lacking.add(accounts.table() + "." + CURRENCY);
            }
        }
        lacking.forEach(missing);
    }

    private static Set<String> columns(Query query, String table) throws SQLException {
        Set<String> columns = new TreeSet<>();
        query.each(COLUMNS, row -> columns.add(row.getString(1)), table);
        return columns;
    }

    private void balances(Query query, String booked) throws SQLException {
        query.each("""
                SELECT a.%1$s
                FROM %2$s a LEFT JOIN (SELECT account_id, sum(amount) AS total FROM %3$s WHERE account_id IS NOT NULL
                                     GROUP BY account_id) p ON p.account_id = a.%1$s
                WHERE a.%4$s IS DISTINCT FROM a.%5$s + coalesce(p.total, 0) OR a.%4$s IS NULL AND p.total <> 0 ORDER BY 1"""
                        .formatted(accounts.key(), accounts.table(), POSTINGS, booked, OPENING),
                row -> unbalanced(accounts.name(), row.getString(1), "booked balance is not opening balance plus postings"));
    }

    /** Read by a table of hashes: the table of postings has no key that leads to them. */
    private void strays(Query query) throws SQLException {
        query.each("""
                SELECT DISTINCT p.account_id FROM %3$s p WHERE p.account_id IS NOT NULL AND NOT EXISTS (SELECT FROM %2$s a WHERE a.%1$s = p.account_id)
                ORDER BY 1""".formatted(accounts.key(), accounts.table(), POSTINGS),
                row -> unbalanced(accounts.name(), row.getString(1), "has postings, but is not in this ledger"));
    }

    private void currencies(Query query) throws SQLException {
        query.each("""
                SELECT a.%1$s FROM %2$s a WHERE EXISTS (SELECT FROM %3$s p WHERE p.account_id = a.%1$s
                                                        AND (p.currency IS DISTINCT FROM a.%4$s OR p.currency IS NULL))
                ORDER BY 1""".formatted(accounts.key(), accounts.table(), POSTINGS, CURRENCY),
                row -> unbalanced(accounts.name(), row.getString(1), "has postings in another currency than its own, or in none"));
    }

    /** Named by an account: a posting's reference is classified. */
    private void transactions(Query query) throws SQLException {
        query.each("""
                SELECT min(account_id), currency FROM %s GROUP BY reference, currency
                HAVING sum(amount) IS DISTINCT FROM 0 OR count(amount) < count(*)
                ORDER BY 1, 2""".formatted(POSTINGS),
                row -> unbalanced("transaction", row.getString(1) == null ? "of no account" : "of account " + row.getString(1),
                        "its legs " + (row.getString(2) == null ? "without a currency" : "in " + row.getString(2)) + " do not add up to 0"));
    }

    private void unbalanced(String entity, String id, String sentence) {
        findings.add(FindingKind.UNBALANCED, region, entity, id, sentence);
    }
}
