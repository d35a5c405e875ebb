package dev.concordat;

import static dev.concordat.TestPostgres.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.concordat.contract.Contracts;
import dev.concordat.ledger.Address;
import dev.concordat.ledger.KnownContracts;
import dev.concordat.ledger.Ledgers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.apache.camel.health.HealthCheck;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** What a bridge says while others of its group have newer contracts. */
class ContractsBehindIT {
    private static final String SENTENCE = "customer/1.1.0 has been in force in the group since 2020-11-30T10:00:00Z; this bridge has 1.0.0"
            + " and keeps no field that only the newer one knows; put the file with it into [";

    private static EmbeddedPostgres postgres;
    private static DataSource database;

    @RegisterExtension
    private final Said log = new Said(ContractsBehind.class);
    @TempDir
    private Path folder;
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-30T10:00:00Z"));
    private final InstantSource source = now::get;
    private final AtomicReference<Contracts> inForce = new AtomicReference<>();

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
        run(database, "TRUNCATE concordat.contract");
        TestBed.copyOfContracts(folder);
        inForce.set(Contracts.read(folder));
        new KnownContracts(database).enter(inForce.get(), () -> { }, alone -> { });
    }

    private static void another(String entity, String version) throws SQLException {
        run(database, "INSERT INTO concordat.contract (entity, version, content, since) VALUES ('" + entity + "', '" + version + "', '', '2020-11-30T10:00:00Z')");
    }

    private ContractsBehind behind(DataSource directory) {
        return new ContractsBehind(inForce::get, folder, new KnownContracts(directory), source.withZone(ZoneOffset.UTC));
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
        try (var behind = behind(database)) {
            behind.start(metrics);
            var gauge = metrics.get("concordat.contracts.behind").gauge();
            await().atMost(Duration.ofMinutes(5)).until(() -> gauge.value() == 1);
            assertThat(health(behind)).containsKey("behind.account.2").doesNotContainKey("behind.customer.1");
        }
    }
}
