package dev.concordat.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.Said;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class KeeperTest {
    @RegisterExtension
    private final Said said = new Said(Keeper.class);

    private Instant now = Instant.EPOCH;

    @Test
    void whatIsSetAsideIsCountedEachTimeAndSaidOnceAMinute() {
        InstantSource source = () -> now;
        var metrics = new SimpleMeterRegistry();
        var keeper = new Keeper("eu", metrics, source.withZone(ZoneOffset.UTC));
        assertThat(metrics.get("concordat.quarantine.unread").tag("region", "eu").counter().count()).isZero();
        for (int second = 0; second <= 60; second++) {
            keeper.tell("ID:vm-1:1:1:1:" + (second + 1), "it should be JSON");
            now = now.plusSeconds(1);
        }
        assertThat(metrics.get("concordat.quarantine.unread").tag("region", "eu").counter().count()).isEqualTo(61);
        assertThat(said.lines()).containsExactly(
                "ERROR what is no message of the bridge is set aside: queue=eu.quarantine.unread message=ID:vm-1:1:1:1:1 reason=[it should be JSON] "
                        + "messages=1 since the last such line",
                "ERROR what is no message of the bridge is set aside: queue=eu.quarantine.unread message=ID:vm-1:1:1:1:61 reason=[it should be JSON] "
                        + "messages=60 since the last such line");
    }
}
