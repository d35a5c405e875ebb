package dev.concordat.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.faults.Strike.What;
import dev.concordat.sample.Mix;
import dev.concordat.sample.Traffic;
import java.nio.file.Path;
import java.time.Clock;
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

    @Test
    void bridgesThatAreKilledAndToldToStopLoseNothingAndRepeatNothing() {
        var ends = List.of(new Strike(What.STOP_BRIDGE, 0.2, 0, 0, List.of()), new Strike(What.KILL_BRIDGE, 0.4, 1, 0, List.of()),
                new Strike(What.KILL_BRIDGE, 0.6, 0, 0, List.of()), new Strike(What.STOP_BRIDGE, 0.8, 1, 0, List.of()));
        var traffic = new Traffic(7_000, 1_500, new Mix(0.10, 0.10, 0.06, 0), Clock.systemUTC());
        play(new Round(7_000, 2, 100, 150, traffic, ends, EnumSet.allOf(OwnRules.Refused.class)));
    }

    @ParameterizedTest
    @ValueSource(longs = {8, 14, 15})
    void whatASeedMakesGoWrongCostsNothingButTime(long seed) {
        play(Round.of(seed, session.ground.disk.canBeFilled()));
    }
}
