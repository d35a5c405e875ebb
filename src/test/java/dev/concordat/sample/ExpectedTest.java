package dev.concordat.sample;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ExpectedTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    private final Expected expected = new Expected();

    @Test
    void theNewestChangeOfAFieldWinsInWhateverOrderItComes() {
        customer(Kind.CUSTOMER_CREATED, 1, sound());
        customer(Kind.CUSTOMER_UPDATED, 3, change().put("phone", "+49151000003"));
        customer(Kind.CUSTOMER_UPDATED, 2, change().put("phone", "+49151000002").put("email", "two@example.com"));
        customer(Kind.CUSTOMER_UPDATED, 2, change().put("phone", "+49151000022"));

        Held held = expected.customers().get("C-1");
        assertThat(held.text("phone")).isEqualTo("+49151000003");
        assertThat(held.text("email")).isEqualTo("two@example.com");
        assertThat(expected.outcomes().applied()).isEqualTo(3);
        assertThat(expected.outcomes().superseded()).isEqualTo(1);
    }

    @Test
    void aFieldThatWasClearedIsAbsentAndAnOlderValueDoesNotBringItBack() {
        customer(Kind.CUSTOMER_CREATED, 1, sound().put("email", "one@example.com"));
        customer(Kind.CUSTOMER_UPDATED, 3, change().putNull("email"));
        customer(Kind.CUSTOMER_UPDATED, 2, change().put("email", "two@example.com"));

        assertThat(expected.customers().get("C-1").fields()).doesNotContainKey("email");
    }

    @Test
    void anUpdateBeforeItsCreateCountsAndTheCreateFillsTheRest() {
        customer(Kind.CUSTOMER_UPDATED, 2, change().put("segment", "private"));
        customer(Kind.CUSTOMER_CREATED, 1, sound());

        assertThat(expected.customers().get("C-1").text("segment")).isEqualTo("private");
        assertThat(expected.customers().get("C-1").text("familyName")).isEqualTo("Muster");
        assertThat(expected.outcomes().applied()).isEqualTo(2);
    }

    @Test
    void foreignAndUnknownFieldsAndBreachesHaveNoEffect() {
        customer(Kind.CUSTOMER_CREATED, 1, sound().put("loyaltyTier", "gold"));
        customer(Kind.FOREIGN_BESIDE, 2, change().put("creditLimit", 5).put("consent", true));
        customer(Kind.FOREIGN_ONLY, 3, change().put("creditLimit", 7));
        customer(Kind.PHONE_PATTERN, 4, change().put("phone", "044 668 18 00"));
        customer(Kind.STATUS_MISALIGNED, 5, change().put("status", "closed"));

        assertThat(expected.customers().get("C-1").fields()).containsOnlyKeys(
                "familyName", "type", "segment", "residency", "status", "consent");
        Outcomes outcomes = expected.outcomes();
        assertThat(outcomes.received()).isEqualTo(5);
        assertThat(outcomes.filtered()).isEqualTo(1);
        assertThat(outcomes.quarantined()).containsOnlyKeys("schema", "status-misaligned");
        assertThat(outcomes.allQuarantined()).isEqualTo(2);
        assertThat(expected.postingsBlocked("C-1")).isFalse();
    }

    @Test
    void accountsLiveBlockAndBookWithTheirCustomer() {
        customer(Kind.CUSTOMER_CREATED, 1, sound().put("residency", "GB"));
        expected.take(emission(Kind.ACCOUNT_OPENED, Entity.ACCOUNT, 1, Event.JSON.createObjectNode()
                .put("id", "A-1-1").put("customer", "C-1").put("product", "current")));
        customer(Kind.CUSTOMER_UPDATED, 2, change().put("status", "suspended"));
        expected.take(new Posting("P-1", "uk", "A-1-1", 1200));
        expected.take(new Posting("P-2", "uk", "A-1-1", -200));

        assertThat(expected.regionOfAccount("A-1-1")).isEqualTo("uk");
        assertThat(expected.postingsBlocked("C-1")).isTrue();
        assertThat(expected.bookedBalance("A-1-1")).isEqualTo(1000);
    }

    @Test
    void aDuplicateIsCountedOnly() {
        Emission created = emission(Kind.CUSTOMER_CREATED, Entity.CUSTOMER, 1, sound());
        expected.take(created);
        expected.take(created.again());

        assertThat(expected.outcomes()).isEqualTo(
                new Outcomes(2, 1, 0, 1, 0, new java.util.TreeMap<>()));
    }

    private void customer(Kind kind, long version, ObjectNode after) {
        expected.take(emission(kind, Entity.CUSTOMER, version, after));
    }

    private static Emission emission(Kind kind, Entity entity, long version, ObjectNode after) {
        Step step = new Step(kind, Channel.KAFKA, UUID.randomUUID(), "C-1", entity, after.get("id").textValue(),
                version, version == 1, false, after);
        return Event.emission(step, NOW);
    }

    private static ObjectNode change() {
        return Event.JSON.createObjectNode().put("id", "C-1");
    }

    private static ObjectNode sound() {
        return change().put("familyName", "Muster").put("type", "individual").put("segment", "retail")
                .put("residency", "DE").put("status", "active");
    }
}
