package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.concordat.change.Sent;
import dev.concordat.embedded.Part;
import dev.concordat.sample.Faults;
import dev.concordat.sample.Teller;
import dev.concordat.sample.Traffic;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever fails while changes flow: in the end both sides are as computed from the seed, and the books balance. */
class FaultsIT {
    private static final int CHANGES = 2_000;
    private static final Duration LONG = Duration.ofMinutes(10);
    /** Exit status of a Java machine that was told to stop. */
    private static final int SIGTERM = 128 + 15;
    private static final Duration OUTAGE = Duration.ofSeconds(10);

    private TestBed bed;
    private Process bridge;

    @BeforeEach
    void startServers() throws Exception {
        bed = new TestBed(Faults.everyday());
        bridge = bed.bridgeProcess();
    }

    @AfterEach
    void stop() {
        bridge.destroyForcibly().onExit().join();
        bed.close();
    }

    @Test
    void serversThatGoAndComeBackCostNothingButTime() throws Exception {
        during(new Traffic(11, CHANGES, Clock.systemUTC()), () -> {
            await().atMost(LONG).until(() -> ended() >= CHANGES / 10);
            bed.parts.stopPostgres("uk");
            long without = ended();
            long gone = System.nanoTime();
            bed.parts.stop(Part.ACTIVEMQ);
            bed.parts.start(Part.ACTIVEMQ);
            bed.parts.stop(Part.KAFKA);
            bed.parts.start(Part.KAFKA);
            await("the other lanes go on without the ledger of one region").atMost(LONG).until(() -> ended() > without + 100);
            await("some time without it").atMost(LONG).until(() -> System.nanoTime() - gone > OUTAGE.toNanos());
            bed.parts.startPostgres("uk");
        });
    }

    @Test
    void aBridgeThatIsToldToStopUnderLoadEndsByItselfLosesNothingAndRepeatsNothing() throws Exception {
        var random = new Random(13);
        during(new Traffic(13, CHANGES, Clock.systemUTC()), () -> {
            for (int stop = 1; stop <= 2; stop++) {
                long more = ended() + 50 + random.nextInt(CHANGES / 8);
                await().atMost(LONG).until(() -> ended() >= Math.min(more, CHANGES - 200));
                bridge.destroy();
                assertThat(bridge.onExit().get(LONG.toSeconds(), TimeUnit.SECONDS).exitValue()).isIn(0, SIGTERM);
                bridge = bed.bridgeProcess();
            }
        });
    }

    @Test
    void aWebhookThatKafkaCannotTakeIsRefusedAndItsRetriesAreAppliedOnce() throws Exception {
        await().atMost(LONG).ignoreExceptions().until(this::ended, ended -> ended == 0);
        var door = new Webhooks(URI.create("http://127.0.0.1:" + bed.webhookPort + "/webhooks/crm"), TestBed.SECRET);
        await().atMost(LONG).ignoreExceptions().until(() -> door.send(webhook(door, 0)).join().statusCode() == 202);
        await().atMost(LONG).ignoreExceptions().until(this::health, health -> health.contains("\"UP\"") && !health.contains("\"DOWN\""));
        bed.parts.stop(Part.KAFKA);
        await().atMost(LONG).until(this::health, health -> health.contains("\"consumer:receive\",\"status\":\"DOWN\""));
        var refused = IntStream.range(1, 25).mapToObj(number -> webhook(door, number)).toList();
        var answers = refused.stream().map(each -> door.send(each)).toList();
        assertThat(answers).allSatisfy(sent -> {
            assertThat(sent.join().statusCode()).isEqualTo(503);
            assertThat(sent.join().headers().firstValue("Retry-After")).isPresent();
        });
        bed.parts.start(Part.KAFKA);
        await().atMost(LONG).until(this::health, health -> !health.contains("\"DOWN\""));
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

    private static Webhooks.Webhook webhook(Webhooks door, int number) {
        return door.of("msg_" + number, Sent.newCustomer("W-" + number, "DE").bytes());
    }

    private String health() throws Exception {
        return bed.managed("/observe/health");
    }

    private interface Interference {
        void run() throws Exception;
    }

    private void during(Traffic traffic, Interference interference) throws Exception {
        var schemas = await().atMost(LONG).ignoreExceptions().until(this::ended, ended -> ended == 0);
        assertThat(schemas).isZero();
        try (var teller = new Teller(bed.ledgers(), traffic.postings()).start(); var sender = bed.sender()) {
            var sending = TestBed.send(traffic, teller, sender);
            interference.run();
            sending.get(20, TimeUnit.MINUTES);
            bed.awaitDrained(sender);
            // A CRM whose webhook got no answer sends it again: more duplicates than planned are right.
            assertThat(bed.differences(traffic)).filteredOn(line -> !line.startsWith("duplicate: ")).isEmpty();
            assertThat(bed.accounting().read().inFlight()).isZero();
        }
    }

    /** Changes that have ended in the lanes that can be asked. */
    private long ended() {
        return bed.ledgers().entrySet().stream().mapToLong(ledger -> {
            try {
                return Long.parseLong(bed.query("ledger_" + ledger.getKey(),
                        "SELECT count(*) FROM concordat.inbox"));
            } catch (java.sql.SQLException e) {
                if ("42P01".equals(e.getSQLState())) {
                    throw new IllegalStateException("the bridge has not laid its tables yet");
                }
                return 0;
            }
        }).sum();
    }
}
