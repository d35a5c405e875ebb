package dev.concordat;

import static dev.concordat.TestPostgres.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.audit.Alerts;
import dev.concordat.audit.AuditGround;
import dev.concordat.audit.LastAudit;
import dev.concordat.contract.Contracts;
import dev.concordat.residency.Policies;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.apache.camel.health.HealthCheck;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Audits as bridges of a group run them, on real databases. */
class AuditsIT {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    @RegisterExtension
    static final AuditGround ground = new AuditGround();
    @RegisterExtension
    private final Said log = new Said(Audits.class, LastAudit.class);
    @TempDir
    private Path folder;
    private String settle = "PT0S";
    private String alertmanager = "http://127.0.0.1:1";
    private Optional<Duration> behind = Optional.of(Duration.ZERO);

    @BeforeEach
    void plantOneFinding() throws SQLException {
        ground.customer("c1", "eu", "active", false);
        ground.crmCustomer("c1", "suspended", "2026-11-22T09:00:00Z");
    }

    @Test
    void bridgesOfAGroupAuditOncePerPeriodAndGoOnWithEachOthersAlerts() throws SQLException {
        Audits one = audits("one", NOW, ground.directory);
        Alerts.Batch first = one.run();
        one.alerted(first);

        assertThat(audits("two", NOW.plus(Duration.ofMinutes(7)), ground.directory).run()).isNull();
        assertThat(audits("one", NOW.plus(Duration.ofMinutes(8)), ground.directory).run()).as("started anew").isNull();
        Alerts.Batch second = audits("two", NOW.plus(Duration.ofMinutes(15)).minusMillis(50), ground.directory).run();
        assertThat(second.payload()).singleElement().satisfies(alert -> {
            assertThat(alert.path("labels").path("kind").asText()).isEqualTo("misaligned-status");
            assertThat(alert.path("startsAt").asText()).isEqualTo("2026-11-22T10:00:00Z");
            assertThat(alert.path("endsAt").asText()).isEqualTo("2026-11-22T10:59:59.950Z");
        });
        ground.crmCustomer("c1", "active", "2026-11-22T09:00:00Z");
        Alerts.Batch third = audits("one", NOW.plus(Duration.ofMinutes(30)), ground.directory).run();
        assertThat(third.payload()).as("resolved by the other bridge").singleElement()
                .satisfies(alert -> assertThat(alert.path("endsAt").asText()).isEqualTo("2026-11-22T10:30:00Z"));
        assertThat(new LastAudit(ground.directory).read().orElseThrow().at()).isEqualTo(NOW.plus(Duration.ofMinutes(30)));
    }

    /** As one that is killed before or after Alertmanager took them, or whose Alertmanager was away. */
    @Test
    void aBridgeThatDoesNotGetToSayThatItsAlertsAreSentLosesAndRepeatsNone() throws SQLException {
        audits("killed", NOW, ground.directory).run();
        Alerts.Batch second = audits("killed", NOW.plus(Duration.ofMinutes(15)), ground.directory).run();
        assertThat(second.payload()).singleElement()
                .satisfies(alert -> assertThat(alert.path("startsAt").asText()).as("the same as before").isEqualTo("2026-11-22T10:00:00Z"));
        ground.crmCustomer("c1", "active", "2026-11-22T09:00:00Z");
        for (int minutes : List.of(30, 45)) {
            Instant at = NOW.plus(Duration.ofMinutes(minutes));
            assertThat(audits("killed", at, ground.directory).run().payload()).as("resolved").singleElement()
                    .satisfies(alert -> assertThat(alert.path("endsAt").asText()).isEqualTo(at.toString()));
        }
        Audits last = audits("last", NOW.plus(Duration.ofMinutes(60)), ground.directory);
        last.alerted(last.run());
        assertThat(audits("next", NOW.plus(Duration.ofMinutes(75)), ground.directory).run().payload()).as("forgotten").isEmpty();
    }

    @Test
    void whoIsLateToSayThatAlertsAreSentTakesNoneFromTheAuditThatEndedMeanwhile() throws SQLException {
        Audits late = audits("late", NOW, ground.directory);
        Alerts.Batch batch = late.run();
        AuditGround.run(ground.directory, "INSERT INTO concordat.directory (entity, id, customer, region) VALUES ('customer', 'c2', 'c2', 'apac')");
        Audits next = audits("next", NOW.plus(Duration.ofMinutes(15)), ground.directory);
        next.alerted(next.run());
        late.alerted(batch);
        assertThat(new LastAudit(ground.directory).read().orElseThrow().firing().alerts()).hasSize(2);
    }

    @Test
    void withoutAnAlertmanagerNothingIsSentAndNothingFires() throws SQLException {
        alertmanager = "";
        assertThat(audits("one", NOW, ground.directory).run()).isNull();
        assertThat(new LastAudit(ground.directory).read().orElseThrow()).satisfies(known -> {
            assertThat(known.at()).isEqualTo(NOW);
            assertThat(known.firing().alerts()).isEmpty();
        });
    }

    @Test
    void anAuditOfAFutureThatNeverCameHoldsUpNone() throws SQLException {
        audits("one", NOW.plus(Duration.ofDays(400)), ground.directory).run();
        assertThat(audits("one", NOW, ground.directory).run()).isNotNull();
        assertThat(new LastAudit(ground.directory).read().orElseThrow().wholeAt()).isEqualTo(NOW);
    }

    /** As one that fills the memory: else it would do so again five minutes after each start. */
    @Test
    void anAuditThatEndsItsBridgeIsNotDueAtTheNextStart() throws SQLException {
        Audits killed = audits("one", Clock.fixed(NOW, ZoneOffset.UTC), ground.directory, ground.regions, () -> {
            throw new OutOfMemoryError("as if");
        });
        assertThatThrownBy(killed::run).isInstanceOf(OutOfMemoryError.class);

        Audits again = audits("one", NOW.plus(Duration.ofMinutes(5)), ground.directory);
        assertThat(again.run()).isNull();
        assertThat(new AuditHealth(again).call().getDetails()).doesNotContainKey("last");
        assertThat(audits("one", NOW.plus(Duration.ofMinutes(15)), ground.directory).run()).isNotNull();
    }

    /** As a ledger that went away without a word: whoever waits for it cannot be told to stop. */
    @Test
    void aStopEndsAnAuditWhateverItWaitsForAndKeepsNoReportOfIt() throws Exception {
        var asked = new CountDownLatch(1);
        var answer = new CompletableFuture<Void>();
        var silent = new PGSimpleDataSource() {
            @Override
            public Connection getConnection() throws SQLException {
                asked.countDown();
                answer.join();
                throw new SQLException("away", "08001");
            }
        };
        Audits stopped = audits("stopped", NOW, ground.directory, Map.of("eu", silent));
        var audit = CompletableFuture.supplyAsync(stopped::run);
        asked.await();
        stopped.close();
        assertThat(audit.get(30, TimeUnit.SECONDS)).isNull();
        assertThat(stopped.run()).isNull();

        answer.complete(null);
        Audits next = audits("next", NOW.plus(Duration.ofMinutes(15)), ground.directory);
        await().until(() -> next.run() != null);
        assertThat(folder.resolve("stopped")).doesNotExist();
        assertThat(log.lines()).noneMatch(line -> line.startsWith("WARN"));
    }

    @Test
    void withoutADirectoryTheRestIsJudgedAndTold() {
        var away = new PGSimpleDataSource();
        away.setUrl("jdbc:postgresql://127.0.0.1:1/directory");
        Audits audits = audits("one", NOW, away);

        Alerts.Batch batch = audits.run();
        assertThat(batch.payload()).extracting(alert -> label(alert, "alertname") + " " + label(alert, "region"))
                .containsExactlyInAnyOrder("ConcordatAuditIncomplete directory", "ConcordatFinding eu");
        audits.alerted(batch);
        assertThat(log.lines()).filteredOn(line -> line.startsWith("WARN")).containsExactly(
                "WARN audit without asking the other bridges: the directory does not answer, SQLSTATE 08001",
                "WARN the other bridges do not hear of this audit: the directory does not answer, SQLSTATE 08001",
                "WARN this bridge does not hear what other audits found, and keeps this one to itself: the directory does not answer, SQLSTATE 08001",
                "WARN the other bridges do not hear of this audit: the directory does not answer, SQLSTATE 08001");
        assertThat(audits.run()).as("not due").isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "null", "[1]"})
    void alertsInTheDirectoryThatCannotBeReadAreWrittenAnew(String firing) throws SQLException {
        var time = new AtomicReference<>(NOW);
        InstantSource clock = time::get;
        var contracts = Contracts.read(Path.of("contracts"));
        Audits audits = audits("one", clock.withZone(ZoneOffset.UTC), ground.directory, ground.regions, () -> contracts);
        audits.alerted(audits.run());
        AuditGround.run(ground.directory, "UPDATE concordat.audit SET firing = '" + firing + "'");

        time.set(NOW.plus(Duration.ofMinutes(15)));
        assertThat(audits.run().payload()).hasSize(1);
        assertThat(new LastAudit(ground.directory).read().orElseThrow()).satisfies(known -> {
            assertThat(known.at()).isEqualTo(time.get());
            assertThat(known.firing().alerts()).hasSize(1);
        });
        assertThat(log.lines()).filteredOn(line -> line.startsWith("WARN")).containsExactly("WARN column concordat.audit.firing should be an array "
                + "of alerts; those that fired are not known, and the next audit writes it anew");
    }

    /** Whether it comes back while the first audit of a fresh bridge runs, or before the second one. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aDirectoryThatWasAwayKeepsTheAlertsOfOtherBridges(int present) throws SQLException {
        Audits one = audits("one", NOW.minus(Duration.ofMinutes(30)), ground.directory);
        one.alerted(one.run());
        var audits = new AtomicInteger();
        var directory = new PGSimpleDataSource() {
            @Override
            public Connection getConnection() throws SQLException {
                if (audits.get() < present) {
                    throw new SQLException("away", "08001");
                }
                return ground.directory.getConnection();
            }
        };
        var contracts = Contracts.read(Path.of("contracts"));
        var time = new AtomicReference<>(NOW.minus(Duration.ofMinutes(15)));
        InstantSource clock = time::get;
        Audits fresh = audits("fresh", clock.withZone(ZoneOffset.UTC), directory, ground.regions, () -> {
            audits.incrementAndGet();
            return contracts;
        });
        fresh.run();
        audits.incrementAndGet();
        time.set(NOW);
        fresh.alerted(fresh.run());
        assertThat(new LastAudit(ground.directory).read().orElseThrow().firing().json())
                .satisfiesExactly(alert -> assertThat(alert.path("startsAt").asText()).isEqualTo("2026-11-22T09:30:00Z"));

        ground.crmCustomer("c1", "active", "2026-11-22T09:00:00Z");
        assertThat(audits("next", NOW.plus(Duration.ofMinutes(15)), ground.directory).run().payload()).as("resolved").singleElement()
                .satisfies(alert -> assertThat(alert.path("endsAt").asText()).isEqualTo("2026-11-22T10:15:00Z"));
    }

    @Test
    void aReportThatCannotBeWrittenSwallowsNoAlertAndIsSaid() throws Exception {
        Path inTheWay = Files.writeString(folder.resolve("full"), "no folder");
        String sentence = "the report cannot be written into 'concordat.reports' [" + inTheWay + "]: '" + inTheWay + "' is a file";
        var time = new AtomicReference<>(NOW);
        InstantSource clock = time::get;
        Audits audits = audits("full", clock.withZone(ZoneOffset.UTC), ground.directory, ground.regions, () -> Contracts.read(Path.of("contracts")));
        assertThat(audits.run().payload()).hasSize(1);
        assertThat(new LastAudit(ground.directory).read()).isPresent();
        assertThat(log.lines()).contains("ERROR audit done, " + sentence + ": findings=1 unread=0");
        assertThat(new AuditHealth(audits).call().getDetails()).containsEntry("report", sentence);
        assertThat(new AuditHealth(audits).call().getState()).isEqualTo(HealthCheck.State.UP);

        Files.delete(inTheWay);
        time.set(NOW.plus(Duration.ofMinutes(15)));
        audits.run();
        assertThat(new AuditHealth(audits).call().getDetails()).doesNotContainKey("report");
    }

    @Test
    void anAuditAskedForTellsWhatItFoundAlsoWhereItsReportCannotBeWritten() throws Exception {
        Path inTheWay = Files.writeString(folder.resolve("full"), "no folder");
        String sentence = "the report cannot be written into 'concordat.reports' [" + inTheWay + "]: '" + inTheWay + "' is a file";
        var said = new ArrayList<String>();
        assertThat(audits("full", NOW, ground.directory).now(said::add).found()).isTrue();
        assertThat(said).hasSize(2).last().isEqualTo(sentence);

        ground.crmCustomer("c1", "active", "2026-11-22T09:00:00Z");
        assertThatThrownBy(() -> audits("full", NOW, ground.directory).now(said::add)).isInstanceOf(BridgeException.class).hasMessage(sentence);
    }

    @Test
    void whoAuditsLittleIsSeen() {
        var registry = new SimpleMeterRegistry();
        Audits idle = audits("idle", NOW, ground.directory);
        idle.bind(registry);
        assertThat(gauge(registry, "findings")).isNaN();
        assertThat(gauge(registry, "age")).isZero();
        assertThat(new AuditHealth(idle).call().getState()).isEqualTo(HealthCheck.State.UP);
        audits("one", NOW.minusSeconds(300), ground.directory).run();
        assertThat(idle.run()).isNull();
        assertThat(gauge(registry, "age")).isEqualTo(300);
        assertThat(gauge(registry, "every")).isEqualTo(900);
        assertThat(gauge(registry, "findings")).isOne();
        assertThat(gauge(registry, "unread")).isZero();
        assertThat(new AuditHealth(idle).call().getDetails()).containsEntry("last", "2026-11-22T09:55:00Z")
                .containsEntry("last.whole", "2026-11-22T09:55:00Z").containsEntry("findings", 1L).containsEntry("unread", 0);
    }

    @Test
    void aBridgeThatStartsHearsOfTheGroupsAuditsAtOnce() throws SQLException {
        var away = new PGSimpleDataSource();
        away.setUrl("jdbc:postgresql://127.0.0.1:1/uk");
        audits("one", NOW.minus(Duration.ofHours(2)), ground.directory, Map.of("eu", ground.regions.get("eu"), "uk", away)).run();
        assertThat(age(audits("two", NOW, ground.directory))).as("none was whole since the first").isEqualTo(7200);
        audits("one", NOW.minus(Duration.ofHours(1)), ground.directory).run();
        assertThat(age(audits("two", NOW, ground.directory))).isEqualTo(3600);
        assertThat(age(audits("two", NOW, away))).as("nobody has told yet").isNaN();
    }

    private static double age(Audits audits) {
        var registry = new SimpleMeterRegistry();
        audits.bind(registry);
        return gauge(registry, "age");
    }

    @Test
    void whatTheDirectoryCouldNotBeToldIsNotForgotten() throws SQLException {
        Audits one = audits("one", NOW, ground.directory);
        one.run();
        AuditGround.run(ground.directory, "UPDATE concordat.audit SET begun_at = '2026-11-22T09:00:00Z', at = '2026-11-22T09:00:00Z'");
        assertThat(one.run()).as("not due").isNull();
        assertThat(one.known().orElseThrow().at()).isEqualTo(NOW);
    }

    /** A ledger that is away makes no audit whole. */
    @Test
    void anAuditThatCouldNotReadEverythingMakesNoneYounger() throws SQLException {
        audits("one", NOW.minus(Duration.ofHours(1)), ground.directory).run();
        var registry = new SimpleMeterRegistry();
        var away = new PGSimpleDataSource();
        away.setUrl("jdbc:postgresql://127.0.0.1:1/uk");
        Audits blind = audits("one", NOW, ground.directory, Map.of("eu", ground.regions.get("eu"), "uk", away));
        blind.bind(registry);
        assertThat(blind.run()).isNotNull();
        assertThat(gauge(registry, "age")).isEqualTo(3600);
        assertThat(gauge(registry, "unread")).isOne();
        assertThat(new LastAudit(ground.directory).read().orElseThrow().wholeAt()).isEqualTo(NOW.minus(Duration.ofHours(1)));
    }

    @Test
    void aBridgeThatDidNotHearOfOthersMakesTheirsNoOlder() throws SQLException {
        var away = new AtomicReference<>(false);
        var directory = new PGSimpleDataSource() {
            @Override
            public Connection getConnection() throws SQLException {
                if (away.get()) {
                    throw new SQLException("away", "08001");
                }
                return ground.directory.getConnection();
            }
        };
        var time = new AtomicReference<>(NOW.minus(Duration.ofHours(1)));
        InstantSource clock = time::get;
        var contracts = Contracts.read(Path.of("contracts"));
        Audits deaf = audits("deaf", clock.withZone(ZoneOffset.UTC), directory, ground.regions, () -> {
            away.set(false);
            return contracts;
        });
        deaf.run();
        audits("one", NOW.minus(Duration.ofMinutes(15)), ground.directory).run();
        away.set(true);
        time.set(NOW);
        behind = Optional.empty();
        deaf.run();
        assertThat(new LastAudit(ground.directory).read().orElseThrow()).satisfies(known -> {
            assertThat(known.at()).isEqualTo(NOW);
            assertThat(known.wholeAt()).isEqualTo(NOW.minus(Duration.ofMinutes(15)));
        });
    }

    @Test
    void whatStandsUnreadInKafkaIsNotMissedYet() throws SQLException {
        behind = Optional.of(Duration.ofHours(2));
        assertThat(audits("one", NOW, ground.directory).run().payload()).as("written an hour ago, as what stands there may be").isEmpty();
        assertThat(new LastAudit(ground.directory).read().orElseThrow().wholeAt()).isNull();
        behind = Optional.empty();
        assertThat(audits("one", NOW.plus(Duration.ofHours(1)), ground.directory).run().payload())
                .extracting(alert -> label(alert, "alertname") + " " + label(alert, "region"))
                .containsExactlyInAnyOrder("ConcordatFinding eu", "ConcordatAuditIncomplete kafka");
    }

    @Test
    void anAuditByOlderContractsThanAnotherBridgeHasIsNotWhole() throws SQLException {
        run(ground.directory, "INSERT INTO concordat.contract (entity, version, content, since)"
                + " VALUES ('customer', '1.1.0', '', '2020-11-30'), ('account', '1.2.0', '', '2020-11-30')");
        var alerts = audits("one", NOW, ground.directory).run().payload();
        run(ground.directory, "TRUNCATE concordat.contract");
        assertThat(alerts).extracting(alert -> label(alert, "alertname") + " " + label(alert, "region") + ": "
                        + alert.path("annotations").path("description").asText()).hasSize(2).contains("ConcordatAuditIncomplete contracts: fields and rules that only account/1.2.0 knows: this bridge has 1.0.0;"
                        + " fields and rules that only customer/1.1.0 knows: this bridge has 1.0.0");
        assertThat(new LastAudit(ground.directory).read().orElseThrow().wholeAt()).isNull();
    }

    @Test
    void whatIsEditedJustBeforeAnAuditIsNotMended() throws SQLException {
        Audits audits = audits("one", NOW, ground.directory);
        audits.alerted(audits.run());
        ground.crmCustomer("c1", "suspended", "2026-11-22T10:14:59Z");
        settle = "PT30S";

        assertThat(audits("one", NOW.plus(Duration.ofMinutes(15)), ground.directory).run().payload()).singleElement()
                .satisfies(alert -> assertThat(Instant.parse(alert.path("endsAt").asText())).isAfter(NOW.plus(Duration.ofMinutes(15))));
    }

    private static double gauge(SimpleMeterRegistry registry, String name) {
        return registry.get("concordat.audit." + name).gauge().value();
    }

    private static String label(JsonNode alert, String name) {
        return alert.path("labels").path(name).asText();
    }

    private Audits audits(String bridge, Instant at, DataSource directory) {
        return audits(bridge, at, directory, ground.regions);
    }

    private Audits audits(String bridge, Instant at, DataSource directory, Map<String, DataSource> ledgers) {
        var contracts = Contracts.read(Path.of("contracts"));
        return audits(bridge, Clock.fixed(at, ZoneOffset.UTC), directory, ledgers, () -> contracts);
    }

    private Audits audits(String bridge, Clock clock, DataSource directory, Map<String, DataSource> ledgers, Supplier<Contracts> contracts) {
        return new Audits(settings(bridge), contracts, Policies.read(Path.of("config/residency.yaml")), ledgers, directory,
                settle -> behind, clock);
    }

    private Settings settings(String bridge) {
        return RouteGround.settings(Map.of("concordat.crm.url", ground.crm().toString(), "concordat.audit.settle", settle, "concordat.alerts.url", alertmanager,
                "concordat.reports", folder.resolve(bridge).toString()));
    }
}
