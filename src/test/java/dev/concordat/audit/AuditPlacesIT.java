package dev.concordat.audit;

import static dev.concordat.audit.AuditGround.CLOCK;
import static dev.concordat.audit.AuditGround.OLD;
import static dev.concordat.audit.AuditGround.found;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.AuditTerms;
import dev.concordat.audit.AuditReport.Unread;
import dev.concordat.contract.Contracts;
import dev.concordat.residency.Policies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is where it should not be, or not in all that the CRM gives. */
class AuditPlacesIT {
    @RegisterExtension
    static final AuditGround ground = new AuditGround();
    private AuditPlan plan = AuditGround.DELIVERED;

    @BeforeEach
    void plantWhatAgrees() throws SQLException {
        ground.plantWhatAgrees();
    }

    @Test
    void findsCustomersInTheWrongRegion() throws SQLException {
        ground.customer("c3", "eu", "active", false);
        AuditGround.run(ground.directory, "UPDATE concordat.directory SET region = 'uk' WHERE id = 'c3'");
        ground.customer("c4", "eu", "active", false);
        ground.ledgerCustomer("c4", "uk", "active", false);
        ground.ledgerCustomer("c5", "uk", "active", false);
        ground.crmCustomer("c5", "active", OLD);
        ground.ledgerCustomer("unknown-to-the-crm", "uk", "active", false);

        AuditReport report = audit().run(finding -> { }, List.of(), Set.of());
        assertThat(found(report)).containsExactlyInAnyOrder("wrong-region eu customer c3",
                "wrong-region uk customer c4", "wrong-region uk customer c5");
        assertThat(report.compared().ledgerOnlyCustomers()).isEqualTo(1);
    }

    @Test
    void findsWhoseResidencyBelongsElsewhere() throws SQLException, IOException {
        for (String id : List.of("r1", "r2", "r3", "r4", "r5")) {
            ground.customer(id, "eu", "active", false);
            ground.run("eu", "UPDATE ledger.customer SET residency = 'DE' WHERE id = '" + id + "'");
            ground.crmSets("customers", id, "{\"residency\": \"DE\"}");
        }
        ground.run("eu", "UPDATE ledger.customer SET residency = 'GB' WHERE id = 'r1'");
        ground.run("eu", "UPDATE ledger.customer SET residency = 'JP' WHERE id = 'r2'");
        ground.crmSets("customers", "r3", "{\"residency\": \"gbr\"}");
        ground.crmSets("customers", "r4", "{\"residency\": \"GB\"}");
        ground.quarantined("eu", "q4", "customer/r4", "residency-relocation", "quarantined");
        ground.holds("eu", "q4", "{\"dataschema\": \"urn:concordat:customer:1\", \"data\": {\"op\": \"u\", \"after\": {\"residency\": \"GB\"}}}");
        ground.crmSets("customers", "r5", "{\"residency\": \"FR\"}");
        ground.quarantined("eu", "q3", "customer/r3", "schema", "quarantined");
        ground.holds("eu", "q3", "{\"dataschema\": \"urn:concordat:customer:1\", \"data\": {\"op\": \"u\", \"after\": {\"phone\": \"nonsense\"}}}");

        AuditReport report = audit().run(finding -> { }, List.of(), Set.of());
        assertThat(report.findings().get(0).examples()).extracting(Finding::id, Finding::sentence).containsExactlyInAnyOrder(
                tuple("r1", "is in the ledger of eu, the ledger's residency belongs to uk by the residency policy"),
                tuple("r2", "is in the ledger of eu, the ledger's residency belongs to no region by the residency policy"),
                tuple("r3", "is in the ledger of eu, the CRM's residency belongs to uk by the residency policy"));
        assertThat(found(report)).filteredOn(finding -> finding.startsWith("different-field"))
                .containsExactlyInAnyOrder("different-field eu customer r1", "different-field eu customer r2", "different-field eu customer r3",
                        "different-field eu customer r5");
    }

    @Test
    void findsAccountsInTheWrongRegion() throws SQLException {
        ground.account("a3", "c1", "eu");
        AuditGround.run(ground.directory, "UPDATE concordat.directory SET region = 'uk' WHERE id = 'a3'");
        ground.ledgerAccount("a4", "c1", "eu");
        ground.crmAccount("a4", "c1", 100L, OLD);
        ground.crmAccount("a5", "c1", 100L, OLD);
        ground.placed("account", "a5", "c1", "apac");

        assertThat(findings()).containsExactlyInAnyOrder("wrong-region eu account a3", "wrong-region eu account a4", "wrong-region apac account a5");
    }

    @Test
    void findsWhomTheDirectoryPlacesWhereThereIsNoLedger() throws SQLException {
        ground.crmCustomer("c3", "active", OLD);
        ground.placed("customer", "c3", "c3", "apac");
        ground.crmAccount("a3", "c3", null, OLD);

        AuditReport report = audit().run(finding -> { }, List.of(), Set.of());
        assertThat(report.findings()).singleElement().satisfies(tally -> assertThat(tally.examples()).singleElement().isEqualTo(new Finding(
                FindingKind.WRONG_REGION, "apac", "customer", "c3", "the directory places it in apac, which has no ledger")));
        assertThat(report.compared().unjudged()).isZero();
    }

    @Test
    void findsOpenAccountsOfWhomTheCrmDeleted() throws SQLException {
        ground.ledgerCustomer("g1", "eu", "closed", true);
        ground.placed("customer", "g1", "g1", "eu");
        ground.ledgerAccount("a3", "g1", "eu");
        ground.ledgerCustomer("g2", "eu", "closed", false);
        ground.placed("customer", "g2", "g2", "eu");
        ground.ledgerCustomer("own", "eu", "closed", true);
        ground.ledgerAccount("a4", "own", "eu");

        AuditReport report = audit().run(finding -> { }, List.of(), Set.of());
        assertThat(report.findings()).singleElement().satisfies(tally -> assertThat(tally.examples()).extracting(Finding::id, Finding::sentence)
                .containsExactly(tuple("a3", "its customer g1 is gone from the CRM and closed, its postings are not blocked"),
                        tuple("a3", "its customer g1 is gone from the CRM and closed, its booked balance is not 0"),
                        tuple("g2", "the CRM no longer has it, its postings are not blocked")));
    }

    @Test
    void findsAccountsThatTheCrmLost() throws SQLException {
        ground.ledgerAccount("a3", "c1", "eu");
        ground.placed("account", "a3", "c1", "eu");
        ground.ledgerAccount("a4", "c1", "eu");
        ground.run("eu", "INSERT INTO ledger.account (id, customer_id) VALUES ('a5', 'c1')");
        ground.placed("account", "a5", "c1", "eu");

        AuditReport report = audit().run(finding -> { }, List.of(), Set.of());
        assertThat(found(report)).containsExactly("gone eu account a3");
        assertThat(report.compared().goneAccounts()).isEqualTo(2);
        assertThat(report.compared().ledgerOnlyAccounts()).isEqualTo(1);
    }

    @Test
    void takesACrmThatLacksATenthForOneThatCouldNotBeRead() throws SQLException {
        for (int n = 0; n < 11; n++) {
            ground.ledgerCustomer("g" + n, "eu", "active", false);
            ground.placed("customer", "g" + n, "g" + n, "eu");
        }
        AuditReport report = audit().run(finding -> { }, List.of(), Set.of());
        assertThat(report.findings()).isEmpty();
        assertThat(report.unread()).containsExactly(new Unread("crm", "customers: gave 2 of at least 13"));

        for (int n = 0; n < 11; n++) {
            ground.crmCustomer("g" + n, "active", OLD);
            ground.ledgerAccount("b" + n, "g" + n, "eu");
            ground.placed("account", "b" + n, "g" + n, "eu");
        }
        report = audit().run(finding -> { }, List.of(), Set.of());
        assertThat(report.findings()).isEmpty();
        assertThat(report.unread()).containsExactly(new Unread("crm", "accounts: gave 2 of at least 13"));
    }

    /** Who was missing in the first list, as one that moves between two pages, may be in what was not given of the second. */
    @Test
    void findsNobodyGoneWhomTheCrmCouldNotBeAskedForAgain() throws SQLException {
        ground.placed("customer", "gone", "gone", "eu");
        ground.ledgerCustomer("gone", "eu", "active", false);
        ground.crmAccount("a8", "gone", null, OLD);
        assertThat(findings()).containsExactlyInAnyOrder("misaligned-status eu customer gone", "orphan none account a8");

        AuditReport report = audit((collection, each) -> {
            if (collection.equals("customers")) {
                throw new IOException("status 503");
            }
            ground.reader().read(collection, each);
        });
        assertThat(report.findings()).isEmpty();
        assertThat(report.unread()).containsExactly(new Unread("crm", "customers: status 503"));

        report = audit((collection, each) -> {
            if (collection.equals("accounts")) {
                throw new IOException("status 503");
            }
            ground.reader().read(collection, each);
        });
        assertThat(found(report)).containsExactly("misaligned-status eu customer gone");
    }

    @Test
    void holdsTheSecondListAgainstWhatCameFromTheCrmToo() throws SQLException {
        for (int n = 0; n < 11; n++) {
            ground.customer("g" + n, "eu", "active", false);
        }
        ground.placed("customer", "gone", "gone", "eu");
        ground.ledgerCustomer("gone", "eu", "active", false);
        AuditReport report = audit((collection, each) -> ground.reader().read(collection, record -> {
            if (!record.path("id").asText().startsWith("g")) {
                each.accept(record);
            }
        }));
        assertThat(report.findings()).isEmpty();
        assertThat(report.unread()).containsExactly(new Unread("crm", "customers: gave 2 of at least 14"));
    }

    private interface Lists {
        void read(String collection, Consumer<JsonNode> each) throws IOException;
    }

    /** An audit to which the CRM gives its lists so when it looks again. */
    private AuditReport audit(Lists again) {
        HttpCrmReader first = ground.reader();
        AtomicBoolean looksAgain = new AtomicBoolean();
        return new Audit(ground.regions, ground.directory, new CrmReader() {
            @Override
            public void read(String collection, Consumer<JsonNode> each) throws IOException {
                Lists lists = looksAgain.get() ? again : first::read;
                lists.read(collection, each);
            }

            @Override
            public Optional<JsonNode> read(String collection, String id) throws IOException {
                return first.read(collection, id);
            }
        }, plan, CLOCK, duration -> looksAgain.set(true)).run(finding -> { }, List.of(), Set.of());
    }

    @Test
    void comparesARecordOnceThatComesTwice() {
        CrmReader twice = new CrmReader() {
            @Override
            public void read(String collection, Consumer<JsonNode> each) throws IOException {
                ground.reader().read(collection, each);
                ground.reader().read(collection, each);
            }

            @Override
            public Optional<JsonNode> read(String collection, String id) throws IOException {
                return ground.reader().read(collection, id);
            }
        };
        AuditReport report = new Audit(ground.regions, ground.directory, twice, plan, CLOCK).run(finding -> { }, List.of(), Set.of());
        assertThat(report.compared().customers()).isEqualTo(2);
        assertThat(report.compared().accounts()).isEqualTo(2);
    }

    /** Nor is the account of a customer that was left out an orphan. */
    @ParameterizedTest
    @CsvSource({"accounts, a1", "customers, c1"})
    void takesARecordWithoutAnIdForABrokenAnswer(String collection, String id) throws IOException {
        ground.crmSets(collection, id, "{\"id\": null}");
        AuditReport report = audit().run(finding -> { }, List.of(), Set.of());
        assertThat(report.findings()).isEmpty();
        assertThat(report.unread()).containsExactly(new Unread("crm", collection + ": 1 record left out, the first because: a record has no id"));
    }

    @Test
    void comparesWhatTheCrmSaysItWillWrite() {
        ground.crmCustomer("c1", "suspended", "2026-11-22T11:00:00Z");
        ground.crmCustomer("c2", "suspended", "2099-01-01T00:00:00Z");

        assertThat(findings()).containsExactly("misaligned-status eu customer c1", "misaligned-status eu account a1");
        assertThat(audit().run(finding -> { }, List.of(), Set.of()).compared().fresh()).isZero();
    }

    @Test
    void isNotCleanWhereNothingWasCompared() {
        ground.crmCustomer("c1", "active", "2026-11-22T09:59:59Z");
        ground.crmCustomer("c2", "active", "2026-11-22T09:59:59Z");
        ground.crmAccount("a1", "c1", null, "2026-11-22T10:02:00Z");
        ground.crmAccount("a2", "c2", null, "2026-11-22T09:59:59Z");

        AuditReport report = audit().run(finding -> { }, List.of(), Set.of());
        assertThat(report.status()).isEqualTo("no changes to measure; no findings; none of the CRM's 4 records compared");
        assertThat(report.clean()).isFalse();
    }

    @Test
    void saysWhichRecordsRestedLongEnoughButForABacklog() {
        ground.crmCustomer("c1", "suspended", "2026-11-22T09:59:00Z");
        ground.crmCustomer("c2", "active", "2026-11-22T09:59:45Z");
        plan = plan.withLonger(Duration.ofSeconds(630));

        AuditReport report = audit().run(finding -> { }, List.of(), Set.of("customer/c1", "account/a1", "account/gone", "rule/no-accounts"));
        assertThat(report.findings()).isEmpty();
        assertThat(report.compared().fresh()).isEqualTo(2);
        assertThat(report.compared().putOff()).isEqualTo(1);
        assertThat(report.compared().freshAgain()).as("an account hangs on its customer").containsExactlyInAnyOrder("customer/c1", "account/a1");
        assertThat(report.status()).endsWith("1 record put off, as changes may be under way for 11 min");
        assertThat(report.isWhole()).isFalse();
    }

    @Test
    void leavesAloneWhatTheCrmWroteSecondsAgo() {
        ground.crmCustomer("c3", "active", "2026-11-22T09:59:40Z");
        ground.crmCustomer("c1", "suspended", "2026-11-22T09:59:59.5Z");
        ground.crmAccount("a3", "c3", null, "2026-11-22T09:59:40Z");
        ground.crmAccount("a4", "c3", null, "2026-11-22T11:00:00+01:00");

        AuditReport report = audit().run(finding -> { }, List.of(), Set.of());
        assertThat(report.findings()).isEmpty();
        assertThat(report.compared().fresh()).isEqualTo(4);
        plan = plan.withTimes(Duration.ofSeconds(5), plan.parkedFor());
        assertThat(findings()).containsExactly("orphan none account a3", "missing none customer c3");
    }

    @Test
    void findsTablesAndColumnsAsTheContractsNameThem(@TempDir Path folder) throws Exception {
        for (String entity : List.of("customer", "account")) {
            String contract = Files.readString(Path.of("contracts", entity, "v1.odcs.yaml"))
                    .replaceAll("physicalName: ledger\\.\\w+", "$0_of_bank").replace("physicalName: customer_id", "physicalName: holder")
                    .replaceAll("(physicalName|flagColumn): postings_blocked", "$1: locked")
                    .replaceAll("(physicalName|balanceColumn): booked_balance", "$1: booked")
                    .replace("physicalName: status\n", "physicalName: state\n").replace("physicalName: id\n", "physicalName: number\n");
            Files.createDirectories(folder.resolve(entity));
            Files.writeString(folder.resolve(entity).resolve("v1.odcs.yaml"), contract);
        }
        plan = AuditTerms.of(Contracts.read(folder), Policies.read(Path.of("config/residency.yaml"))).withCounts(List.of());
        ground.crmCustomer("c1", "suspended", OLD);
        ground.crmAccount("a2", "c2", 99L, OLD);
        for (String region : List.of("eu", "uk")) {
            ground.run(region, renamed(false));
        }
        try {
            AuditReport report = audit().run(finding -> { }, List.of(), Set.of());
            assertThat(report.unread()).isEmpty();
            assertThat(found(report)).containsExactlyInAnyOrder("misaligned-status eu customer c1", "misaligned-status eu account a1",
                    "unbalanced uk account a2");
        } finally {
            for (String region : List.of("eu", "uk")) {
                ground.run(region, renamed(true));
            }
        }
    }

    @Test
    void judgesTheRestWhereNoContractAlignsStatuses(@TempDir Path folder) throws Exception {
        for (String entity : List.of("customer", "account")) {
            String contract = Files.readString(Path.of("contracts", entity, "v1.odcs.yaml"))
                    .replaceFirst("(?s)      - id: status_aligned\n.*?balanceColumn: booked_balance\n", "")
                    .replace("onDelete, value: close", "onDelete, value: refuse");
            Files.createDirectories(folder.resolve(entity));
            Files.writeString(folder.resolve(entity).resolve("v1.odcs.yaml"), contract);
        }
        plan = AuditTerms.of(Contracts.read(folder), Policies.read(Path.of("config/residency.yaml"))).withCounts(List.of());
        ground.ledgerCustomer("gone", "eu", "active", false);
        ground.placed("customer", "gone", "gone", "eu");
        ground.crmCustomer("c3", "active", OLD);
        ground.run("eu", "INSERT INTO ledger.posting (reference, leg, account_id, amount, currency) VALUES ('t9', 1, 'a1', 5, 'JPY')");

        AuditReport report = audit().run(finding -> { }, List.of(), Set.of());
        assertThat(report.unread()).isEmpty();
        assertThat(found(report)).containsExactlyInAnyOrder("unbalanced eu account a1", "unbalanced eu transaction of account a1", "missing none customer c3");
        assertThat(report.compared().notCompared()).contains("statuses and what they forbid, of which the contract of customer says nothing",
                "booked balances, for which no contract names a column");
    }

    private static String renamed(boolean back) {
        StringBuilder sql = new StringBuilder();
        for (List<String> names : List.of(List.of("customer", "id", "number"), List.of("customer", "postings_blocked", "locked"),
                List.of("customer", "status", "state"), List.of("account", "id", "number"), List.of("account", "postings_blocked", "locked"),
                List.of("account", "status", "state"), List.of("account", "booked_balance", "booked"), List.of("account", "customer_id", "holder"))) {
            sql.append("ALTER TABLE ledger.%s RENAME COLUMN %s TO %s;".formatted(names.get(0) + (back ? "_of_bank" : ""), names.get(back ? 2 : 1),
                    names.get(back ? 1 : 2)));
        }
        for (String table : List.of("customer", "account")) {
            sql.append("ALTER TABLE ledger.%s RENAME TO %s;".formatted(table + (back ? "_of_bank" : ""), table + (back ? "" : "_of_bank")));
        }
        return sql.toString();
    }

    private Audit audit() {
        return ground.audit(plan);
    }

    private List<String> findings() {
        return found(audit().run(finding -> { }, List.of(), Set.of()));
    }
}
