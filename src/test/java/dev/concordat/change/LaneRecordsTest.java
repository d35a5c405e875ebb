package dev.concordat.change;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.camel.Message;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

class LaneRecordsTest {
    private final LaneRecords laneRecords = new LaneRecords(".changes", "crm.refetch");

    private Message write(Change change) {
        return laneRecords.write(List.of(change), new DefaultExchange(Sent.CAMEL)).get(0);
    }

    private static Change living(Sent sent) {
        var change = sent.read();
        change.judgedBy(change.envelope().entity() + "/1.0.0");
        change.live("uk");
        return change;
    }

    private static JsonNode json(Message message) throws IOException {
        return new ObjectMapper().readTree(message.getBody(byte[].class));
    }

    private static byte[] change(Message message) {
        byte[] body = message.getBody(byte[].class);
        return Arrays.copyOfRange(body, Integer.parseInt((String) message.getHeader(LaneRecords.CHANGE_AT)), body.length - 1);
    }

    @Test
    void aRecordGoesToTheLaneOfItsRegionUnderItsCustomer() {
        var message = write(living(Sent.account("A-1", "C-1").set("nickname", "rent")));
        assertThat(message.getHeader(KafkaConstants.OVERRIDE_TOPIC)).isEqualTo("uk.changes");
        assertThat(message.getHeader(KafkaConstants.KEY)).isEqualTo("C-1");
        assertThat(message.getHeader(LaneRecords.SUBJECT)).isEqualTo("account/A-1");
        assertThat(message.getHeader(LaneRecords.QUARANTINED)).isNull();
    }

    @Test
    void theBytesOfTheChangeStandInTheRecordAsTheyCame() throws IOException {
        var sent = Sent.customer("C-1").set("givenName", "Zoë").set("phone", "+41446681800").at(42);
        var message = write(living(sent));
        assertThat(change(message)).isEqualTo(sent.bytes());
        assertThat(json(message)).isEqualTo(new ObjectMapper().readTree(("{\"contract\":\"customer/1.0.0\",\"receipt\":"
                + "\"crm.changes-0@42\",\"returned\":false,\"change\":" + sent.json() + "}").getBytes(UTF_8)));
    }

    @Test
    void whatIsWrittenInsteadStandsBesideTheBytesOnlyWhereItSaysSomethingElse() throws IOException {
        var enriched = living(Sent.customer("C-1").set("phone", "044 668 18 00").set("familyName", "Muster"));
        enriched.after().put("phone", "+41446681800");
        assertThat(json(write(enriched)).at("/after/phone").asText()).isEqualTo("+41446681800");
        assertThat(json(write(enriched)).at("/after/familyName").asText()).isEqualTo("Muster");
        assertThat(json(write(enriched)).at("/change/data/after/phone").asText()).isEqualTo("044 668 18 00");

        var cleared = living(Sent.customer("C-1"));
        cleared.after().putNull("phone");
        assertThat(json(write(cleared)).at("/after").has("phone")).isTrue();

        var removed = living(Sent.customer("C-1").set("phone", "+41446681800"));
        removed.after().remove("phone");
        assertThat(json(write(removed)).at("/after").has("phone")).isFalse();

        var foreign = living(Sent.customer("C-1").set("phone", "+41446681800").set("creditLimit", 5));
        foreign.after().remove("creditLimit");
        assertThat(json(write(foreign)).get("after").has("creditLimit")).isFalse();
        assertThat(json(write(foreign)).at("/after/phone").asText()).isEqualTo("+41446681800");
    }

    @Test
    void aFilteredChangeReachesItsLaneAsANameWithoutData() throws IOException {
        var change = living(Sent.customer("C-1").version(7).set("creditLimit", 5));
        change.end(Outcome.FILTERED);
        var message = write(change);
        assertThat(json(message).get("outcome")).isEqualTo(new TextNode("filtered"));
        assertThat(new ObjectMapper().readTree(change(message))).isEqualTo(new ObjectMapper().readTree("{\"source\":\"urn:crm:test\","
                + "\"id\":\"customer-C-1-7\",\"subject\":\"customer/C-1\",\"time\":\"2026-11-22T10:00:00.123Z\",\"sequence\":\"7\"}"));
    }

    @Test
    void aParkedChangeNamesTheCustomerItWaitsFor() throws IOException {
        var sent = Sent.account("A-1", "C-1").set("nickname", "rent").returned();
        var change = living(sent);
        change.park("C-1");
        var record = json(write(change));
        assertThat(record.get("outcome").asText()).isEqualTo("parked");
        assertThat(record.get("parent").asText()).isEqualTo("C-1");
        assertThat(record.get("returned").asBoolean()).isTrue();
        assertThat(change(write(change))).isEqualTo(sent.bytes());
    }

    @Test
    void aChangeInBreachTravelsAsItCameWithItsDescriptionInTheHeader() {
        var sent = Sent.customer("C-1").version(3).set("phone", "12").at(9);
        var change = living(sent);
        var breach = new Breach("schema", "customer/1.0.0", "/after/phone", "pattern", "`/after/phone` should be a phone number");
        change.breach(breach);
        var message = write(change);
        assertThat(message.getBody(byte[].class)).isEqualTo(sent.bytes());
        assertThat(message.getHeader(KafkaConstants.KEY)).isEqualTo("C-1");
        assertThat(message.getHeader(LaneRecords.SUBJECT)).isNull();
        assertThat(Quarantined.read((byte[]) message.getHeader(LaneRecords.QUARANTINED)).orElseThrow()).isEqualTo(new Quarantined("urn:crm:test",
                "customer-C-1-3", "customer/C-1", "crm-to-ledger", "customer/1.0.0", "schema", List.of(breach), "crm.changes-0@9",
                false, "2026-11-22T10:00:00.123Z"));
    }

    /** A bridge of before may read it: beside a newer one, or after the way back. */
    @Test
    void theFirstReceiptOfAChangeThatComesBackInBreachStandsInAHeaderOfItsOwn() throws IOException {
        var change = living(Sent.customer("C-1").set("phone", "12").returned("crm.changes-0@5").at(9));
        change.breach(new Breach("schema", "customer/1.0.0", "/after/phone", "pattern", "`/after/phone` should be a phone number"));
        var message = write(change);
        assertThat(message.getHeader(ChangeReader.FIRST)).isEqualTo("crm.changes-0@5");
        assertThat(new ObjectMapper().readTree((byte[]) message.getHeader(LaneRecords.QUARANTINED)).fieldNames()).toIterable().containsExactlyInAnyOrder(
                "source", "id", "subject", "direction", "contract", "rule", "breaches", "receipt", "returned", "changedAt");
        assertThat(Quarantined.read((byte[]) message.getHeader(LaneRecords.QUARANTINED)).orElseThrow()).satisfies(each -> {
            assertThat(each.receipt()).isEqualTo("crm.changes-0@9");
            assertThat(each.returned()).isTrue();
        });
        assertThat(write(living(Sent.customer("C-1").at(9))).getHeader(ChangeReader.FIRST)).isNull();
    }

    @Test
    void aChangeThatCannotBeReadTravelsWithoutAKeyUnderItsReceipt() {
        var change = new ChangeReader(Sent.LARGEST).read(Sent.received("garbage".getBytes(UTF_8), java.util.Map.of(), 5));
        change.live("eu");
        var message = write(change);
        assertThat(message.getHeaders()).doesNotContainKey(KafkaConstants.KEY);
        var quarantined = Quarantined.read((byte[]) message.getHeader(LaneRecords.QUARANTINED)).orElseThrow();
        assertThat(quarantined.source()).isEqualTo("urn:concordat:receipt");
        assertThat(quarantined.id()).isEqualTo("crm.changes-0@5");
        assertThat(quarantined.subject()).isNull();
        assertThat(new String((byte[]) message.getHeader(LaneRecords.QUARANTINED), UTF_8)).doesNotContain("garbage");
    }
}
