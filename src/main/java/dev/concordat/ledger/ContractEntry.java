package dev.concordat.ledger;

import dev.concordat.BridgeException;
import dev.concordat.contract.Contract;
import dev.concordat.contract.ContractDiff;
import dev.concordat.contract.Contracts;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Contracts that a bridge has entered in the directory, and laid in the ledgers what they demand; nobody else sees them before they are kept. Where the bridge
 * ends before that, however it does, their versions stand for nothing.
 */
public final class ContractEntry implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ContractEntry.class);

    /** Waits for who enters the same version at the same time, and locks none that is known. */
    private static final String ENTER = """
            INSERT INTO concordat.contract (entity, version, content) VALUES (?, ?, ?)
            ON CONFLICT (entity, version) DO NOTHING""";
    /**
     * Others wait as long as this connection is there: of a bridge that went away without a word it should not be for hours. That of one which is at work is
     * idle for as long as an index of a large table takes.
     */
    private static final String NOTICED = "SET LOCAL tcp_keepalives_idle = 60; SET LOCAL tcp_keepalives_interval = 10; "
            + "SET LOCAL idle_in_transaction_session_timeout = 0";
    /** To the others it is there from when it is kept. */
    private static final String KEPT = "UPDATE concordat.contract SET since = clock_timestamp() WHERE entity = ? AND version = ?";

    private final Connection connection;
    private final Consumer<List<Contract>> undo;
    /** Those that no bridge has, once something of them may be laid. */
    private List<Contract> alone = List.of();
    private boolean kept;

    private ContractEntry(Connection connection, Consumer<List<Contract>> undo) {
        this.connection = connection;
        this.undo = undo;
    }

    /** As {@link KnownContracts#open}. */
    static ContractEntry open(KnownContracts known, Connection connection, Contracts contracts, Runnable lay, Consumer<List<Contract>> undo) throws SQLException {
        var entry = new ContractEntry(connection, undo);
        try {
            connection.setAutoCommit(false);
            var first = entry.enter(contracts);
            var objections = ContractDiff.objections(known.read(connection, contracts), contracts);
            if (!objections.isEmpty()) {
                throw new BridgeException(String.join("\n", objections));
            }
            entry.alone = List.copyOf(first);
            lay.run();
            return entry;
        } catch (SQLException | RuntimeException e) {
            entry.close();
            throw e;
        }
    }

    /** Returns those of which nothing was known. */
    private List<Contract> enter(Contracts contracts) throws SQLException {
        var first = new ArrayList<Contract>();
        try (var settings = connection.createStatement(); var statement = connection.prepareStatement(ENTER)) {
            settings.execute(NOTICED);
            settings.execute(OtherBridge.PATIENCE);
            // In one order, so that no two bridges wait for each other.
            for (Contract contract : contracts.all().stream().sorted(Comparator.comparing(Contract::label)).toList()) {
                statement.setString(1, contract.entity());
                statement.setString(2, KnownContracts.version(contract));
                statement.setBytes(3, bytes(contract.content()));
                if (statement.executeUpdate() > 0) {
                    first.add(contract);
                }
            }
            return first;
        } catch (SQLException e) {
            if (OtherBridge.isAtWork(e)) {
                connection.rollback();
                throw OtherBridge.entering(connection);
            }
            throw e;
        }
    }

    private void takeBack() {
        try {
            // Others wait as long as this transaction is there.
            KnownContracts.isLaid(connection, KnownContracts.TABLE);
            undo.accept(alone);
        } catch (SQLException e) {
            LOG.warn("ledgers keep triggers of contracts that did not come into force, until others are laid: contracts={} cause={}",
                    alone.stream().map(Contract::label).toList(), e.getMessage());
        }
    }

    /**
     * Lets the versions stand for these contracts from now on, for all bridges; to be called before anything acts by them, and without effect afterwards.
     *
     * @throws BridgeException when the directory does not answer, or did not meanwhile
     */
    public void keep() {
        if (kept) {
            return;
        }
        try (connection; var since = connection.prepareStatement(KEPT)) {
            for (Contract contract : alone) {
                since.setString(1, contract.entity());
                since.setString(2, KnownContracts.version(contract));
                since.executeUpdate();
            }
            connection.commit();
            kept = true;
        } catch (SQLException e) {
            throw KnownContracts.unknown(e);
        }
    }

    /** What was not kept is forgotten, and what was laid for it taken back. */
    @Override
    public void close() {
        if (kept) {
            return;
        }
        try (connection) {
            if (!alone.isEmpty()) {
                takeBack();
            }
            connection.rollback();
        } catch (SQLException e) {
            LOG.debug("the directory went away, and forgets by itself", e);
        }
    }

    private static byte[] bytes(ByteBuffer content) {
        var bytes = new byte[content.remaining()];
        content.get(bytes);
        return bytes;
    }
}
