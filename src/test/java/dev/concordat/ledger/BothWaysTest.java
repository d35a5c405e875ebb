package dev.concordat.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.HostileChanges;
import dev.concordat.change.Breach;
import dev.concordat.change.Change;
import dev.concordat.change.ChangeReader;
import dev.concordat.change.Enrichment;
import dev.concordat.change.LaneRecords;
import dev.concordat.change.Outcome;
import dev.concordat.change.Sent;
import dev.concordat.contract.Contracts;
import dev.concordat.contract.Gate;
import dev.concordat.contract.Owner;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A change says the same to the ledger whether it goes straight or by the topic of its lane. */
class BothWaysTest {
    private final Gate gate = new Gate(Contracts.read(Path.of("contracts")), drift -> { });
    private final Enrichment enrichment = Enrichment.ofCustomers();
    private final LaneRecords laneRecords = new LaneRecords(".changes", "crm.refetch");
    private final Waves waves = new Waves(LedgerGround.statements());

    private Change judged(Change change) {
        enrichment.enrich(change);
        gate.check(change);
        gate.keepOwned(change, Owner.CRM);
        change.live("eu");
        return change;
    }

    private List<Object> byTheTopic(Change change) {
        var exchanges = laneRecords.write(List.of(change), new DefaultExchange(Sent.CAMEL)).stream().map(BothWaysTest::exchange).toList();
        return parameters(waves.sort(exchanges).waves(), change);
    }

    private static Exchange exchange(Message message) {
        var exchange = new DefaultExchange(Sent.CAMEL);
        exchange.setMessage(message);
        return exchange;
    }

    private List<Object> straight(Change change) throws IOException {
        return parameters(waves.portions(List.of(change), Duration.ZERO, new Seen(Seen.NOTHING, new AtomicLong())).get(0).waves(), change);
    }

    /** What each column holds; a document as what it says, because the ledger keeps it as that. */
    private static List<Object> parameters(List<Wave> sorted, Change change) {
        assertThat(sorted).as(change.id()).singleElement();
        var said = new ArrayList<>();
        for (Object column : sorted.get(0).parameters()) {
            said.add(column instanceof String[] texts && texts.length > 0 && texts[0].startsWith("{\"") ? Sent.tree(texts[0]) : column);
        }
        return said;
    }

    private void saysTheSame(Change change) throws IOException {
        // Of what comes by the topic nobody knows whether it came to the ledger before.
        change.comeAgain();
        assertThat(straight(change)).as(() -> new String(change.original(), UTF_8)).usingRecursiveComparison().isEqualTo(byTheTopic(change));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whateverPassesTheGateSaysTheSame(boolean quickly) throws IOException {
        var hostile = new HostileChanges(20261123);
        var reader = quickly ? new ChangeReader(Sent.LARGEST, gate.quick(enrichment)) : new ChangeReader(Sent.LARGEST);
        int compared = 0;
        for (int i = 0; i < 40_000; i++) {
            var sent = hostile.next();
            Change change = judged(reader.read(Sent.received(sent.body(), sent.headers(), i)));
            if (change.outcome() != Outcome.QUARANTINED && !change.refetch()) {
                if (i % 3 == 0) {
                    change.misplaced(new Breach("residency-relocation", change.contract(), "/after/residency", "residency-relocation", "elsewhere"));
                }
                saysTheSame(change);
                compared++;
            }
        }
        assertThat(compared).isGreaterThan(4_000);
    }

    @Test
    void aFractionKeepsItsDigitsAndWhatTheGateBroughtIntoFormIsSaid() throws IOException {
        var address = Map.of("street", "Weg 1", "city", "Bonn", "country", "DEU", "altitude", new java.math.BigDecimal("59.12345678901234567"));
        var asItCame = Sent.newCustomer("C-1", "DE").set("address", with(address, "country", "DE"));
        var broughtIntoForm = Sent.newCustomer("C-1", "DE").set("address", address).set("phone", "0228 123456");
        for (Sent sent : List.of(asItCame, broughtIntoForm)) {
            Change change = judged(sent.read());
            assertThat(change.breaches()).isEmpty();
            saysTheSame(change);
        }
        assertThat(documents(straightWave(asItCame))).singleElement().asString().contains("59.12345678901234567");
        assertThat(documents(straightWave(broughtIntoForm))).singleElement().asString().contains("\"DE\"");
        assertThat(texts(straightWave(broughtIntoForm))).contains("+49228123456");
    }

    private static Map<String, Object> with(Map<String, ?> fields, String name, Object value) {
        Map<String, Object> copy = new HashMap<>(fields);
        copy.put(name, value);
        return copy;
    }

    private Wave straightWave(Sent sent) throws IOException {
        return waves.portions(List.of(judged(sent.read())), Duration.ZERO, new Seen(Seen.NOTHING, new AtomicLong())).get(0).waves().get(0);
    }

    private static List<String> texts(Wave wave) {
        return wave.parameters().stream().filter(String[].class::isInstance).flatMap(column -> Stream.of((String[]) column)).toList();
    }

    private static List<String> documents(Wave wave) {
        return texts(wave).stream().filter(text -> text.startsWith("{\"")).toList();
    }

    @Test
    void aParkedChangeKeepsTheBytesThatCame() throws IOException {
        var sent = Sent.newAccount("A-1", "C-1");
        Change change = judged(sent.read());
        change.park("C-1");
        var wave = waves.portions(List.of(change), Duration.ZERO, new Seen(Seen.NOTHING, new AtomicLong())).get(0).waves().get(0);
        assertThat(wave.records().get(0).original()).isEqualTo(sent.bytes());
        assertThat(wave.records().get(0).outcome()).isEqualTo("parked");
        saysTheSame(change);
    }
}
