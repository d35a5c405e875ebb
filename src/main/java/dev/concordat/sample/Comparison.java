package dev.concordat.sample;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;

/**
 * Compares the ledgers of all regions and the CRM with the expected state, field by field. It also finds a customer or
 * an account that lies in a region where it does not live.
 */
public final class Comparison {
    private static final int AT_MOST = 1000;

    private final Expected expected;
    private final Map<String, DataSource> ledgers;
    private final DataSource crm;
    private final Set<String> heldBack;

    /**
     * @param ledgers  by region
     * @param heldBack ledger-owned fields that may not leave their region for the CRM, such as {@code us account iban}
     */
    public Comparison(Expected expected, Map<String, DataSource> ledgers, DataSource crm, Set<String> heldBack) {
        this.expected = expected;
        this.ledgers = Map.copyOf(ledgers);
        this.crm = crm;
        this.heldBack = Set.copyOf(heldBack);
    }

    public Comparison(Expected expected, Map<String, DataSource> ledgers, DataSource crm) {
        this(expected, ledgers, crm, Set.of());
    }

    /** Lines such as {@code customer C-1, field 'status': ledger eu has "active", expected "closed"}; at most 1000. */
    public List<String> differences() {
        Differences differences = new Differences(AT_MOST);
        try {
            for (Entity entity : Entity.values()) {
                compare(entity, differences);
            }
            findStrangers(differences);
        } catch (SQLException e) {
            throw new IllegalStateException("ledgers and CRM have to be up to be compared: " + e.getSQLState(), e);
        }
        return differences.lines();
    }

    private void compare(Entity entity, Differences differences) throws SQLException {
        Set<String> missing = new HashSet<>(expected.ids(entity));
        for (Map.Entry<String, DataSource> ledger : ledgers.entrySet()) {
            LedgerRows.each(ledger.getValue(), entity, rows -> {
                compare(entity, ledger.getKey(), rows, differences);
                missing.removeAll(rows.keySet());
            });
        }
        missing.stream().sorted().forEach(id -> differences.add(
                entity.word() + " " + id + ": missing from ledger " + expected.region(entity, id)));
    }

    private void compare(Entity entity, String region, Map<String, ObjectNode> rows, Differences differences) {
        Map<String, ObjectNode> records;
        try {
            records = LedgerRows.records(crm, entity, rows.keySet());
        } catch (SQLException e) {
            throw new IllegalStateException("the CRM's database has to be up: " + e.getSQLState(), e);
        }
        rows.forEach((id, row) -> compare(entity, region, id, row, records.get(id), differences));
    }

    private void compare(
            Entity entity, String region, String id, ObjectNode row, ObjectNode record, Differences differences) {
        Held held = expected.held(entity, id);
        if (held == null) {
            differences.add(entity.word() + " " + id + ": in ledger " + region + ", expected nowhere");
        } else if (!expected.region(entity, id).equals(region)) {
            differences.add(entity.word() + " " + id + ": in ledger " + region + ", lives in "
                    + expected.region(entity, id));
        } else {
            compareLedger(entity, region, id, row, held, differences);
            compareCrm(entity, region, id, row, record, differences);
        }
    }

    private void compareLedger(
            Entity entity, String region, String id, ObjectNode row, Held held, Differences differences) {
        String where = "ledger " + region;
        for (String field : entity.ofCrm()) {
            differences.unlessEqual(entity, id, field, where, row.get(field), held.value(field));
        }
        String customer = entity == Entity.CUSTOMER ? id : held.text("customer");
        if (row.path("postingsBlocked").asBoolean() != expected.postingsBlocked(customer)) {
            differences.add(entity.word() + " " + id + ", field 'postingsBlocked': " + where + " has "
                    + row.path("postingsBlocked") + ", expected " + expected.postingsBlocked(customer));
        }
        if (entity == Entity.ACCOUNT && row.path("bookedBalance").asLong() != expected.bookedBalance(id)) {
            differences.add("account " + id + ", field 'bookedBalance': " + where + " has another value than expected");
        }
    }

    private void compareCrm(
            Entity entity, String region, String id, ObjectNode row, ObjectNode record, Differences differences) {
        if (record == null) {
            differences.add(entity.word() + " " + id + ": missing from the CRM");
            return;
        }
        for (String field : entity.ofCrm()) {
            differences.unlessEqual(
                    entity, id, field, "CRM", record.get(field), expected.held(entity, id).value(field));
        }
        for (String field : entity.ofLedger()) {
            if (!heldBack.contains(region + " " + entity.word() + " " + field)) {
                differences.unlessEqual(entity, id, field, "CRM", record.get(field), row.get(field));
            }
        }
    }

    private void findStrangers(Differences differences) throws SQLException {
        try (Connection connection = crm.getConnection(); Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT entity, id FROM crm.record ORDER BY entity, id")) {
            while (rows.next()) {
                if (expected.held(Entity.of(rows.getString(1)), rows.getString(2)) == null) {
                    differences.add(rows.getString(1) + " " + rows.getString(2) + ": in the CRM, expected nowhere");
                }
            }
        }
    }
}
