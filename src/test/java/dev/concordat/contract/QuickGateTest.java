package dev.concordat.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.HostileChanges;
import dev.concordat.change.Breach;
import dev.concordat.change.Change;
import dev.concordat.change.ChangeReader;
import dev.concordat.change.Enrichment;
import dev.concordat.change.Outcome;
import dev.concordat.change.Receipt;
import dev.concordat.change.Sent;
import dev.concordat.sample.BacklogTraffic;
import dev.concordat.sample.Emission;
import dev.concordat.sample.Traffic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read without a document is what the document would have said, change by change; and what is plainly sound is read so. */
class QuickGateTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Contracts CONTRACTS = Contracts.read(Path.of("contracts"));
    private static final String MARKS = "{}[]\":,\\0eE-u \u0000";
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-28T10:00:00Z"), ZoneOffset.UTC);

    private final Way quick = new Way(CONTRACTS, true);
    private final Way byDocument = new Way(CONTRACTS, false);

    /** A reader with its gate, and what the gate has seen. */
    private static final class Way {
        private final List<Drift> drift = new ArrayList<>();
        private final List<Observed> observed = new ArrayList<>();
        private final Enrichment enrichment = Enrichment.ofCustomers();
        private final Gate gate;
        private final ChangeReader reader;

        Way(Contracts contracts, boolean quickly) {
            gate = new Gate(contracts, drift::add, observed::add);
            reader = quickly ? new ChangeReader(Sent.LARGEST, gate.quick(enrichment)) : new ChangeReader(Sent.LARGEST);
        }

        Change read(byte[] body, Map<String, Object> headers) {
            return reader.read(Sent.received(body, headers, 7));
        }

        Change judged(Change change) {
            drift.clear();
            observed.clear();
            enrichment.enrich(change);
            gate.check(change);
            gate.keepOwned(change, Owner.CRM);
            return change;
        }
    }

    /** What can be said of a change, but for its data: they are asked for last, because that makes a document. */
    private record Said(Change.Envelope envelope, Receipt receipt, String contract, Outcome outcome, List<Breach> breaches, boolean creates,
            boolean refetch, boolean altered, String residency, List<Drift> drift, List<Observed> observed) {
        static Said of(Change change, Way way) {
            boolean read = change.envelope() != null;
            return new Said(change.envelope(), change.receipt(), change.contract(), change.outcome(), List.copyOf(change.breaches()),
                    change.creates(), change.refetch(), read && change.altered(), read ? change.text("residency") : null,
                    List.copyOf(way.drift), List.copyOf(way.observed));
        }
    }

    /** Whether it was read quickly. */
    private boolean sameBothWays(byte[] body, Map<String, Object> headers) {
        Change one = quick.judged(quick.read(body, headers));
        Change other = byDocument.judged(byDocument.read(body, headers));
        boolean read = one.values() != null;
        assertThat(Said.of(one, quick)).as(() -> new String(body, UTF_8)).isEqualTo(Said.of(other, byDocument));
        assertThat(one.copy().data()).as(() -> new String(body, UTF_8)).isEqualTo(other.data());
        assertThat(one.data()).as(() -> new String(body, UTF_8)).isEqualTo(other.data());
        assertThat(one.values()).isNull();
        return read;
    }

    private static byte[] event(String entity, ObjectNode data, int number) throws IOException {
        ObjectNode event = JSON.createObjectNode().put("specversion", "1.0").put("id", "e" + number).put("source", "urn:crm:test")
                .put("type", entity + ".changed").put("subject", entity + "/" + data.path("after").path("id").asText("C-1"))
                .put("time", "2026-11-28T10:00:00Z").put("dataschema", "urn:concordat:" + entity + ":1")
                .put("partitionkey", data.path("after").path(entity.equals("customer") ? "id" : "customer").asText("C-1"))
                .put("sequence", "00000000000000000001");
        event.set("data", data);
        return JSON.writeValueAsBytes(event);
    }

    private static List<ContractCase> cases(String entity) {
        return ContractCases.read(Path.of("contracts", entity, "v1.cases.yaml"), CONTRACTS, new ArrayList<>());
    }

    @ParameterizedTest
    @CsvSource({"customer, 20261128, 3000", "account, 20261129, 2000"})
    void whatStandsInAMutatedDocumentIsSaidTheSame(String entity, long seed, int least) throws IOException {
        var mutations = new Mutations(seed);
        var valid = new ArrayList<ObjectNode>();
        for (ContractCase one : cases(entity)) {
            if (one.expected().verdict() == ContractCase.Verdict.ACCEPTED) {
                valid.add((ObjectNode) JSON.readTree(one.change()).get("data"));
            }
        }
        int read = 0;
        for (int i = 0; i < 60_000; i++) {
            ObjectNode data = mutations.of(valid.get(i % valid.size()), valid.get(i * 7 % valid.size()));
            read += sameBothWays(event(entity, data, i), Map.of()) ? 1 : 0;
        }
        assertThat(read).isBetween(least, 40_000);
    }

    @Test
    void whateverNobodyShouldSendIsSaidTheSame() {
        var hostile = new HostileChanges(20261130);
        int read = 0;
        for (int i = 0; i < 60_000; i++) {
            var sent = hostile.next();
            read += sameBothWays(sent.body(), sent.headers()) ? 1 : 0;
        }
        assertThat(read).isBetween(200, 30_000);
    }

    @Test
    void whatIsDamagedByteByByteIsSaidTheSame() {
        var random = new Random(20261131);
        byte[] sound = Sent.newCustomer("C-1", "CH").set("phone", "+41446681800")
                .set("address", Map.of("city", "Zürich", "street", "Bahnhofstrasse 1", "country", "CH")).bytes();
        assertThat(sameBothWays(sound, Map.of())).isTrue();
        for (int i = 0; i < 60_000; i++) {
            byte[] damaged = sound.clone();
            for (int k = random.nextInt(2); k >= 0; k--) {
                damaged[random.nextInt(damaged.length)] = (byte) (random.nextBoolean() ? random.nextInt(256)
                        : MARKS.charAt(random.nextInt(MARKS.length())));
            }
            sameBothWays(damaged, Map.of());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"customer", "account"})
    void theContractsCasesAreSaidTheSame(String entity) {
        assertThat(cases(entity)).isNotEmpty().allSatisfy(one -> sameBothWays(one.change(), Map.of()));
    }

    @Test
    void theTrafficOfTheSampleIsNearlyAllReadQuickly() {
        var bodies = Stream.concat(new Traffic(1, 4_000, CLOCK).phases().stream(), new BacklogTraffic(1, 3_000, 1_000, CLOCK).phases().stream())
                .flatMap(phase -> {
                    var emissions = new ArrayList<Emission>();
                    phase.emissions().forEach(emissions::add);
                    return emissions.stream();
                }).map(Emission::body).toList();

        long read = bodies.stream().filter(body -> sameBothWays(body, Map.of())).count();

        assertThat(read).isGreaterThan(bodies.size() * 8L / 10);
    }

    @ParameterizedTest
    @ValueSource(strings = {"op", "after", "changed", "subject", "data", "extension"})
    void aNameThatIsThereTwiceIsNotPassedOver(String name) {
        String sound = Sent.customer("C-1").set("consent", true).with("extension", "x").json();
        var twice = new HashMap<>(Map.of("op", "\"op\":\"u\",", "after", "\"after\":{\"id\":\"C-1\",\"consent\":true},",
                "changed", "\"changed\":[\"consent\"],\"changed\":[\"consent\"],"));
        String damaged = twice.containsKey(name) ? sound.replace("\"data\":{", "\"data\":{" + twice.get(name))
                : sound.replaceFirst("\\{", "{\"" + name + "\":\"customer/C-1\",");
        assertThat(sameBothWays(sound.getBytes(UTF_8), Map.of())).isTrue();
        assertThat(sameBothWays(damaged.getBytes(UTF_8), Map.of())).isFalse();
        assertThat(quick.read(damaged.getBytes(UTF_8), Map.of()).breaches()).extracting(Breach::rule).containsExactly("not-json");
    }

    @Test
    void aChangeThatWasReadUnderAnotherContractIsJudgedByTheOneInForce(@TempDir Path folder) throws IOException {
        byte[] body = Sent.customer("C-1").set("email", "jane.doe.and.more@mail.example").bytes();
        Change before = quick.read(body, Map.of());
        assertThat(before.values()).isNotNull();

        quick.gate.use(narrower(folder));

        assertThat(quick.judged(before).breaches()).extracting(Breach::pointer).containsExactly("/after/email");
        assertThat(quick.judged(quick.read(body, Map.of())).breaches()).extracting(Breach::pointer).containsExactly("/after/email");
        assertThat(quick.read(Sent.customer("C-1").set("email", "j@m.ch").bytes(), Map.of()).values()).isNotNull();
    }

    @Test
    void whatComesIntoForceBetweenTheGatesTwoStepsLeavesTheChangeAsItWasJudged(@TempDir Path folder) throws IOException {
        Change change = quick.read(Sent.customer("C-1").set("email", "jane.doe.and.more@mail.example").bytes(), Map.of());
        quick.gate.check(change);
        quick.gate.use(narrower(folder));
        quick.gate.keepOwned(change, Owner.CRM);
        assertThat(change.breaches()).isEmpty();
        assertThat(change.after().get("email").asText()).isEqualTo("jane.doe.and.more@mail.example");
    }

    private static Contracts narrower(Path folder) throws IOException {
        for (String each : List.of("customer/v1.odcs.yaml", "account/v1.odcs.yaml")) {
            Path copy = folder.resolve(each);
            Files.createDirectories(copy.getParent());
            Files.writeString(copy, Files.readString(Path.of("contracts").resolve(each)).replace("maxLength: 254", "maxLength: 25"));
        }
        return Contracts.read(folder);
    }

    @Test
    void aStepOfSomebodysOwnThatAltersTheDocumentIsNotPassedOver() {
        Change change = quick.read(Sent.customer("C-1").set("email", "jane.doe.and.more@mail.example").bytes(), Map.of());
        assertThat(change.values()).isNotNull();
        change.after().put("email", "no address").put("loyalty", "gold");
        assertThat(quick.judged(change).breaches()).extracting(Breach::pointer).containsExactly("/after/email");
        assertThat(change.altered()).isTrue();
    }

    @Test
    void whatIsNotInItsFormIsBroughtIntoIt() {
        Change change = quick.judged(quick.read(Sent.newCustomer("C-1", "CHE").set("phone", "044 668 18 00").bytes(), Map.of()));
        assertThat(change.breaches()).isEmpty();
        assertThat(change.text("residency")).isEqualTo("CH");
        assertThat(change.text("phone")).isEqualTo("+41446681800");
    }

    @Test
    void whatAnotherSystemWouldTellIsJudgedAsADocument() {
        Change change = quick.read(Sent.customer("C-1").set("consent", true).bytes(), Map.of());
        quick.gate.check(change);
        quick.gate.keepOwned(change, Owner.LEDGER);
        assertThat(change.outcome()).isEqualTo(Outcome.FILTERED);
    }
}
