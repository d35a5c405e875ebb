package dev.concordat.ledger;

import dev.concordat.contract.Contract;
import dev.concordat.contract.Contracts;
import dev.concordat.contract.Field;
import dev.concordat.contract.Owner;
import dev.concordat.contract.StatusAlignment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A table of the ledger that changes of an entity are written to or judged by.
 *
 * @param table   such as {@code ledger.customer}
 * @param why     what is done with it, in words
 * @param rights  to the table, such as {@code INSERT}; {@code UPDATE} also lets rows be locked
 * @param columns types by column; each has to take values of its type
 */
public record TableNeed(String table, String why, List<String> rights, Map<String, String> columns) {
    private static final String FLAG = "boolean";
    private static final String SELECT = "SELECT";
    private static final String UPDATE = "UPDATE";
    static final String TRIGGER = "TRIGGER";

    public TableNeed {
        rights = List.copyOf(rights);
        columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
    }

    /** What the contract of an entity needs of a ledger, beside the tables that the bridge makes itself. */
    public static List<TableNeed> of(Contract contract, Contracts contracts) {
        var needs = new ArrayList<TableNeed>();
        needs.add(new TableNeed(contract.table(), "written", List.of(SELECT, "INSERT", UPDATE), written(contract, contracts)));
        var told = new LinkedHashMap<String, String>();
        contract.ownedBy(Owner.LEDGER).forEach(field -> column(told, field));
        if (!told.isEmpty()) {
            needs.add(new TableNeed(contract.table(), "read, to tell the CRM", List.of(SELECT), told));
        }
        contract.parent().map(parent -> contracts.newest(parent.entity())).ifPresent(parent -> {
            var columns = new LinkedHashMap<String, String>();
            column(columns, parent.key());
            flagOfDependents(parent, contract).ifPresent(flag -> columns.put(flag, FLAG));
            needs.add(new TableNeed(parent.table(), "read, to find the parent", List.of(SELECT, UPDATE), columns));
        });
        contract.statusAlignment().ifPresent(alignment -> {
            Contract dependents = contracts.newest(alignment.dependents());
            var columns = new LinkedHashMap<String, String>();
            dependents.parent().ifPresent(parent -> columns.put(parent.column(), "text"));
            columns.put(alignment.balanceColumn(), dependents.fields().stream().filter(field ->
                    field.column().equals(alignment.balanceColumn()))
                    .findFirst().map(field -> field.type().sql()).orElse("numeric"));
            columns.put(alignment.flagColumn(), FLAG);
            needs.add(new TableNeed(dependents.table(), "flag set with the status", List.of(SELECT, UPDATE), columns));
        });
        return List.copyOf(needs);
    }

    /** What tells which of the columns is not as it has to be, or which right is missing. */
    List<Demand> looks() {
        var ofColumns = columns.entrySet().stream().map(column -> new Demand(table + "." + column.getKey() + " (" + column.getValue() + ")",
                "SELECT CASE WHEN false THEN NULL::" + column.getValue() + " ELSE " + column.getKey() + " END FROM " + table + " LIMIT 0",
                List.of(right(table, SELECT))));
        return Stream.concat(ofColumns, rights.stream().map(right -> right(table, right))).toList();
    }

    /** What tells that a right to a table is missing, which the server says without its name. */
    static Demand right(String table, String right) {
        return new Demand("""
                DO $$ BEGIN
                  IF NOT %s('%s', '%s') THEN RAISE insufficient_privilege USING MESSAGE = 'permission denied for table %2$s, the right is %3$s'; END IF;
                END $$""".formatted(right.equals(TRIGGER) ? "has_table_privilege" : "has_any_column_privilege", table, right));
    }

    private static Map<String, String> written(Contract contract, Contracts contracts) {
        var columns = new LinkedHashMap<String, String>();
        contract.fields().stream().filter(field -> field.key() || field.owner() == Owner.CRM).forEach(field -> column(columns, field));
        contract.statusAlignment().map(StatusAlignment::flagColumn)
                .or(() -> contract.parent().flatMap(parent -> flagOfDependents(contracts.newest(parent.entity()), contract)))
                .ifPresent(flag -> columns.put(flag, FLAG));
        columns.put("versions", "bigint[]");
        return columns;
    }

    private static Optional<String> flagOfDependents(Contract parent, Contract contract) {
        return parent.statusAlignment().filter(alignment -> alignment.dependents().equals(contract.entity()))
                .map(StatusAlignment::flagColumn);
    }

    private static void column(Map<String, String> columns, Field field) {
        columns.put(field.column(), field.type().sql());
    }
}
