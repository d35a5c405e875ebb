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

    private final List<String> triggers;
    private volatile boolean prepared;

    /** @param triggers what the contracts demand of the ledger's tables */
    public LaneLedger(DataSource database, List<String> triggers) {
        super(database);
        this.triggers = List.copyOf(triggers);
    }

    /**
     * Lays or updates the bridge's tables and triggers.
     *
     * @throws dev.concordat.BridgeException when the ledger cannot be reached or refuses
     */
    public void prepare() {
        Ledgers.prepare(obtainTargetDataSource(), "lane", triggers);
        prepared = true;
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
