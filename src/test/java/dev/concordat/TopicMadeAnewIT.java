package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;

/** The intake's topic is deleted and made anew, as where Kafka moves to another cluster: its positions stand for other deliveries then. */
class TopicMadeAnewIT {
    private static final Duration SOON = Duration.ofMinutes(5);

    @Test
    void whatStandsAtAPositionOfBeforeIsAnotherDelivery() throws Exception {
        try (var bed = new TestBed(); var admin = Admin.create(Map.of("bootstrap.servers", bed.parts.kafkaBootstrap()))) {
            var settings = bed.settings().with("concordat.kafka.partitions", "1");
            try (var bridge = Bridge.start(settings, Clock.systemUTC())) {
                send(bed, "first unreadable");
                customer(bed, "C-1", 1, "Old");
                customer(bed, "C-1", 1, "Old");
                ends(bed, 3);
                assertThat(bridge.camel().isStarted()).isTrue();

                makeAnew(admin);
                await().atMost(SOON).untilAsserted(() -> assertThat(bed.managed("/observe/health?data=true&exposureLevel=full"))
                        .contains("was deleted and made anew; start the bridge again"));
            }
            try (var bridge = Bridge.start(settings, Clock.systemUTC())) {
                send(bed, "second unreadable");
                // At the position at which another change of this customer was, and where the duplicate of that was.
                customer(bed, "C-1", 2, "New");
                customer(bed, "C-1", 1, "Old");
                ends(bed, 6);
                assertThat(bed.managed("/observe/health")).contains("\"UP\"");
                assertThat(bridge.camel().isStarted()).isTrue();
            }
            assertThat(bed.query("ledger_eu", "SELECT string_agg(convert_from(original, 'UTF8') || ' at ' || receipt, ', ' ORDER BY number) "
                    + "FROM concordat.quarantine WHERE direction = 'crm-to-ledger'")).isEqualTo("first unreadable at crm.changes-0@0, second unreadable at crm.changes~2-0@0");
            assertThat(bed.query("ledger_eu", "SELECT family_name FROM ledger.customer")).isEqualTo("New");
            assertThat(bed.query("ledger_eu", "SELECT count(*) FROM concordat.duplicate")).isEqualTo("2");
        }
    }

    private static void send(TestBed bed, String text) {
        bed.send("crm.changes", null, text);
    }

    private static void customer(TestBed bed, String id, int version, String name) {
        bed.send("crm.changes", id, """
                {"specversion":"1.0","id":"%1$s/%2$d","source":"urn:crm:test","type":"customer.changed","subject":"customer/%1$s",\
                "time":"2026-11-22T10:00:00Z","dataschema":"urn:concordat:customer:1","partitionkey":"%1$s","sequence":"%2$020d",\
                "data":{"op":"%4$s","after":{"id":"%1$s","familyName":"%3$s","type":"individual","residency":"DE","status":"active"}}}"""
                .formatted(id, version, name, version == 1 ? "c" : "u"));
    }

    /** Waits until so many changes were received and all have ended. */
    private static void ends(TestBed bed, int received) {
        await().atMost(SOON).untilAsserted(() -> {
            var books = bed.accounting().read();
            assertThat(List.of(books.received(), books.ended())).containsOnly((long) received);
        });
    }

    private static void makeAnew(Admin admin) throws Exception {
        admin.deleteTopics(List.of("crm.changes")).all().get();
        await().atMost(SOON).until(() -> {
            admin.createTopics(List.of(new NewTopic("crm.changes", Optional.of(1), Optional.empty()).configs(Map.of("max.message.bytes", "4194304"))))
                    .all().get();
            return true;
        });
    }
}
