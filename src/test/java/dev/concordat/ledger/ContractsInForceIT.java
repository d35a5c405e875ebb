package dev.concordat.ledger;

import static dev.concordat.TestPostgres.number;
import static dev.concordat.TestPostgres.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concordat.BridgeException;
import dev.concordat.FreePort;
import dev.concordat.TestPostgres;
import dev.concordat.contract.Contracts;
import dev.concordat.contract.NewerContract;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** What bridges of a group say of the contracts with which they run. */
class ContractsInForceIT {
    private static EmbeddedPostgres postgres;
    private static DataSource database;

    @TempDir
    private Path folder;
    private final Contracts shipped = Contracts.read(Path.of("contracts"));
    private final ContractsInForce here = new ContractsInForce(database);
    private final ContractsInForce other = new ContractsInForce(database);
    private int copies;

    @BeforeAll
    static void start() throws Exception {
        postgres = TestPostgres.start();
        database = postgres.getPostgresDatabase();
        Ledgers.migrate(database, "directory");
    }

    @AfterAll
    static void stop() throws Exception {
        postgres.close();
    }

    @BeforeEach
    void empty() throws SQLException {
        run(database, "TRUNCATE concordat.contract, concordat.contract_in_force");
    }

    /** The shipped contracts, that of customers edited. */
    private Contracts edited(UnaryOperator<String> customer) throws Exception {
        Path copy = folder.resolve(String.valueOf(copies++));
        for (String place : new String[] {"customer/v1.odcs.yaml", "account/v1.odcs.yaml"}) {
            String text = Files.readString(Path.of("contracts").resolve(place));
            Files.createDirectories(copy.resolve(place).getParent());
            Files.writeString(copy.resolve(place), place.startsWith("customer") ? customer.apply(text) : text);
        }
        return Contracts.read(copy);
    }

    private static UnaryOperator<String> version(String version) {
        return text -> text.replace("version: 1.0.0", "version: " + version);
    }

    private static void enter(Contracts contracts) {
        new KnownContracts(database).enter(contracts, () -> { }, alone -> { });
    }

    /** Lets what came into force so far have done so long before: files may be put into place one bridge after the other. */
    private static void longAgo() throws SQLException {
        run(database, "UPDATE concordat.contract SET since = '2020-11-30T10:00:00.123Z'");
    }

    private NewerContract newer() {
        return here.newerThan(shipped).get(0);
    }

    @Test
    void whatIsAboveTheContractsInForceIsNewer() throws Exception {
        enter(shipped);
        assertThat(here.newerThan(shipped)).isEmpty();
        enter(edited(version("1.9.0")));
        enter(edited(version("1.10.0")));
        assertThat(here.newerThan(shipped)).as("files are put into place one bridge after the other").isEmpty();
        longAgo();
        assertThat(here.newerThan(shipped)).singleElement().satisfies(newer -> {
            assertThat(newer.place()).isEqualTo("customer.1");
            assertThat(newer.sentence()).isEqualTo("customer/1.10.0 has been in force in the group since 2020-11-30T10:00:00Z; this bridge has 1.0.0");
        });
        assertThat(here.newerThan(edited(version("1.11.0")))).as("a way back has a higher version").isEmpty();
        run(database, "INSERT INTO concordat.contract (entity, version, content, since)"
                + " VALUES ('customer', '2.0.0', '', '2020-12-01'), ('branch', '1.0.0', '', '2020-12-01')");
        assertThat(here.newerThan(shipped)).extracting(NewerContract::label).as("each major, and no entity that is none here")
                .containsExactly("customer/1.10.0", "customer/2.0.0");
        var majors = edited(text -> text);
        Path first = majors.newest("customer").file();
        Path account = majors.newest("account").file();
        Files.writeString(account, Files.readString(account).replace("../customer/v1", "../customer/v2"));
        Files.writeString(first, version("2.0.0").apply(Files.readString(first)));
        Files.move(first, first.resolveSibling("v2.odcs.yaml"));
        assertThat(here.newerThan(Contracts.read(first.getParent().getParent()))).as("a major that was taken out").isEmpty();
    }

    @Test
    void aNewerOneCountsAsRunningWhileABridgeThatHasItSaysSo() throws Exception {
        var newest = edited(version("1.2.0"));
        enter(shipped);
        enter(edited(version("1.3.0")));
        enter(newest);
        here.renew(shipped);
        longAgo();
        assertThat(newer()).as("of those that do not run the highest").matches(each -> !each.runs()).returns("customer/1.3.0", NewerContract::label);
        other.renew(newest);
        assertThat(newer()).as("of those that run the highest").matches(NewerContract::runs).returns("customer/1.2.0", NewerContract::label);
        run(database, "UPDATE concordat.contract_in_force SET seen_at = clock_timestamp() - interval '21 seconds'");
        assertThat(newer().runs()).as("killed").isFalse();
        other.renew(newest);
        assertThat(newer().runs()).isTrue();
        other.leave();
        assertThat(newer().runs()).isFalse();
        assertThat(here.newerThan(newest)).extracting(NewerContract::runs).containsExactly(false);
    }

    @Test
    void whereOneNewerFollowsAnotherABridgeThatRunsIsStillOneThatDoes() throws Exception {
        var next = edited(version("1.2.0"));
        enter(shipped);
        enter(edited(version("1.1.0")));
        longAgo();
        enter(next);
        other.renew(next);
        assertThat(newer()).matches(NewerContract::runs).returns("customer/1.2.0", NewerContract::label);
    }

    @Test
    void aBridgeSaysWhatItHasNowAndOfThoseThatWereKilledNothingStays() throws Exception {
        other.renew(shipped);
        here.renew(shipped);
        here.renew(edited(version("1.1.0")));
        assertThat(number(database, "SELECT count(*) FROM concordat.contract_in_force")).isEqualTo(4);
        assertThat(number(database, "SELECT count(*) FROM concordat.contract_in_force WHERE version = '1.1.0'")).isEqualTo(1);
        run(database, "UPDATE concordat.contract_in_force SET seen_at = clock_timestamp() - interval '61 minutes'");
        here.renew(shipped);
        assertThat(number(database, "SELECT count(*) FROM concordat.contract_in_force")).isEqualTo(2);
        here.leave();
        assertThat(number(database, "SELECT count(*) FROM concordat.contract_in_force")).isZero();
    }

    @Test
    void aDirectoryThatIsAwayIsToldAndOneOfAVersionBeforeKnowsOfNone() throws Exception {
        var source = new PGSimpleDataSource();
        source.setURL("jdbc:postgresql://127.0.0.1:" + FreePort.any() + "/directory");
        var away = new ContractsInForce(source);
        assertThatThrownBy(() -> away.newerThan(shipped)).isInstanceOf(BridgeException.class).matches(Ledgers::unreachable);
        assertThatThrownBy(() -> away.renew(shipped)).isInstanceOf(BridgeException.class).matches(Ledgers::unreachable);
        assertThatThrownBy(away::leave).isInstanceOf(BridgeException.class).matches(Ledgers::unreachable);
        assertThat(new ContractsInForce(postgres.getTemplateDatabase()).newerThan(shipped)).isEmpty();
    }
}
