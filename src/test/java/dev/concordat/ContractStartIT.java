package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.concordat.ledger.Address;
import dev.concordat.ledger.Ledgers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.util.FileSystemUtils;

/** Contracts edited on disk while no bridge runs, or in the folder of one bridge of a group. */
class ContractStartIT {
    private static final String FUNCTIONS = """
            SELECT string_agg(proname || md5(prosrc), ' ' ORDER BY proname) FROM pg_proc WHERE pronamespace = 'concordat'::regnamespace""";

    private static final String VERSIONS = "SELECT string_agg(entity || '/' || version, ' ' ORDER BY entity, version) FROM concordat.contract";

    @RegisterExtension
    private final Said log = new Said(OthersFirst.class);

    @Test
    void aStartUnderAVersionThatHasStoodForOtherContentIsRefusedBeforeAnythingIsLaid() throws Exception {
        try (var bed = new TestBed()) {
            Path customer = TestBed.copyOfContracts(bed.folder.resolve("contracts")).resolve("customer/v1.odcs.yaml");
            Path account = customer.resolveSibling("../account/v1.odcs.yaml").normalize();
            var settings = bed.settings().with("concordat.contracts", bed.folder.resolve("contracts").toString());
            Bridge.start(settings, Clock.systemUTC()).close();
            String laid = bed.query("ledger_eu", FUNCTIONS);

            String consent = "transformSourceObjects: [crm.customers.consent]\n        customProperties: [{property: owningSystem, value: ";
            edit(customer, consent + "crm", consent + "ledger");
            edit(account, "maxLength: 80", "maxLength: 81");
            String refusal = ":7:10 %1$s.version: is 1.0.0, which has stood for other content since ";
            var wrong = settings.with("concordat.ledger.us.password", "wrong");
            assertThatThrownBy(() -> Bridge.start(wrong, Clock.systemUTC())).isInstanceOf(BridgeException.class).message()
                    .satisfies(said -> assertThat(said.lines()).satisfiesExactly(
                            line -> assertThat(line).startsWith("the ledger of region 'us' at ").contains("password authentication failed"),
                            line -> assertThat(line).startsWith(account + refusal.formatted("account")),
                            line -> assertThat(line).startsWith(customer + refusal.formatted("customer")).contains("(customer.consent")));
            assertThat(bed.query("ledger_eu", FUNCTIONS)).isEqualTo(laid).isNotNull();

            edit(customer, "version: 1.0.0", "version: 1.1.0");
            edit(account, "version: 1.0.0", "version: 1.1.0");
            try (var bridge = Bridge.start(settings, Clock.systemUTC())) {
                assertThat(bed.query("ledger_eu", FUNCTIONS)).isNotEqualTo(laid);
                Path others = Files.createDirectories(bed.folder.resolve("others"));
                TestBed.copyOfContracts(others);
                edit(others.resolve("customer/v1.odcs.yaml"), "version: 1.0.0", "version: 1.1.0");
                var another = settings.with("concordat.contracts", others.toString()).with("concordat.webhook.port", "0").with("concordat.management.port", "0");
                assertThatThrownBy(() -> Bridge.start(another, Clock.systemUTC())).isInstanceOf(BridgeException.class)
                        .hasMessageContaining("customer.version: is 1.1.0, which has stood for other content since ");
                assertThat(bridge.contracts().refused()).isEmpty();
            }
            assertThat(bed.query("directory", VERSIONS)).isEqualTo("account/1.0.0 account/1.1.0 customer/1.0.0 customer/1.1.0");
        }
    }

    @Test
    void aVersionStandsForNothingWhereNoBridgeCameUpWithIt() throws Exception {
        try (var bed = new TestBed()) {
            Path account = TestBed.copyOfContracts(bed.folder.resolve("contracts")).resolve("account/v1.odcs.yaml");
            Path routes = bed.folder.resolve("routes");
            FileSystemUtils.copyRecursively(Path.of("routes"), routes);
            Path own = Files.writeString(routes.resolve("own.camel.yaml"), EditedRoutes.route("own", "1") + EditedRoutes.MISTAKE);
            var settings = bed.settings().with("concordat.contracts", bed.folder.resolve("contracts").toString()).with("concordat.routes", routes.toString());
            assertThatThrownBy(() -> Bridge.start(settings, Clock.systemUTC())).hasStackTraceContaining("nobody");
            assertThat(bed.query("directory", VERSIONS)).isNull();
            assertThat(bed.query("ledger_eu", "SELECT count(*) FROM concordat.telling")).as("older contracts tell the CRM at once").isEqualTo("0");

            edit(account, "maxLength: 80", "maxLength: 81");
            Files.delete(own);
            Bridge.start(settings, Clock.systemUTC()).close();
            assertThat(bed.query("directory", VERSIONS)).isEqualTo("account/1.0.0 customer/1.0.0");
        }
    }

    @Test
    void aStartWaitsForABridgeThatIsAboutToComeUpWithTheSameAndGoesOnWhenThatIsGone() throws Exception {
        try (var bed = new TestBed()) {
            Ledgers.prepare(bed.database("directory"), Address.directory(""), List.of());
            try (var first = bed.database("directory").getConnection(); var statement = first.createStatement()) {
                statement.execute("SET application_name = 'concordat'");
                first.setAutoCommit(false);
                statement.execute("INSERT INTO concordat.contract (entity, version, content) VALUES ('customer', '1.0.0', '')");
                var second = CompletableFuture.supplyAsync(() -> Bridge.start(bed.settings(), Clock.systemUTC()));
                await().atMost(Duration.ofMinutes(5)).until(() -> second.isDone() || !log.lines().isEmpty());
                assertThat(second).isNotDone();
                String session = bed.query("directory",
                        "SELECT pid FROM pg_stat_activity WHERE query LIKE 'INSERT INTO concordat.contract%' AND state = 'idle in transaction'");
                runsWithANewerCustomer(bed);
                first.rollback();
                try (var bridge = second.get()) {
                    assertThat(bridge.contracts().refused()).isEmpty();
                    assertThat(bed.query("ledger_eu", "SELECT string_agg(proname, ' ') FROM pg_proc WHERE proname LIKE 'note_changed_%'"))
                            .as("what a newer one tells of a customer is left to it").isEqualTo("note_changed_account");
                }
                assertThat(log.lines()).singleElement().asString().startsWith("WARN the start waits until another bridge is through or gone: another bridge brings"
                        + " a version of the same contracts, and has not come up with it yet: the one on ").contains(", session " + session + " since ");
            }
            assertThat(bed.query("directory", VERSIONS)).isEqualTo("account/1.0.0 customer/1.0.0 customer/1.1.0");
        }
    }

    /** Another bridge, as it has for long. */
    private static void runsWithANewerCustomer(TestBed bed) throws Exception {
        String newer = Files.readString(Path.of("contracts/customer/v1.odcs.yaml")).replace("version: 1.0.0", "version: 1.1.0");
        try (var connection = bed.database("directory").getConnection(); var known = connection.prepareStatement("INSERT INTO concordat.contract "
                + "(entity, version, content, since) VALUES ('customer', '1.1.0', ?, now() - interval '1 hour')"); var runs = connection.createStatement()) {
            known.setBytes(1, newer.getBytes(StandardCharsets.UTF_8));
            known.executeUpdate();
            runs.execute("INSERT INTO concordat.contract_in_force VALUES (gen_random_uuid(), 'customer', '1.1.0', now() + interval '1 hour')");
        }
    }

    private static void edit(Path file, String find, String replace) throws Exception {
        String text = Files.readString(file);
        assertThat(text).contains(find);
        Files.writeString(file, text.replace(find, replace));
    }
}
