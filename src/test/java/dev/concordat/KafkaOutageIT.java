package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.concordat.change.Sent;
import dev.concordat.embedded.Part;
import java.net.URI;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What happens at the webhook while Kafka is away. */
class KafkaOutageIT {
    private static final Duration LONG = Duration.ofMinutes(10);

    @Test
    void aWebhookThatKafkaCannotTakeIsRefusedAndItsRetriesAreAppliedOnce() throws Exception {
        try (var bed = new TestBed(); var bridge = bed.bridge()) {
            var door = new Webhooks(URI.create("http://127.0.0.1:" + bed.webhookPort + "/webhooks/crm"), TestBed.SECRET);
            await().atMost(LONG).ignoreExceptions().until(() -> door.send(webhook(door, 0)).join().statusCode() == 202);
            await().atMost(LONG).ignoreExceptions().until(() -> health(bed), health -> health.contains("\"UP\"") && !health.contains("\"DOWN\""));
            bed.parts.stop(Part.KAFKA);
            await().atMost(LONG).until(() -> health(bed), health -> health.contains("\"consumer:receive\",\"status\":\"DOWN\""));
            var refused = IntStream.range(1, 25).mapToObj(number -> webhook(door, number)).toList();
            var answers = refused.stream().map(each -> door.send(each)).toList();
            assertThat(answers).allSatisfy(sent -> {
                assertThat(sent.join().statusCode()).isEqualTo(503);
                assertThat(sent.join().headers().firstValue("Retry-After")).isPresent();
            });
            bed.parts.start(Part.KAFKA);
            await().atMost(LONG).until(() -> health(bed), health -> !health.contains("\"DOWN\""));
            // Half of the senders repeat the webhook as it was, half sign it anew.
            for (int i = 0; i < refused.size(); i++) {
                int number = i + 1;
                var again = refused.get(i);
                await().atMost(LONG).until(() -> door.send(number % 2 == 0 ? again : webhook(door, number)).join().statusCode() == 202);
            }
            await().atMost(LONG).untilAsserted(() -> assertThat(bed.query("ledger_eu", "SELECT count(DISTINCT id) FROM concordat.inbox "
                    + "WHERE outcome = 'applied' AND source = 'urn:crm:test'")).isEqualTo(Integer.toString(refused.size() + 1)));
            await().atMost(LONG).ignoreExceptions().untilAsserted(() -> assertThat(bed.accounting().read().inFlight()).isZero());
            assertThat(bed.query("ledger_eu", "SELECT count(*) FROM ledger.customer WHERE id LIKE 'W-%'"))
                    .isEqualTo(Integer.toString(refused.size() + 1));
            var books = bed.accounting().read();
            assertThat(books.of("applied")).isEqualTo(refused.size() + 1);
            assertThat(books.received()).isEqualTo(books.of("applied") + books.of("duplicate"));
        }
    }

    private static Webhooks.Webhook webhook(Webhooks door, int number) {
        return door.of("msg_" + number, Sent.newCustomer("W-" + number, "DE").bytes());
    }

    private static String health(TestBed bed) throws Exception {
        return bed.managed("/observe/health");
    }
}
