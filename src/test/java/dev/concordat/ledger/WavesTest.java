package dev.concordat.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concordat.change.Breach;
import dev.concordat.change.Breached;
import dev.concordat.change.ChangeReader;
import dev.concordat.change.LaneRecords;
import dev.concordat.change.Quarantined;
import dev.concordat.change.Sent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WavesTest {
    private static final String BEFORE = "{\"contract\":\"c\",\"receipt\":\"r\",\"change\":";
    private final Statements statements = LedgerGround.statements();
    private final Waves waves = new Waves(statements);
    private long offset;

    /** A lane record as Kafka hands it over: headers are bytes. */
    private Exchange laneRecord(String subject, String id) {
        String change = "{\"source\":\"s\",\"id\":\"" + id + "\",\"time\":\"2026-11-22T10:00:00Z\",\"sequence\":\"1\"}";
        return exchange((BEFORE + change + "}").getBytes(UTF_8), Map.of(LaneRecords.SUBJECT, subject.getBytes(UTF_8),
                LaneRecords.CHANGE_AT, Integer.toString(BEFORE.length()).getBytes(UTF_8)));
    }

    private Exchange exchange(byte[] body, Map<String, Object> headers) {
        var exchange = Sent.received(body, new HashMap<>(headers), offset++);
        exchange.getMessage().setHeader("kafka.TOPIC", "eu.changes");
        return exchange;
    }

    private static List<String> changes(Wave wave) {
        return wave.records().stream().map(LaneRecord::id).toList();
    }

    @Test
    void changesOfOneEntityAreOneWaveInTheOrderOfTheirSubjects() {
        var batch = waves.sort(List.of(laneRecord("customer/C-2", "1"), laneRecord("customer/C-1", "2"), laneRecord("customer/C-3", "3")));
        assertThat(batch.breached()).isEmpty();
        assertThat(batch.waves()).singleElement().satisfies(wave -> {
            assertThat(wave.entity()).isEqualTo("customer");
            assertThat(wave.sql()).isEqualTo(statements.applySql("customer").replaceAll(":#\\w+", "?"));
            assertThat(changes(wave)).containsExactly("2", "1", "3");
            assertThat(wave.parameters()).anySatisfy(array -> assertThat(array).isEqualTo(new String[] {"2", "1", "3"}));
            assertThat(wave.parameters()).hasSize((int) wave.sql().chars().filter(each -> each == '?').count());
        });
    }

    @Test
    void aParentComesBeforeWhatDependsOnIt() {
        var batch = waves.sort(List.of(laneRecord("account/A-1", "1"), laneRecord("customer/C-1", "2"), laneRecord("account/A-2", "3")));
        assertThat(batch.waves()).extracting(Wave::entity).containsExactly("customer", "account");
        assertThat(changes(batch.waves().get(1))).containsExactly("1", "3");
    }

    @Test
    void changesOfTheSameIdGoInRoundsOneAfterTheOther() {
        var batch = waves.sort(List.of(laneRecord("customer/C-1", "1"), laneRecord("customer/C-1", "2"), laneRecord("customer/C-2", "3"),
                laneRecord("customer/C-1", "4"), laneRecord("account/C-1", "5")));
        assertThat(batch.waves()).extracting(WavesTest::changes)
                .containsExactly(List.of("1", "3"), List.of("2"), List.of("4"), List.of("5"));
    }

    @Test
    void whatAdmitFoundInBreachIsSetAsideAsItCame() {
        var quarantined = Quarantined.unread("crm.changes-0@1", new Breach("not-json", "none", "", "not-json", "wrong"));
        var batch = waves.sort(List.of(laneRecord("customer/C-1", "1"), exchange("garbage".getBytes(UTF_8),
                Map.of(LaneRecords.QUARANTINED, quarantined.json()))));
        assertThat(batch.waves()).hasSize(1);
        assertThat(batch.breached()).singleElement().satisfies(each -> {
            assertThat(each.original()).isEqualTo("garbage".getBytes(UTF_8));
            assertThat(each.quarantined()).isEqualTo(quarantined);
        });
    }

    @Test
    void aChangeThatCameBackInBreachIsBookedUnderItsFirstReceipt() {
        var breach = new Breach("schema", "customer/1.0.0", "/after/phone", "pattern", "wrong");
        var quarantined = new Quarantined("urn:crm:test", "e-1", "customer/C-1", Quarantined.CRM_TO_LEDGER, "customer/1.0.0", "schema", List.of(breach),
                "crm.changes-0@9", true, null);
        var headers = Map.<String, Object>of(LaneRecords.QUARANTINED, quarantined.json());
        var withFirst = Map.<String, Object>of(LaneRecords.QUARANTINED, quarantined.json(), ChangeReader.FIRST, "crm.changes-0@5".getBytes(UTF_8));
        assertThat(waves.sort(List.of(exchange(new byte[0], withFirst), exchange(new byte[0], headers))).breached()).extracting(Breached::quarantined)
                .containsExactly(quarantined.bookedUnder("crm.changes-0@5"), quarantined);
    }

    @Test
    void aNewerBridgeMaySayMoreOfAChangeInBreach() {
        var quarantined = Quarantined.unread("crm.changes-0@1", new Breach("not-json", "none", "", "not-json", "wrong"));
        byte[] more = new String(quarantined.json(), UTF_8).replace("\"rule\"", "\"more\":1,\"rule\"").getBytes(UTF_8);
        assertThat(waves.sort(List.of(exchange(new byte[0], Map.of(LaneRecords.QUARANTINED, more)))).breached()).extracting(Breached::quarantined)
                .containsExactly(quarantined);
    }

    static Stream<Map<String, Object>> foreignHeaders() {
        return Stream.of(Map.of(), Map.of(LaneRecords.SUBJECT, "customer/C-1"), Map.of(LaneRecords.CHANGE_AT, "3"),
                headers("customer/C-1", "-1"), headers("customer/C-1", "x"), headers("customer/C-1", "99999"),
                headers("customer/C-1", "7"), headers("invoice/I-1", "3"), headers("customer", "3"), headers("", "3"), headers("/", "3"),
                Map.of(LaneRecords.QUARANTINED, "not a description".getBytes(UTF_8)), Map.of(LaneRecords.QUARANTINED, "{}".getBytes(UTF_8)),
                Map.of(LaneRecords.QUARANTINED, ("{\"source\":\"s\",\"id\":\"i\",\"subject\":\"no-slash\",\"direction\":\"crm-to-ledger\","
                        + "\"contract\":\"c\",\"rule\":\"r\",\"breaches\":[],\"receipt\":\"r\",\"returned\":false}").getBytes(UTF_8)));
    }

    private static Map<String, Object> headers(String subject, String changeAt) {
        return Map.of(LaneRecords.SUBJECT, subject.getBytes(UTF_8), LaneRecords.CHANGE_AT, changeAt.getBytes(UTF_8));
    }

    @ParameterizedTest
    @MethodSource("foreignHeaders")
    void aRecordThatAdmitDidNotWriteGoesToQuarantineUnderItsReceipt(Map<String, Object> headers) {
        assertForeign(waves.sort(List.of(exchange("{}foreign".substring(0, 7).getBytes(UTF_8), headers))).breached());
    }

    @ParameterizedTest
    @ValueSource(strings = {"garbage", "[]", "{\"change\":{}}", "{\"contract\":\"c\",\"receipt\":\"r\",\"change\":1}",
        "{\"contract\":\"c\",\"receipt\":\"r\",\"change\":{\"source\":\"s\",\"id\":\"i\",\"time\":\"2026-11-22T10:00:00Z\",\"sequence\":\"x\"}}",
        "{\"contract\":\"c\",\"receipt\":\"r\",\"change\":{\"source\":\"s\",\"id\":\"i\",\"time\":\"t\"}}",
        "{\"contract\":\"c\",\"receipt\":\"r\",\"after\":1,\"change\":{\"source\":\"s\",\"id\":\"i\",\"time\":\"2026-11-22T10:00:00Z\"}}"})
    void aRecordUnderAdmitsHeadersThatAdmitDidNotWriteGoesToQuarantineToo(String foreign) {
        assertForeign(waves.sort(List.of(exchange(foreign.getBytes(UTF_8), headers("customer/C-1", "3")))).breached());
    }

    @Test
    void aTombstoneOnTheLaneGoesToQuarantineWithoutBytes() {
        for (Map<String, Object> headers : List.of(Map.<String, Object>of(), headers("customer/C-1", "3"))) {
            offset = 0;
            var breached = waves.sort(List.of(exchange(null, headers))).breached();
            assertForeign(breached);
            assertThat(breached.get(0).original()).isEmpty();
        }
    }

    private static void assertForeign(List<Breached> breached) {
        assertThat(breached).singleElement().satisfies(each -> {
            var quarantined = each.quarantined();
            assertThat(quarantined.id()).isEqualTo("eu.changes-0@0");
            assertThat(quarantined.rule()).isEqualTo("envelope");
            assertThat(quarantined.breaches().get(0).sentence())
                    .isEqualTo("A change should come through the intake; only admit writes to a lane's topic");
        });
    }

    @Test
    void aChangeThatANewerContractJudgedWaitsUntilThatContractIsInForceHere() {
        for (String newer : List.of("customer/1.0.1", "customer/1.10.0", "customer/2.0.0")) {
            assertThatThrownBy(() -> waves.sort(List.of(judgedBy(newer)))).hasMessageContaining(newer).hasMessageContaining("not in force here yet");
        }
        for (String known : List.of("customer/1.0.0", "none")) {
            assertThat(waves.sort(List.of(judgedBy(known))).waves()).as(known).hasSize(1);
        }
    }

    /** Whose names its fields go by. */
    @Test
    void aChangeThatAnOlderMajorJudgedIsJudgedAgain() {
        var batch = waves.sort(List.of(judgedBy("customer/0.9.0"), laneRecord("customer/C-2", "2")));
        assertThat(batch.waves()).hasSize(1);
        assertThat(batch.outdated()).singleElement().satisfies(each -> {
            assertThat(each.original()).asString(UTF_8).isEqualTo("{\"source\":\"s\",\"id\":\"i\",\"time\":\"2026-11-22T10:00:00Z\"}");
            assertThat(each.receipt()).isEqualTo("r");
        });
        String ended = BEFORE.replace("\"c\"", "\"customer/0.9.0\"").replace("\"change\"", "\"outcome\":\"filtered\",\"change\"");
        var filtered = waves.sort(List.of(exchange((ended + "{\"source\":\"s\",\"id\":\"i\",\"time\":\"2026-11-22T10:00:00Z\"}}").getBytes(UTF_8),
                headers("customer/C-1", Integer.toString(ended.length())))));
        assertThat(filtered.outdated()).as("it has ended").isEmpty();
        assertThat(filtered.waves()).hasSize(1);
    }

    private Exchange judgedBy(String contract) {
        String before = BEFORE.replace("\"c\"", '"' + contract + '"');
        return exchange((before + "{\"source\":\"s\",\"id\":\"i\",\"time\":\"2026-11-22T10:00:00Z\"}}").getBytes(UTF_8),
                headers("customer/C-1", Integer.toString(before.length())));
    }

    @Test
    void aWaveIsHalvedUntilOneIsLeft() {
        var wave = waves.sort(List.of(laneRecord("customer/C-1", "1"), laneRecord("customer/C-2", "2"), laneRecord("customer/C-3", "3")))
                .waves().get(0);
        assertThat(wave.single()).isFalse();
        assertThat(wave.halves()).extracting(WavesTest::changes).containsExactly(List.of("1"), List.of("2", "3"));
        assertThat(wave.halves().get(0).single()).isTrue();
        assertThat(wave.halves().get(0).statement()).isSameAs(wave.statement());
    }
}
