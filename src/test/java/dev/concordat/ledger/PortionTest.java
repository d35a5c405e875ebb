package dev.concordat.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.change.Change;
import dev.concordat.change.Sent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PortionTest {
    private final Waves waves = new Waves(LedgerGround.statements());
    private long offset;

    private Portion portion(Sent... sendings) throws IOException {
        var portions = portions(sendings);
        assertThat(portions).hasSize(1);
        return portions.get(0);
    }

    private List<Portion> portions(Sent... sendings) throws IOException {
        var changes = new ArrayList<Change>();
        for (Sent sent : sendings) {
            Change change = sent.at(offset++).read();
            change.judgedBy("customer/1.0.0");
            change.live("eu");
            changes.add(change);
        }
        return waves.portions(changes, Duration.ofSeconds(2), new Seen(Seen.NOTHING, new AtomicLong()));
    }

    private static Sent phone(String customer, int version) {
        return Sent.customer(customer).version(version).set("phone", "+41446681802").id(customer + "-" + version);
    }

    private static Sent blocked(String customer, int version) {
        return Sent.customer(customer).version(version).set("status", "suspended").id(customer + "-" + version);
    }

    private static List<String> ids(List<LaneRecord> records) {
        return records.stream().map(LaneRecord::id).toList();
    }

    private static List<List<String>> ids(Portion portion, String... written) {
        var these = portion.records().stream().filter(each -> List.of(written).contains(each.id())).toList();
        assertThat(these).hasSize(written.length);
        return portion.left(these).stream().map(wave -> ids(wave.records())).toList();
    }

    @Test
    void onlyTheFirstChangeOfACustomerMayBePlain() throws IOException {
        var portion = portion(phone("C-2", 2), phone("C-1", 2), phone("C-2", 3), blocked("C-3", 2), phone("C-3", 3));
        assertThat(ids(portion.records())).containsExactly("C-1-2", "C-2-2");
    }

    @Test
    void ofTwoSendingsOfOneChangeOnlyTheFirstMayBePlain() throws IOException {
        var portion = portion(phone("C-2", 2), phone("C-1", 2).id("C-2-2"), phone("C-2", 2));
        assertThat(portion.records()).containsExactly(portion.all().get(0));
        assertThat(ids(portion, "C-2-2")).containsExactly(List.of("C-2-2"), List.of("C-2-2"));
    }

    @Test
    void anIdThatStandsForChangesOfTwoEntitiesIsPlainOnlyOnce() throws IOException {
        var portions = portions(Sent.account("A-1", "C-1").version(2).set("nickname", "rent").id("e"), phone("C-1", 2).id("e"),
                Sent.account("A-2", "C-1").version(2).set("nickname", "rent").id("f"));
        assertThat(portions).extracting(Portion::entity).containsExactly("customer", "account");
        assertThat(portions).extracting(portion -> ids(portion.records())).containsExactly(List.of("e"), List.of("f"));
    }

    @Test
    void whatIsLeftIsJudgedTogetherWithWhatComesAfterIt() throws IOException {
        var portion = portion(phone("C-3", 2), phone("C-2", 2), phone("C-1", 2), phone("C-1", 3), blocked("C-4", 2), phone("C-1", 4));
        assertThat(ids(portion, "C-1-2", "C-3-2")).containsExactly(List.of("C-1-3", "C-2-2", "C-4-2"), List.of("C-1-4"));
    }

    @Test
    void whatComesAfterAChangeThatIsLeftStaysBehindIt() throws IOException {
        var portion = portion(phone("C-1", 2), phone("C-1", 3), phone("C-2", 2), phone("C-2", 3));
        assertThat(ids(portion, "C-2-2")).containsExactly(List.of("C-1-2", "C-2-3"), List.of("C-1-3"));
        assertThat(portion.waves()).extracting(wave -> ids(wave.records())).containsExactly(List.of("C-1-2", "C-2-2"), List.of("C-1-3", "C-2-3"));
    }

    @Test
    void nothingIsLeftWhereAllIsWritten() throws IOException {
        var portion = portion(phone("C-2", 2), phone("C-1", 2));
        assertThat(portion.left(portion.records())).isEmpty();
        assertThat(portion.waves()).allSatisfy(wave -> assertThat(wave.seconds()).isEqualTo(2));
    }
}
