package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concordat.ledger.Demand;
import dev.concordat.ledger.LaneLedger;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class PreparationIT {
    @Test
    void allLedgersThatRefuseAreNamedAtOnceAndOneThatIsAwayIsWaitedFor() throws Exception {
        var away = new PGSimpleDataSource();
        away.setURL("jdbc:postgresql://127.0.0.1:" + FreePort.any() + "/ledger");
        try (var postgres = TestPostgres.start()) {
            var sound = new LaneLedger(postgres.getPostgresDatabase(), List.of(new Demand("SELECT 1")));
            var ledgers = Map.of("ch", sound, "eu", new LaneLedger(postgres.getPostgresDatabase(), List.of(new Demand("SELECT 1 FROM nothing_eu"))),
                    "uk", new LaneLedger(away, List.of()), "us", new LaneLedger(postgres.getPostgresDatabase(), List.of(new Demand("SELECT nothing_us"))));
            try (var preparation = new Preparation(ledgers)) {
                assertThatThrownBy(preparation::start).isInstanceOf(BridgeException.class).message().satisfies(said -> assertThat(said.lines())
                        .filteredOn(line -> line.startsWith("lane ")).satisfiesExactly(
                                line -> assertThat(line).startsWith("lane 'eu'").contains("nothing_eu"),
                                line -> assertThat(line).startsWith("lane 'us'").contains("nothing_us")));
            }
            assertThat(sound.prepared()).isTrue();
        }
    }
}
