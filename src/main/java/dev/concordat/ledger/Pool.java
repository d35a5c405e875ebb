package dev.concordat.ledger;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * A pool of connections to the database that an address should lead to, whenever one is made. Where no waiting helps, because the database is another one
 * or takes no such login, whoever asks for a connection is told so at once; the pool goes on trying beside, some seconds apart.
 */
final class Pool extends HikariDataSource {
    /** Longer than the pause between two tries. */
    private static final Duration FRESH = Duration.ofSeconds(10);
    private final Connector connector;

    private Pool(HikariConfig config, Connector connector) {
        super(config);
        this.connector = connector;
    }

    /** @param login makes connections */
    static Pool open(HikariConfig config, DataSource login, Address address) {
        var connector = new Connector(login, address);
        config.setDataSource(connector);
        return new Pool(config, connector);
    }

    /** @throws SQLException where there is no connection within the pool's time, or none is to be had as long as nobody mends something */
    @Override
    public Connection getConnection() throws SQLException {
        if (getHikariPoolMXBean().getTotalConnections() == 0) {
            connector.objectWithin(getConnectionTimeout() / 2);
        }
        return super.getConnection();
    }

    private static final class Connector extends DelegatingDataSource {
        private final Address address;
        private final CountDownLatch tried = new CountDownLatch(1);
        private volatile Refusal refusal;

        /** @param at by {@link System#nanoTime()} */
        private record Refusal(SQLException failure, long at) {
            boolean fresh() {
                return System.nanoTime() - at < FRESH.toNanos();
            }
        }

        Connector(DataSource login, Address address) {
            super(login);
            this.address = address;
        }

        @Override
        public Connection getConnection() throws SQLException {
            try {
                var connection = marked();
                refusal = null;
                return connection;
            } catch (SQLException e) {
                refusal = Ledgers.away(e) ? null : new Refusal(e, System.nanoTime());
                throw e;
            } finally {
                tried.countDown();
            }
        }

        private Connection marked() throws SQLException {
            var connection = super.getConnection();
            try {
                Mark.check(connection, address);
                return connection;
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
        }

        /** Waits a while for what comes of the first try; what the last one met is thrown where waiting for the next does not help. */
        void objectWithin(long millis) throws SQLException {
            try {
                tried.await(millis, MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            Refusal last = refusal;
            if (last != null && last.fresh()) {
                throw new SQLTransientConnectionException(last.failure.getMessage(), last.failure.getSQLState(), last.failure);
            }
        }
    }
}
