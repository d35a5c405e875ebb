package dev.concordat.ledger;

import static dev.concordat.change.Sent.customer;
import static dev.concordat.change.Sent.newAccount;
import static dev.concordat.change.Sent.newCustomer;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concordat.BridgeException;
import dev.concordat.contract.Contracts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.common.BaseDataSource;

/** What stands in a ledger's row keeps its meaning when a contract gets a field in front of others, also with two bridges of two versions. */
class VersionPlacesIT {
    private static final String SALUTATION = """
                  - {name: salutation, physicalName: salutation, logicalType: string, classification: confidential,
                     customProperties: [{property: owningSystem, value: crm}]}
            """;
    private static final Pattern OF_LEDGER = Pattern.compile(
            "      - id: customerNumber.*(?=    quality:\n      - id: person_in_personal_segment)|      - id: status_aligned.*(?=\nslaProperties)",
            Pattern.DOTALL);

    @TempDir
    private Path folder;

    @Test
    void aColumnKeepsItsPlaceWhateverIsAddedInFrontOfIt() throws Exception {
        try (var ledger = new LedgerGround()) {
            Ledgers.migrate(ledger.database(), "directory");
            var before = VersionPlaces.of(ledger.database(), ledger.contracts);
            assertThat(before.columns("customer")).isEqualTo(VersionPlaces.inOrder(ledger.contracts).columns("customer")).startsWith("given_name");
            var contracts = withSalutation();
            var after = VersionPlaces.of(ledger.database(), contracts);
            assertThat(after.columns("customer")).startsWith("given_name").endsWith("salutation").hasSize(before.columns("customer").size() + 1);
            assertThat(VersionPlaces.of(ledger.database(), ledger.contracts).columns("customer")).isEqualTo(after.columns("customer"));

            ledger.run("ALTER TABLE ledger.customer ADD COLUMN salutation text");
            ledger.apply(newCustomer("C-1", "DE").version(1));
            ledger.apply(customer("C-1").version(3).set("phone", "+41446681803"));
            ledger.statements.use(contracts, after, BlockingStatuses.inForce(contracts));
            assertThat(ledger.apply(customer("C-1").version(2).id("unknown").set("givenName", "Eva").set("salutation", "Sir"))).containsExactly("applied");
            assertThat(ledger.customer("C-1", "salutation")).as("the contract that judged the change did not know the field").isNull();
            ledger.gate.use(contracts);
            assertThat(ledger.apply(customer("C-1").version(2).set("phone", "+41446681802").set("salutation", "Dame"))).containsExactly("applied");
            assertThat(ledger.customer("C-1", "phone || salutation")).isEqualTo("+41446681803Dame");
            assertThat(ledger.apply(customer("C-1").version(1).id("late").set("salutation", "Sir"))).containsExactly("superseded");

            ledger.statements.use(ledger.contracts, before, BlockingStatuses.inForce(ledger.contracts));
            assertThat(ledger.apply(customer("C-1").version(5).set("givenName", "Ada"))).as("by a bridge of the version before").containsExactly("applied");
            assertThat(ledger.customer("C-1", "given_name || salutation")).isEqualTo("AdaDame");
            assertThat(ledger.customer("C-1", "versions[" + after.of("customer", "salutation") + "]")).isEqualTo("2");
        }
    }

    @Test
    void anEntityOfWhichTheLedgerOwnsNothingIsNotTold() throws Exception {
        try (var ledger = new LedgerGround()) {
            ledger.apply(newCustomer("C-1", "DE"), newAccount("A-1", "C-1"));
            assertThat(told(ledger)).containsExactly("A-1", "C-1");
            var contracts = contracts(text -> OF_LEDGER.matcher(text).replaceAll("").replaceFirst("onDelete, value: [a-z]+", "onDelete, value: refuse"));
            Ledgers.prepare(ledger.database(), LedgerGround.ADDRESS, Statements.of(contracts).demands());
            ledger.statements.use(contracts, VersionPlaces.inOrder(contracts), BlockingStatuses.inForce(contracts));
            ledger.gate.use(contracts);
            assertThat(ledger.apply(newCustomer("C-2", "DE"), newAccount("A-2", "C-2"))).containsExactly("applied", "applied");
            assertThat(told(ledger)).containsExactly("A-1", "A-2", "C-1");
        }
    }

    /** PostgreSQL takes a hundred arguments of a function, two for each field. */
    @Test
    void anEntityMayHaveManyFieldsOfTheLedger() throws Exception {
        try (var ledger = new LedgerGround()) {
            var names = IntStream.range(0, 120).mapToObj(i -> "note_" + i).toList();
            ledger.run("ALTER TABLE ledger.customer " + names.stream().map(name -> "ADD COLUMN " + name + " text DEFAULT '" + name + "'")
                    .collect(joining(", ")));
            var contracts = contracts(text -> text.replaceFirst("      - id: customerNumber\n", names.stream().map(name -> """
                          - {name: %1$s, physicalName: %1$s, logicalType: string, classification: internal,
                             customProperties: [{property: owningSystem, value: ledger}]}
                    """.formatted(name)).collect(joining()) + "      - id: customerNumber\n"));
            Ledgers.prepare(ledger.database(), LedgerGround.ADDRESS, Statements.of(contracts).demands());
            ledger.apply(newCustomer("C-1", "DE"));
            String documents = ExportStatements.documents(contracts.newest()).replace(":#claimed", "'[{\"entity\": \"customer\", \"id\": \"C-1\"}]'")
                    .replace(":#largest", "262144");
            assertThat(ledger.rows("SELECT document::jsonb ->> 'note_119' || (document::jsonb ->> 'creditLimit') FROM (" + documents + ") d"))
                    .containsExactly("note_1190");
        }
    }

    private static List<String> told(LedgerGround ledger) throws SQLException {
        return ledger.rows("SELECT DISTINCT id FROM concordat.note ORDER BY id");
    }

    private Contracts withSalutation() throws Exception {
        return contracts(text -> text.replaceFirst("      - id: givenName\n", SALUTATION + "      - id: givenName\n"));
    }

    private Contracts contracts(UnaryOperator<String> edit) throws Exception {
        for (String entity : List.of("customer", "account")) {
            Path copy = Files.createDirectories(folder.resolve(entity)).resolve("v1.odcs.yaml");
            Files.writeString(copy, edit.apply(Files.readString(Path.of("contracts", entity, "v1.odcs.yaml"))));
        }
        return Contracts.read(folder);
    }

    /** Others would write it, and wait behind the bridge. */
    @Test
    void aTableThatIsInUseIsNotWaitedFor() throws Exception {
        try (var ledger = new LedgerGround(); var other = ledger.database().getConnection(); var statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("UPDATE ledger.customer SET id = id");
            assertThatThrownBy(() -> Ledgers.prepare(ledger.database(), LedgerGround.ADDRESS, ledger.statements.demands()))
                    .isInstanceOf(BridgeException.class).satisfies(failure -> assertThat(Ledgers.unreachable(failure)).isTrue());
            other.commit();
            Ledgers.prepare(ledger.database(), LedgerGround.ADDRESS, ledger.statements.demands());
        }
    }

    @Test
    void aLedgerThatCannotBeWrittenIsFoundAtTheStart() throws Exception {
        try (var ledger = new LedgerGround()) {
            ledger.run("DROP SCHEMA concordat CASCADE; DROP TABLE flyway_lane; CREATE ROLE bridge LOGIN; GRANT CREATE ON DATABASE postgres TO bridge; "
                    + "GRANT CREATE ON SCHEMA public TO bridge; GRANT USAGE ON SCHEMA ledger TO bridge; "
                    + "GRANT SELECT, INSERT, UPDATE, TRIGGER ON ledger.customer, ledger.account TO bridge");
            var asBridge = (BaseDataSource) ledger.database();
            asBridge.setUser("bridge");
            Ledgers.prepare((DataSource) asBridge, LedgerGround.ADDRESS, ledger.statements.demands());
            for (String[] wrong : new String[][] {
                {"REVOKE UPDATE ON ledger.account FROM bridge", "GRANT UPDATE ON ledger.account TO bridge",
                    "[jdbc:postgresql://ledger-eu/ledger] cannot be prepared: ERROR: permission denied for table ledger.account, the right is UPDATE; it should"},
                {"REVOKE INSERT ON ledger.customer FROM bridge", "GRANT INSERT ON ledger.customer TO bridge",
                    "cannot be prepared: ERROR: permission denied for table ledger.customer, the right is INSERT; it should"},
                {"REVOKE SELECT ON ledger.customer FROM bridge; REVOKE UPDATE ON ledger.account FROM bridge",
                    "GRANT SELECT ON ledger.customer TO bridge; GRANT UPDATE ON ledger.account TO bridge", "cannot be prepared: ERROR: permission denied for table"
                    + " ledger.customer, the right is SELECT; ERROR: permission denied for table ledger.account, the right is UPDATE; it should"},
                {"REVOKE UPDATE ON ledger.customer FROM bridge", "GRANT UPDATE ON ledger.customer TO bridge",
                    "[jdbc:postgresql://ledger-eu/ledger] cannot be prepared: ERROR: permission denied for table ledger.customer, the right is UPDATE; it should"},
                {"REVOKE TRIGGER ON ledger.account FROM bridge", "GRANT TRIGGER ON ledger.account TO bridge",
                    "cannot be prepared: ERROR: permission denied for table ledger.account, the right is TRIGGER; it should"},
                {"ALTER TABLE ledger.customer ALTER COLUMN consent TYPE text",
                    "ALTER TABLE ledger.customer ALTER COLUMN consent TYPE boolean USING consent::boolean",
                    "cannot be prepared: ledger.customer.consent (boolean): ERROR: CASE types text and boolean cannot be matched; it should"},
                {"ALTER TABLE ledger.customer RENAME COLUMN given_name TO first_name; ALTER TABLE ledger.customer ALTER COLUMN consent TYPE text; "
                    + "ALTER TABLE ledger.account RENAME TO accounts",
                    "ALTER TABLE ledger.customer RENAME COLUMN first_name TO given_name; "
                        + "ALTER TABLE ledger.customer ALTER COLUMN consent TYPE boolean USING consent::boolean; ALTER TABLE ledger.accounts RENAME TO account",
                    "cannot be prepared: ledger.customer.given_name (text): ERROR: column \"given_name\" does not exist; "
                        + "ledger.customer.consent (boolean): ERROR: CASE types text and boolean cannot be matched; ERROR: relation \"ledger.account\" does not exist; it should"},
                {"ALTER TABLE ledger.account DROP CONSTRAINT account_pkey CASCADE", "ALTER TABLE ledger.account ADD PRIMARY KEY (id)",
                    "cannot be prepared: ledger.account: ERROR: there is no unique or exclusion constraint matching the ON CONFLICT specification; it should"}}) {
                ledger.run(wrong[0]);
                assertThatThrownBy(() -> Ledgers.prepare((DataSource) asBridge, LedgerGround.ADDRESS, ledger.statements.demands()))
                        .isInstanceOf(BridgeException.class).hasMessageContaining(wrong[2]).hasMessageEndingWith(
                                "; it should have what the contracts name, which `contract show FILE --sql` says, and the bridge rights to write it");
                ledger.run(wrong[1]);
                Ledgers.prepare((DataSource) asBridge, LedgerGround.ADDRESS, ledger.statements.demands());
            }
        }
    }
}
