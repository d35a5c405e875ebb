package dev.concordat.ledger;

import dev.concordat.BridgeException;
import dev.concordat.residency.Directory.Key;
import dev.concordat.residency.Directory.Place;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.postgresql.util.PSQLState;

/** A look at databases before anything is laid in them: whether each is there, and the one that its address should lead to. */
public final class Inspection {
    /** Held by a connection to each database, with its number; whoever sees that of another is connected to the same one, however the addresses are written. */
    private static final String HOLD = "SELECT pg_try_advisory_xact_lock(?, ?)";
    private static final String HELD = """
            SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND classid = ?::int::oid AND objid <> ?::int::oid
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY 1""";
    private static final String LAID = "SELECT to_regclass('concordat.inbox') IS NOT NULL, to_regclass('concordat.directory') IS NOT NULL";

    private final List<Address> addresses;
    private final Address directory;
    private final Residents residents;
    private final int sign = ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE);
    private final Map<Address, Connection> connections = new ConcurrentHashMap<>();
    private final Map<Address, List<String>> contradictions = new ConcurrentHashMap<>();
    private final Map<Address, BridgeException> failures = new ConcurrentHashMap<>();

    private interface Step {
        void look(Address address, Connection connection) throws SQLException;
    }

    private Inspection(Collection<Address> addresses, Residents residents) {
        this.addresses = List.copyOf(addresses);
        this.directory = addresses.stream().filter(address -> !address.isLedger()).findFirst().orElseThrow();
        this.residents = residents;
    }

    /**
     * No connection is kept from others while one that is away is waited for: all are asked to answer, then those that did are looked at together.
     *
     * @param databases the directory and ledgers, in the order in which they are told
     */
    public static Inspection of(Map<Address, DataSource> databases, Residents residents) {
        var inspection = new Inspection(databases.keySet(), residents);
        try {
            databases.entrySet().parallelStream().forEach(each -> inspection.reach(each.getKey(), each.getValue()));
            databases.forEach(inspection::connect);
            inspection.each(inspection::compare);
            inspection.each(inspection::judge);
        } finally {
            inspection.connections.values().forEach(Inspection::release);
        }
        return inspection;
    }

    private void reach(Address address, DataSource database) {
        try {
            database.getConnection().close();
        } catch (SQLException e) {
            failed(address, e);
        }
    }

    private void connect(Address address, DataSource database) {
        if (!failures.containsKey(address)) {
            try {
                connections.put(address, database.getConnection());
                hold(address);
            } catch (SQLException e) {
                failed(address, e);
            }
        }
    }

    private void hold(Address address) throws SQLException {
        var connection = connections.get(address);
        connection.setAutoCommit(false);
        try (var statement = connection.prepareStatement(HOLD)) {
            statement.setInt(1, sign);
            statement.setInt(2, addresses.indexOf(address));
            statement.execute();
        }
    }

    private void each(Step step) {
        for (Address address : addresses) {
            var connection = connections.get(address);
            if (connection != null && !failures.containsKey(address)) {
                try {
                    step.look(address, connection);
                } catch (SQLException e) {
                    failed(address, e);
                }
            }
        }
    }

    /** Where not everybody may see who holds what, as PostgreSQL lets them, nothing is found. */
    private void compare(Address address, Connection connection) throws SQLException {
        int number = addresses.indexOf(address);
        var before = connection.setSavepoint();
        try (var statement = connection.prepareStatement(HELD)) {
            statement.setInt(1, sign);
            statement.setInt(2, number);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    int other = rows.getInt(1);
                    contradicts(address, addresses.get(Math.min(number, other)).alike(addresses.get(Math.max(number, other))));
                }
            }
        } catch (SQLException e) {
            if (!Ledgers.unfit(e)) {
                throw e;
            }
            connection.rollback(before);
        }
    }

    /** What has no mark yet, laid by a bridge of before there were any or by none, is judged by what is in it. */
    private void judge(Address address, Connection connection) throws SQLException {
        encoded(connection);
        if (Mark.check(connection, address)) {
            return;
        }
        if (laidForOther(address, connection)) {
            contradicts(address, address.misleading(address.isLedger() ? "a directory" : "a ledger"));
        } else if (address.isLedger()) {
            var residencies = residents.residencies(connection);
            if (!residencies.isEmpty()) {
                places(address, residencies.keySet()).flatMap(places -> residents.contradiction(address, residencies, places))
                        .ifPresent(found -> contradicts(address, address.misleading(found)));
            }
        }
    }

    /** One byte that is no UTF-8 would keep all that is read with its row from the bridge: what the CRM is to be told, and an audit. */
    private static void encoded(Connection connection) throws SQLException {
        try (var statement = connection.createStatement(); var row = statement.executeQuery("SHOW server_encoding")) {
            row.next();
            if (row.getString(1).equals("SQL_ASCII")) {
                throw new SQLFeatureNotSupportedException("its encoding is SQL_ASCII, which says of no byte what it means; it should be UTF8, or another one that "
                        + "PostgreSQL turns into UTF-8", PSQLState.NOT_IMPLEMENTED.getState());
            }
        }
    }

    /** Empty where something stands against the directory: that stands against the ledger too, in the same words, as it cannot be judged. */
    private Optional<Map<Key, Place>> places(Address ledger, Collection<String> customers) {
        if (!failures.containsKey(directory) && !contradictions.containsKey(directory)) {
            try {
                return Optional.of(Residents.places(connections.get(directory), customers));
            } catch (SQLException e) {
                failed(directory, e);
            }
        }
        contradictions.getOrDefault(directory, List.of()).forEach(sentence -> contradicts(ledger, sentence));
        Optional.ofNullable(failures.get(directory)).ifPresent(failure -> failures.put(ledger, failure));
        return Optional.empty();
    }

    private static boolean laidForOther(Address address, Connection connection) throws SQLException {
        try (var statement = connection.createStatement(); var row = statement.executeQuery(LAID)) {
            row.next();
            return row.getBoolean(1) != row.getBoolean(2) && row.getBoolean(1) != address.isLedger();
        }
    }

    private void contradicts(Address address, String sentence) {
        contradictions.computeIfAbsent(address, of -> new ArrayList<>()).add(sentence);
    }

    private void failed(Address address, SQLException failure) {
        var told = Ledgers.refused(address, failure);
        failures.put(address, told);
        if (Ledgers.contradicted(failure)) {
            contradicts(address, told.getMessage());
        }
    }

    private static void release(Connection connection) {
        try (connection) {
            connection.rollback();
        } catch (SQLException e) {
            // It is given back or closed all the same.
        }
    }

    /** Why addresses lead to other databases than they should; of those that answer. */
    public List<String> contradictions() {
        return told(address -> contradictions.getOrDefault(address, List.of()).stream());
    }

    /** What stands against databases and is not over by waiting. */
    public List<String> findings() {
        return told(address -> Stream.concat(contradictions.getOrDefault(address, List.of()).stream(),
                Optional.ofNullable(failures.get(address)).filter(failure -> !Ledgers.away(failure)).map(BridgeException::getMessage).stream()));
    }

    private List<String> told(Function<Address, Stream<String>> sentences) {
        return addresses.stream().flatMap(sentences).distinct().toList();
    }

    /** @throws BridgeException where something stands against a database */
    public void demand(Address address) {
        if (failures.containsKey(address)) {
            throw failures.get(address);
        }
        if (contradictions.containsKey(address)) {
            throw new BridgeException(String.join("\n", contradictions.get(address)));
        }
    }
}
