package dev.concordat;

import static dev.concordat.TestPostgres.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.awaitility.Awaitility.await;

import dev.concordat.contract.Contracts;
import dev.concordat.ledger.Address;
import dev.concordat.ledger.Demand;
import dev.concordat.ledger.Inspection;
import dev.concordat.ledger.LaneLedger;
import dev.concordat.ledger.Residents;
import dev.concordat.residency.Policies;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

class PreparationIT {
    private static final Duration SOON = Duration.ofMillis(50);
    private static EmbeddedPostgres postgres;
    @RegisterExtension
    private final Said log = new Said(Preparation.class);

    @BeforeAll
    static void start() throws Exception {
        postgres = TestPostgres.start();
    }

    @AfterAll
    static void stop() throws Exception {
        postgres.close();
    }

    private static DataSource database(String name) throws SQLException {
        run(postgres.getPostgresDatabase(), "CREATE DATABASE " + name);
        return postgres.getDatabase("postgres", name);
    }

    private static String value(DataSource database, String sql) throws SQLException {
        try (var connection = database.getConnection(); var row = connection.createStatement().executeQuery(sql)) {
            return row.next() ? row.getString(1) : null;
        }
    }

    private static LaneLedger lane(String region, DataSource database, String demand) {
        var lane = new LaneLedger(database, Address.ledger(region, "jdbc:postgresql:" + region));
        lane.demand(List.of(new Demand(demand)));
        return lane;
    }

    /** Of lanes whose ledgers are these; the directory is empty. */
    private static Supplier<Inspection> look(Map<LaneLedger, DataSource> databases) {
        var byAddress = new LinkedHashMap<Address, DataSource>();
        byAddress.put(Address.directory("jdbc:postgresql:directory"), postgres.getPostgresDatabase());
        databases.forEach((lane, database) -> byAddress.put(lane.address(), database));
        var residents = new Residents(() -> Contracts.read(Path.of("contracts")), Policies.read(Path.of("config/residency.yaml")));
        return () -> Inspection.of(byAddress, residents);
    }

    @Test
    void allLedgersThatRefuseAreNamedAtOnceAndOneThatIsAwayIsWaitedFor() throws Exception {
        var away = new PGSimpleDataSource();
        away.setURL("jdbc:postgresql://127.0.0.1:" + FreePort.any() + "/ledger");
        var databases = Map.of("ch", database("ch"), "eu", database("eu"), "uk", away, "us", database("us"));
        var demands = Map.of("ch", "SELECT 1", "eu", "SELECT 1 FROM nothing_eu", "uk", "SELECT 1", "us", "SELECT nothing_us");
        var ledgers = new TreeMap<String, LaneLedger>();
        var looked = new LinkedHashMap<LaneLedger, DataSource>();
        databases.forEach((region, database) -> looked.put(ledgers.computeIfAbsent(region, of -> lane(of, database, demands.get(of))), database));
        try (var preparation = new Preparation(look(looked), ledgers, SOON, Clock.systemUTC())) {
            preparation.look(List::of);
            assertThatThrownBy(preparation::start).isInstanceOf(BridgeException.class).message().satisfies(said -> assertThat(said.lines())
                    .filteredOn(line -> line.startsWith("the ledger ")).satisfiesExactly(
                            line -> assertThat(line).startsWith("the ledger of region 'eu' at 'concordat.ledger.eu.url' [jdbc:postgresql:eu] cannot be prepared: ")
                                    .contains("nothing_eu"),
                            line -> assertThat(line).startsWith("the ledger of region 'us'").contains("nothing_us")));
        }
        assertThat(ledgers.get("ch").prepared()).isTrue();
        assertThat(log.lines()).anyMatch(line -> line.contains("lane waits for its ledger: region=uk"));
    }

    /** Both are away at the start, and come back as the other one's. */
    @Test
    void aLedgerThatComesLateIsNotPreparedWhereItsAddressLeadsToAnother() throws Exception {
        var one = database("late_one");
        var other = database("late_other");
        run(one, "CREATE SCHEMA concordat; CREATE TABLE concordat.mark (one boolean PRIMARY KEY DEFAULT true, holds text); INSERT INTO concordat.mark VALUES (true, 'ledger.uk')");
        run(other, "CREATE SCHEMA ledger; CREATE TABLE ledger.customer (id text PRIMARY KEY, residency text); "
                + "INSERT INTO ledger.customer SELECT 'C-' || n, 'DE' FROM generate_series(1, 10) n");
        var there = new AtomicBoolean();
        var eu = late(one, there);
        var uk = late(other, there);
        var ledgers = Map.of("eu", lane("eu", eu, "SELECT 1"), "uk", lane("uk", uk, "SELECT 1"));
        try (var preparation = new Preparation(look(Map.of(ledgers.get("eu"), eu, ledgers.get("uk"), uk)), ledgers, SOON, Clock.systemUTC())) {
            preparation.look(List::of);
            preparation.start();
            there.set(true);
            await().atMost(Duration.ofMinutes(5)).untilAsserted(() -> assertThat(log.lines())
                    .anyMatch(line -> line.startsWith("ERROR lane waits for a ledger that is not as it should be")
                            && line.contains("'concordat.ledger.eu.url' [jdbc:postgresql:eu] should"
                            + " lead to the ledger of region 'eu'; it leads to the ledger of region 'uk', as `concordat.mark` there says"))
                    .anyMatch(line -> line.startsWith("ERROR lane waits for a ledger that is not as it should be")
                            && line.contains("'concordat.ledger.uk.url' [jdbc:postgresql:uk] should"
                            + " lead to the ledger of region 'uk'; it leads to one where, of 10 customers looked at, 10 live in region 'eu' and 0 in 'uk'")));
        }
        assertThat(ledgers.values()).noneMatch(LaneLedger::prepared);
        for (var database : List.of(one, other)) {
            assertThat(value(database, "SELECT coalesce(to_regclass('concordat.inbox'), to_regclass('flyway_lane'))")).as("what was laid").isNull();
        }
    }

    /** A broker that does not answer may take its seconds. */
    @Test
    void whatElseIsAskedIsAskedBesideTheDatabases() throws Exception {
        var uk = database("beside");
        var ledgers = Map.of("uk", lane("uk", uk, "SELECT 1"));
        var both = new CyclicBarrier(2);
        Supplier<Inspection> look = look(Map.of(ledgers.get("uk"), uk));
        try (var preparation = new Preparation(() -> together(both, look), ledgers, SOON, Clock.systemUTC())) {
            assertThatThrownBy(() -> preparation.look(() -> together(both, () -> List.of("the broker refuses")))).isInstanceOf(BridgeException.class)
                    .hasMessageContaining("the broker refuses");
        }
    }

    private static <T> T together(CyclicBarrier both, Supplier<T> question) {
        try {
            both.await(1, TimeUnit.MINUTES);
        } catch (Exception e) {
            throw new IllegalStateException("nobody else is asked meanwhile", e);
        }
        return question.get();
    }

    @Test
    void whileALedgerIsAwayTheOthersAreNotAskedAgain() throws Exception {
        var here = new Counted(database("asked_here"), null);
        var away = new Counted(database("asked_away"), new SQLTransientConnectionException("away", "08001"));
        var ledgers = Map.of("eu", lane("eu", here, "SELECT 1"), "uk", lane("uk", away, "SELECT 1"));
        try (var preparation = new Preparation(look(Map.of(ledgers.get("eu"), here, ledgers.get("uk"), away)), ledgers, SOON, Clock.systemUTC())) {
            preparation.look(List::of);
            preparation.start();
            int before = here.asked.get();
            away.awaitTries(2);
            assertThat(here.asked).hasValue(before);
        }
    }

    @Test
    void aLedgerThatComesLateAndRefusesTheLoginIsToldOfOnceAMinute() throws Exception {
        var now = new AtomicReference<>(Instant.EPOCH);
        InstantSource source = now::get;
        var uk = new Counted(database("refusing"), new SQLTransientConnectionException("away", "08001"));
        var ledgers = Map.of("uk", lane("uk", uk, "SELECT 1"));
        try (var preparation = new Preparation(look(Map.of(ledgers.get("uk"), uk)), ledgers, SOON, source.withZone(ZoneOffset.UTC))) {
            preparation.look(List::of);
            preparation.start();
            uk.refusal = new SQLException("no such login", "28000");
            uk.awaitTries(3);
            assertThat(log.lines()).filteredOn(line -> line.startsWith("ERROR")).singleElement(STRING).contains("region=uk", "no such login");
            now.set(Instant.EPOCH.plusSeconds(60));
            uk.awaitTries(3);
            assertThat(log.lines()).filteredOn(line -> line.startsWith("ERROR")).hasSize(2);
        }
    }

    /** As a failing start does: it takes back what was laid, and nothing may be laid after that. */
    @Test
    void nothingIsLaidOnceThePreparationIsClosed() throws Exception {
        var there = new AtomicBoolean();
        var eu = late(database("closed"), there);
        var ledgers = Map.of("eu", lane("eu", eu, "SELECT 1"));
        var look = look(Map.of(ledgers.get("eu"), eu));
        var closing = new AtomicReference<Runnable>(() -> { });
        var tried = new CompletableFuture<Thread>();
        try (var preparation = new Preparation(() -> {
            closing.get().run();
            return look.get();
        }, ledgers, SOON, Clock.systemUTC())) {
            preparation.look(List::of);
            preparation.start();
            closing.set(() -> {
                preparation.close();
                // What is interrupted here is the wait for the next try, not this one.
                Thread.interrupted();
                tried.complete(Thread.currentThread());
            });
            there.set(true);
            tried.get(5, TimeUnit.MINUTES).join();
        }
        assertThat(ledgers.get("eu").prepared()).isFalse();
    }

    private static final class Counted extends DelegatingDataSource {
        private final AtomicInteger asked = new AtomicInteger();
        private volatile SQLException refusal;

        Counted(DataSource database, SQLException refusal) {
            super(database);
            this.refusal = refusal;
        }

        @Override
        public Connection getConnection() throws SQLException {
            asked.incrementAndGet();
            if (refusal != null) {
                throw refusal;
            }
            return super.getConnection();
        }

        void awaitTries(int more) {
            int enough = asked.get() + more;
            await().atMost(Duration.ofMinutes(5)).until(() -> asked.get() >= enough);
        }
    }

    private static DataSource late(DataSource database, AtomicBoolean there) {
        return new DelegatingDataSource(database) {
            @Override
            public Connection getConnection() throws SQLException {
                if (!there.get()) {
                    throw new SQLTransientConnectionException("away", "08001");
                }
                return super.getConnection();
            }
        };
    }
}
