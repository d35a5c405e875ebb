package dev.concordat.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.change.Breach;
import dev.concordat.change.Change;
import dev.concordat.change.ChangeReader;
import dev.concordat.change.Enrichment;
import dev.concordat.change.Outcome;
import dev.concordat.change.Receipt;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whatever is sent, the gate ends it with a verdict, and the schema's part of the verdict is that of another validator.
 *
 * <p>No document takes unbounded work: each is smaller than the largest change, no contract holds a pattern that repeats a
 * repetition, and no step of the gate goes over a document more often than the schema has keywords for a place.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class GateFuzzTest {
    private static final int LARGEST = 262_144;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Contracts CONTRACTS = Contracts.read(Path.of("contracts"));
    private static final Receipt RECEIPT = new Receipt("crm.changes", 0, 1, false, null, null);

    private final List<Drift> drift = new ArrayList<>();
    private final Gate gate = new Gate(CONTRACTS, drift::add);
    private final Enrichment enrichment = Enrichment.ofCustomers();

    @ParameterizedTest
    @CsvSource({"customer, 20261122", "account, 20261123"})
    void aHundredThousandDocumentsEndAsAnotherValidatorSays(String entity, long seed) throws IOException {
        Contract contract = CONTRACTS.newest(entity);
        Judge judge = new Judge(contract);
        SecondValidator second = new SecondValidator(contract.jsonSchema());
        Mutations mutations = new Mutations(seed);
        List<ObjectNode> valid = accepted(entity);
        int refused = 0;
        for (int i = 0; i < 100_000; i++) {
            ObjectNode data = mutations.of(valid.get(i % valid.size()), valid.get(i * 7 % valid.size()));
            Change change = change(entity, data);
            if (change.data().get("after") instanceof ObjectNode) {
                enrichment.enrich(change);
            }
            ObjectNode validated = change.data().deepCopy();
            judge.settle(validated);
            boolean endless = Numbers.endless(validated) != null;

            gate.check(change);
            gate.keepOwned(change, i % 2 == 0 ? Owner.CRM : Owner.LEDGER);

            boolean inBreach = change.breaches().stream().anyMatch(breach -> breach.rule().equals("schema"));
            refused += inBreach ? 1 : 0;
            assertThat(inBreach).as(() -> "document of seed " + seed + ": " + validated)
                    .isEqualTo(endless || !second.isValid(validated));
            assertThat(change.outcome() == Outcome.QUARANTINED).isEqualTo(!change.breaches().isEmpty());
            drift.clear();
        }
        assertThat(refused).isBetween(20_000, 80_000);
    }

    @Test
    void twentyThousandDamagedChangesAreReadOrRefused() throws IOException {
        ChangeReader reader = new ChangeReader(LARGEST);
        Random random = new Random(20261124);
        List<byte[]> sent = new ArrayList<>();
        for (String entity : List.of("customer", "account")) {
            cases(entity).forEach(one -> sent.add(one.change()));
        }
        int unread = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = damaged(sent.get(random.nextInt(sent.size())), sent.get(random.nextInt(sent.size())), random);

            Change change = reader.readStructured(RECEIPT, damaged);
            enrichment.enrich(change);
            gate.check(change);
            gate.keepOwned(change, Owner.CRM);

            assertThat(change.original()).isSameAs(damaged);
            assertThat(change.source()).isNotBlank();
            assertThat(change.id()).isNotBlank();
            unread += change.envelope() == null ? 1 : 0;
            assertThat(change.envelope() != null || change.ended()).isTrue();
            assertThat(change.breaches()).extracting(Breach::sentence).allSatisfy(sentence -> assertThat(sentence).isNotBlank());
        }
        assertThat(unread).isBetween(5_000, 19_000);
    }

    /** Bytes flipped, cut out, repeated, or spliced with another change. */
    private static byte[] damaged(byte[] change, byte[] other, Random random) {
        byte[] bytes = change.clone();
        for (int i = random.nextInt(3); i >= 0; i--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] = (byte) "{}[]\":,\\0eE-u\u0000".charAt(random.nextInt(14));
                case 2 -> bytes = joined(bytes, 0, at, bytes, Math.min(bytes.length, at + 1 + random.nextInt(20)), bytes.length);
                case 3 -> bytes = joined(bytes, 0, at, bytes, Math.max(0, at - random.nextInt(40)), bytes.length);
                case 4 -> bytes = joined(bytes, 0, at, other, Math.min(other.length - 1, at), other.length);
                default -> bytes = joined(bytes, 0, at, nested(random), 0, 2_000);
            }
        }
        return bytes;
    }

    private static byte[] nested(Random random) {
        return (random.nextBoolean() ? "[" : "{\"a\":").repeat(2_000).getBytes(UTF_8);
    }

    private static byte[] joined(byte[] head, int from, int to, byte[] tail, int tailFrom, int tailTo) {
        byte[] joined = new byte[Math.max(1, to - from + tailTo - tailFrom)];
        System.arraycopy(head, from, joined, 0, to - from);
        System.arraycopy(tail, tailFrom, joined, to - from, tailTo - tailFrom);
        return joined;
    }

    private static List<ContractCase> cases(String entity) {
        return ContractCases.read(Path.of("contracts", entity, "v1.cases.yaml"), CONTRACTS, new ArrayList<>());
    }

    /** What the accepted cases send: every field, every operation. */
    private static List<ObjectNode> accepted(String entity) throws IOException {
        List<ObjectNode> documents = new ArrayList<>();
        for (ContractCase one : cases(entity)) {
            if (one.expected().verdict() != ContractCase.Verdict.BREACH) {
                documents.add((ObjectNode) JSON.readTree(one.change()).get("data"));
            }
        }
        return documents;
    }

    private static Change change(String entity, ObjectNode data) {
        JsonNode id = data.path("after").path("id");
        Change change = new Change(RECEIPT, new byte[0]);
        change.read(new Change.Envelope("urn:crm:test", "1", entity, id.asText(""), "C-1", 1, Instant.EPOCH,
                "urn:concordat:" + entity + ":1", null), data, true);
        return change;
    }
}
