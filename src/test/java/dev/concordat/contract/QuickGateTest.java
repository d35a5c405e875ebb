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
import dev.concordat.change.FieldValues;
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
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
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
        return sameBothWays(quick, byDocument, body, headers);
    }

    private static boolean sameBothWays(Way quick, Way byDocument, byte[] body, Map<String, Object> headers) {
        Change one = quick.judged(quick.read(body, headers));
        Change other = byDocument.judged(byDocument.read(body, headers));
        FieldValues values = one.values();
        assertThat(Said.of(one, quick)).as(() -> new String(body, UTF_8)).isEqualTo(Said.of(other, byDocument));
        if (values != null) {
            assertThat(told(values)).as(() -> new String(body, UTF_8)).isEqualTo(told(other.after()));
        }
        assertThat(one.copy().data()).as(() -> new String(body, UTF_8)).isEqualTo(other.data());
        assertThat(one.data()).as(() -> new String(body, UTF_8)).isEqualTo(other.data());
        assertThat(one.values()).isNull();
        return values != null;
    }

    /** What a ledger would read of each field; of an object, the tree. */
    private static Map<String, Object> told(FieldValues values) {
        var told = new HashMap<String, Object>();
        for (int place = 0; place < values.layout().size(); place++) {
            if (values.sets(place)) {
                String text = values.values()[place];
                told.put(values.layout().name(place), text != null && text.startsWith("{") ? Sent.tree(text) : text);
            }
        }
        return told;
    }

    private static Map<String, Object> told(ObjectNode after) {
        var told = new HashMap<String, Object>();
        after.properties().forEach(field -> told.put(field.getKey(), field.getValue().isObject() ? field.getValue()
                : field.getValue().isTextual() && field.getValue().textValue().startsWith("{") ? Sent.tree(field.getValue().textValue())
                : field.getValue().asText(null)));
        return told;
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

    /** A field of a contract, in YAML, and values in JSON. */
    private record Kind(String name, String type, String options, List<String> values) {
    }

    /** Fields of every kind that the shipped contracts do not let the CRM set, and values that lie about their limits. */
    private static final List<Kind> KINDS = List.of(
            new Kind("account", "string", "{format: iban}", List.of("\"DE89370400440532013000\"", "\"DE88370400440532013000\"", "\"\"")),
            new Kind("bank", "string", "{format: bic}", List.of("\"DEUTDEFF\"", "\"DEUTDEF\"", "\"deutdeff\"")),
            new Kind("firm", "string", "{format: lei}", List.of("\"5493001KJTIIGC8Y1R12\"", "\"5493001KJTIIGC8Y1R13\"")),
            new Kind("money", "string", "{format: iso-4217, minLength: 3}", List.of("\"CHF\"", "\"chf\"", "\"XQX\"")),
            new Kind("score", "integer", "{minimum: -5, maximum: 100}",
                    List.of("-5", "-6", "0", "-0", "100", "101", "1E2", "1.0", "1e400", "\"7\"", "true", "99999999999999999999")),
            new Kind("points", "integer", "{format: i64}",
                    List.of("9223372036854775807", "9223372036854775808", "-9223372036854775808", "7.5", "01")),
            new Kind("seen", "timestamp", "{}", List.of("\"2026-11-22T10:00:00Z\"", "\"2026-11-22T10:00:00.123456789+14:00\"",
                    "\"2026-11-22T10:00Z\"", "\"2026-02-30T10:00:00Z\"", "\"0001-01-01T00:00:00Z\"")),
            new Kind("code", "string", "{minLength: 3, maxLength: 5, pattern: '^[a-z\u00e9]*$'}",
                    List.of("\"abc\"", "\"ab\"", "\"abcdef\"", "\"a\u00e9\\u00e9\"", "\"abc\\n\"", "\"ABC\"")),
            new Kind("nick", "string", "{minLength: 3, maxLength: 5}", List.of("\"\\ud83d\\ude00\\ud83d\\ude00\"", "\"a\\ud83d\\ude00b\"",
                    "\"\\ud83d\\ude00\\ud83d\\ude00\\ud83d\\ude00\"", "\"abcde\"", "\"abcdef\"", "\"a\\u0000bc\"", "\"a\\ud83dbc\"")),
            new Kind("home", "object", "{}", List.of("{}", "{\"a\":\"xx\"}", "{\"a\":\"x\"}", "{\"b\":1,\"a\":\"xx\"}", "{\"a\":\"xx\",\"b\":-1}",
                    "{\"a\":\"xx\",\"b\":-0}", "{\"a\":\"xx\",\"a\":\"yy\"}", "{\"\\u0061\":\"xx\",\"c\":false}", "{\"a\":\"xx\",\"d\":1.0}",
                    "{\"a\":\"xx\",\"e\":{}}", "{\"a\":\"xx\",\"e\":{\"x\":\"\"}}", "{\"a\":\"xx\",\"e\":null}", "{\"a\":\"xx\",\"f\":1}", "[]")));
    private static final Map<String, String> COLUMNS = Map.of("integer", "bigint", "timestamp", "timestamptz", "object", "jsonb");
    private static final String PARTS = """
                  properties:
                    - {id: a, name: a, logicalType: string, required: true, logicalTypeOptions: {minLength: 2}}
                    - {id: b, name: b, logicalType: integer, logicalTypeOptions: {minimum: 0}}
                    - {id: c, name: c, logicalType: boolean}
                    - {id: d, name: d, logicalType: number}
                    - {id: e, name: e, logicalType: object, properties: [{id: x, name: x, logicalType: string, required: true}]}
            """;

    private static final String RULE = """
                  - id: high_score_with_consent
                    name: high-score-with-consent
                    type: custom
                    engine: cel
                    description: should be at most 50 without `/after/consent`
                    dimension: consistency
                    severity: error
                    implementation:
                      field: /after/score
                      when: after.score != null && after.consent != null
                      expression: after.consent || after.score <= 50
            """;

    private static Contracts withEveryKind(Path folder) throws IOException {
        String fields = KINDS.stream().map(kind -> """
                      - id: %1$s
                        name: %1$s
                        physicalName: %1$s
                        logicalType: %2$s
                        logicalTypeOptions: %3$s
                        physicalType: %4$s
                        classification: internal
                        customProperties: [{property: owningSystem, value: crm}]
                """.formatted(kind.name, kind.type, kind.options, COLUMNS.getOrDefault(kind.type, "text"))
                + (kind.type.equals("object") ? PARTS.indent(2) : "")).collect(Collectors.joining());
        return edited(folder, text -> text.replace("      - id: customerNumber\n", fields + "      - id: customerNumber\n")
                .replace("    quality:\n      - id: person_in", "    quality:\n" + RULE + "      - id: person_in"));
    }

    @Test
    void fieldsOfEveryKindAreSaidTheSame(@TempDir Path folder) throws IOException {
        var contracts = withEveryKind(folder);
        var one = new Way(contracts, true);
        var other = new Way(contracts, false);
        var random = new Random(20261132);
        var readOfKind = new TreeSet<String>();
        for (int i = 0; i < 30_000; i++) {
            var fields = new TreeMap<String, String>();
            for (int k = random.nextInt(3); k >= 0; k--) {
                Kind kind = KINDS.get(random.nextInt(KINDS.size()));
                fields.put(kind.name, random.nextInt(12) == 0 ? "null" : kind.values.get(random.nextInt(kind.values.size())));
            }
            String after = fields.entrySet().stream().map(each -> ",\"" + each.getKey() + "\":" + each.getValue()).collect(Collectors.joining());
            String body = Sent.customer("C-1").set("consent", true).json().replace("\"consent\":true", "\"consent\":" + random.nextBoolean() + after)
                    .replace("\"changed\":[\"consent\"],", "");
            if (sameBothWays(one, other, body.getBytes(UTF_8), Map.of())) {
                readOfKind.addAll(fields.keySet());
            }
        }
        assertThat(readOfKind).as("what was read quickly").containsExactly("account", "bank", "code", "firm", "home", "money", "nick", "points", "score",
                "seen");
    }

    @Test
    void tooManyAttributesOfOthersAreLeftToTheDocument() {
        var sent = Sent.customer("C-1").set("consent", true);
        for (int i = 0; i < 15; i++) {
            sent.with("other" + i, "");
        }
        assertThat(sameBothWays(sent.bytes(), Map.of())).isTrue();
        assertThat(sameBothWays(sent.with("other15", "").bytes(), Map.of())).isFalse();
    }

    @Test
    void aChangeOnWhichACheckFailsIsLeftToTheDocument() {
        var reader = new ChangeReader(Sent.LARGEST, (parser, bytes, addressed) -> {
            throw new IllegalStateException("a check failed");
        });
        Change change = reader.read(Sent.received(Sent.customer("C-1").set("consent", true).bytes(), Map.of(), 7));
        assertThat(change.breaches()).isEmpty();
        assertThat(change.envelope().entityId()).isEqualTo("C-1");
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
        return edited(folder, text -> text.replace("maxLength: 254", "maxLength: 25"));
    }

    private static Contracts edited(Path folder, UnaryOperator<String> edit) throws IOException {
        for (String each : List.of("customer/v1.odcs.yaml", "account/v1.odcs.yaml")) {
            Path copy = folder.resolve(each);
            Files.createDirectories(copy.getParent());
            String text = Files.readString(Path.of("contracts").resolve(each));
            Files.writeString(copy, each.startsWith("customer") ? edit.apply(text) : text);
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
