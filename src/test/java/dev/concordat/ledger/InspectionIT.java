package dev.concordat.ledger;

import static dev.concordat.TestPostgres.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.awaitility.Awaitility.await;

import dev.concordat.BridgeException;
import dev.concordat.TestPostgres;
import dev.concordat.contract.Contracts;
import dev.concordat.residency.Policies;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** Three databases, and addresses that lead to the right or wrong ones. */
class InspectionIT {
    private static final List<String> NAMES = List.of("directory", "eu", "uk");
    private static EmbeddedPostgres postgres;
    private final Map<String, DataSource> databases = new LinkedHashMap<>();

    @BeforeAll
    static void start() throws Exception {
        postgres = TestPostgres.start();
    }

    @AfterAll
    static void stop() throws Exception {
        postgres.close();
    }

    @BeforeEach
    void make() throws SQLException {
        for (String name : NAMES) {
            run(postgres.getPostgresDatabase(), "CREATE DATABASE " + name);
            databases.put(name, postgres.getDatabase("postgres", name));
        }
    }

    @AfterEach
    void drop() throws SQLException {
        for (String name : NAMES) {
            run(postgres.getPostgresDatabase(), "DROP DATABASE " + name + " WITH (FORCE)");
        }
    }

    private static Address address(String name) {
        return name.equals("directory") ? Address.directory("jdbc:postgresql:directory") : Address.ledger(name, "jdbc:postgresql:" + name);
    }

    /** @param names of the databases to which directory, eu and uk lead */
    private Inspection inspect(String... names) {
        var addresses = new LinkedHashMap<Address, DataSource>();
        for (int i = 0; i < names.length; i++) {
            addresses.put(address(NAMES.get(i)), databases.get(names[i]));
        }
        return Inspection.of(addresses, new Residents(() -> Contracts.read(Path.of("contracts")), Policies.read(Path.of("config/residency.yaml"))));
    }

    private void prepare() {
        NAMES.forEach(name -> Ledgers.prepare(databases.get(name), address(name), List.of()));
    }

    /** As it was left by a bridge of before there were marks. */
    private void prepareWithoutMarks() throws SQLException {
        prepare();
        for (String name : NAMES) {
            run(databases.get(name), "DROP TABLE concordat.mark");
        }
    }

    private void customers(String database, String residency, int from, int to) throws SQLException {
        run(databases.get(database), "CREATE SCHEMA IF NOT EXISTS ledger; CREATE TABLE IF NOT EXISTS ledger.customer (id text PRIMARY KEY, residency text); "
                + "INSERT INTO ledger.customer SELECT 'C-' || n, '" + residency + "' FROM generate_series(" + from + ", " + to + ") n");
    }

    private static String leads(String name, String to) {
        return "'concordat.ledger." + name + ".url' [jdbc:postgresql:" + name + "] should lead to the ledger of region '" + name + "'; it leads to " + to;
    }

    @Test
    void whatIsWhereItShouldBeIsInOrderBeforeAndAfterItIsPrepared() throws Exception {
        customers("eu", "DE", 1, 5);
        assertThat(inspect(NAMES.toArray(String[]::new)).findings()).isEmpty();
        prepare();
        assertThat(inspect(NAMES.toArray(String[]::new)).findings()).isEmpty();
    }

    /** What such a database has taken as text may be none. */
    @Test
    void aDatabaseThatKnowsNoCharactersIsRefused() throws Exception {
        run(postgres.getPostgresDatabase(), "DROP DATABASE uk WITH (FORCE)");
        run(postgres.getPostgresDatabase(), "CREATE DATABASE uk TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'");
        assertThat(inspect(NAMES.toArray(String[]::new)).findings()).containsExactly("the ledger of region 'uk' at 'concordat.ledger.uk.url' [jdbc:postgresql:uk] cannot be "
                + "prepared: its encoding is SQL_ASCII, which says of no byte what it means; it should be UTF8, or another one that PostgreSQL turns into UTF-8");
        run(postgres.getPostgresDatabase(), "DROP DATABASE uk WITH (FORCE)");
        run(postgres.getPostgresDatabase(), "CREATE DATABASE uk TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'");
        assertThat(inspect(NAMES.toArray(String[]::new)).findings()).isEmpty();
    }

    @Test
    void allAddressesThatLeadToAnotherDatabaseByItsMarkAreNamedAtOnce() throws Exception {
        prepare();
        var connections = new LinkedHashMap<Address, DataSource>();
        var swapped = Map.of("directory", "uk", "eu", "directory", "uk", "eu");
        for (String name : NAMES) {
            connections.put(address(name), Ledgers.open(new Address(address(name).of(), postgres.getJdbcUrl("postgres", swapped.get(name))), "postgres", "", 1));
        }
        try {
            assertThat(Inspection.of(connections, null).contradictions()).satisfiesExactly(
                    said -> assertThat(said).startsWith("'concordat.directory.url' [").endsWith("] should lead to the directory; it leads to the ledger of region 'uk',"
                            + " as `concordat.mark` there says"),
                    said -> assertThat(said).startsWith("'concordat.ledger.eu.url' [").contains("it leads to the directory, as"),
                    said -> assertThat(said).startsWith("'concordat.ledger.uk.url' [").contains("it leads to the ledger of region 'eu', as"));
        } finally {
            for (var pool : connections.values()) {
                ((AutoCloseable) pool).close();
            }
        }
    }

    /** As one of several hosts may, or a name that is moved. */
    @Test
    void noConnectionLeadsToAnotherDatabaseOnceItsMarkIsLaid() throws Exception {
        prepare();
        try (var pool = Ledgers.open(Address.ledger("uk", postgres.getJdbcUrl("postgres", "eu")), "postgres", "", 1)) {
            assertThatThrownBy(pool::getConnection).satisfies(failure -> {
                assertThat(Ledgers.contradicted(failure)).isTrue();
                assertThat(Ledgers.unreachable(failure)).as("a lane that runs waits").isTrue();
                assertThat(Ledgers.away(failure)).as("a start waits").isFalse();
                assertThat(Ledgers.contradiction(failure).orElseThrow()).startsWith("'concordat.ledger.uk.url' [")
                        .contains("it leads to the ledger of region 'eu'");
            });
        }
    }

    @Test
    void oneDatabaseAtTwoAddressesIsFoundHoweverTheyAreWritten() throws Exception {
        var other = new PGSimpleDataSource();
        other.setURL(postgres.getJdbcUrl("postgres", "eu").replace("localhost", "127.0.0.1"));
        other.setUser("postgres");
        databases.put("other", other);
        assertThat(inspect("directory", "eu", "other").findings()).containsExactly("'concordat.ledger.eu.url' [jdbc:postgresql:eu] and"
                + " 'concordat.ledger.uk.url' [jdbc:postgresql:uk] lead to the same database; each should lead to one of its own");
        assertThat(inspect("directory", "uk", "directory").findings()).containsExactly("'concordat.directory.url' [jdbc:postgresql:directory] and"
                + " 'concordat.ledger.uk.url' [jdbc:postgresql:uk] lead to the same database; each should lead to one of its own");
    }

    @Test
    void aLedgerWithoutAMarkIsTheOneWhereMostOfItsCustomersLiveByTheDirectory() throws Exception {
        prepareWithoutMarks();
        run(databases.get("directory"), "INSERT INTO concordat.directory (entity, id, customer, region) "
                + "SELECT 'customer', 'C-' || n, 'C-' || n, CASE WHEN n <= 10 THEN 'eu' ELSE 'uk' END FROM generate_series(1, 21) n");
        // They have moved, or a few are where they should not be.
        customers("eu", "GB", 1, 11);
        customers("uk", "DE", 12, 21);
        assertThat(inspect(NAMES.toArray(String[]::new)).findings()).isEmpty();
        assertThat(inspect("directory", "uk", "eu").findings()).containsExactly(
                leads("eu", "one where, of 10 customers looked at, 10 live in region 'uk' and 0 in 'eu' by directory and residency"),
                leads("uk", "one where, of 11 customers looked at, 10 live in region 'eu' and 1 in 'uk' by directory and residency"));
    }

    @Test
    void aLedgerThatWasNeverPreparedIsTheOneWhereMostOfItsCustomersLiveByTheirResidency() throws Exception {
        customers("eu", "DE", 1, 10);
        customers("eu", "XX", 11, 30);
        customers("eu", "GB", 31, 39);
        assertThat(inspect(NAMES.toArray(String[]::new)).findings()).isEmpty();
        assertThat(inspect("directory", "uk", "eu").findings()).containsExactly(
                leads("uk", "one where, of 39 customers looked at, 10 live in region 'eu' and 9 in 'uk' by directory and residency"));
    }

    @Test
    void aFewMisplacedCustomersOfALedgerThatHasNoneOfItsOwnYetAreForTheAudit() throws Exception {
        customers("uk", "DE", 1, 9);
        assertThat(inspect(NAMES.toArray(String[]::new)).findings()).isEmpty();
        customers("uk", "DE", 10, 10);
        assertThat(inspect(NAMES.toArray(String[]::new)).findings()).containsExactly(
                leads("uk", "one where, of 10 customers looked at, 10 live in region 'eu' and 0 in 'uk' by directory and residency"));
    }

    @Test
    void directoryAndLedgerWithoutMarksAreKnownByTheirTables() throws Exception {
        prepareWithoutMarks();
        assertThat(inspect("eu", "directory", "uk").findings()).containsExactly(
                "'concordat.directory.url' [jdbc:postgresql:directory] should lead to the directory; it leads to a ledger", leads("eu", "a directory"));
    }

    @Test
    void whatStandsAgainstTheDirectoryIsSaidOfItAloneAndKeepsALedgerThatNeedsItFromBeingPrepared() throws Exception {
        prepareWithoutMarks();
        customers("eu", "DE", 1, 1);
        customers("uk", "GB", 2, 2);
        run(databases.get("directory"), "DROP ROLE IF EXISTS stranger; CREATE ROLE stranger LOGIN; GRANT USAGE ON SCHEMA concordat TO stranger");
        databases.put("without right", postgres.getDatabase("stranger", "directory"));
        databases.put("unknown", postgres.getDatabase("nobody", "directory"));
        var reasons = Map.of("without right", "ERROR: permission denied for table directory", "unknown", "FATAL: role \"nobody\" does not exist");
        for (var reason : reasons.entrySet()) {
            var inspection = inspect(reason.getKey(), "eu", "uk");
            assertThat(inspection.findings()).singleElement(STRING).startsWith("the directory at 'concordat.directory.url' [jdbc:postgresql:directory]")
                    .contains(reason.getValue());
            assertThatThrownBy(() -> inspection.demand(address("eu"))).hasMessageStartingWith("the directory at");
        }
        run(databases.get("directory"), "DROP OWNED BY stranger; DROP ROLE stranger");
    }

    /** As some who look after databases want it; `concordat.mark` is read by whoever sees its schema. */
    @Test
    void whoMayNotSeeLocksIsNotRefused() throws Exception {
        prepare();
        run(postgres.getPostgresDatabase(), "CREATE ROLE reader LOGIN");
        for (String name : NAMES) {
            run(databases.get(name), "REVOKE SELECT ON pg_locks FROM PUBLIC; GRANT USAGE ON SCHEMA concordat TO reader");
            databases.put(name, postgres.getDatabase("reader", name));
        }
        assertThat(inspect(NAMES.toArray(String[]::new)).findings()).isEmpty();
        assertThat(inspect("directory", "uk", "eu").findings()).containsExactly(leads("eu", "the ledger of region 'uk', as `concordat.mark` there says"),
                leads("uk", "the ledger of region 'eu', as `concordat.mark` there says"));
    }

    @Test
    void noConnectionIsKeptFromOthersWhileADatabaseThatIsAwayIsWaitedFor() throws Exception {
        var answered = new CountDownLatch(2);
        for (String name : List.of("directory", "eu")) {
            databases.put(name, new DelegatingDataSource(databases.get(name)) {
                @Override
                public Connection getConnection() throws SQLException {
                    var connection = super.getConnection();
                    answered.countDown();
                    return connection;
                }
            });
        }
        databases.put("uk", new DelegatingDataSource(databases.get("uk")) {
            @Override
            public Connection getConnection() throws SQLException {
                await().untilAsserted(() -> assertThat(answered.getCount()).isZero());
                await().untilAsserted(() -> assertThat(connected("directory") + connected("eu")).isZero());
                throw new SQLTransientConnectionException("away", "08001");
            }
        });
        var inspection = inspect(NAMES.toArray(String[]::new));
        assertThat(inspection.findings()).isEmpty();
        assertThatThrownBy(() -> inspection.demand(address("uk"))).hasMessageContaining("away");
    }

    private static long connected(String database) throws SQLException {
        try (var connection = postgres.getPostgresDatabase().getConnection(); var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT count(*) FROM pg_stat_activity WHERE datname = '" + database + "'")) {
            row.next();
            return row.getLong(1);
        }
    }

    @Test
    void whoComesSecondWithTheSameDatabaseLaysNothing() {
        Ledgers.prepare(databases.get("eu"), address("eu"), List.of());
        assertThatThrownBy(() -> Ledgers.prepare(databases.get("eu"), address("uk"), List.of(new Demand("CREATE TABLE laid ()")))).isInstanceOf(BridgeException.class)
                .hasMessage(leads("uk", "the ledger of region 'eu', as `concordat.mark` there says"));
    }
}
