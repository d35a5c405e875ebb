package dev.concordat.audit;

import static dev.concordat.audit.AuditGround.CLOCK;
import static dev.concordat.audit.AuditGround.NOW;
import static dev.concordat.audit.AuditGround.OLD;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.AuditTerms;
import dev.concordat.audit.AuditPlan.Entity;
import dev.concordat.audit.AuditPlan.Field;
import dev.concordat.contract.Contracts;
import dev.concordat.ledger.VersionPlaces;
import dev.concordat.residency.Policies;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldComparisonIT {
    private static final Contracts CONTRACTS = Contracts.read(Path.of("contracts"));
    private static final AuditPlan PLAN = AuditTerms.of(CONTRACTS, Policies.read(Path.of("config/residency.yaml")));
    @RegisterExtension
    static final AuditGround ground = new AuditGround();
    private AuditPlan plan = PLAN;

    @BeforeAll
    static void start() throws Exception {
        VersionPlaces.of(ground.directory, CONTRACTS);
    }

    /** A customer and an account that have each field, the same on both sides though not written alike. */
    @BeforeEach
    void plantWhatAgrees() throws Exception {
        ground.clear();
        ground.customer("c1", "eu", "active", false);
        ground.account("a1", "c1", "eu");
        ground.crmSets("customers", "c1", """
                {"givenName": "Erika", "type": "individual", "segment": "retail", "email": "erika@mail.example", "phone": "+49 (30) 901820",
                 "address": {"street": "", "city": "Berlin", "country": "DEU", "postalCode": null}, "residency": "deu", "dateOfBirth": "1984-05-23",
                 "taxId": "12345678901", "consent": true, "customerNumber": "7", "creditLimit": 5e3, "exposure": 0, "postingsBlocked": false,
                 "openedOn": "2026-11-01"}""");
        ground.run("eu", """
                UPDATE ledger.customer SET given_name = 'Erika', type = 'individual', segment = 'retail', email = 'erika@mail.example',
                  phone = '+4930901820', address = '{"country": "DE", "city": "Berlin"}', residency = 'DE', date_of_birth = '1984-05-23',
                  tax_id = '12345678901', consent = true, customer_number = 7, credit_limit = 5000, opened_on = '2026-11-01',
                  versions = array_fill(5::bigint, ARRAY[12])""");
        ground.crmSets("accounts", "a1", """
                {"nickname": "Urlaub", "purpose": "", "product": "savings", "relationshipManager": "R. Meyer", "iban": "DE89370400440532013000",
                 "currency": "EUR", "status": "ENABLED", "openingBalance": 0, "bookedBalance": 100.0, "availableBalance": "90",
                 "openedOn": "2026-11-01", "closedOn": "2026-11-20", "lastTransaction": "t-a1"}""");
        ground.run("eu", """
                UPDATE ledger.account SET nickname = 'Urlaub', product = 'savings', relationship_manager = 'R. Meyer', iban = 'DE89370400440532013000',
                  available_balance = 90, opened_on = '2026-11-01', closed_on = '2026-11-20', last_transaction = 't-a1',
                  versions = array_fill(5::bigint, ARRAY[4])""");
    }

    @Test
    void takesWhatIsOnlyWrittenOtherwiseForTheSame() {
        AuditReport report = audit(() -> {
            throw new AssertionError("there is nothing to look at again");
        });
        assertThat(report.findings()).isEmpty();
        assertThat(report.unread()).isEmpty();
        assertThat(report.compared().notCompared()).isEmpty();
    }

    @Test
    void findsEachFieldThatTheLedgerHoldsOtherwise() throws Exception {
        for (Entity entity : List.of(plan.customers(), plan.accounts().orElseThrow())) {
            for (Field field : entity.fields()) {
                plantWhatAgrees();
                ground.run("eu", "UPDATE " + entity.table() + " SET " + field.column() + " = " + other(field));
                assertThat(sentences(audit())).as(field.name()).contains(sentence(field));
            }
        }
    }

    @Test
    void findsEachFieldThatTheCrmHoldsOtherwise() throws Exception {
        for (Entity entity : List.of(plan.customers(), plan.accounts().orElseThrow())) {
            for (Field field : entity.fields()) {
                plantWhatAgrees();
                ground.crmSets(entity.collection(), entity == plan.customers() ? "c1" : "a1", "{\"" + field.name()
                        + (field.name().equals("status") ? "\": \"prospect\"}" : "\": \"Anderes\"}"));
                assertThat(sentences(audit())).as(field.name()).contains(sentence(field));
            }
        }
    }

    private static String other(Field field) {
        return switch (field.name()) {
            case "address" -> "'{\"city\": \"Anderswo\"}'";
            case "consent", "postingsBlocked" -> "NOT " + field.column();
            case "dateOfBirth", "openedOn", "closedOn" -> field.column() + " + 1";
            case "status" -> "'prospect'";
            default -> field.form() == Form.NUMBER ? field.column() + " + 1" : "'Anderes'";
        };
    }

    private static String sentence(Field field) {
        return field.name().equals("bookedBalance") ? "unbalanced the CRM shows another booked balance than the ledger"
                : field.ofCrm() ? "different-field the ledger does not have the CRM's " + field.name()
                : "different-field the CRM does not have the ledger's " + field.name();
    }

    @Test
    void findsABalanceThatIsNoneOrNoWholeNumber() throws Exception {
        ground.customer("c2", "eu", "active", false);
        ground.account("a2", "c2", "eu");
        ground.crmSets("accounts", "a1", "{\"bookedBalance\": 100.5}");
        ground.crmSets("accounts", "a2", "{\"bookedBalance\": null}");
        assertThat(sentences(audit())).filteredOn(sentence -> sentence.equals("unbalanced the CRM shows another booked balance than the ledger"))
                .hasSize(2);
    }

    @Test
    void findsNoFieldThatIsUnderWay() throws Exception {
        ground.crmSets("customers", "c1", "{\"email\": \"neu@mail.example\", \"creditLimit\": 1}");
        assertThat(sentences(audit(() -> ground.run("eu", "UPDATE ledger.customer SET email = 'neu@mail.example', credit_limit = 1")))).isEmpty();

        ground.crmSets("customers", "c1", "{\"email\": \"neuer@mail.example\", \"creditLimit\": 2}");
        assertThat(sentences(audit(() -> {
            ground.crmSets("customers", "c1", "{\"email\": \"noch-neuer@mail.example\"}");
            ground.run("eu", "UPDATE ledger.customer SET credit_limit = 3");
        }))).isEmpty();
    }

    @Test
    void saysOfWhichAlertsTheFieldsMovedMeanwhile() throws Exception {
        ground.crmSets("accounts", "a1", "{\"bookedBalance\": 7}");
        ground.crmSets("customers", "c1", "{\"email\": \"neu@mail.example\", \"creditLimit\": null}");
        AuditReport report = ground.audit(plan, () -> {
            ground.run("eu", "UPDATE ledger.account SET booked_balance = booked_balance + 1");
            ground.run("eu", "UPDATE ledger.customer SET email = 'neu@mail.example', credit_limit = credit_limit + 1");
        }).run(finding -> { }, List.of(), Set.of("account/a1", "customer/c1"));

        assertThat(report.compared().freshAgain()).as("the email is mended, the CRM shows no credit limit").containsExactly("account/a1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"outbox", "note"})
    void findsNoFieldWhoseChangeWaits(String table) throws Exception {
        ground.crmSets("customers", "c1", "{\"email\": \"neu@mail.example\", \"creditLimit\": 1}");
        AuditReport report = audit(() -> {
            ground.quarantined("eu", "q1", "customer/c1", "schema", "quarantined");
            ground.run("eu", "INSERT INTO concordat." + table + " (entity, id) VALUES ('customer', 'c1')");
        });
        assertThat(sentences(report)).isEmpty();
        assertThat(report.compared().explained()).isEqualTo(1);
        assertThat(audit(() -> {
            throw new AssertionError("there is nothing to look at again");
        }).compared().explained()).isEqualTo(1);
    }

    /** Data of the change and what is found beside its own field; phone, familyName and email differ. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "urn:concordat:customer:1 | {\"op\": \"u\", \"after\": {\"id\": \"c1\", \"phone\": \"nonsense\"}} | familyName, email",
        "urn:concordat:customer:1 | {\"op\": \"c\", \"after\": {\"id\": \"c1\", \"phone\": null}} | familyName, email",
        "urn:concordat:customer:1 | {\"op\": \"u\", \"changed\": [\"phone\"], \"after\": {\"id\": \"c1\", \"email\": \"a@b.example\"}} | familyName, email",
        "urn:concordat:customer:1 | {\"op\": \"u\", \"changed\": [7], \"after\": {\"id\": \"c1\", \"email\": \"nonsense\"}} | familyName, phone",
        "urn:concordat:customer:1 | {\"op\": \"u\", \"changed\": [], \"after\": {\"id\": \"c1\", \"email\": \"nonsense\"}} | familyName, email, phone",
        "urn:concordat:customer:1 | {\"op\": \"d\", \"after\": {\"id\": \"c1\"}} | familyName, email, phone",
        "urn:concordat:customer:9 | {\"op\": \"u\", \"after\": {\"id\": \"c1\", \"phone\": \"nonsense\"}} | ~~",
        "urn:concordat:customer:1 | {\"op\": \"refetch\", \"after\": {\"id\": \"c1\"}} | ~~",
        "urn:concordat:customer:1 | {\"op\": \"u\", \"after\": \"nonsense\"} | ~~"})
    void excusesOnlyTheFieldsThatAWaitingChangeSets(String dataschema, String data, String found) throws Exception {
        ground.run("eu", "UPDATE ledger.customer SET phone = '+491', family_name = 'Falsch', email = 'falsch@mail.example'");
        ground.quarantined("eu", "q1", "customer/c1", "schema", "quarantined");
        ground.holds("eu", "q1", "{\"dataschema\": \"" + dataschema + "\", \"data\": " + data + "}");

        AuditReport report = audit();
        assertThat(report.unread()).isEmpty();
        assertThat(sentences(report)).isEqualTo(found.isEmpty() ? List.of() : List.of("different-field the ledger does not have the CRM's " + found));
        assertThat(report.compared().explained()).isEqualTo(found.equals("familyName, email, phone") ? 0 : 1);
    }

    @Test
    void excusesWhatOneOfSeveralWaitingChangesSets() throws Exception {
        ground.run("eu", "UPDATE ledger.account SET nickname = 'Falsch', purpose = 'Falsch', product = 'Falsch', relationship_manager = 'Falsch'");
        for (String field : List.of("nickname", "purpose")) {
            ground.quarantined("eu", field, "account/a1", "schema", "quarantined");
            ground.holds("eu", field, "{\"dataschema\": \"urn:concordat:account:1\", \"data\": {\"op\": \"u\", \"after\": {\"" + field + "\": null}}}");
        }
        ground.parked("eu", "a1", "c9", NOW);
        ground.run("eu", "UPDATE concordat.parked SET original = '{\"dataschema\": \"urn:concordat:account:1\", \"data\": {\"op\": \"u\", "
                + "\"after\": {\"product\": \"x\"}}}'");
        assertThat(sentences(audit())).containsExactly("different-field the ledger does not have the CRM's relationshipManager");

        ground.run("eu", "UPDATE concordat.quarantine SET original = original || convert_to(repeat(' ', 17000), 'UTF8') WHERE id = 'purpose'");
        assertThat(sentences(audit())).as("what is long is not looked at").isEmpty();
    }

    @Test
    void takesATimeForTheSameThatTheLedgerCutsOffOrHasRounded() throws Exception {
        Entity customers = plan.customers();
        plan = new AuditPlan(plan.targets(), plan.status(), new Entity(customers.name(), customers.table(), customers.key(),
                List.of(new Field("metAt", "met_at", Form.TIME, true, Set.of())), customers.synced(), customers.intent()), plan.accounts(), plan.names(),
                plan.columns(), plan.regionOf(), plan.formRules(), plan.counts(), plan.settle(), plan.longer(), plan.parkedFor(), 100);
        ground.crmSets("customers", "c1", "{\"metAt\": \"2026-01-01T00:00:00.1234565Z\"}");
        ground.run("eu", "ALTER TABLE ledger.customer ADD met_at timestamptz");
        try {
            for (String same : List.of("2026-01-01T01:00:00.123456+01", "2026-01-01T00:00:00.123457Z")) {
                ground.run("eu", "UPDATE ledger.customer SET met_at = '" + same + "'");
                assertThat(sentences(audit())).isEmpty();
            }
            ground.run("eu", "UPDATE ledger.customer SET met_at = '2026-01-01T00:00:00.123458Z'");
            assertThat(sentences(audit())).containsExactly("different-field the ledger does not have the CRM's metAt");
        } finally {
            ground.run("eu", "ALTER TABLE ledger.customer DROP met_at");
        }
    }

    @Test
    void saysThatAChangeWasDiscarded() throws Exception {
        ground.crmSets("customers", "c1", "{\"email\": \"neu@mail.example\", \"taxId\": \"2\"}");
        ground.quarantined("eu", "q1", "customer/c1", "schema", "discarded");
        assertThat(sentences(audit()))
                .containsExactly("different-field the ledger does not have the CRM's email, taxId; an operator discarded a change of it");
    }

    @Test
    void findsNothingInAFieldThatTheCrmNeverSet() throws Exception {
        ground.customer("c2", "eu", "active", false);
        ground.run("eu", "UPDATE ledger.customer SET consent = false, email = 'x', customer_number = 8, opened_on = '2026-11-01',"
                + " versions = '{5,5,5,5,0}' WHERE id = 'c2'");
        ground.crmSets("customers", "c2", """
                {"creditLimit": 0, "exposure": 0, "postingsBlocked": false, "openedOn": "2026-11-01", "customerNumber": 8}""");
        assertThat(sentences(audit())).isEmpty();
        ground.run("eu", "UPDATE ledger.customer SET versions = array_fill(5::bigint, ARRAY[12]) WHERE id = 'c2'");
        assertThat(sentences(audit())).containsExactly("different-field the ledger does not have the CRM's email, consent");
    }

    @Test
    void comparesNothingThatTheCrmMustNotKnowOrDoesNotShow() throws Exception {
        ground.crmSets("customers", "c1", "{\"creditLimit\": null, \"exposure\": 1, \"taxId\": null}");
        Entity customers = plan.customers();
        plan = new AuditPlan(plan.targets(), plan.status(), new Entity(customers.name(), customers.table(), customers.key(), customers.fields().stream()
                .map(field -> new Field(field.name(), field.column(), field.form(), field.ofCrm(),
                        field.name().equals("exposure") ? Set.of("eu") : Set.of())).toList(), customers.synced(), customers.intent()),
                plan.accounts(), plan.names(), plan.columns(), plan.regionOf(), plan.formRules(), plan.counts(), plan.settle(), plan.longer(),
                plan.parkedFor(), 100);
        AuditReport report = audit();
        assertThat(sentences(report)).isEmpty();
        assertThat(report.compared().notCompared())
                .containsExactly("customer.taxId, customer.creditLimit, which no record of the CRM has");
        assertThat(report.html()).contains("Not compared: customer.taxId, customer.creditLimit, which no record of the CRM has.");
    }

    @Test
    void readsFewAgainAloneAndManyByPages() throws Exception {
        plantCustomers(220);
        ground.crmSets("customers", "n7", "{\"familyName\": \"Anders\"}");
        plan = plan.withExamples(1000);
        assertThat(sentences(audit())).containsExactly("different-field the ledger does not have the CRM's familyName");
        assertThat(ground.asked).containsOnlyOnce("/customers/n7");

        ground.asked.clear();
        ground.run("eu", "UPDATE ledger.customer SET family_name = 'X'");
        assertThat(sentences(audit())).hasSize(220);
        assertThat(ground.asked).doesNotContain("/customers/n7");
    }

    /** As many as a few suspects are few of. */
    private static void plantCustomers(int number) throws SQLException {
        ground.clear();
        for (int n = 0; n < number; n++) {
            ground.crmCustomer("n" + n, "active", OLD);
        }
        ground.run("eu", "INSERT INTO ledger.customer (id, family_name, status) SELECT 'n' || n, 'Geheim', 'active' FROM generate_series(0, " + (number - 1)
                + ") n");
        AuditGround.run(ground.directory, "INSERT INTO concordat.directory (entity, id, customer, region)"
                + " SELECT 'customer', 'n' || n, 'n' || n, 'eu' FROM generate_series(0, " + (number - 1) + ") n");
    }

    @Test
    void readsTheStateOfAFewAgainAlone() throws Exception {
        plantCustomers(440);
        ground.crmCustomer("n9", "suspended", OLD);
        ground.crmCustomer("n8", "suspended", OLD);
        assertThat(sentences(audit(() -> ground.run("eu", "UPDATE ledger.customer SET status = 'suspended', postings_blocked = true WHERE id = 'n8'"))))
                .containsExactly("misaligned-status is suspended by the CRM's status, may have postings by the ledger's");
        assertThat(ground.asked).containsOnlyOnce("/customers/n9", "/customers/n8");
    }

    /** It would look as if all were deleted. */
    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void readsPagesAgainWhereTheCrmDoesNotKnowSingleRecords(int wrong) throws Exception {
        plantCustomers(820);
        for (int n = 0; n < wrong; n++) {
            ground.crmCustomer("n" + n, "suspended", OLD);
        }
        AuditReport report = audit(CLOCK, id -> Optional.empty());
        assertThat(sentences(report)).hasSize(wrong);
        assertThat(report.unread()).isEmpty();
    }

    @Test
    void findsNobodyGoneWhomTheCrmDoesNotGiveAlone() throws Exception {
        plantCustomers(220);
        ground.placed("customer", "gone", "gone", "eu");
        ground.ledgerCustomer("gone", "eu", "active", false);
        assertThat(sentences(audit(CLOCK, id -> Optional.empty()))).hasSize(1);

        AuditReport report = audit(CLOCK, id -> {
            throw new IOException("status 503");
        });
        assertThat(sentences(report)).isEmpty();
        assertThat(report.unread()).containsExactly(new AuditReport.Unread("crm", "customers: status 503"));
    }

    @Test
    void endsALookAgainThatTakesTooLong() throws Exception {
        plantCustomers(820);
        for (int n = 0; n < 4; n++) {
            ground.crmCustomer("n" + n, "suspended", OLD);
        }
        AtomicReference<Instant> now = new AtomicReference<>(CLOCK.instant());
        HttpCrmReader crm = ground.reader();
        AuditReport report = audit(new Clock() {
            @Override
            public Instant instant() {
                return now.get();
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        }, id -> {
            now.updateAndGet(time -> time.plus(Duration.ofMinutes(6)));
            return crm.read("customers", id);
        });
        assertThat(sentences(report)).hasSize(2);
        assertThat(report.unread()).containsExactly(new AuditReport.Unread("crm", "customers: 2 records were not looked at again within 10 min"));
    }

    private interface Single {
        Optional<JsonNode> of(String id) throws IOException;
    }

    /** An audit of a CRM that answers for single customers so. */
    private AuditReport audit(Clock clock, Single single) {
        HttpCrmReader pages = ground.reader();
        return new Audit(ground.regions, ground.directory, new CrmReader() {
            @Override
            public void read(String collection, Consumer<JsonNode> each) throws IOException {
                pages.read(collection, each);
            }

            @Override
            public Optional<JsonNode> read(String collection, String id) throws IOException {
                return single.of(id);
            }
        }, plan, clock, duration -> {
        }).run(finding -> { }, List.of(), Set.of());
    }

    @Test
    void namesNoValue() throws Exception {
        ground.run("eu", "UPDATE ledger.customer SET family_name = 'Verraten', tax_id = '98765432109', credit_limit = 31337");
        AuditReport report = audit();
        assertThat(report.findingCount()).isPositive();
        assertThat(new String(report.json()) + report.html() + report.summary())
                .doesNotContain("Verraten", "Geheim", "98765432109", "12345678901", "31337", "5000");
    }

    @Test
    void judgesTheRestWhereRowsCannotBeRead() throws Exception {
        ground.customer("c2", "uk", "active", false);
        ground.crmSets("customers", "c2", "{\"familyName\": \"Anders\"}");
        ground.run("eu", "ALTER TABLE ledger.customer RENAME COLUMN email TO mail");
        try {
            AuditReport report = audit();
            assertThat(sentences(report)).contains("different-field the ledger does not have the CRM's familyName");
            assertThat(report.unread()).singleElement()
                    .isEqualTo(AuditReport.Unread.of("eu", "fields of customers: a query failed (SQLSTATE 42703)"));
        } finally {
            ground.run("eu", "ALTER TABLE ledger.customer RENAME COLUMN mail TO email");
        }
    }

    private AuditReport audit() {
        return audit(() -> {
        });
    }

    /** @param meanwhile what happens before it looks again */
    private AuditReport audit(AuditGround.Meanwhile meanwhile) {
        return ground.audit(plan, meanwhile).run(finding -> { }, List.of(), Set.of());
    }

    private static List<String> sentences(AuditReport report) {
        return report.findings().stream().flatMap(tally -> tally.examples().stream()).map(finding -> finding.kind().word() + " " + finding.sentence()).toList();
    }
}
