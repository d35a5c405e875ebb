package dev.concordat.sample;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/** Traffic, teller and comparison together, with the test in the place of the bridge. */
class BothSidesIT {
    private final HttpClient client = HttpClient.newHttpClient();
    private final Traffic traffic = new Traffic(3, 1500, Clock.systemUTC());
    private final Expected expected = Expected.of(traffic);
    private final MockProducer<String, byte[]> kafka =
            new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());

    @Test
    void aBridgeThatDoesEverythingRightLeavesNoDifferenceAndEachFaultIsFound() throws Exception {
        try (SampleServers servers = new SampleServers(); Intake intake = new Intake()) {
            DataSource database = servers.crm("crm");
            Map<String, DataSource> ledgers = new LinkedHashMap<>();
            ledgers.put("eu", servers.ledger("ledger_eu", "EUR", "DE", "37040044"));
            ledgers.put("uk", servers.ledger("ledger_uk", "GBP", "GB", "NWBK"));
            ledgers.put("us", servers.ledger("ledger_us", "USD", "", ""));
            try (SampleCrm crm = new SampleCrm(database, 1, Faults.off(), Clock.systemUTC());
                    TrafficSender sender = new TrafficSender(crm, kafka, "crm.changes")) {
                crm.webhooks().deliverTo(intake.address(), Intake.SECRET);
                sendAll(crm, sender, intake);
                assertThat(new Comparison(expected, ledgers, database).differences()).contains(
                        missing("customer"), missing("account"));
                bridge(ledgers);
                bookTwice(ledgers);
                reportToCrm(crm, ledgers);
            }
            Comparison comparison = new Comparison(expected, ledgers, database);
            assertThat(comparison.differences()).isEmpty();
            tamper(ledgers);
            assertThat(comparison.differences()).hasSize(5)
                    .anyMatch(line -> line.contains("field 'familyName': ledger eu has another value than expected"))
                    .anyMatch(line -> line.contains("field 'status': ledger uk has \"prospect\", expected"))
                    .anyMatch(line -> line.contains("field 'bookedBalance': ledger eu has another value"))
                    .anyMatch(line -> line.contains("field 'bookedBalance': CRM has another value"))
                    .anyMatch(line -> line.contains(": in ledger us, lives in eu"));
        }
    }

    private void sendAll(SampleCrm crm, TrafficSender sender, Intake intake) throws InterruptedException {
        for (Phase phase : traffic.phases()) {
            sender.send(phase, 0);
        }
        assertThat(crm.webhooks().await(0, Duration.ofMinutes(10))).isTrue();
        assertThat(sender.progress().sent()).isEqualTo(1500);
        assertThat(sender.progress().acknowledged()).isEqualTo(kafka.history().size());
        assertThat(intake.received().size() + kafka.history().size()).isEqualTo(1500);
        assertThat(intake.received()).allSatisfy(webhook -> assertThat(webhook.signed()).isTrue());
        assertThat(intake.received()).extracting(Intake.Received::signature).doesNotHaveDuplicates();
        assertThat(kafka.history()).extracting(ProducerRecord::topic).containsOnly("crm.changes");
    }

    private String missing(String entity) {
        boolean customer = entity.equals("customer");
        String id = (customer ? expected.customers() : expected.accounts()).keySet().stream()
                .sorted().findFirst().orElseThrow();
        return entity + " " + id + ": missing from ledger "
                + (customer ? expected.regionOfCustomer(id) : expected.regionOfAccount(id));
    }

    private void bridge(Map<String, DataSource> ledgers) throws SQLException {
        for (String id : expected.customers().keySet()) {
            Held held = expected.customers().get(id);
            execute(ledgers.get(expected.regionOfCustomer(id)), """
                    INSERT INTO ledger.customer (id, given_name, family_name, type, segment, email, phone, address,
                        residency, status, date_of_birth, tax_id, consent, postings_blocked)
                    SELECT '%s', j ->> 'givenName', j ->> 'familyName', j ->> 'type', j ->> 'segment', j ->> 'email',
                        j ->> 'phone', j -> 'address', j ->> 'residency', j ->> 'status', (j ->> 'dateOfBirth')::date,
                        j ->> 'taxId', (j ->> 'consent')::boolean, %s FROM (SELECT '%s'::jsonb AS j) d"""
                    .formatted(id, expected.postingsBlocked(id), text(held)));
        }
        for (String id : expected.accounts().keySet()) {
            Held held = expected.accounts().get(id);
            execute(ledgers.get(expected.regionOfAccount(id)), """
                    INSERT INTO ledger.account (id, customer_id, nickname, purpose, product, relationship_manager,
                        postings_blocked)
                    SELECT '%s', j ->> 'customer', j ->> 'nickname', j ->> 'purpose', j ->> 'product',
                        j ->> 'relationshipManager', %s FROM (SELECT '%s'::jsonb AS j) d"""
                    .formatted(id, expected.postingsBlocked(held.text("customer")), text(held)));
        }
    }

    private void bookTwice(Map<String, DataSource> ledgers) throws InterruptedException {
        for (int run = 0; run < 2; run++) {
            try (Teller teller = new Teller(ledgers, traffic.postings()).start()) {
                assertThat(teller.awaitDone(10, TimeUnit.MINUTES)).isTrue();
                assertThat(teller.booked()).isEqualTo(teller.total()).isPositive();
            }
        }
    }

    private void reportToCrm(SampleCrm crm, Map<String, DataSource> ledgers) throws SQLException {
        for (DataSource ledger : ledgers.values()) {
            for (Entity entity : Entity.values()) {
                LedgerRows.each(ledger, entity, rows -> rows.forEach((id, row) -> patch(crm, entity, id, row)));
            }
        }
    }

    private void patch(SampleCrm crm, Entity entity, String id, ObjectNode row) {
        URI uri = URI.create(crm.address() + "/" + entity.word() + "s/" + id);
        String body = row.retain(entity.ofLedger()).toString();
        try {
            assertThat(client.send(HttpRequest.newBuilder(uri).method("PATCH", BodyPublishers.ofString(body)).build(),
                    BodyHandlers.ofString()).statusCode()).isEqualTo(200);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void tamper(Map<String, DataSource> ledgers) throws SQLException {
        String living = expected.customers().keySet().stream()
                .filter(id -> expected.regionOfCustomer(id).equals("eu")).sorted().findFirst().orElseThrow();
        execute(ledgers.get("us"), "INSERT INTO ledger.customer (id) VALUES ('" + living + "')");
        execute(ledgers.get("eu"), "UPDATE ledger.customer SET family_name = 'Other' WHERE id = '" + living + "'");
        execute(ledgers.get("eu"), """
                UPDATE ledger.account SET booked_balance = booked_balance + 1
                WHERE id = (SELECT min(id) FROM ledger.account)""");
        execute(ledgers.get("uk"), """
                UPDATE ledger.customer SET status = 'prospect'
                WHERE id = (SELECT min(id) FROM ledger.customer WHERE status = 'active')""");
    }

    private static void execute(DataSource database, String statement) throws SQLException {
        try (Connection connection = database.getConnection(); Statement run = connection.createStatement()) {
            run.execute(statement);
        }
    }

    private static String text(Held held) {
        Map<String, JsonNode> fields = new HashMap<>(held.fields());
        ObjectNode node = Event.JSON.createObjectNode();
        node.setAll(fields);
        return node.toString().replace("'", "''");
    }
}
