package dev.concordat.ledger;

import dev.concordat.BridgeException;
import dev.concordat.contract.Contract;
import dev.concordat.contract.ContractDiff;
import dev.concordat.contract.Contracts;
import dev.concordat.contract.KnownContract;
import dev.concordat.contract.Version;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What each version of a contract stands for, in the directory, since it first came into force with any bridge of the group.
 *
 * <p>A lane, the outbox and a reload tell contracts apart by their version alone: under one that stood for other content, a change that waits would lose
 * fields without a word.
 */
public final class KnownContracts {
    private static final Logger LOG = LoggerFactory.getLogger(KnownContracts.class);

    static final String TABLE = "concordat.contract";
    private static final String READ = """
            SELECT entity, version, content, since, ARRAY(SELECT version FROM concordat.contract WHERE entity = c.entity)
            FROM concordat.contract c WHERE entity = ? AND version = ?""";

    private final DataSource directory;
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    public KnownContracts(DataSource directory) {
        this.directory = directory;
    }

    /**
     * What speaks against a start with contracts, as far as the directory has it: one that is away, is another database, or was laid by a version that
     * noted none speaks against nothing.
     */
    public List<String> objections(Contracts contracts) {
        try (var connection = directory.getConnection()) {
            return isLaid(connection, TABLE) ? ContractDiff.objections(read(connection, contracts), contracts) : List.of();
        } catch (SQLException e) {
            // Told of by whoever looks at the databases, or where contracts are entered.
            return List.of();
        }
    }

    /**
     * What speaks against taking contracts into force after others.
     *
     * @throws BridgeException when the directory does not answer
     */
    public List<String> objections(Contracts before, Contracts after) {
        try (var connection = directory.getConnection()) {
            return ContractDiff.objections(before, read(connection, after), after);
        } catch (SQLException e) {
            throw unknown(e);
        }
    }

    /**
     * Enters contracts for good, as {@link #open} does until they are kept.
     *
     * @throws BridgeException as {@link #open}, or when the directory does not answer any more
     */
    public void enter(Contracts contracts, Runnable lay, Consumer<List<Contract>> undo) {
        try (var entry = open(contracts, lay, undo)) {
            entry.keep();
        }
    }

    /**
     * Enters contracts, and lays in the ledgers what they demand; where that fails, nothing is entered. Of bridges that enter a version at the same time one
     * is the first; for the others it is not the time before that one has kept it or closed its entry, and then they are held to what it has kept.
     *
     * @param undo takes back what was laid of the contracts that it is given, of which no bridge has anything; not called where the directory went away
     *             meanwhile, because another bridge may have laid them since
     * @throws BridgeException where a version has stood for other content, before anything is laid, or when the directory does not answer; as
     *                         {@link Ledgers#busy} tells, where another bridge has yet to keep or close its entry
     */
    public ContractEntry open(Contracts contracts, Runnable lay, Consumer<List<Contract>> undo) {
        try {
            return ContractEntry.open(this, directory.getConnection(), contracts, lay, undo);
        } catch (SQLException e) {
            throw e instanceof OtherBridge.AtWork ? new BridgeException(e.getMessage(), e) : unknown(e);
        }
    }

    List<KnownContract> read(Connection connection, Contracts contracts) throws SQLException {
        var known = new ArrayList<KnownContract>();
        try (var statement = connection.prepareStatement(READ)) {
            for (Contract contract : contracts.all()) {
                statement.setString(1, contract.entity());
                statement.setString(2, version(contract));
                try (var rows = statement.executeQuery()) {
                    while (rows.next()) {
                        known.add(new KnownContract(rows.getString(1), Version.of(rows.getString(2)).orElseThrow(), ByteBuffer.wrap(rows.getBytes(3)),
                                rows.getTimestamp(4).toInstant(), versions((String[]) rows.getArray(5).getArray())));
                    }
                }
            }
        }
        known.stream().filter(each -> !ContractDiff.isComparable(each, contracts) && told.add(each.label())).forEach(each ->
                LOG.warn("what a version of a contract stands for cannot be read any more, so nothing is compared with it: contract={} since={}",
                        each.label(), each.since()));
        return known;
    }

    private static List<Version> versions(String[] texts) {
        return Arrays.stream(texts).flatMap(text -> Version.of(text).stream()).toList();
    }

    /** Whether the directory has a table; one that was laid by a version before has not. */
    static boolean isLaid(Connection connection, String table) throws SQLException {
        try (var statement = connection.prepareStatement("SELECT to_regclass(?) IS NOT NULL")) {
            statement.setString(1, table);
            try (var row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    /** As every version is written that means the same. */
    static String version(Contract contract) {
        return Version.of(contract.version()).orElseThrow().toString();
    }

    static BridgeException unknown(SQLException failure) {
        return new BridgeException("the directory cannot say what the versions of contracts stand for: " + failure.getMessage(), failure);
    }
}
