package dev.concordat.ledger;

import static dev.concordat.TestPostgres.number;
import static dev.concordat.TestPostgres.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.concordat.BridgeException;
import dev.concordat.FreePort;
import dev.concordat.Said;
import dev.concordat.TestPostgres;
import dev.concordat.contract.Contract;
import dev.concordat.contract.Contracts;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.ds.common.BaseDataSource;

/** What a version of a contract stands for, for all bridges of a group. */
class KnownContractsIT {
    private static final UnaryOperator<String> TIGHTER = text -> text.replace("{minLength: 1, maxLength: 140}", "{minLength: 1, maxLength: 139}");

    private static final String OF_FIRST = " FROM pg_stat_activity WHERE state = 'idle in transaction'";

    private static EmbeddedPostgres postgres;
    private static DataSource database;

    @RegisterExtension
    private final Said log = new Said(KnownContracts.class, ContractEntry.class);
    @TempDir
    private Path folder;
    private final Contracts shipped = Contracts.read(Path.of("contracts"));
    private final AtomicInteger laid = new AtomicInteger();
    private final List<Contract> undone = new ArrayList<>();
    private KnownContracts known;
    private int copies;

    @BeforeAll
    static void start() throws Exception {
        postgres = TestPostgres.start();
        database = postgres.getPostgresDatabase();
        ((BaseDataSource) database).setApplicationName("concordat");
        Ledgers.migrate(database, "directory");
    }

    @AfterAll
    static void stop() throws Exception {
        postgres.close();
    }

    @BeforeEach
    void empty() throws SQLException {
        run(database, "TRUNCATE concordat.contract");
        known = new KnownContracts(database);
    }

    private void enter(Contracts contracts) {
        known.enter(contracts, laid::incrementAndGet, undone::addAll);
    }

    /** The shipped contracts, those of customers and accounts edited. */
    private Contracts edited(UnaryOperator<String> customer, UnaryOperator<String> account) throws Exception {
        Path copy = folder.resolve(String.valueOf(copies++));
        for (var edit : List.of(customer, account)) {
            String place = (edit == customer ? "customer" : "account") + "/v1.odcs.yaml";
            Files.createDirectories(copy.resolve(place).getParent());
            Files.writeString(copy.resolve(place), edit.apply(Files.readString(Path.of("contracts").resolve(place))));
        }
        return Contracts.read(copy);
    }

    private Contracts edited(UnaryOperator<String> customer) throws Exception {
        return edited(customer, text -> text);
    }

    private static UnaryOperator<String> version(String version) {
        return text -> text.replace("version: 1.0.0", "version: " + version);
    }

    private static String restricted(String text, String field) {
        return text.replaceFirst("(?s)(name: " + field + ".*?classification: )confidential", "$1restricted");
    }

    @Test
    void aVersionStandsForWhatItFirstCameIntoForceWithOtherWordsAside() throws Exception {
        enter(shipped);
        enter(edited(text -> text.replace("First names; none for an organisation.", "First names.")));
        assertThat(number(database, "SELECT count(*) FROM concordat.contract")).isEqualTo(2);
        assertThat(number(database, "SELECT count(*) FROM concordat.contract WHERE convert_from(content, 'UTF8') LIKE '%First names; none for%'")).isEqualTo(1);
        run(database, "UPDATE concordat.contract SET since = '2026-11-30T10:00:00.123Z'");

        var other = edited(TIGHTER, text -> restricted(text, "nickname"));
        String account = other.newest("account").file() + ":7:10 account.version: is 1.0.0, which has stood for other content since 2026-11-30T10:00:00Z; "
                + "take back what differs (account.nickname.classification), or make it version 1.1.0.";
        String customer = other.newest("customer").file() + ":7:10 customer.version: is 1.0.0, which has stood for other content since 2026-11-30T10:00:00Z; "
                + "take back what differs (customer.familyName.maxLength), or make it version 2.0.0 in a file of its own, or 1.1.0 before a start.";
        assertThat(known.objections(other)).containsExactly(account, customer);
        assertThatThrownBy(() -> enter(other)).isInstanceOf(BridgeException.class).hasMessage(account + "\n" + customer);
        assertThat(laid).as("laid in ledgers").hasValue(2);

        enter(edited(TIGHTER.andThen(version("1.1.0"))::apply));
        enter(shipped);
        assertThat(number(database, "SELECT count(*) FROM concordat.contract")).isEqualTo(3);
    }

    @Test
    void whatNoLedgerTookStandsForNothing() throws Exception {
        enter(shipped);
        assertThatThrownBy(() -> known.enter(edited(version("1.1.0")), () -> {
            throw new BridgeException("the ledger refuses");
        }, undone::addAll)).hasMessage("the ledger refuses");
        assertThat(undone).extracting(Contract::label).containsExactly("customer/1.1.0");
        enter(edited(TIGHTER.andThen(version("1.1.0"))::apply));
        assertThat(known.objections(edited(TIGHTER))).as("of 1.0.0").hasSize(1);
    }

    @Test
    void whoBringsAVersionMeanwhileWaitsUntilItIsTakenBackAndIsTheFirstThen() throws Exception {
        var newer = edited(version("1.1.0"));
        var second = new AtomicReference<CompletableFuture<Void>>();
        assertThatThrownBy(() -> known.enter(newer, () -> {
            second.set(CompletableFuture.runAsync(() -> known.enter(newer, () -> {
                laid.set(undone.size());
                throw new BridgeException("it refuses the second one too");
            }, undone::addAll)));
            await().atMost(Duration.ofMinutes(5)).until(() -> number(database, "SELECT count(*) FROM pg_locks WHERE NOT granted") > 0);
            throw new BridgeException("the ledger refuses");
        }, undone::addAll)).hasMessage("the ledger refuses");
        assertThatThrownBy(second.get()::get).hasRootCauseMessage("it refuses the second one too");
        assertThat(laid).as("once the first was taken back").hasValue(2);
        assertThat(undone).extracting(Contract::label).containsExactly("account/1.0.0", "customer/1.1.0", "account/1.0.0", "customer/1.1.0");
        assertThat(number(database, "SELECT count(*) FROM concordat.contract")).isZero();
    }

    @Test
    void whoeverBringsAVersionThatAnotherBridgeHasNotKeptYetIsToldByWhomAndHoldsNothing() throws Exception {
        enter(shipped);
        var newer = edited(version("1.1.0"));
        try (var first = known.open(newer, laid::incrementAndGet, undone::addAll)) {
            assertThatThrownBy(() -> enter(newer)).isInstanceOf(BridgeException.class).matches(Ledgers::busy).matches(Ledgers::unreachable, "waiting helps")
                    .hasMessageMatching("another bridge brings a version of the same contracts, and has not come up with it yet: the one on 127.0.0.1, session "
                            + number(database, "SELECT pid" + OF_FIRST) + " since \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
            assertThat(laid).hasValue(2);
            enter(shipped);
            long before = number(database, "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint");
            first.keep();
            first.keep();
            assertThat(number(database, "SELECT (extract(epoch FROM since) * 1000000)::bigint FROM concordat.contract WHERE version = '1.1.0'"))
                    .as("others have their time to take it from now on").isGreaterThanOrEqualTo(before);
        }
        assertThat(known.objections(edited(TIGHTER.andThen(version("1.1.0"))::apply))).hasSize(1);
        assertThat(undone).isEmpty();
    }

    @Test
    void whatWasNotKeptStandsForNothing() throws Exception {
        known.open(edited(version("1.1.0")), laid::incrementAndGet, undone::addAll).close();
        assertThat(undone).as("what was laid is taken back").extracting(Contract::label).containsExactly("account/1.0.0", "customer/1.1.0");
        enter(edited(TIGHTER.andThen(version("1.1.0"))::apply));
        assertThat(laid).hasValue(2);
        assertThat(undone).hasSize(2);
    }

    @Test
    void aBridgeThatEndsInItsStartHoldsUpNobodyAndItsVersionStandsForNothing() throws Exception {
        var first = known.open(edited(version("1.1.0")), laid::incrementAndGet, undone::addAll);
        run(database, "SELECT pg_terminate_backend(pid)" + OF_FIRST);
        enter(edited(TIGHTER.andThen(version("1.1.0"))::apply));
        assertThatThrownBy(first::keep).isInstanceOf(BridgeException.class);
        first.close();
        assertThat(known.objections(edited(version("1.1.0")))).hasSize(1);
    }

    @Test
    void whereTheDirectoryWentAwayMeanwhileNothingIsTakenBack() throws Exception {
        assertThatThrownBy(() -> known.enter(shipped, () -> {
            try {
                run(database, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in transaction' AND query LIKE '%concordat.contract%'");
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
            throw new BridgeException("the ledger refuses");
        }, undone::addAll)).hasMessage("the ledger refuses");
        assertThat(undone).isEmpty();
        assertThat(log.lines()).singleElement().asString().startsWith("WARN ledgers keep triggers of contracts that did not come into force");
        enter(shipped);
        assertThat(laid).hasValue(1);
    }

    @Test
    void ofTwoBridgesThatBringAVersionAtOnceOneIsTheFirst() throws Exception {
        var other = edited(TIGHTER);
        try (Connection first = database.getConnection()) {
            first.setAutoCommit(false);
            try (var statement = first.prepareStatement("INSERT INTO concordat.contract (entity, version, content) VALUES ('customer', '1.0.0', ?)")) {
                statement.setBytes(1, Files.readAllBytes(Path.of("contracts/customer/v1.odcs.yaml")));
                statement.executeUpdate();
            }
            var second = CompletableFuture.runAsync(() -> enter(other));
            await().atMost(Duration.ofMinutes(5)).until(() -> number(database, "SELECT count(*) FROM pg_locks WHERE NOT granted") > 0);
            assertThat(known.objections(other)).as("before it is decided").isEmpty();
            first.commit();
            assertThatThrownBy(second::get).isInstanceOf(ExecutionException.class).hasRootCauseInstanceOf(BridgeException.class)
                    .hasMessageContaining("customer.version: is 1.0.0, which has stood for other content");
        }
        assertThat(laid).hasValue(0);
        assertThat(number(database, "SELECT count(*) FROM concordat.contract")).as("nothing of the second").isEqualTo(1);
    }

    @Test
    void aReloadIsHeldToAVersionOfBeforeTheOneInForce() throws Exception {
        enter(edited(version("1.1.0")));
        var other = edited(text -> restricted(version("1.1.0").apply(text), "phone"));
        assertThat(known.objections(shipped, other)).singleElement().asString().contains("customer.version: is 1.1.0, which has stood for other content since ")
                .endsWith("; take back what differs (customer.phone.classification), or make it version 1.2.0.");
        var tighter = edited(TIGHTER.andThen(version("1.1.0"))::apply);
        assertThat(known.objections(shipped, tighter)).as("told once").singleElement().asString().contains("is 139 and was 140 in force");
    }

    @Test
    void whatIsNoContractAnyMoreIsToldOnceAndStopsNobody() throws Exception {
        enter(shipped);
        run(database, "UPDATE concordat.contract SET content = 'kind: Agreement' WHERE entity = 'customer'");
        assertThat(known.objections(edited(TIGHTER))).isEmpty();
        enter(edited(TIGHTER));
        assertThat(log.lines()).singleElement().asString()
                .startsWith("WARN what a version of a contract stands for cannot be read any more, so nothing is compared with it: contract=customer/1.0.0 since=");
    }

    @Test
    void aDirectoryThatIsAwayOrOfAVersionBeforeSpeaksAgainstNothing() throws Exception {
        var away = new PGSimpleDataSource();
        away.setURL("jdbc:postgresql://127.0.0.1:" + FreePort.any() + "/directory");
        assertThat(new KnownContracts(away).objections(shipped)).isEmpty();
        assertThatThrownBy(() -> new KnownContracts(away).enter(shipped, laid::incrementAndGet, undone::addAll)).isInstanceOf(BridgeException.class).matches(Ledgers::unreachable);
        assertThat(new KnownContracts(postgres.getTemplateDatabase()).objections(shipped)).isEmpty();
        assertThat(laid).hasValue(0);
    }

    /** Words of a contract may be in any script. */
    @Test
    void theDirectoryMayHaveAnyEncoding() throws Exception {
        run(database, "CREATE DATABASE western ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
        var western = postgres.getDatabase("postgres", "western");
        Ledgers.migrate(western, "directory");
        var contracts = edited(text -> text.replace("First names; none for an organisation.", "First names \u2192 \u540d\u524d"));
        new KnownContracts(western).enter(contracts, laid::incrementAndGet, undone::addAll);
        assertThat(new KnownContracts(western).objections(edited(TIGHTER))).hasSize(1);
        assertThat(contracts.newest("customer").content()).isEqualTo(ByteBuffer.wrap(Files.readAllBytes(contracts.newest("customer").file())));
    }
}
