package dev.concordat;

import dev.concordat.contract.Contracts;
import dev.concordat.ledger.TableNeed;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Columns of the contracts that the sample ledger does not have. An embedded ledger is there only while its bridge is, so nobody could add them before
 * a start; a real ledger is its team's, and is never altered.
 */
final class EmbeddedColumns {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedColumns.class);

    private EmbeddedColumns() {
    }

    /** Adds what a ledger lacks, each column of the type that {@code contract show FILE --sql} says; a table that is not there is left to the start. */
    static void add(Contracts contracts, String name, DataSource ledger) {
        List<TableNeed> needs = contracts.newest().stream().flatMap(contract -> TableNeed.of(contract, contracts).stream()).toList();
        try (var connection = ledger.getConnection(); var statement = connection.createStatement()) {
            for (TableNeed need : needs) {
                for (var column : need.columns().entrySet()) {
                    statement.execute("ALTER TABLE IF EXISTS " + need.table() + " ADD COLUMN IF NOT EXISTS " + column.getKey() + " " + column.getValue());
                    // PostgreSQL notes what it skips.
                    if (statement.getWarnings() == null) {
                        LOG.info("column added to an embedded ledger: database={} column={}.{} type={}", name, need.table(), column.getKey(),
                                column.getValue());
                    }
                }
            }
        } catch (SQLException e) {
            throw new BridgeException("the embedded ledger '" + name + "' does not take the columns that the contracts name: " + e.getMessage(), e);
        }
    }
}
