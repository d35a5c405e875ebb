package dev.concordat.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.change.Outcomes.Fate;
import dev.concordat.contract.Contracts;
import dev.concordat.contract.Gate;
import io.micrometer.core.instrument.Counter;
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
        outcomes.received(change.counted(), Quarantined.CRM_TO_LEDGER, 1);
        var quarantined = Quarantined.of(change);
        kept(Fate.ENTERED, quarantined, false);
    }

    private void kept(Fate fate, Quarantined of, boolean returned) {
        outcomes.kept(new Outcomes.Kept(fate, of.direction(), of.subject(), of.contract(), of.rule(), returned), "eu");
    }

    private double count(String meter, String... tags) {
        return meters.find(meter).tags(tags).counters().stream().mapToDouble(Counter::count).sum();
    }

    /** As the audit counts: what is sent again is no further breach, and no further change. */
    @Test
    void aChangeInBreachCountsOnceHoweverOftenItComes() {
        var quarantined = Quarantined.of(gate.checkEach(List.of(Sent.newCustomer("C-1", "DE").set("status", 5).read())).get(0));
        kept(Fate.ENTERED, quarantined, false);
        kept(Fate.DUPLICATE, quarantined, false);
        kept(Fate.DUPLICATE, quarantined, false);
        kept(Fate.CAME_BACK, quarantined, true);
        assertThat(count("concordat.breaches", "direction", "crm-to-ledger", "rule", "schema")).isOne();
        assertThat(count("concordat.changes", "outcome", "quarantined", "returned", "false")).isOne();
        assertThat(count("concordat.changes", "outcome", "quarantined", "returned", "true")).isOne();
        assertThat(count("concordat.changes", "outcome", "duplicate", "entity", "customer")).isEqualTo(2);
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
