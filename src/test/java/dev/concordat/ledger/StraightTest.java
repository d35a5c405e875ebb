package dev.concordat.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concordat.change.Breach;
import dev.concordat.change.Breached;
import dev.concordat.change.Change;
import dev.concordat.change.Outcome;
import dev.concordat.change.Quarantined;
import dev.concordat.change.Sent;
import dev.concordat.ledger.Straight.Part;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StraightTest {
    private final Set<String> waiting = new HashSet<>();
    private final SlowTopics topics = new SlowTopics();
    private final Queued queued = new Queued(List.of("eu", "uk"), topics);
    private final Straight straight = new Straight(new Waves(LedgerGround.statements()), waiting::contains, queued, Duration.ofSeconds(2), () -> this.nanos, this::pause);
    private long nanos;
    private int pauses;
    /** After so many pauses the lane of eu is through. */
    private int throughAfter = Integer.MAX_VALUE;
    private long offset;

    private void pause(long time) {
        nanos += time;
        if (++pauses == throughAfter) {
            topics.passed("eu");
        }
    }

    private List<Change> many(String prefix) {
        return IntStream.range(0, 150).mapToObj(i -> change("C-" + prefix + i, "eu")).toList();
    }

    private Change change(String id, String region) {
        Change change = Sent.newCustomer(id, "DE").at(offset++).read();
        change.judgedBy("customer/1.0.0");
        change.live(region);
        return change;
    }

    private static List<String> regions(Straight.Parts parts) {
        return parts.parts().stream().map(Part::region).toList();
    }

    private void isRefused(List<Change> batch) {
        var parts = straight.sort(batch, straight.seen());
        straight.failed(parts.parts().get(0), new IllegalStateException(new SQLException("a value is missing", "23502")));
        assertThat(straight.left(parts)).isEqualTo(batch);
        topics.written("eu");
        straight.sent(parts);
    }

    private void isPassed() {
        topics.passed("eu");
        queued.look();
    }

    @Test
    void aPartForEachRegionAndNoneForWhatIsInBreachOrToBeReadFirst() {
        var quarantined = change("C-3", "us");
        quarantined.end(Outcome.QUARANTINED);
        Change refetch = Sent.customer("C-4").op("refetch").read();
        refetch.live("us");
        var filtered = change("C-5", "eu");
        filtered.end(Outcome.FILTERED);
        var parts = straight.sort(List.of(change("C-1", "eu"), change("C-2", "uk"), quarantined, refetch, filtered), straight.seen());
        assertThat(regions(parts)).containsExactly("eu", "uk");
        assertThat(parts.parts().get(0).portions()).singleElement().satisfies(portion -> assertThat(portion.all()).hasSize(2));
        parts.parts().forEach(straight::written);
        assertThat(straight.left(parts)).containsExactly(quarantined, refetch);
    }

    @Test
    void whatDoesNotFitGoesByTheTopicAndItsNeighboursDoNot() {
        var batch = List.of(change("C-1", "eu"), change("C-2", "eu"));
        var parts = straight.sort(batch, straight.seen());
        var breach = new Breach("version-conflict", "customer/1.0.0", "", "version-conflict", "`sequence` should be new");
        straight.keepMisfits(parts.parts().get(0), List.of(new Breached(Quarantined.unread(batch.get(1).receipt().position(), breach), new byte[0])));
        straight.written(parts.parts().get(0));
        assertThat(straight.left(parts)).containsExactly(batch.get(1));
    }

    @Test
    void aLedgerThatIsAwayIsTriedAgainAfterAWhile() {
        var batch = List.of(change("C-1", "eu"), change("C-2", "uk"));
        var parts = straight.sort(batch, straight.seen());
        straight.failed(parts.parts().get(0), new IllegalStateException(new SQLException("away", "08006")));
        straight.written(parts.parts().get(1));
        assertThat(straight.left(parts)).containsExactly(batch.get(0));
        assertThat(regions(straight.sort(batch, straight.seen()))).containsExactly("uk");
        assertThat(straight.open("eu")).isFalse();
        assertThat(straight.open("uk")).isTrue();
        nanos += Duration.ofSeconds(10).toNanos();
        assertThat(straight.open("eu")).isTrue();
        assertThat(regions(straight.sort(List.of(change("C-3", "eu"), batch.get(1)), straight.seen()))).containsExactly("eu", "uk");
    }

    @ParameterizedTest
    @ValueSource(strings = {"28P01", "3D000", "55000"})
    void aLedgerThatTakesNoConnectionIsSparedLikeOneThatIsAway(String state) {
        var parts = straight.sort(List.of(change("C-1", "eu")), straight.seen());
        straight.failed(parts.parts().get(0), new IllegalStateException(new SQLTransientConnectionException("refused", state)));
        assertThat(straight.open("eu")).isFalse();
        nanos += Duration.ofSeconds(10).toNanos();
        assertThat(straight.open("eu")).isTrue();
    }

    /** Otherwise whoever comes without a pause would stay behind themselves, at the speed of the way by the topic. */
    @Test
    void aLaneThatIsBehindIsGivenTimeByABatchThatWouldMostlyGoBehindItself() {
        isRefused(many("a"));
        throughAfter = 7;
        var parts = straight.sort(many("a"), straight.seen());
        assertThat(parts.behind()).isEmpty();
        assertThat(regions(parts)).containsExactly("eu");
        assertThat(pauses).isEqualTo(7);
    }

    @Test
    void ofAMinuteInWhichALaneIsBehindHalfIsGivenToIt() {
        isRefused(many("a"));
        for (int i = 1; i <= 6; i++) {
            assertThat(straight.sort(many("a"), straight.seen()).behind()).hasSize(150);
            assertThat(Duration.ofNanos(nanos)).isEqualTo(Duration.ofSeconds(5L * i));
        }
        assertThat(straight.sort(many("a"), straight.seen()).behind()).as("others would wait with it").hasSize(150);
        assertThat(Duration.ofNanos(nanos)).isEqualTo(Duration.ofSeconds(30));
        nanos += Duration.ofSeconds(30).toNanos();
        throughAfter = pauses + 1;
        assertThat(straight.sort(many("a"), straight.seen()).behind()).isEmpty();
        isRefused(many("b"));
        throughAfter = pauses + 90;
        assertThat(straight.sort(many("b"), straight.seen()).behind()).as("it was through in between").isEmpty();
    }

    @Test
    void nobodyWaitsForFewOrForALedgerThatDoesNotAnswer() {
        isRefused(many("a"));
        var batch = new ArrayList<>(many("a").subList(0, 99));
        assertThat(straight.sort(batch, straight.seen()).behind()).hasSize(99);
        batch = new ArrayList<>(many("b"));
        batch.addAll(many("a"));
        batch.add(change("C-c", "eu"));
        assertThat(straight.sort(batch, straight.seen()).behind()).as("less than half").hasSize(150);
        waiting.add("eu");
        straight.sort(many("a"), straight.seen());
        assertThat(pauses).isZero();
    }

    @Test
    void aLaneThatBeginsToWaitIsNotWaitedFor() {
        isRefused(many("a"));
        waiting.clear();
        throughAfter = 3;
        var stops = new Straight(new Waves(LedgerGround.statements()), waiting::contains, queued, Duration.ofSeconds(2), () -> nanos,
                time -> waiting.add("eu"));
        assertThat(stops.sort(many("a"), stops.seen()).behind()).hasSize(150);
    }

    @Test
    void aLedgerThatDoesNotAnswerInTimeIsSparedThoughItsPartIsWrittenLater() {
        var batch = List.of(change("C-1", "eu"));
        var parts = straight.sort(batch, straight.seen());
        assertThat(straight.left(parts)).isEqualTo(batch);
        assertThatThrownBy(() -> straight.goOn(parts.parts().get(0))).isInstanceOf(IllegalStateException.class);
        nanos += Duration.ofSeconds(10).toNanos();
        var others = List.of(change("C-2", "eu"));
        assertThat(straight.sort(others, straight.seen()).parts()).as("while the statement hangs").isEmpty();
        straight.written(parts.parts().get(0));
        assertThat(straight.sort(others, straight.seen()).parts()).hasSize(1);
    }

    @Test
    void aPartThatFailsAfterItWasLeftDoesNotCloseALedgerThatIsWellAgain() {
        var batch = List.of(change("C-1", "eu"));
        var parts = straight.sort(batch, straight.seen());
        straight.left(parts);
        nanos += Duration.ofSeconds(10).toNanos();
        straight.failed(parts.parts().get(0), new IllegalStateException(new SQLException("gone", "08006")));
        assertThat(straight.sort(List.of(change("C-2", "eu")), straight.seen()).parts()).hasSize(1);
    }

    @Test
    void manyWavesOfOneCustomerAreNoReasonToSpareALedgerThatAnswers() {
        var batch = List.of(change("C-1", "eu"));
        var parts = straight.sort(batch, straight.seen());
        straight.keepMisfits(parts.parts().get(0), List.of());
        assertThat(straight.left(parts)).isEqualTo(batch);
        straight.failed(parts.parts().get(0), new IllegalStateException("the part was left to its lane"));
        assertThat(straight.sort(List.of(change("C-2", "eu")), straight.seen()).parts()).hasSize(1);
    }

    @Test
    void whatCameBeforeGoesByTheTopicBehindItself() {
        Change change = change("C-1", "eu");
        change.comeAgain();
        var parts = straight.sort(List.of(change), straight.seen());
        assertThat(parts.parts()).isEmpty();
        assertThat(straight.left(parts)).containsExactly(change);
    }

    @Test
    void whatComesAboutTheSameCustomerStaysBehindItUntilTheLaneHasIt() {
        Change again = change("C-1", "eu");
        again.comeAgain();
        Change behind = change("C-1", "eu");
        Change other = change("C-2", "eu");
        var parts = straight.sort(List.of(again, behind, other), straight.seen());
        parts.parts().forEach(straight::written);
        assertThat(straight.left(parts)).containsExactly(again, behind);
        queued.look();
        assertThat(straight.sort(List.of(behind), straight.seen()).parts()).as("while it is being sent").isEmpty();
        topics.written("eu");
        straight.sent(parts);
        queued.look();
        assertThat(straight.sort(List.of(behind), straight.seen()).parts()).as("while the lane has not got there").isEmpty();
        isPassed();
        assertThat(straight.sort(List.of(behind), straight.seen()).parts()).hasSize(1);
    }

    @Test
    void soDoesWhatComesAfterOneThatItsLedgerDidNotTake() {
        isRefused(List.of(change("C-1", "eu")));
        var next = List.of(change("C-1", "eu"), change("C-2", "eu"));
        var later = straight.sort(next, straight.seen());
        later.parts().forEach(straight::written);
        assertThat(straight.left(later)).containsExactly(next.get(0));
        straight.sent(later);
        isPassed();
        assertThat(straight.sort(next, straight.seen()).parts()).singleElement()
                .satisfies(part -> assertThat(part.portions().get(0).all()).hasSize(2));
    }

    /** Of three changes with one version, the first counts too. */
    @Test
    void whatStaysBehindKeepsTheNextOneBehindItself() {
        isRefused(List.of(change("C-1", "eu")));
        queued.look();
        var second = straight.sort(List.of(change("C-1", "eu")), straight.seen());
        straight.left(second);
        straight.sent(second);
        topics.passed("eu");
        topics.written("eu");
        queued.look();
        assertThat(straight.sort(List.of(change("C-1", "eu")), straight.seen()).parts()).isEmpty();
        isPassed();
        assertThat(straight.sort(List.of(change("C-1", "eu")), straight.seen()).parts()).hasSize(1);
    }

    @Test
    void whereAnotherBridgeHadThePartitionAllStayBehindWhatTheLanesHave() {
        Change first = change("C-1", "eu");
        first.takeOver();
        topics.written("eu");
        assertThat(regions(straight.sort(List.of(first, change("C-2", "uk")), straight.seen()))).containsExactly("uk");
        assertThat(straight.open("eu")).isFalse();
        isPassed();
        assertThat(straight.sort(List.of(change("C-1", "eu")), straight.seen()).parts()).hasSize(1);
    }

    @Test
    void andGoStraightAtOnceWhereTheLanesHaveNothing() {
        Change first = change("C-1", "eu");
        first.takeOver();
        assertThat(regions(straight.sort(List.of(first, change("C-2", "uk")), straight.seen()))).containsExactly("eu", "uk");
    }

    @Test
    void whatIsInBreachKeepsNobodyBehind() {
        Change broken = change("C-1", "eu");
        broken.end(Outcome.QUARANTINED);
        var parts = straight.sort(List.of(broken), straight.seen());
        assertThat(straight.left(parts)).containsExactly(broken);
        assertThat(straight.sort(List.of(change("C-1", "eu")), straight.seen()).parts()).hasSize(1);
    }

    @Test
    void theLedgerIsAskedToGiveAWaveUpAndALaneWaitsForItAsLongAsItTakes() {
        var portion = straight.sort(List.of(change("C-1", "eu")), straight.seen()).parts().get(0).portions().get(0);
        assertThat(portion.seconds()).isEqualTo(2);
        var wave = portion.waves().get(0);
        assertThat(wave.seconds()).isEqualTo(2);
        assertThat(wave.halves()).allSatisfy(half -> assertThat(half.patience()).isEqualTo(Duration.ofSeconds(2)));
        assertThat(new Wave(wave.statement(), wave.records(), Duration.ZERO).seconds()).isZero();
    }

    @Test
    void aLedgerThatRefusesAChangeIsTriedWithTheNextBatch() {
        isRefused(List.of(change("C-1", "eu")));
        assertThat(straight.sort(List.of(change("C-2", "eu")), straight.seen()).parts()).hasSize(1);
    }

    @Test
    void whereTheLaneWaitsForItsLedgerNobodyElseDoes() {
        waiting.add("eu");
        var batch = List.of(change("C-1", "eu"), change("C-2", "uk"));
        assertThat(regions(straight.sort(batch, straight.seen()))).containsExactly("uk");
        waiting.clear();
        assertThat(regions(straight.sort(batch, straight.seen()))).containsExactly("eu", "uk");
    }

    @Test
    void aChangeThatANewerContractJudgedGoesByTheTopicAndWaitsThere() {
        Change change = change("C-1", "eu");
        change.judgedBy("customer/1.99.0");
        var parts = straight.sort(List.of(change), straight.seen());
        assertThat(parts.parts()).isEmpty();
        assertThat(straight.left(parts)).containsExactly(change);
    }

    /** What was seen before the batch was counted counts, whatever is seen until its statements are sent. */
    @Test
    void eachRegionsStatementsAreSentWithTheNumberThatWasSeenThereBefore() {
        var batch = List.of(change("C-1", "eu"), change("C-2", "uk"));
        var first = straight.sort(batch, straight.seen());
        assertThat(first.parts()).allSatisfy(part -> assertThat(seen(part).before()).isEqualTo(Seen.NOTHING));
        seen(first.parts().get(0)).newest().set(7);
        var before = straight.seen();
        seen(first.parts().get(0)).newest().set(8);
        assertThat(straight.sort(batch, before).parts()).extracting(part -> seen(part).before()).containsExactly(7L, Seen.NOTHING);
        assertThat(straight.sort(batch, straight.seen()).parts()).extracting(part -> seen(part).before()).containsExactly(8L, Seen.NOTHING);
    }

    /** What comes back may be an older copy of it. */
    @Test
    void whatWasSeenOfALedgerThatIsAwayIsForgotten() {
        var parts = straight.sort(List.of(change("C-1", "eu")), straight.seen());
        seen(parts.parts().get(0)).newest().set(7);
        straight.failed(parts.parts().get(0), new IllegalStateException(new SQLException("away", "08006")));
        assertThat(straight.seen()).isEmpty();
    }

    private static Seen seen(Part part) {
        return part.portions().get(0).seen();
    }
}
