package dev.concordat.residency;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * The topics that the intake was read from. One that was deleted and made anew, or that of a new cluster, has the positions of the one before: to tell
 * its deliveries from those, positions in it are called by a name with a number, such as {@code crm.changes~2}. Kafka gives each topic an id, and no
 * name of a topic holds a {@code ~}.
 */
public final class IntakeTopics {
    private static final String ENTER = """
            INSERT INTO concordat.topic (name, id, number) SELECT ?, ?, 1 + coalesce(max(number), 0) FROM concordat.topic WHERE name = ?
            ON CONFLICT (name, id) DO NOTHING""";
    private static final String NUMBER = "SELECT number FROM concordat.topic WHERE name = ? AND id = ?";

    private final DataSource directory;

    public IntakeTopics(DataSource directory) {
        this.directory = directory;
    }

    /**
     * Enters a topic that is not known yet; returns the name by which positions in it are called.
     *
     * @param id as Kafka says
     */
    public String enter(String name, String id) throws SQLException {
        try (var connection = directory.getConnection(); var statement = connection.prepareStatement(ENTER)) {
            statement.setString(1, name);
            statement.setString(2, id);
            statement.setString(3, name);
            statement.executeUpdate();
            return called(connection, name, id);
        }
    }

    /** The name by which positions in a topic are called; its own where it was never entered. */
    public String called(String name, String id) throws SQLException {
        try (var connection = directory.getConnection()) {
            return called(connection, name, id);
        }
    }

    private static String called(Connection connection, String name, String id) throws SQLException {
        try (var statement = connection.prepareStatement(NUMBER)) {
            statement.setString(1, name);
            statement.setString(2, id);
            try (var rows = statement.executeQuery()) {
                return rows.next() && rows.getInt(1) > 1 ? name + "~" + rows.getInt(1) : name;
            }
        }
    }
}
