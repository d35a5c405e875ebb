package dev.concordat.audit;

import dev.concordat.audit.AuditPlan.Columns;
import dev.concordat.audit.AuditPlan.Entity;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Reads one region's ledger: who is in it, and how they stand. */
final class LedgerReading {
    private final Query query;
    private final String region;
    private final Entity customers;
    private final Columns columns;

    LedgerReading(Query query, String region, AuditPlan plan) {
        this.query = query;
        this.region = region;
        this.customers = plan.customers();
        this.columns = plan.columns();
    }

    /** @param only the ids of those to read; empty for all */
    void customers(Facts facts, Optional<List<String>> only) throws SQLException {
        read("SELECT %s, %s, %s, %s FROM %s".formatted(
                        customers.key(), sql(columns.status()), sql(columns.residency()), sql(columns.blocked()), customers.table()), customers, only,
                row -> facts.ledgerCustomer(region, row.getString(1), row.getString(2), row.getString(3), row.getBoolean(4)));
    }

    /** @param only the ids of those to read; empty for all */
    void accounts(Entity accounts, Facts facts, Optional<List<String>> only) throws SQLException {
        read("SELECT %s, %s, %s, coalesce(%s <> 0, false) FROM %s".formatted(
                        accounts.key(), sql(columns.customer()), sql(columns.blocked()), sql(columns.balance()), accounts.table()), accounts, only,
                row -> facts.ledgerAccount(region, row.getString(1), row.getString(2), row.getBoolean(3), row.getBoolean(4)));
    }

    private void read(String select, Entity entity, Optional<List<String>> only, Query.Row row) throws SQLException {
        if (only.isEmpty()) {
            query.each(select, row);
        } else {
            query.each(select + " WHERE " + entity.key() + " = ANY (?)", row, (Object) only.get().toArray(String[]::new));
        }
    }

    private static String sql(Optional<String> column) {
        return column.orElse("NULL");
    }

    void orphans(Entity accounts, FindingSink findings) throws SQLException {
        if (columns.customer().isEmpty()) {
            return;
        }
        query.each("SELECT a.%1$s, a.%5$s FROM %2$s a WHERE a.%5$s IS NOT NULL AND NOT EXISTS (SELECT FROM %3$s c WHERE c.%4$s = a.%5$s) ORDER BY 1"
                        .formatted(accounts.key(), accounts.table(), customers.table(), customers.key(), columns.customer().get()),
                row -> findings.add(FindingKind.ORPHAN, region, accounts.name(), row.getString(1),
                        "its customer " + row.getString(2) + " is not in this ledger"));
    }
}
