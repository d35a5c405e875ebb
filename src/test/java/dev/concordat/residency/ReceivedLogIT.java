package dev.concordat.residency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.change.Change;
import dev.concordat.change.Outcomes;
import dev.concordat.change.Receipt;
import dev.concordat.change.Sent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ReceivedLogIT {
    @RegisterExtension
    static final DirectoryGround ground = new DirectoryGround();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ReceivedLog log = new ReceivedLog(ground.database, new Outcomes(meters));

    private static List<Change> batch(long from, long to) {
        return LongStream.range(from, to).mapToObj(offset -> Sent.customer("C-1").at(offset).read()).toList();
    }

    private static Change at(String topic, int partition, long offset, boolean returned) {
        return new Change(new Receipt(topic, partition, offset, returned, null, null), new byte[0]);
    }

    private static List<String> intake() throws SQLException {
        return ground.rows("SELECT topic, partition, next_offset, received FROM concordat.intake ORDER BY topic, partition");
    }

    @Test
    void everyReceivedChangeIsCountedAndTheBatchHandedOn() throws SQLException {
        var batch = batch(0, 5);
        assertThat(log.count(batch)).isSameAs(batch);
        assertThat(intake()).containsExactly("crm.changes|0|5|5");
        assertThat(meters.find("concordat.received").tags("entity", "customer", "direction", "crm-to-ledger").counter().count()).isEqualTo(5);
    }

    @Test
    void aBatchDeliveredAgainIsNotCountedAgain() throws SQLException {
        log.count(batch(0, 5));
        new ReceivedLog(ground.database, new Outcomes(meters)).count(batch(0, 5));
        assertThat(intake()).containsExactly("crm.changes|0|5|5");
        assertThat(meters.find("concordat.received").counter().count()).isEqualTo(5);
    }

    @Test
    void ofABatchThatOverlapsTheNewPartIsCounted() throws SQLException {
        log.count(batch(0, 5));
        assertThat(log.count(batch(3, 8))).extracting(Change::again).containsExactly(true, true, false, false, false);
        assertThat(log.count(batch(1, 4))).allMatch(Change::again);
        assertThat(intake()).containsExactly("crm.changes|0|8|8");
    }

    private static List<Change> handOn(ReceivedLog by, List<Change> batch) throws SQLException {
        by.handedOn(by.count(batch));
        return batch;
    }

    @Test
    void whatAnotherBridgeHadInBetweenIsToldOfThePartitionsItHad() throws SQLException {
        var other = new ReceivedLog(ground.database, new Outcomes(meters));
        assertThat(handOn(log, batch(0, 5))).as("nobody had it").noneMatch(Change::takenOver);
        assertThat(handOn(log, batch(7, 9))).as("a gap in the offsets").noneMatch(Change::takenOver);
        assertThat(handOn(other, batch(9, 10))).allMatch(Change::takenOver);
        assertThat(handOn(other, batch(10, 11))).noneMatch(Change::takenOver);
        handOn(log, List.of(at("crm.changes", 1, 0, false)));
        assertThat(handOn(log, List.of(at("crm.changes", 0, 11, false), at("crm.changes", 1, 1, false))))
                .extracting(Change::takenOver).containsExactly(true, false);
    }

    /** Another bridge may have handed it on meanwhile, without counting anything. */
    @Test
    void whatWasCountedAndGivenUpIsToldLater() throws SQLException {
        handOn(log, batch(0, 5));
        log.count(batch(5, 9));
        assertThat(handOn(log, batch(9, 12))).allMatch(Change::takenOver);
        assertThat(handOn(log, batch(12, 13))).noneMatch(Change::takenOver);
    }

    @Test
    void whatABatchHoldsTwiceIsCountedOnce() throws SQLException {
        var batch = new ArrayList<>(batch(0, 3));
        batch.addAll(batch(1, 5));
        assertThat(log.count(batch)).extracting(Change::again).containsExactly(false, false, false, true, true, false, false);
        assertThat(intake()).containsExactly("crm.changes|0|5|5");
        assertThat(meters.find("concordat.received").counter().count()).isEqualTo(5);
    }

    @Test
    void whatTheBridgeSentBackIsPassedOverButNotReceivedAgain() throws SQLException {
        log.count(List.of(at("crm.changes", 0, 0, false), at("crm.changes", 0, 1, true)));
        log.count(List.of(at("crm.changes", 0, 1, true)));
        log.count(List.of(at("crm.changes", 0, 2, true)));
        assertThat(intake()).containsExactly("crm.changes|0|3|1");
    }

    @Test
    void everyPartitionCountsForItself() throws SQLException {
        log.count(List.of(at("crm.changes", 1, 7, false), at("crm.changes", 0, 3, false), at("other", 1, 0, false), at("crm.changes", 1, 8, false)));
        assertThat(intake()).containsExactly("crm.changes|0|4|1", "crm.changes|1|9|2", "other|1|1|1");
        assertThat(meters.find("concordat.received").tag("entity", "unknown").counter().count()).isEqualTo(4);
    }

    @Test
    void anEmptyBatchCountsNothing() throws SQLException {
        log.count(List.of());
        assertThat(intake()).isEmpty();
    }

    @Test
    void twoBridgesThatGetTheSameBatchCountItOnce() throws Exception {
        var threads = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 10; round++) {
                long from = round * 10L;
                var racing = new ArrayList<Callable<Object>>();
                Stream.generate(() -> (Callable<Object>) () -> log.count(batch(from, from + 10))).limit(4).forEach(racing::add);
                for (var done : threads.invokeAll(racing)) {
                    done.get();
                }
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(intake()).containsExactly("crm.changes|0|100|100");
    }
}
