package dev.concordat.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.change.Change;
import dev.concordat.change.LaneRecords;
import dev.concordat.change.Outcome;
import dev.concordat.change.Outcomes;
import dev.concordat.change.Sent;
import dev.concordat.contract.Contracts;
import dev.concordat.contract.Gate;
import dev.concordat.contract.Owner;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultExchange;
import org.flywaydb.core.Flyway;

/**
 * A real ledger with a lane beside it, to which changes go as the routes send them: gate, lane records, waves, statement. Or straight, as
 * long as the ledger refuses nothing.
 */
final class LedgerGround implements AutoCloseable {
    private static final Verdicts VERDICTS = new Verdicts("eu", new Outcomes(new SimpleMeterRegistry()), Clock.systemUTC());

    final Contracts contracts = Contracts.read(Path.of("contracts"));
    final Statements statements = new Statements(contracts, VersionPlaces.inOrder(contracts));
    private final EmbeddedPostgres postgres;
    private final Connection connection;
    final Gate gate = new Gate(contracts, drift -> { });
    private final LaneRecords laneRecords = new LaneRecords(".changes", "crm.refetch");
    private final Waves waves = new Waves(statements);
    private final Set<String> delivered = new HashSet<>();
    private boolean straight;
    private long offset;

    /** Compiled from the shipped contracts. */
    static Statements statements() {
        var contracts = Contracts.read(Path.of("contracts"));
        return new Statements(contracts, VersionPlaces.inOrder(contracts));
    }

    LedgerGround() throws IOException, SQLException {
        postgres = EmbeddedPostgres.start();
        var database = postgres.getPostgresDatabase();
        Flyway.configure().dataSource(database).locations("classpath:db/ledger").table("flyway_ledger").baselineOnMigrate(true)
                .baselineVersion("0").placeholders(Map.of("currency", "EUR", "iban.country", "DE", "iban.bank", "50010517"))
                .load().migrate();
        Ledgers.prepare(database, "lane", statements.demands());
        Ledgers.prepare(database, "lane", statements.demands());
        connection = database.getConnection();
    }

    javax.sql.DataSource database() {
        return postgres.getPostgresDatabase();
    }

    /** Sends changes as one batch, each received at an offset of its own; returns the verdicts in the order of the waves. */
    List<String> apply(Sent... batch) throws SQLException {
        for (Sent sent : batch) {
            sent.at(offset++);
        }
        return deliver(List.of(batch));
    }

    /** From now on changes go straight to the ledger, or by the topic of its lane. */
    void goStraight(boolean from) {
        straight = from;
    }

    /** Delivers changes as they are, also a second time. */
    List<String> deliver(List<Sent> batch) throws SQLException {
        var verdicts = new ArrayList<String>();
        try {
            for (Wave wave : waves(batch)) {
                verdicts.addAll(write(wave));
            }
        } catch (SQLException e) {
            if (!straight) {
                throw e;
            }
            // Everything goes by the topic now; what was written is there as a repeat.
            int written = verdicts.size();
            for (Wave wave : byTheTopic(batch.stream().map(this::admitted).toList())) {
                verdicts.addAll(write(wave));
            }
            assertThat(verdicts.subList(written, 2 * written)).allMatch("repeated"::equals);
            verdicts.subList(written, 2 * written).clear();
        }
        return verdicts;
    }

    List<Wave> waves(List<Sent> batch) {
        var changes = batch.stream().map(this::admitted).toList();
        if (!straight) {
            return byTheTopic(changes);
        }
        changes.stream().filter(change -> !delivered.add(change.receipt().position())).forEach(Change::comeAgain);
        try {
            return waves.of(changes.stream().filter(change -> change.outcome() != Outcome.QUARANTINED).toList(), Duration.ZERO);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Wave> byTheTopic(List<Change> changes) {
        return waves.sort(laneRecords.write(changes, new DefaultExchange(Sent.CAMEL)).stream().map(LedgerGround::exchange).toList()).waves();
    }

    private static Exchange exchange(Message message) {
        var exchange = new DefaultExchange(Sent.CAMEL);
        exchange.setMessage(message);
        return exchange;
    }

    /** Admit without directory: everybody lives in eu, and nobody is unknown. */
    private Change admitted(Sent sent) {
        Change change = sent.read();
        gate.check(change);
        gate.keepOwned(change, Owner.CRM);
        change.live("eu");
        return change;
    }

    /** Executes the compiled statement as camel-sql does, in a transaction of its own. */
    List<String> write(Wave wave) throws SQLException {
        return write(wave, connection);
    }

    /** How many sessions wait for a lock that another holds; asked by the other, which is at work. */
    int waiting(Connection other) throws SQLException {
        try (var statement = other.createStatement(); var rows = statement.executeQuery("SELECT count(*) FROM pg_locks WHERE NOT granted")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    /** Plain changes first, as the routes do; those that came by the topic have none. */
    static List<String> write(Wave wave, Connection connection) throws SQLException {
        var verdicts = new HashMap<LaneRecord, String>();
        Wave left = writePlain(wave, connection);
        wave.records().forEach(each -> verdicts.put(each, "applied"));
        if (!left.records().isEmpty()) {
            var judged = column(left, "verdict", connection);
            for (int i = 0; i < judged.size(); i++) {
                verdicts.put(left.records().get(i), judged.get(i));
            }
        }
        return wave.records().stream().map(verdicts::get).toList();
    }

    /** Returns what is left to be judged. */
    static Wave writePlain(Wave wave, Connection connection) throws SQLException {
        var plain = wave.plain();
        return plain.records().isEmpty() ? wave
                : VERDICTS.takePlain(List.of(Collections.singletonMap("applied", column(plain, "applied", connection).get(0))), plain, wave);
    }

    private static List<String> column(Writing writing, String name, Connection connection) throws SQLException {
        try (var statement = connection.prepareStatement(writing.sql())) {
            new WaveStatement().populateStatement(statement, WaveStatement.parameters(writing), 1);
            var values = new ArrayList<String>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    values.add(rows.getString(name));
                }
            }
            return values;
        }
    }

    void run(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** All rows, the values of each joined by a bar. */
    List<String> rows(String sql) throws SQLException {
        try (var statement = connection.createStatement(); var rows = statement.executeQuery(sql)) {
            var found = new ArrayList<String>();
            while (rows.next()) {
                var values = new String[rows.getMetaData().getColumnCount()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = rows.getString(i + 1);
                }
                found.add(String.join("|", Arrays.asList(values)));
            }
            return found;
        }
    }

    /** The one value. */
    String value(String sql) throws SQLException {
        try (var statement = connection.createStatement(); var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    /** One customer's column. */
    String customer(String id, String column) throws SQLException {
        return value("SELECT (SELECT " + column + "::text FROM ledger.customer WHERE id = '" + id + "')");
    }

    /** One account's column. */
    String account(String id, String column) throws SQLException {
        return value("SELECT (SELECT " + column + "::text FROM ledger.account WHERE id = '" + id + "')");
    }

    long count(String table) throws SQLException {
        return Long.parseLong(value("SELECT count(*) FROM " + table));
    }

    void clear() throws SQLException {
        run("TRUNCATE ledger.posting, ledger.account, ledger.customer, concordat.inbox, concordat.duplicate, concordat.parked, "
                + "concordat.quarantine, concordat.outbox, concordat.sent");
        delivered.clear();
    }

    @Override
    public void close() throws IOException, SQLException {
        connection.close();
        postgres.close();
    }
}
