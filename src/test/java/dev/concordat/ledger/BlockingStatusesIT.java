package dev.concordat.ledger;

import static dev.concordat.change.Sent.customer;
import static dev.concordat.change.Sent.newAccount;
import static dev.concordat.change.Sent.newCustomer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contract.Contracts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who was blocked under the word of one contract is freed under that of another. */
class BlockingStatusesIT {
    private static final String LIFT = "      - {property: liftFrom, value: [{major: 1, derive: {status: {of: [status], "
            + "jq: \"if .status == \\\"suspended\\\" then \\\"on-hold\\\" else .status end\"}}}]}\n";

    @TempDir
    private Path folder;

    private Path shipped(String entity) throws IOException {
        return Files.copy(Path.of("contracts", entity, "v1.odcs.yaml"), Files.createDirectories(folder.resolve(entity)).resolve("v1.odcs.yaml"));
    }

    /** A major that has the word on-hold for suspended. */
    private Path newMajor(Path first, String lift) throws IOException {
        return Files.writeString(first.resolveSibling("v2.odcs.yaml"), Files.readString(first).replace("version: 1.0.0", "version: 2.0.0")
                .replace("suspended", "on-hold").replace("      - {property: onDelete,", lift + "      - {property: onDelete,"));
    }

    private static void useIn(LedgerGround ledger, Contracts contracts, BlockingStatuses blocking) {
        ledger.statements.use(contracts, VersionPlaces.inOrder(contracts), blocking);
        ledger.gate.use(contracts);
    }

    private static void suspended(LedgerGround ledger) throws Exception {
        ledger.apply(newCustomer("C-1", "DE").version(1));
        ledger.apply(newAccount("A-1", "C-1").version(1));
        ledger.apply(customer("C-1").version(2).set("status", "suspended"));
        assertThat(blocked(ledger)).containsExactly("true", "true");
    }

    private static List<String> blocked(LedgerGround ledger) throws Exception {
        return List.of(ledger.customer("C-1", "postings_blocked"), ledger.account("A-1", "postings_blocked"));
    }

    @Test
    void underTheOlderOfTwoMajorsInForce() throws Exception {
        shipped("account");
        newMajor(shipped("customer"), LIFT);
        try (var ledger = new LedgerGround()) {
            suspended(ledger);
            var contracts = Contracts.read(folder);
            useIn(ledger, contracts, BlockingStatuses.inForce(contracts));
            assertThat(ledger.apply(customer("C-1").version(3).set("phone", "+41446681800"))).containsExactly("applied");
            assertThat(blocked(ledger)).containsExactly("true", "true");
            assertThat(ledger.apply(customer("C-1").version(4).set("status", "active"))).containsExactly("applied");
            assertThat(blocked(ledger)).containsExactly("false", "false");
            ledger.run("UPDATE ledger.customer SET postings_blocked = true; UPDATE ledger.account SET postings_blocked = true");
            assertThat(ledger.apply(customer("C-1").version(5).set("status", "prospect"))).containsExactly("applied");
            assertThat(blocked(ledger)).as("the ledger's own block").containsExactly("true", "true");
        }
    }

    /** As whole records and refetched ones name it. */
    @Test
    void aStatusThatBlocksNoMoreFreesNobodyWhereItIsNamedOnceMore() throws Exception {
        shipped("account");
        Path first = shipped("customer");
        String text = Files.readString(first);
        newMajor(first, LIFT);
        Files.writeString(first, text.replace("blocking: [suspended,", "blocking: [prospect, suspended,"));
        try (var ledger = new LedgerGround()) {
            var contracts = Contracts.read(folder);
            useIn(ledger, contracts, BlockingStatuses.inForce(contracts));
            ledger.apply(newCustomer("C-1", "DE").version(1).set("status", "prospect"));
            ledger.apply(newAccount("A-1", "C-1").version(1));
            assertThat(blocked(ledger)).containsExactly("false", "false");
            ledger.run("UPDATE ledger.customer SET postings_blocked = true; UPDATE ledger.account SET postings_blocked = true");
            assertThat(ledger.apply(customer("C-1").version(2).set("status", "prospect"))).containsExactly("applied");
            assertThat(blocked(ledger)).as("the ledger's own block").containsExactly("true", "true");
        }
    }

    @Test
    void underOneThatTheDirectoryAloneKnows() throws Exception {
        Path account = shipped("account");
        Files.writeString(account, Files.readString(account).replace("customer/v1.odcs.yaml", "customer/v2.odcs.yaml"));
        Path first = shipped("customer");
        newMajor(first, "");
        Files.delete(first);
        try (var ledger = new LedgerGround()) {
            Ledgers.migrate(ledger.database(), "directory");
            suspended(ledger);
            new KnownContracts(ledger.database()).enter(ledger.contracts, () -> { }, alone -> { });
            var contracts = Contracts.read(folder);
            assertThat(BlockingStatuses.inForce(contracts).of(contracts.newest("customer"))).containsExactly("closed", "deceased", "on-hold");
            var blocking = BlockingStatuses.of(ledger.database(), contracts);
            assertThat(blocking.of(contracts.newest("customer"))).containsExactly("closed", "deceased", "on-hold", "suspended");
            assertThat(blocking.of(contracts.newest("account"))).isEmpty();
            useIn(ledger, contracts, blocking);
            assertThat(ledger.apply(customer("C-1").with("dataschema", "urn:concordat:customer:2").version(3).set("status", "active"))).containsExactly("applied");
            assertThat(blocked(ledger)).containsExactly("false", "false");
            ledger.run("UPDATE concordat.contract SET content = '{}'");
            assertThat(BlockingStatuses.of(ledger.database(), contracts).of(contracts.newest("customer"))).as("what cannot be read any more")
                    .containsExactly("closed", "deceased", "on-hold");
        }
    }
}
