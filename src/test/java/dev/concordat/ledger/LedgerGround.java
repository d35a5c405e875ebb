package dev.concordat.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.TestPostgres;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultExchange;
import org.flywaydb.core.Flyway;

/**
 * A real ledger with a lane beside it, to which changes go as the routes send them: gate, lane records, waves, statement. Or straight, as
 * long as the ledger refuses nothing.
 */
final class LedgerGround implements AutoCloseable {
    static final Address ADDRESS = Address.ledger("eu", "jdbc:postgresql://ledger-eu/ledger");
    private static final Verdicts VERDICTS = new Verdicts("eu", new Outcomes(new SimpleMeterRegistry()), Clock.systemUTC());

    final Contracts contracts;
    final Statements statements;
    private final EmbeddedPostgres postgres;
    private final Connection connection;
    final Gate gate;
    private final LaneRecords laneRecords = new LaneRecords(".changes", "crm.refetch");
    private final Waves waves;
    private final Set<String> delivered = new HashSet<>();
    /** The verdicts on what went straight, by delivery. */
    private final Map<String, String> told = new HashMap<>();
    private final AtomicLong newest = new AtomicLong(Seen.NOTHING);
    private boolean straight;
    private long offset;

    /** What is written to the ledger at once: a wave that came by the topic, or a portion that comes straight. */
    interface Delivery {
        /** Returns the verdicts in the order of the waves. */
        List<String> write(Connection connection) throws SQLException;
    }

    /** Compiled from the shipped contracts. */
    static Statements statements() {
        var contracts = Contracts.read(Path.of("contracts"));
        return Statements.of(contracts);
    }

    LedgerGround() throws IOException, SQLException {
        this(Contracts.read(Path.of("contracts")), "");
    }

    /** @param otherwise what makes the shipped ledger one for these contracts */
    LedgerGround(Contracts contracts, String otherwise) throws IOException, SQLException {
        this.contracts = contracts;
        statements = Statements.of(contracts);
        gate = new Gate(contracts, drift -> { });
        waves = new Waves(statements);
        postgres = TestPostgres.start();
        var database = postgres.getPostgresDatabase();
        Flyway.configure().dataSource(database).locations("classpath:db/ledger").table("flyway_ledger").baselineOnMigrate(true)
                .baselineVersion("0").placeholders(Map.of("currency", "EUR", "iban.country", "DE", "iban.bank", "50010517"))
                .load().migrate();
        connection = database.getConnection();
        run(otherwise);
        Ledgers.prepare(database, ADDRESS, statements.demands());
        Ledgers.prepare(database, ADDRESS, statements.demands());
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
        told.clear();
        try {
            for (Delivery each : deliveries(batch)) {
                verdicts.addAll(each.write(connection));
            }
        } catch (SQLException e) {
            if (!straight) {
                throw e;
            }
            verdicts.clear();
            // Everything goes by the topic now; what was written is there as a repeat.
            for (Wave wave : byTheTopic(batch)) {
                var judged = judge(wave, connection);
                for (int i = 0; i < judged.size(); i++) {
                    String before = told.get(wave.records().get(i).delivery());
                    assertThat(before == null || judged.get(i).equals("repeated")).isTrue();
                    verdicts.add(before == null ? judged.get(i) : before);
                }
            }
        }
        return verdicts;
    }

    List<Delivery> deliveries(List<Sent> batch) {
        return straight ? portions(batch).stream().<Delivery>map(portion -> connection -> write(portion, connection)).toList()
                : byTheTopic(batch).stream().<Delivery>map(wave -> connection -> judge(wave, connection)).toList();
    }

    List<Portion> portions(List<Sent> batch) {
        var changes = batch.stream().map(this::admitted).toList();
        changes.stream().filter(change -> !delivered.add(change.receipt().position())).forEach(Change::comeAgain);
        try {
            return waves.portions(changes.stream().filter(change -> change.outcome() != Outcome.QUARANTINED).toList(), Duration.ZERO,
                    new Seen(newest.get(), newest));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Wave> byTheTopic(List<Sent> batch) {
        var changes = batch.stream().map(this::admitted).toList();
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
        return judge(wave, connection);
    }

    List<String> write(Delivery delivery) throws SQLException {
        return delivery.write(connection);
    }

    /** How many sessions wait for a lock that another holds; asked by the other, which is at work. */
    int waiting(Connection other) throws SQLException {
        try (var statement = other.createStatement(); var rows = statement.executeQuery("SELECT count(*) FROM pg_locks WHERE NOT granted")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    /** Plain changes first, as the routes do. */
    private List<String> write(Portion portion, Connection connection) throws SQLException {
        var left = writePlain(portion, connection);
        var judged = new HashSet<LaneRecord>();
        left.forEach(wave -> judged.addAll(wave.records()));
        portion.records().stream().filter(each -> !judged.contains(each)).forEach(each -> told.put(each.delivery(), "applied"));
        for (Wave wave : left) {
            var verdicts = judge(wave, connection);
            for (int i = 0; i < verdicts.size(); i++) {
                told.put(wave.records().get(i).delivery(), verdicts.get(i));
            }
        }
        return portion.waves().stream().flatMap(wave -> wave.records().stream()).map(each -> told.get(each.delivery())).toList();
    }

    /** Returns what is left to be judged. */
    static List<Wave> writePlain(Portion portion, Connection connection) throws SQLException {
        return portion.records().isEmpty() ? portion.waves()
                : VERDICTS.takePlain(rows(portion, connection), portion);
    }

    private static List<String> judge(Wave wave, Connection connection) throws SQLException {
        return rows(wave, connection).stream().map(row -> (String) row.get("verdict")).toList();
    }

    private static List<Map<String, Object>> rows(Writing writing, Connection connection) throws SQLException {
        try (var statement = connection.prepareStatement(writing.sql())) {
            new WaveStatement().populateStatement(statement, WaveStatement.parameters(writing), 1);
            try (ResultSet rows = statement.executeQuery()) {
                return rows(rows);
            }
        }
    }

    /** Each row's values by their columns' names, as camel-sql gives them. */
    static List<Map<String, Object>> rows(ResultSet rows) throws SQLException {
        var found = new ArrayList<Map<String, Object>>();
        while (rows.next()) {
            var row = new HashMap<String, Object>();
            for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                row.put(rows.getMetaData().getColumnLabel(i), rows.getObject(i));
            }
            found.add(row);
        }
        return found;
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

    /** As a lane does before it claims. */
    void gather() throws SQLException {
        run(TestPostgres.statement("gather-notes.sql"));
    }

    void clear() throws SQLException {
        run("TRUNCATE ledger.posting, ledger.account, ledger.customer, concordat.inbox, concordat.duplicate, concordat.parked, concordat.resumed, "
                + "concordat.quarantine, concordat.note, concordat.outbox, concordat.sent, concordat.telling");
        delivered.clear();
    }

    @Override
    public void close() throws IOException, SQLException {
        connection.close();
        postgres.close();
    }
}
