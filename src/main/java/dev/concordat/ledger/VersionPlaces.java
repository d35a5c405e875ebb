package dev.concordat.ledger;

import dev.concordat.BridgeException;
import dev.concordat.contract.Contract;
import dev.concordat.contract.Contracts;
import dev.concordat.contract.Field;
import dev.concordat.contract.Owner;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/**
 * Which place each column has in the ledgers' arrays of versions.
 *
 * <p>A column keeps its place: a contract may add, remove, rename or reorder fields, and what stands in a ledger's row keeps its meaning.
 */
public final class VersionPlaces {
    private static final String ENTER = """
            INSERT INTO concordat.version_place (entity, ledger_column, place)
            SELECT ?, name, (SELECT coalesce(max(place), 0) FROM concordat.version_place WHERE entity = ?) + row_number() OVER (ORDER BY ord)
            FROM unnest(?::text[]) WITH ORDINALITY AS new(name, ord)
            WHERE name NOT IN (SELECT ledger_column FROM concordat.version_place WHERE entity = ?)""";
    private static final String READ = "SELECT ledger_column FROM concordat.version_place WHERE entity = ? ORDER BY place";

    private final Map<String, List<String>> columns;

    private VersionPlaces(Map<String, List<String>> columns) {
        this.columns = Map.copyOf(columns);
    }

    /** Places in the order of the contracts' newest majors, for ledgers that have seen no other contract. */
    public static VersionPlaces inOrder(Contracts contracts) {
        var columns = new HashMap<String, List<String>>();
        for (Contract contract : contracts.newest()) {
            columns.put(contract.entity(), versioned(contract).stream().map(Field::column).toList());
        }
        return new VersionPlaces(columns);
    }

    /**
     * Reads the places from the directory; columns that have none yet get the next ones.
     *
     * @throws BridgeException when the directory does not answer
     */
    public static VersionPlaces of(DataSource directory, Contracts contracts) {
        var columns = new HashMap<String, List<String>>();
        try (Connection connection = directory.getConnection()) {
            connection.setAutoCommit(false);
            try (var statement = connection.createStatement()) {
                statement.execute("LOCK TABLE concordat.version_place IN SHARE ROW EXCLUSIVE MODE");
            }
            for (Contract contract : contracts.newest()) {
                enter(connection, contract);
                columns.put(contract.entity(), read(connection, contract.entity()));
            }
            connection.commit();
        } catch (SQLException e) {
            throw new BridgeException("the directory cannot say which place each column's version has: " + e.getMessage(), e);
        }
        return new VersionPlaces(columns);
    }

    private static void enter(Connection connection, Contract contract) throws SQLException {
        try (var statement = connection.prepareStatement(ENTER)) {
            statement.setString(1, contract.entity());
            statement.setString(2, contract.entity());
            statement.setArray(3, connection.createArrayOf("text", versioned(contract).stream().map(Field::column).toArray()));
            statement.setString(4, contract.entity());
            statement.executeUpdate();
        }
    }

    private static List<String> read(Connection connection, String entity) throws SQLException {
        try (var statement = connection.prepareStatement(READ)) {
            statement.setString(1, entity);
            var columns = new ArrayList<String>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    columns.add(rows.getString(1));
                }
            }
            return List.copyOf(columns);
        }
    }

    /** What the CRM owns but the parent's id, which never changes. */
    static List<Field> versioned(Contract contract) {
        var parent = contract.parent();
        return contract.ownedBy(Owner.CRM).stream().filter(field -> parent.isEmpty() || !parent.get().field().equals(field.name())).toList();
    }

    /** Place of a column, from 1. */
    int of(String entity, String column) {
        return columns.get(entity).indexOf(column) + 1;
    }

    /** The columns by their places, also those that the contract no longer has. */
    List<String> columns(String entity) {
        return columns.get(entity);
    }
}
