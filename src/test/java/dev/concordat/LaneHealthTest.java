package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.ledger.Address;
import dev.concordat.ledger.LaneLedger;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class LaneHealthTest {
    @Test
    void whyTheCrmTakesNothingOfALaneIsToldOfThatLane() {
        var ledger = new LaneLedger(new PGSimpleDataSource(), Address.ledger("eu", "jdbc:postgresql:eu"));
        var objections = Map.of("eu", "certificate not trusted");
        assertThat(new LaneHealth("eu", ledger, new Waiting(Clock.systemUTC()), objections::get).call().getDetails()).containsEntry("crm", "certificate not trusted");
        assertThat(new LaneHealth("uk", ledger, new Waiting(Clock.systemUTC()), objections::get).call().getDetails()).doesNotContainKey("crm");
    }
}
