package dev.concordat.residency;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.postgresql.util.PSQLState;

/**
 * Knows in which region each customer lives and whose each account is: ids only.
 *
 * <p>The first entry of an entity stays; a second one that says otherwise is a breach for the caller to state.
 */
public final class Directory {
    private static final String FIND = """
            SELECT d.entity, d.id, d.customer, d.region FROM concordat.directory d
            JOIN unnest(?::text[], ?::text[]) AS wanted(entity, id) USING (entity, id)""";
    private static final String ADD = """
            INSERT INTO concordat.directory (entity, id, customer, region)
            SELECT * FROM unnest(?::text[], ?::text[], ?::text[], ?::text[]) ORDER BY 1, 2""";
    private static final String ADD_NEW = ADD + " ON CONFLICT DO NOTHING";

    private static final String UNPLACED = "SELECT receipt FROM concordat.unplaced WHERE receipt = ANY (?)";
    private static final String NOTE_UNPLACED = """
            INSERT INTO concordat.unplaced (receipt) SELECT unnest(?::text[]) ORDER BY 1 ON CONFLICT DO NOTHING""";

    private static final String REGIONS = "INSERT INTO concordat.region (region) SELECT unnest(?) ORDER BY 1 ON CONFLICT DO NOTHING";
    private static final String ELSEWHERE = """
            WITH lacking AS (SELECT region FROM concordat.region WHERE region <> ALL (?))
            SELECT region, count(*) FILTER (WHERE entity = 'customer') FROM concordat.directory JOIN lacking USING (region)
            WHERE EXISTS (SELECT FROM lacking) GROUP BY 1 ORDER BY 1""";

    /** What an entry of the cache takes, with ids of 20 characters; measured. */
    private static final int ENTRY_BYTES = 200;

    private final DataSource database;
    private final Cache<Key, Place> cache;

    /** An entity's name in the directory, such as customer C-1. */
    public record Key(String entity, String id) {
    }

    /** Where an entity lives and to which customer it belongs. */
    public record Place(String customer, String region) {
    }

    public Directory(DataSource database, long cachedEntries) {
        this.database = database;
        this.cache = Caffeine.newBuilder().maximumSize(cachedEntries).build();
    }

    /** How many entries the cache may have to stay within so many bytes. */
    public static long entriesWithin(long bytes) {
        return bytes / ENTRY_BYTES;
    }

    /** Looks all keys up with one query at most; a key that is not in the answer is unknown. */
    public Map<Key, Place> find(Collection<Key> keys) throws SQLException {
        var found = new HashMap<Key, Place>(cache.getAllPresent(keys));
        Set<Key> missing = new HashSet<>(keys);
        missing.removeAll(found.keySet());
        if (!missing.isEmpty()) {
            var read = read(missing);
            cache.putAll(read);
            found.putAll(read);
        }
        return found;
    }

    public Optional<Place> find(Key key) throws SQLException {
        return Optional.ofNullable(find(Set.of(key)).get(key));
    }

    /** Adds places that are not there yet; returns those that were entered otherwise before. */
    public Map<Key, Place> add(Map<Key, Place> places) throws SQLException {
        var standing = new HashMap<>(cache.getAllPresent(places.keySet()));
        var unknown = new HashMap<>(places);
        unknown.keySet().removeAll(standing.keySet());
        if (!unknown.isEmpty()) {
            if (enter(unknown) == unknown.size()) {
                cache.putAll(unknown);
            } else {
                var read = read(unknown.keySet());
                cache.putAll(read);
                standing.putAll(read);
            }
        }
        standing.entrySet().removeIf(entry -> entry.getValue().equals(places.get(entry.getKey())));
        return standing;
    }

    /** Returns how many were not there yet. To ask of each whether it is costs half as much as to enter it, and hardly one ever is. */
    private int enter(Map<Key, Place> places) throws SQLException {
        try (Connection connection = database.getConnection()) {
            try {
                return enter(places, connection, ADD);
            } catch (SQLException e) {
                if (!PSQLState.UNIQUE_VIOLATION.getState().equals(e.getSQLState())) {
                    throw e;
                }
                return enter(places, connection, ADD_NEW);
            }
        }
    }

    private static int enter(Map<Key, Place> places, Connection connection, String add) throws SQLException {
        try (var statement = connection.prepareStatement(add)) {
            statement.setArray(1, texts(connection, places.keySet().stream().map(Key::entity).toArray()));
            statement.setArray(2, texts(connection, places.keySet().stream().map(Key::id).toArray()));
            statement.setArray(3, texts(connection, places.values().stream().map(Place::customer).toArray()));
            statement.setArray(4, texts(connection, places.values().stream().map(Place::region).toArray()));
            return statement.executeUpdate();
        }
    }

    /** Says in which regions entities are going to live, and how many customers live in others, by region; one where accounts alone are left has none. */
    public Map<String, Long> elsewhere(Collection<String> regions) throws SQLException {
        try (Connection connection = database.getConnection(); var note = connection.prepareStatement(REGIONS);
                var statement = connection.prepareStatement(ELSEWHERE)) {
            note.setArray(1, texts(connection, regions.toArray()));
            note.executeUpdate();
            statement.setArray(1, texts(connection, regions.toArray()));
            var customers = new LinkedHashMap<String, Long>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    customers.put(rows.getString(1), rows.getLong(2));
                }
            }
            return customers;
        }
    }

    /** Which of these deliveries were given a region before while their customer was unknown. */
    public Set<String> unplaced(Collection<String> receipts) throws SQLException {
        if (receipts.isEmpty()) {
            return Set.of();
        }
        try (Connection connection = database.getConnection(); var statement = connection.prepareStatement(UNPLACED)) {
            statement.setArray(1, texts(connection, receipts.toArray()));
            var found = new HashSet<String>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(rows.getString(1));
                }
            }
            return found;
        }
    }

    /** Remembers deliveries that are given a region while their customer is unknown. */
    public void noteUnplaced(Collection<String> receipts) throws SQLException {
        if (receipts.isEmpty()) {
            return;
        }
        try (Connection connection = database.getConnection(); var statement = connection.prepareStatement(NOTE_UNPLACED)) {
            statement.setArray(1, texts(connection, receipts.toArray()));
            statement.executeUpdate();
        }
    }

    private Map<Key, Place> read(Set<Key> keys) throws SQLException {
        try (Connection connection = database.getConnection(); var statement = connection.prepareStatement(FIND)) {
            statement.setArray(1, texts(connection, keys.stream().map(Key::entity).toArray()));
            statement.setArray(2, texts(connection, keys.stream().map(Key::id).toArray()));
            var found = new HashMap<Key, Place>();
            try (var rows = statement.executeQuery()) {
                Map<Key, Key> asked = keys.stream().collect(Collectors.toMap(Function.identity(), Function.identity()));
                while (rows.next()) {
                    Key key = asked.get(new Key(rows.getString(1), rows.getString(2)));
                    String customer = rows.getString(3);
                    // A text that is there already is not kept twice: an entry takes 200 bytes instead of 330.
                    found.put(key, new Place(customer.equals(key.id()) ? key.id() : customer, rows.getString(4).intern()));
                }
            }
            return found;
        }
    }

    private static java.sql.Array texts(Connection connection, Object[] values) throws SQLException {
        return connection.createArrayOf("text", values);
    }
}
