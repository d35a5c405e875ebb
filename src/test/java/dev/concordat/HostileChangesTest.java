package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.concordat.change.Breach;
import dev.concordat.change.Change;
import dev.concordat.change.ChangeReader;
import dev.concordat.change.Enrichment;
import dev.concordat.change.LaneRecords;
import dev.concordat.change.Outcome;
import dev.concordat.change.Sent;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever is sent, the shipped route judges it: it passes or is in breach, says what would be right, and can be carried on. */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class HostileChangesTest {
    private static final int INPUTS = 200_000;
    private static final int BATCH = 1_000;
    private static final Set<String> LANE_HEADERS = Set.of(KafkaConstants.OVERRIDE_TOPIC, KafkaConstants.KEY, LaneRecords.SUBJECT,
            LaneRecords.CHANGE_AT, LaneRecords.QUARANTINED, ChangeReader.FIRST);
    private static final Set<Object> TOPICS = Set.of("eu.changes", "crm.refetch");
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_.~:-]{1,64}");
    /** Bytes; {@code camel.component.kafka.max-request-size}, less what Kafka itself adds. */
    private static final int LARGEST_RECORD = 4_194_304 - 1_024;

    private final LaneRecords laneRecords = new LaneRecords(".changes", "crm.refetch");
    private CamelContext camel;

    @BeforeEach
    void start() throws Exception {
        camel = RouteGround.context(List.of("eu"), Map.of());
        camel.getRegistry().bind("enrichment", Enrichment.ofCustomers());
        RouteGround.load(camel, "admit");
        AdviceWith.adviceWith(camel, "receive", route -> route.replaceFromWith("direct:unused"));
        camel.start();
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    @Test
    void twoHundredThousandHostileRecordsEndOnceEachWithASentenceThatTellsNoSecret() {
        var hostile = new HostileChanges(20261123);
        var reader = new ChangeReader(Sent.LARGEST);
        var outcomes = new EnumMap<Outcome, Integer>(Outcome.class);
        int passed = 0;
        for (int batch = 0; batch < INPUTS / BATCH; batch++) {
            var sent = new ArrayList<HostileChanges.Hostile>();
            for (int i = 0; i < BATCH; i++) {
                sent.add(hostile.next());
            }
            List<Change> judged = judge(sent);
            assertThat(judged).hasSize(BATCH);
            for (int i = 0; i < BATCH; i++) {
                Change change = judged.get(i);
                passed += change.ended() ? 0 : 1;
                if (change.ended()) {
                    outcomes.merge(change.outcome(), 1, Integer::sum);
                }
                endsOnce(change, batch * BATCH + i);
                namesAKeyOrNone(reader.key(sent.get(i).body()));
            }
            for (int i = 0; i < BATCH; i++) {
                judged.get(i).live("eu");
            }
            laneRecords.write(judged, new DefaultExchange(camel)).forEach(HostileChangesTest::canBeCarried);
        }
        assertThat(passed).isBetween(20_000, 100_000);
        assertThat(outcomes.keySet()).containsOnly(Outcome.QUARANTINED, Outcome.FILTERED);
        assertThat(outcomes.get(Outcome.QUARANTINED)).isBetween(80_000, 180_000);
    }

    @SuppressWarnings("unchecked")
    private List<Change> judge(List<HostileChanges.Hostile> sent) {
        List<Exchange> batch = new ArrayList<>();
        sent.forEach(one -> batch.add(Sent.received(one.body(), one.headers(), batch.size())));
        return camel.createFluentProducerTemplate().to("direct:judge").withBody(batch).request(List.class);
    }

    /** Asserts only what is wrong: two hundred thousand descriptions would take longer than the judging. */
    private static void endsOnce(Change change, int number) {
        boolean once = change.breaches().isEmpty() == (change.outcome() != Outcome.QUARANTINED)
                && (change.outcome() == null || change.outcome() == Outcome.FILTERED || change.outcome() == Outcome.QUARANTINED)
                && (change.envelope() != null || change.ended());
        boolean received = change.receipt().topic().equals("crm.changes") && !change.receipt().returned();
        if (!once || !received || !change.breaches().stream().allMatch(HostileChangesTest::tells)) {
            fail("input " + number + " ended as " + change.outcome() + " at " + change.receipt() + " with " + change.breaches());
        }
    }

    private static boolean tells(Breach breach) {
        String all = breach.sentence() + breach.pointer() + breach.rule() + breach.keyword();
        return !breach.rule().equals("not-judged") && !breach.sentence().isBlank() && breach.sentence().length() < 1_000
                && !all.contains(HostileChanges.SECRET) && all.chars().noneMatch(Character::isISOControl);
    }

    private static void namesAKeyOrNone(String key) {
        if (key != null && !KEY.matcher(key).matches()) {
            fail("a key should be a customer's id, not [" + key + "]");
        }
    }

    private static void canBeCarried(Message message) {
        int size = message.getBody(byte[].class).length;
        for (Object header : message.getHeaders().values()) {
            size += header instanceof byte[] bytes ? bytes.length : ((String) header).length() * 3;
        }
        if (size > LARGEST_RECORD || !LANE_HEADERS.containsAll(message.getHeaders().keySet())
                || !TOPICS.contains(message.getHeader(KafkaConstants.OVERRIDE_TOPIC))) {
            fail("a record of " + size + " bytes cannot be carried with " + message.getHeaders());
        }
    }
}
