package dev.concordat;

import static dev.concordat.TestPostgres.number;
import static dev.concordat.TestPostgres.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.concordat.contract.Contracts;
import dev.concordat.ledger.Address;
import dev.concordat.ledger.ContractsInForce;
import dev.concordat.ledger.KnownContracts;
import dev.concordat.ledger.Ledgers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.apache.camel.ServiceStatus;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** What a bridge says while others of its group have newer contracts. */
class ContractsBehindIT {
    private static final String SENTENCE = "customer/1.1.0 has been in force in the group since 2020-11-30T10:00:00Z; this bridge has 1.0.0"
            + " and keeps no field that only the newer one knows; put the file with it into [";

    private static final String RUNS = "INSERT INTO concordat.contract_in_force (bridge, entity, version, seen_at)"
            + " VALUES (gen_random_uuid(), 'customer', '1.1.0', clock_timestamp() + interval '1 hour')";

    private static EmbeddedPostgres postgres;
    private static DataSource database;

    @RegisterExtension
    private final Said log = new Said(ContractsBehind.class);
    @TempDir
    private Path folder;
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-30T10:00:00Z"));
    private final InstantSource source = now::get;
    private final AtomicReference<Contracts> inForce = new AtomicReference<>();
    private final YieldToNewer policy = new YieldToNewer();

    @BeforeAll
    static void start() throws Exception {
        postgres = TestPostgres.start();
        database = postgres.getPostgresDatabase();
        Ledgers.prepare(database, Address.directory(""), List.of());
    }

    @AfterAll
    static void stop() throws Exception {
        postgres.close();
    }

    @BeforeEach
    void bothHaveTheSame() throws Exception {
        run(database, "TRUNCATE concordat.contract, concordat.contract_in_force");
        TestBed.copyOfContracts(folder);
        inForce.set(Contracts.read(folder));
        new KnownContracts(database).enter(inForce.get(), () -> { }, alone -> { });
    }

    private static void another(String entity, String version) throws SQLException {
        run(database, "INSERT INTO concordat.contract (entity, version, content, since) VALUES ('" + entity + "', '" + version + "', '', '2020-11-30T10:00:00Z')");
    }

    private ContractsBehind behind(DataSource directory) {
        return new ContractsBehind(inForce::get, folder, new ContractsInForce(directory), policy, source.withZone(ZoneOffset.UTC));
    }

    private Map<String, Object> health(ContractsBehind behind) {
        var contracts = new ContractReload(folder, inForce.get(), null, null, Map.of(), null, null, (before, after) -> List.of());
        var result = new ContractHealth(contracts, behind).call();
        assertThat(result.getState()).isEqualTo(HealthCheck.State.UP);
        return result.getDetails();
    }

    @Test
    void itIsToldOnceAMinuteUntilTheFileIsHereToo() throws Exception {
        try (var behind = behind(database)) {
            behind.look();
            assertThat(health(behind)).containsEntry("in.force.customer.1", "customer/1.0.0").doesNotContainKey("behind.customer.1");
            another("customer", "1.1.0");
            behind.look();
            assertThat(health(behind)).containsEntry("behind.customer.1", SENTENCE + folder + "]");
            now.updateAndGet(time -> time.plusSeconds(59));
            behind.look();
            assertThat(log.lines()).containsExactly("WARN " + SENTENCE + folder + "]");
            now.updateAndGet(time -> time.plusSeconds(1));
            behind.look();
            assertThat(log.lines()).hasSize(2);
            Path customer = folder.resolve("customer/v1.odcs.yaml");
            Files.writeString(customer, Files.readString(customer).replace("version: 1.0.0", "version: 1.1.0"));
            inForce.set(Contracts.read(folder));
            behind.look();
            behind.look();
            assertThat(log.lines()).hasSize(3).last().isEqualTo("INFO no other bridge of the group has a newer contract any more");
            assertThat(health(behind)).doesNotContainKey("behind.customer.1");
        }
    }

    @Test
    void aGaugeSaysItAndADirectoryThatIsAwayChangesNothing() throws Exception {
        var away = new PGSimpleDataSource();
        away.setURL("jdbc:postgresql://127.0.0.1:" + FreePort.any() + "/directory");
        try (var behind = behind(away)) {
            behind.look();
            assertThat(log.lines()).isEmpty();
            assertThat(health(behind)).doesNotContainKey("behind.customer.1");
        }
        another("account", "2.0.0");
        var metrics = new SimpleMeterRegistry();
        try (var camel = new DefaultCamelContext(); var behind = behind(database)) {
            behind.start(metrics, Runnable::run, camel);
            var gauge = metrics.get("concordat.contracts.behind").gauge();
            await().atMost(Duration.ofMinutes(5)).until(() -> gauge.value() == 1);
            assertThat(health(behind)).containsKey("behind.account.2").doesNotContainKey("behind.customer.1");
        }
    }

    /** Nobody could say that it runs meanwhile. */
    @Test
    void anOutageOfTheDirectoryLetsNoneGoOnThatYields() throws Exception {
        another("customer", "1.1.0");
        run(database, RUNS);
        var away = new AtomicBoolean();
        var directory = new DelegatingDataSource(database) {
            @Override
            public Connection getConnection() throws SQLException {
                if (away.get()) {
                    throw new SQLTransientConnectionException("away");
                }
                return super.getConnection();
            }
        };
        try (var behind = behind(directory)) {
            behind.look();
            assertThat(behind.sentences().get("customer.1")).contains("leaves changes to bridges that run with newer ones");
            away.set(true);
            behind.look();
            away.set(false);
            run(database, "UPDATE concordat.contract_in_force SET seen_at = clock_timestamp() - interval '1 minute'");
            behind.look();
            assertThat(behind.sentences().get("customer.1")).contains("leaves changes to bridges that run with newer ones");
            now.updateAndGet(time -> time.plusSeconds(20));
            behind.look();
            assertThat(behind.sentences().get("customer.1")).contains("keeps no field that only the newer one knows");
        }
    }

    @Test
    void whileABridgeRunsWithANewerOneRoutesYieldFromTheStartOn() throws Exception {
        another("customer", "1.1.0");
        another("customer", "1.2.0");
        run(database, RUNS);
        try (var camel = new DefaultCamelContext(); var behind = behind(database)) {
            camel.getRegistry().bind("policy", policy);
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("seda:changes").routeId("judges").routePolicyRef("policy").to("log:changes");
                }
            });
            behind.begin(List.of(), ledger -> { });
            camel.start();
            assertThat(camel.getRouteController().getRouteStatus("judges")).isEqualTo(ServiceStatus.Stopped);
            behind.start(new SimpleMeterRegistry(), Runnable::run, camel);
            await().atMost(Duration.ofMinutes(5)).until(() -> number(database, "SELECT count(*) FROM concordat.contract_in_force WHERE version = '1.0.0'") == 2);
            assertThat(camel.getRouteController().getRouteStatus("judges")).isEqualTo(ServiceStatus.Stopped);
            assertThat(health(behind)).extractingByKey("behind.customer.1").asString().contains("this bridge has 1.0.0 and leaves changes to bridges that run with newer ones");
            run(database, "DELETE FROM concordat.contract_in_force WHERE version = '1.1.0'");
            behind.look();
            await().atMost(Duration.ofMinutes(5)).until(() -> camel.getRouteController().getRouteStatus("judges") == ServiceStatus.Started);
            run(database, RUNS);
            behind.look();
            await().atMost(Duration.ofMinutes(5)).until(() -> camel.getRouteController().getRouteStatus("judges") == ServiceStatus.Stopped);
        }
        assertThat(number(database, "SELECT count(*) FROM concordat.contract_in_force WHERE version = '1.0.0'")).as("it has left").isZero();
    }
}
