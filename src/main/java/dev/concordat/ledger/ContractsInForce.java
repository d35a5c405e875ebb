package dev.concordat.ledger;

import dev.concordat.BridgeException;
import dev.concordat.contract.Contract;
import dev.concordat.contract.Contracts;
import dev.concordat.contract.NewerContract;
import dev.concordat.contract.Version;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BinaryOperator;
import javax.sql.DataSource;

/** Which contracts the bridges of the group have in force, in the directory: those that run say so every few seconds. */
public final class ContractsInForce {
    /** One that was killed leaves its rows to whoever comes after it. */
    private static final String RENEW = """
            WITH own (entity, version) AS (SELECT * FROM unnest(?::text[], ?::text[])),
            gone AS (
              DELETE FROM concordat.contract_in_force f WHERE seen_at < clock_timestamp() - interval '1 hour'
                OR bridge = ? AND NOT EXISTS (SELECT FROM own WHERE own.entity = f.entity AND own.version = f.version)
            )
            INSERT INTO concordat.contract_in_force (bridge, entity, version) SELECT ?, entity, version FROM own
            ON CONFLICT (bridge, entity, version) DO UPDATE SET seen_at = clock_timestamp()""";
    private static final String LEAVE = "DELETE FROM concordat.contract_in_force WHERE bridge = ?";
    /** Those that come into force with one bridge after the other within some seconds make none of them behind. */
    private static final String KNOWN = """
            SELECT entity, version, since, since < clock_timestamp() - interval '15 seconds', EXISTS (SELECT FROM concordat.contract_in_force f
              WHERE f.entity = c.entity AND f.version = c.version AND f.seen_at > clock_timestamp() - interval '20 seconds')
            FROM concordat.contract c""";

    private final DataSource directory;
    private final UUID bridge = UUID.randomUUID();

    public ContractsInForce(DataSource directory) {
        this.directory = directory;
    }

    /**
     * Says that this bridge runs with contracts, and with no others.
     *
     * @throws BridgeException when the directory does not answer
     */
    public void renew(Contracts contracts) {
        try (var connection = directory.getConnection(); var statement = connection.prepareStatement(RENEW)) {
            statement.setArray(1, connection.createArrayOf("text", contracts.all().stream().map(Contract::entity).toArray()));
            statement.setArray(2, connection.createArrayOf("text", contracts.all().stream().map(KnownContracts::version).toArray()));
            statement.setObject(3, bridge);
            statement.setObject(4, bridge);
            statement.executeUpdate();
        } catch (SQLException e) {
            throw unknown(e);
        }
    }

    /**
     * Says that this bridge does not run any more.
     *
     * @throws BridgeException when the directory does not answer
     */
    public void leave() {
        try (var connection = directory.getConnection(); var statement = connection.prepareStatement(LEAVE)) {
            statement.setObject(1, bridge);
            statement.executeUpdate();
        } catch (SQLException e) {
            throw unknown(e);
        }
    }

    /**
     * What has come into force with other bridges above contracts: of each entity among them, and each of its majors, the highest version with which a bridge
     * runs, or else the highest of all; none of an entity and major of which all that is newer has come within the last 15 seconds. A directory that was laid by a version that noted none knows of none.
     *
     * @throws BridgeException when the directory does not answer
     */
    public List<NewerContract> newerThan(Contracts contracts) {
        try (var connection = directory.getConnection()) {
            return KnownContracts.isLaid(connection, "concordat.contract_in_force") ? newerThan(contracts, connection) : List.of();
        } catch (SQLException e) {
            throw unknown(e);
        }
    }

    private static List<NewerContract> newerThan(Contracts contracts, Connection connection) throws SQLException {
        var entities = contracts.newest().stream().map(Contract::entity).toList();
        var newer = new TreeMap<String, NewerContract>();
        var settled = new HashSet<String>();
        try (var statement = connection.createStatement(); var rows = statement.executeQuery(KNOWN)) {
            while (rows.next()) {
                String entity = rows.getString(1);
                if (entities.contains(entity)) {
                    var version = Version.of(rows.getString(2)).orElseThrow();
                    // A major below the newest that is not in force here any more is none that this bridge lacks.
                    var here = contracts.find(entity, version.major()).orElse(contracts.newest(entity));
                    if (version.compareTo(Version.of(here.version()).orElseThrow()) > 0) {
                        var found = new NewerContract(here, version, rows.getTimestamp(3).toInstant(), rows.getBoolean(5));
                        if (rows.getBoolean(4)) {
                            settled.add(found.place());
                        }
                        newer.merge(found.place(), found, BinaryOperator.maxBy(Comparator.comparing(NewerContract::runs).thenComparing(NewerContract::version)));
                    }
                }
            }
        }
        newer.keySet().retainAll(settled);
        return List.copyOf(newer.values());
    }

    private static BridgeException unknown(SQLException failure) {
        return new BridgeException("the directory cannot say which contracts are in force: " + failure.getMessage(), failure);
    }
}
