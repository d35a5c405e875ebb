package dev.concordat.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.postgresql.util.PSQLState;

/** What a database says that it is, in its table {@code concordat.mark}: the directory, or the ledger of a region. */
final class Mark {
    private Mark() {
    }

    /** The connection leads to another database than its address should. Of the class of connections that fail: what needs the right one waits. */
    static final class Contradicted extends SQLException {
        Contradicted(String reason) {
            super(reason, PSQLState.CONNECTION_REJECTED.getState());
        }
    }

    /** Empty where the database has not been prepared since there are marks. */
    private static Optional<String> read(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            try (var there = statement.executeQuery("SELECT to_regclass('concordat.mark') IS NOT NULL")) {
                if (!there.next() || !there.getBoolean(1)) {
                    return Optional.empty();
                }
            }
            try (var row = statement.executeQuery("SELECT holds FROM concordat.mark")) {
                return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
            }
        }
    }

    /**
     * Whether there is a mark.
     *
     * @throws Contradicted where it is that of another database
     */
    static boolean check(Connection connection, Address address) throws SQLException {
        var holds = read(connection);
        if (holds.isPresent() && !holds.get().equals(address.of())) {
            throw new Contradicted(address.misleading(new Address(holds.get(), "").what() + ", as `concordat.mark` there says"));
        }
        return holds.isPresent();
    }

    /** @throws Contradicted where it has another already */
    static void lay(Connection connection, Address address) throws SQLException {
        try (var statement = connection.prepareStatement("INSERT INTO concordat.mark (holds) VALUES (?) ON CONFLICT DO NOTHING")) {
            statement.setString(1, address.of());
            statement.executeUpdate();
        }
        check(connection, address);
    }
}
