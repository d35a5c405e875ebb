package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.concordat.embedded.Part;
import dev.concordat.sample.Faults;
import dev.concordat.sample.Teller;
import dev.concordat.sample.Traffic;
import java.time.Clock;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever fails while changes flow: in the end both sides are as computed from the seed, and the books balance. */
class FaultsIT {
    private static final int CHANGES = 3_000;
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final Duration OUTAGE = Duration.ofSeconds(30);

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
    void aBridgeThatIsKilledFiveTimesLosesNothingAndRepeatsNothing() throws Exception {
        var random = new Random(7);
        during(new Traffic(7, CHANGES, Clock.systemUTC()), () -> {
            for (int kill = 1; kill <= 5; kill++) {
                long more = ended() + 50 + random.nextInt(CHANGES / 8);
                await().atMost(LONG).until(() -> ended() >= Math.min(more, CHANGES - 200));
                bridge.destroyForcibly().onExit().join();
                bridge = bed.bridgeProcess();
            }
        });
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
            await("half a minute without it").atMost(LONG).until(() -> System.nanoTime() - gone > OUTAGE.toNanos());
            bed.parts.startPostgres("uk");
        });
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
            sending.get(5, TimeUnit.MINUTES);
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
