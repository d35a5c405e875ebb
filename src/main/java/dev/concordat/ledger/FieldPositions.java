package dev.concordat.ledger;

import dev.concordat.BridgeException;
import dev.concordat.contract.Contract;
import dev.concordat.contract.Contracts;
import dev.concordat.contract.Field;
import dev.concordat.contract.Owner;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/**
 * Which place each field has in the ledgers' arrays of versions.
 *
 * <p>A field keeps its place: a contract may add, remove or reorder fields, and what stands in a ledger's row keeps its meaning.
 */
public final class FieldPositions {
    private static final String ENTER = """
            INSERT INTO concordat.field_position (entity, field, position)
            SELECT ?, field, (SELECT coalesce(max(position), 0) FROM concordat.field_position WHERE entity = ?) + row_number() OVER (ORDER BY ord)
            FROM unnest(?::text[]) WITH ORDINALITY AS new(field, ord)
            WHERE field NOT IN (SELECT field FROM concordat.field_position WHERE entity = ?)""";
    private static final String READ = "SELECT field FROM concordat.field_position WHERE entity = ? ORDER BY position";

    private final Map<String, List<String>> fields;

    private FieldPositions(Map<String, List<String>> fields) {
        this.fields = Map.copyOf(fields);
    }

    /** Places in the order of the contracts' newest majors, for ledgers that have seen no other contract. */
    public static FieldPositions inOrder(Contracts contracts) {
        var fields = new HashMap<String, List<String>>();
        for (Contract contract : contracts.newest()) {
            fields.put(contract.entity(), versioned(contract).stream().map(Field::name).toList());
        }
        return new FieldPositions(fields);
    }

    /**
     * Reads the places from the directory; fields that have none yet get the next ones.
     *
     * @throws BridgeException when the directory does not answer
     */
    public static FieldPositions of(DataSource directory, Contracts contracts) {
        var fields = new HashMap<String, List<String>>();
        try (Connection connection = directory.getConnection()) {
            connection.setAutoCommit(false);
            try (var statement = connection.createStatement()) {
                statement.execute("LOCK TABLE concordat.field_position IN SHARE ROW EXCLUSIVE MODE");
            }
            for (Contract contract : contracts.newest()) {
                enter(connection, contract);
                fields.put(contract.entity(), read(connection, contract.entity()));
            }
            connection.commit();
        } catch (SQLException e) {
            throw new BridgeException("the directory cannot say which place each field's version has: " + e.getMessage(), e);
        }
        return new FieldPositions(fields);
    }

    private static void enter(Connection connection, Contract contract) throws SQLException {
        try (var statement = connection.prepareStatement(ENTER)) {
            statement.setString(1, contract.entity());
            statement.setString(2, contract.entity());
            statement.setArray(3, connection.createArrayOf("text", versioned(contract).stream().map(Field::name).toArray()));
            statement.setString(4, contract.entity());
            statement.executeUpdate();
        }
    }

    private static List<String> read(Connection connection, String entity) throws SQLException {
        try (var statement = connection.prepareStatement(READ)) {
            statement.setString(1, entity);
            var fields = new ArrayList<String>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    fields.add(rows.getString(1));
                }
            }
            return List.copyOf(fields);
        }
    }

    /** What the CRM owns but the parent's id, which never changes. */
    static List<Field> versioned(Contract contract) {
        var parent = contract.parent();
        return contract.ownedBy(Owner.CRM).stream().filter(field -> parent.isEmpty() || !parent.get().field().equals(field.name())).toList();
    }

    /** Place of a field, from 1. */
    int of(String entity, String field) {
        return fields.get(entity).indexOf(field) + 1;
    }

    /** The fields by their places, also those that the contract no longer has. */
    List<String> fields(String entity) {
        return fields.get(entity);
    }
}
