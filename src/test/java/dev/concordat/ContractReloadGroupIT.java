package dev.concordat;

import static dev.concordat.TestPostgres.number;
import static dev.concordat.TestPostgres.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.concordat.contract.Contracts;
import dev.concordat.contract.Gate;
import dev.concordat.ledger.Address;
import dev.concordat.ledger.BlockingStatuses;
import dev.concordat.ledger.KnownContracts;
import dev.concordat.ledger.LaneLedger;
import dev.concordat.ledger.Ledgers;
import dev.concordat.ledger.Statements;
import dev.concordat.ledger.VersionPlaces;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A contract that two bridges of a group are given, on the same ledgers. */
class ContractReloadGroupIT {
    /** A field of the customer that the ledger owns, for a place in front of another. */
    static final String RISK_CLASS = """
                  - id: riskClass
                    name: riskClass
                    physicalName: risk_class
                    description: How the ledger rates the customer.
                    logicalType: string
                    logicalTypeOptions: {maxLength: 10}
                    physicalType: text
                    classification: confidential
                    customProperties: [{property: owningSystem, value: ledger}]
            """;
    private static final String TELLING = "SELECT count(*) FROM concordat.telling WHERE contract = '{1,1,0}'";
    private static final String NOTED = "SELECT count(*) FROM pg_proc WHERE proname = 'note_changed_customer' AND prosrc LIKE '%risk_class%'";

    @TempDir
    private Path folder;
    private EmbeddedPostgres postgres;
    private DataSource directory;
    private HikariDataSource eu;
    private HikariDataSource us;

    @BeforeEach
    void start() throws Exception {
        postgres = TestPostgres.start();
        directory = database("directory");
        Ledgers.prepare(directory, Address.directory("jdbc:postgresql:directory"), List.of());
        eu = ledger("eu");
        us = ledger("us");
    }

    @AfterEach
    void stop() throws Exception {
        eu.close();
        us.close();
        postgres.close();
    }

    private DataSource database(String name) throws SQLException {
        run(postgres.getPostgresDatabase(), "CREATE DATABASE " + name);
        return postgres.getDatabase("postgres", name);
    }

    /** A pool, as a bridge has. */
    private HikariDataSource ledger(String name) throws SQLException {
        var database = database(name);
        Flyway.configure().dataSource(database).locations("classpath:db/ledger").table("flyway_ledger").baselineOnMigrate(true).baselineVersion("0")
                .placeholders(Map.of("currency", "EUR", "iban.country", "DE", "iban.bank", "50010517")).load().migrate();
        run(database, "ALTER TABLE ledger.customer ADD COLUMN risk_class text");
        return Ledgers.open(Address.ledger(name, postgres.getJdbcUrl("postgres", name)), "postgres", "postgres", 4);
    }

    /** A bridge that is up with the shipped contracts. */
    private final class Member {
        private final Path contracts;
        private final ContractReload reload;

        Member(String name) throws Exception {
            contracts = TestBed.copyOfContracts(folder.resolve(name));
            var shipped = Contracts.read(contracts);
            var statements = new Statements(shipped, VersionPlaces.of(directory, shipped), BlockingStatuses.of(directory, shipped));
            var ledgers = new LinkedHashMap<String, LaneLedger>();
            Map.of("eu", eu, "us", us).entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(each -> ledgers.put(each.getKey(),
                    new LaneLedger(each.getValue(), Address.ledger(each.getKey(), "jdbc:postgresql:" + each.getKey()))));
            ledgers.values().forEach(ledger -> ledger.demand(statements.demands()));
            var known = new KnownContracts(directory);
            known.enter(shipped, () -> ledgers.values().forEach(LaneLedger::prepare), alone -> { });
            reload = new ContractReload(contracts, shipped, new Gate(shipped, drift -> { }), statements, ledgers, directory, known, known::objections);
        }

        Member edit() throws Exception {
            Path customer = contracts.resolve("customer/v1.odcs.yaml");
            String edited = Files.readString(customer).replace("version: 1.0.0", "version: 1.1.0")
                    .replaceFirst("      - id: openedOn\n", RISK_CLASS + "      - id: openedOn\n");
            assertThat(edited).contains("riskClass").contains("1.1.0");
            Files.writeString(customer, edited);
            return this;
        }

        boolean take() {
            return reload.take(FolderWatch.found(contracts, Contracts::holds));
        }
    }

    @Test
    void whatAnotherBridgeTellsByStaysWhereThisOneCannotTakeIt() throws Exception {
        var first = new Member("first").edit();
        var second = new Member("second").edit();
        assertThat(first.take()).as(first.reload.refused()).isTrue();
        assertThat(number(eu, NOTED)).isEqualTo(1);
        try (var program = us.getConnection(); var statement = program.createStatement()) {
            program.setAutoCommit(false);
            statement.execute("LOCK TABLE ledger.customer IN ROW EXCLUSIVE MODE");
            assertThat(second.take()).isFalse();
            assertThat(second.reload.refused()).contains("of region 'us'").contains("lock timeout");
            assertThat(number(eu, NOTED)).as("notes what the first one tells").isEqualTo(1);
            assertThat(number(eu, TELLING)).isEqualTo(1);
            program.rollback();
        }
        assertThat(second.take()).as("within ten seconds").isFalse();
        assertThat(second.reload.get().newest("customer").version()).isEqualTo("1.0.0");
    }

    /** However many try, and at the same time: no bridge tells by it, so none may keep the others from telling. */
    @Test
    void whatNobodyTellsByIsTakenBackWhereOneLedgerCannotTakeIt() throws Exception {
        var first = new Member("first").edit();
        var second = new Member("second").edit();
        try (var program = us.getConnection(); var statement = program.createStatement()) {
            program.setAutoCommit(false);
            statement.execute("LOCK TABLE ledger.customer IN ROW EXCLUSIVE MODE");
            var beside = CompletableFuture.supplyAsync(first::take);
            assertThat(second.take()).isFalse();
            assertThat(beside.get()).isFalse();
            program.rollback();
        }
        assertThat(number(eu, NOTED)).isZero();
        assertThat(number(eu, TELLING)).isZero();
        assertThat(number(directory, "SELECT count(*) FROM concordat.contract WHERE version = '1.1.0'")).isZero();
    }

    /**
     * As where its login is refused: whoever mends that edits no contract.
     *
     * @param kept whether the pool keeps what is cut, and meets that when it uses one (not after half a second, when it looks before); otherwise that it gets no other
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aContractIsTriedAgainWhereALedgerTakesNoConnection(boolean kept) throws Exception {
        var member = new Member("first").edit();
        run(postgres.getPostgresDatabase(), "ALTER DATABASE us ALLOW_CONNECTIONS false");
        run(postgres.getPostgresDatabase(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'us'");
        if (!kept) {
            us.getHikariPoolMXBean().softEvictConnections();
        }
        assertThat(member.take()).as(member.reload.refused()).isFalse();
        assertThat(member.reload.refused()).contains("of region 'us'")
                .containsPattern((kept ? "terminating connection|" : "") + "not currently accepting connections");
        assertThat(member.reload.get().newest("customer").version()).isEqualTo("1.0.0");
    }
}
