package dev.concordat.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contract.Contracts;
import dev.concordat.contract.Gate;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OutcomesTest {
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Outcomes outcomes = new Outcomes(meters);
    private final Gate gate = new Gate(Contracts.read(Path.of("contracts")), drift -> { });

    private List<String> entities() {
        return meters.getMeters().stream().map(Meter::getId).map(id -> id.getTag("entity")).filter(entity -> entity != null).distinct().toList();
    }

    private void quarantine(Sent sent) {
        Change change = gate.checkEach(List.of(sent.read())).get(0);
        assertThat(change.outcome()).isEqualTo(Outcome.QUARANTINED);
        outcomes.received(change.counted(), Quarantined.CRM_TO_LEDGER);
        outcomes.quarantined(Quarantined.of(change), "eu");
    }

    /** Whoever may send could fill the memory with meters otherwise. */
    @Test
    void anEntityWithoutAContractIsNoWordOfAMetric() {
        IntStream.range(0, 5).forEach(n -> quarantine(Sent.customer("C-1").with("subject", "kind" + n + "/1").with("type", "kind" + n + ".changed")));
        assertThat(entities()).containsExactly("unknown");
        assertThat(meters.get("concordat.received").counter().count()).isEqualTo(5);
        assertThat(meters.get("concordat.changes").tag("outcome", "quarantined").counter().count()).isEqualTo(5);
    }

    @Test
    void oneWithAContractIs() {
        quarantine(Sent.newCustomer("C-1", "DE").set("status", 5));
        assertThat(entities()).containsExactly("customer");
    }
}
