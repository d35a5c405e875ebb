package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.concordat.change.Quarantined;
import dev.concordat.change.Sent;
import dev.concordat.quarantine.QuarantineStore;
import dev.concordat.quarantine.QuarantineStore.Entry;
import dev.concordat.quarantine.Selection;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;

/** What a trial says of real servers' changes, and what the bridge does once the contract is in force. */
class ContractTryIT {
    private static final Duration LONG = Duration.ofMinutes(5);

    private record Ran(int status, JsonNode json) {
    }

    @Test
    void exactlyWhatTheTrialNamedIsAppliedOnceTheLooserContractIsInForceAndTheRestComesBack() throws Exception {
        try (var bed = new TestBed()) {
            Path contracts = TestBed.copyOfContracts(bed.folder.resolve("contracts"));
            var settings = bed.settings().with("concordat.contracts", contracts.toString());
            Path config = bed.folder.resolve("trial.properties");
            try (var out = Files.newOutputStream(config)) {
                settings.all().store(out, null);
            }
            Path looser = Files.writeString(bed.folder.resolve("looser.yaml"), Files.readString(Path.of("contracts/customer/v1.odcs.yaml"))
                    .replace("version: 1.0.0", "version: 1.1.0").replace("business, corporate]", "business, corporate, platinum]"));
            var store = new QuarantineStore(bed.ledgers());

            try (var bridge = Bridge.start(settings, Clock.systemUTC()); var admin = admin(bed)) {
                send(bed);
                // The seventh: what the ledger told of C-sound, whom the sample CRM does not know.
                await().atMost(LONG).until(() -> inState(store, "quarantined").size() == 7 && bed.accounting().read().of("applied") == 1);

                Ran topic = trial(config, looser, "topic");

                assertThat(topic.json.get("changes").asInt()).as(topic.json.toString()).isEqualTo(7);
                assertThat(topic.json.get("wouldPass").asInt()).isEqualTo(2);
                assertThat(topic.json.at("/goneBreaches/0/examples/0").asText()).startsWith("topic crm.changes-");
                assertThat(groups(admin)).as("the trial is nobody's group").contains("concordat-admit")
                        .isSubsetOf("concordat-admit", "concordat-refetch", "concordat-salesforce", "concordat-apply-eu", "concordat-apply-uk", "concordat-apply-us");
            }
            Ran ran = trial(config, looser, "quarantine");
            assertThat(ran.status).isZero();
            assertThat(ran.json.get("changes").asInt()).isEqualTo(6);
            assertThat(ran.json.get("ofLedgers").asInt()).isEqualTo(1);
            assertThat(ran.json.at("/heldOtherwise/residency-unknown").asInt()).isEqualTo(1);
            Set<String> named = new TreeSet<>();
            ran.json.get("moved").forEach(one -> named.add(one.get("place").asText().replace("quarantine ", "")));
            assertThat(named).hasSize(2).allMatch(name -> name.startsWith("eu-") || name.startsWith("uk-"));
            assertThat(ran.json.get("wouldPass").asInt()).isEqualTo(2);

            Files.copy(looser, contracts.resolve("customer/v1.odcs.yaml"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            try (var bridge = Bridge.start(settings, Clock.systemUTC())) {
                var replayed = new AtomicInteger();
                List.of("eu", "uk", "us").forEach(region -> store.replayAll(region, Selection.ALL, replayed::addAndGet));
                assertThat(replayed).hasValue(7);
                await().atMost(LONG).until(() -> bed.accounting().read().of("applied") == 3
                        && inState(store, "quarantined").stream().filter(entry -> ofCrm(entry) && entry.attempts() == 1).count() == 4);
                await().atMost(LONG).untilAsserted(() -> assertThat(inState(store, "replayed").stream().filter(ContractTryIT::ofCrm).map(Entry::name))
                        .containsExactlyInAnyOrderElementsOf(named));
            }
        }
    }

    private static void send(TestBed bed) throws Exception {
        Stream.of(Sent.newCustomer("C-de", "DE").set("type", "company").set("segment", "platinum"),
                Sent.newCustomer("C-phone", "DE").set("type", "company").set("segment", "platinum").set("phone", "044"),
                Sent.newCustomer("C-status", "US").set("status", "gone"),
                Sent.newCustomer("C-unplaced", "JP"),
                Sent.newCustomer("C-sound", "DE")).forEach(sent -> bed.send("crm.changes", sent.after().get("id").asText(), sent.json()));
        bed.sendBinary("crm.changes", "C-gb", Sent.newCustomer("C-gb", "GB").set("type", "company").set("segment", "platinum").json());
        bed.send("crm.changes", "C-broken", "{");
    }

    private static Ran trial(Path config, Path contract, String from) throws Exception {
        var out = new StringWriter();
        var err = new StringWriter();
        int status = Concordat.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err, true)).execute("contract", "try",
                contract.toString(), "--from", from, "--format", "json", "--config", config.toString());
        assertThat(status).as(out + "" + err).isLessThan(2);
        return new Ran(status, new ObjectMapper().readTree(out.toString()));
    }

    private static Admin admin(TestBed bed) {
        return Admin.create(Map.of("bootstrap.servers", bed.parts.kafkaBootstrap()));
    }

    private static Set<String> groups(Admin admin) throws Exception {
        return admin.listConsumerGroups().all().get().stream().map(group -> group.groupId()).collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<Entry> inState(QuarantineStore store, String state) {
        return store.list(state, Selection.ALL, 100).entries();
    }

    private static boolean ofCrm(Entry entry) {
        return entry.direction().equals(Quarantined.CRM_TO_LEDGER);
    }
}
