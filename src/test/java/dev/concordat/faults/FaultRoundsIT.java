package dev.concordat.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.concordat.faults.Strike.What;
import dev.concordat.sample.Mix;
import dev.concordat.sample.Traffic;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Some of the rounds that {@code bench/faults} plays by the hundred; all share their servers and books. */
class FaultRoundsIT {
    private static Session session;

    @BeforeEach
    void startServers() throws Exception {
        if (session == null) {
            session = new Session(Path.of("target", "faults-logs"));
        }
    }

    @AfterAll
    static void stop() {
        if (session != null) {
            session.close();
        }
        session = null;
    }

    /** What a failed round leaves behind must not fail the next. */
    private static void play(Round round) {
        var result = round.run(session);
        if (!result.passed()) {
            stop();
        }
        assertThat(result.differences()).as(result.faults().toString()).isEmpty();
    }

    /** The one that is told to stop has much to do then, and no other fault helps it to end; beside both, a ledger is away for long. */
    @Test
    void bridgesThatAreKilledAndToldToStopLoseNothingAndRepeatNothing() {
        session.bridges.want(2, 100);
        await().atMost(Duration.ofMinutes(5)).ignoreExceptions().until(() -> up(0) && up(1));
        var faults = List.of(new Strike(What.STOP_BRIDGE, 0.2, 0, 0, List.of()), new Strike(What.KILL_BRIDGE, 0.4, 1, 0, List.of()),
                new Strike(What.KILL_POSTGRES, 0.1, "uk", 12_000, List.of()), new Strike(What.STOP_BRIDGE, 0.9, 0, 0, List.of()));
        var traffic = new Traffic(7_000, 1_500, new Mix(0.10, 0.10, 0.06, 0), Clock.systemUTC());
        play(new Round(7_000, 2, 100, 100, traffic, faults, EnumSet.allOf(OwnRules.Refused.class)));
    }

    private static boolean up(int bridge) throws Exception {
        var health = URI.create("http://127.0.0.1:" + session.ground.managementPort(bridge) + "/observe/health");
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(health).build(), HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    }

    @ParameterizedTest
    @ValueSource(longs = {9, 14, 15})
    void whatASeedMakesGoWrongCostsNothingButTime(long seed) {
        play(Round.of(seed, session.ground.disk.canBeFilled()));
    }
}
