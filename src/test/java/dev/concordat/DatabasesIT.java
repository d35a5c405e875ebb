package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.concordat.change.Sent;
import dev.concordat.ledger.Address;
import dev.concordat.ledger.Ledgers;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/** Commands and routes for databases of which some are at each other's address. */
class DatabasesIT {
    private static EmbeddedPostgres postgres;
    @TempDir
    private Path folder;
    private Path contracts = Path.of("contracts");

    @BeforeAll
    static void start() throws Exception {
        postgres = TestPostgres.start();
        for (String name : List.of("directory", "eu", "uk", "us", "unmarked")) {
            try (var connection = postgres.getPostgresDatabase().getConnection(); var statement = connection.createStatement()) {
                statement.execute("CREATE DATABASE " + name);
            }
            Ledgers.prepare(postgres.getDatabase("postgres", name), name.equals("directory") ? Address.directory("") : Address.ledger(name, ""), List.of());
        }
    }

    @AfterAll
    static void stop() throws Exception {
        postgres.close();
    }

    /** What a command says when it is refused; null where it is not. */
    private String refusal(Map<String, String> databases, String... command) throws Exception {
        var settings = new StringBuilder("concordat.crm.url = http://127.0.0.1:1\nconcordat.reports = " + folder.resolve("reports") + "\n"
                + "concordat.contracts = " + contracts.toAbsolutePath() + "\n");
        databases.forEach((key, database) -> settings.append("concordat." + key + ".url = " + postgres.getJdbcUrl("postgres", database).replaceFirst("\\?.*", "") + "\n"
                + "concordat." + key + ".user = postgres\n"));
        Path config = Files.writeString(folder.resolve("concordat.properties"), settings);
        var said = new StringWriter();
        int exit = Concordat.commandLine().setErr(new PrintWriter(said, true)).execute(Stream.concat(Stream.of(command),
                Stream.of("--config", config.toString(), "--data", folder.toString())).toArray(String[]::new));
        return exit == 2 ? said.toString() : null;
    }

    @Test
    void whatReadsOnlyRefusesAsWellAndNamesAllThatIsAtAWrongAddress() throws Exception {
        String other = TestBed.copyOfContracts(folder.resolve("contracts")).resolve("customer/v1.odcs.yaml").toString();
        var swapped = Map.of("directory", "directory", "ledger.eu", "uk", "ledger.uk", "eu", "ledger.us", "us");
        for (var command : List.of(List.of("audit"), List.of("quarantine", "list"), List.of("quarantine", "replay", "--all"),
                List.of("contract", "try", other, "--from", "quarantine"))) {
            assertThat(refusal(swapped, command.toArray(String[]::new))).as("%s", command)
                    .contains("'concordat.ledger.eu.url' [").contains("] should lead to the ledger of region 'eu'; it leads to the ledger of region 'uk', as `concordat.mark` there says")
                    .contains("] should lead to the ledger of region 'uk'; it leads to the ledger of region 'eu', as").doesNotContain("region 'us'", "Exception");
        }
        for (var command : List.of(List.of("show"), List.of("replay"), List.of("discard", "--reason", "sent twice"))) {
            var quarantine = Stream.concat(Stream.of("quarantine"), command.stream()).toList();
            assertThat(refusal(swapped, Stream.concat(quarantine.stream(), Stream.of("eu-1")).toArray(String[]::new))).as("%s", command)
                    .contains("'concordat.ledger.eu.url' [").doesNotContain("region 'us'", "'concordat.ledger.uk.url'", "Exception");
            assertThat(refusal(swapped, Stream.concat(quarantine.stream(), Stream.of("us-1")).toArray(String[]::new))).as("%s", command).isNull();
        }
        assertThat(refusal(swapped, "quarantine", "list", "--region", "us")).isNull();
        assertThat(refusal(swapped, "intake", "show")).isNull();
        assertThat(refusal(Map.of("directory", "us", "ledger.eu", "eu", "ledger.uk", "uk", "ledger.us", "directory"), "intake", "resume"))
                .contains("] should lead to the directory; it leads to the ledger of region 'us', as `concordat.mark` there says");
    }

    /** The bridge goes on under those in force, and so does whoever works beside it. */
    @Test
    void whatNeedsNoContractsWorksWhileOneOnDiskIsFaulty() throws Exception {
        Path shipped = contracts;
        contracts = TestBed.copyOfContracts(folder.resolve("contracts"));
        Path faulty = Files.writeString(contracts.resolve("customer/v1.odcs.yaml"), "kind: [\n");
        var databases = Map.of("directory", "directory", "ledger.eu", "eu", "ledger.uk", "uk", "ledger.us", "us");
        for (String command : List.of("quarantine list", "quarantine list --groups", "quarantine show eu-1", "quarantine replay eu-1", "quarantine replay --all",
                "quarantine discard eu-1 --reason twice", "quarantine discard --all --at-most 0 --reason twice", "intake show", "intake resume")) {
            assertThat(refusal(databases, command.split(" "))).as(command).isNull();
        }
        assertThat(refusal(databases, "audit")).startsWith("an audit compares by the contracts, and these are faulty; a bridge that runs audits by those in force:\n"
                + faulty + ":2:1 not-yaml: ").doesNotContain("Exception");
        assertThat(refusal(databases, "contract", "try", shipped.resolve("customer/v1.odcs.yaml").toString(), "--old", shipped.toString(), "--from", "quarantine"))
                .isEqualTo("there is no change in [quarantine]; nothing was tried\n");
    }

    /** By the contracts it would be told whose it is. */
    @Test
    void aLedgerThatDoesNotSayWhoseItIsIsNotWorkedOnWhileAContractIsFaulty() throws Exception {
        contracts = TestBed.copyOfContracts(folder.resolve("contracts"));
        Path faulty = Files.writeString(contracts.resolve("customer/v1.odcs.yaml"), "kind: [\n");
        TestPostgres.run(postgres.getDatabase("postgres", "unmarked"), "DELETE FROM concordat.mark");
        var databases = Map.of("directory", "directory", "ledger.eu", "eu", "ledger.uk", "unmarked", "ledger.us", "us");
        assertThat(refusal(databases, "quarantine", "replay", "uk-1")).startsWith(faulty + ":2:1 not-yaml: ").doesNotContain("Exception");
        assertThat(refusal(databases, "quarantine", "replay", "eu-1")).isNull();
    }

    @Test
    void aRouteThatWaitsBecauseNewConnectionsLeadElsewhereSaysWhere() {
        var exchange = new DefaultExchange(Sent.CAMEL);
        exchange.getExchangeExtension().setFromRouteId("apply-eu");
        try (var pool = Ledgers.open(Address.ledger("eu", postgres.getJdbcUrl("postgres", "uk")), "postgres", "", 1)) {
            exchange.setProperty(Exchange.EXCEPTION_CAUGHT, catchThrowable(() -> new JdbcTemplate(pool).execute("SELECT 1")));
        }
        var waiting = new Waiting(Clock.systemUTC());
        waiting.process(exchange);
        assertThat(waiting.of("eu")).singleElement().extracting(Waiting.Wait::cause, STRING)
                .startsWith("CannotGetJdbcConnectionException SQLSTATE 08004, 'concordat.ledger.eu.url' [")
                .endsWith("] should lead to the ledger of region 'eu'; it leads to the ledger of region 'uk', as `concordat.mark` there says");
    }
}
