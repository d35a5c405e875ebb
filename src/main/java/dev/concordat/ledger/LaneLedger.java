package dev.concordat.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * The ledger of one lane: lends connections once the bridge's tables and triggers are laid in it, and none before.
 *
 * <p>So no change is written that the outbox would not hear of.
 */
public final class LaneLedger extends DelegatingDataSource {
    private static final String NOT_NOW = "08001";

    private final Address address;
    private volatile List<Demand> demands = List.of();
    private volatile boolean prepared;

    public LaneLedger(DataSource database, Address address) {
        super(database);
        this.address = address;
    }

    /** @throws dev.concordat.BridgeException when the ledger cannot be reached, or is another one than its address should lead to */
    public void reach() {
        try {
            obtainTargetDataSource().getConnection().close();
        } catch (SQLException e) {
            throw Ledgers.refused(address, e);
        }
    }

    /**
     * Lays or updates the bridge's tables and triggers.
     *
     * @return what the ledger has, but not for all that the contracts allow
     * @throws dev.concordat.BridgeException when the ledger cannot be reached or refuses
     */
    public synchronized List<String> prepare() {
        var warnings = Ledgers.prepare(obtainTargetDataSource(), address, demands);
        prepared = true;
        return warnings;
    }

    /**
     * Looks whether the ledger has what other contracts need; one that is not prepared yet is looked at when it is.
     *
     * @throws dev.concordat.BridgeException when the ledger cannot be reached or refuses
     */
    public synchronized void check(List<Demand> checks) {
        if (prepared) {
            Ledgers.prepare(obtainTargetDataSource(), address, checks);
        }
    }

    /**
     * Lays what other contracts demand; a ledger that is not prepared yet gets it when it is.
     *
     * @return what the ledger has, but not for all that the contracts allow
     * @throws dev.concordat.BridgeException when the ledger cannot be reached or refuses; then everything is as before
     */
    public synchronized List<String> prepare(List<Demand> otherDemands) {
        List<String> warnings = prepared ? Ledgers.prepare(obtainTargetDataSource(), address, otherDemands) : List.of();
        demands = List.copyOf(otherDemands);
        return warnings;
    }

    /** What a ledger that is not prepared yet gets when it is. */
    public synchronized void demand(List<Demand> otherDemands) {
        demands = List.copyOf(otherDemands);
    }

    /**
     * Lays something in place of what other contracts demanded.
     *
     * @throws dev.concordat.BridgeException when the ledger cannot be reached or refuses
     */
    public synchronized void undo(List<Demand> instead) {
        if (prepared && !instead.isEmpty()) {
            Ledgers.prepare(obtainTargetDataSource(), address, instead);
        }
    }

    public Address address() {
        return address;
    }

    public boolean prepared() {
        return prepared;
    }

    @Override
    public Connection getConnection() throws SQLException {
        if (!prepared) {
            throw new SQLTransientConnectionException("the bridge's tables are not laid in the ledger yet", NOT_NOW);
        }
        return super.getConnection();
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new java.sql.SQLFeatureNotSupportedException("the ledger's user is set where its pool is opened");
    }
}
