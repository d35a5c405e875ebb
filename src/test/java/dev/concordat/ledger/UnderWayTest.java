package dev.concordat.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class UnderWayTest {
    private static final Duration PACE = Duration.ofMillis(10);
    private static final OffsetCommitCallback UNHEARD = (offsets, failure) -> { };

    private final Client client = new Client();
    private final UnderWay underWay = new UnderWay(client, 2, Duration.ZERO);
    private long now;
    private final Turns turns = new Turns(PACE, 1_000, () -> now, nanos -> {
        client.told.add("rest");
        now += nanos;
    });

    /** Kafka's client, of which partitions 0 to 5 are this consumer's. */
    private static final class Client implements UnderWay.Partitions {
        private final List<String> told = new ArrayList<>();
        private final Set<TopicPartition> assigned = new HashSet<>();
        private final Set<Integer> paused = new TreeSet<>();

        Client() {
            for (int i = 0; i < 6; i++) {
                assigned.add(partition(i));
            }
        }

        private Collection<TopicPartition> owned(Collection<TopicPartition> some) {
            assertThat(assigned).containsAll(some);
            return some;
        }

        @Override
        public void pause(Collection<TopicPartition> some) {
            owned(some).forEach(each -> paused.add(each.partition()));
        }

        @Override
        public void resume(Collection<TopicPartition> some) {
            owned(some).forEach(each -> paused.remove(each.partition()));
        }

        @Override
        public void seek(TopicPartition partition, long offset) {
            owned(Set.of(partition));
            told.add("seek " + partition.partition() + "@" + offset);
        }

        @Override
        public Set<TopicPartition> assignment() {
            return assigned;
        }

        @Override
        public void commit(Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
            owned(offsets.keySet());
            told.add("commit " + offsets.entrySet().stream().map(each -> each.getKey().partition() + "@" + each.getValue().offset()).sorted().toList());
        }
    }

    private static TopicPartition partition(int number) {
        return new TopicPartition("crm.changes", number);
    }

    private static Map<TopicPartition, OffsetAndMetadata> ends(Map<Integer, Long> ends) {
        return ends.entrySet().stream().collect(Collectors.toMap(each -> partition(each.getKey()), each -> new OffsetAndMetadata(each.getValue())));
    }

    private static Map<TopicPartition, Long> firsts(Map<Integer, Long> firsts) {
        return firsts.entrySet().stream().collect(Collectors.toMap(each -> partition(each.getKey()), Map.Entry::getValue));
    }

    private static ConsumerRecords<String, String> records(int number, long first, int count) {
        List<ConsumerRecord<String, String>> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            records.add(new ConsumerRecord<>("crm.changes", number, first + i, "C-1", "change"));
        }
        return new ConsumerRecords<>(count == 0 ? Map.of() : Map.of(partition(number), records));
    }

    private ConsumerRecords<String, String> poll(int number, long first, int count) {
        Function<Duration, ConsumerRecords<String, String>> poll = wait -> {
            assertThat(client.paused).as("what is under way is not read").doesNotContain(number);
            client.told.add((wait.equals(Turns.IDLE) ? "idle " : "wait ") + number);
            return records(number, first, count);
        };
        return turns.next(underWay, poll);
    }

    /** A batch of two polls, as Camel asks for it. */
    private void batch(int one, int other, int count) {
        poll(one, 100, count);
        poll(other, 100, count);
        assertThat(turns.next(underWay, wait -> {
            throw new AssertionError("a third poll");
        }).isEmpty()).isTrue();
    }

    private static Thread later(Runnable ending) {
        var thread = new Thread(ending);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Test
    void whereThereIsMuchABatchOfOtherPartitionsIsTakenMeanwhileAndEachIsCommittedWhenItEnds() {
        batch(0, 1, Turns.MUCH);
        batch(2, 3, Turns.MUCH);
        assertThat(client.told).containsExactly("idle 0", "wait 1", "wait 2", "wait 3");
        assertThat(client.paused).as("under way").containsExactly(0, 1);

        client.told.clear();
        underWay.committed(ends(Map.of(2, 350L, 3, 350L)), UNHEARD);
        batch(2, 3, Turns.MUCH);
        assertThat(client.told).containsExactly("commit [2@350, 3@350]", "wait 2", "wait 3");
        assertThat(client.paused).containsExactly(0, 1);

        client.told.clear();
        underWay.committed(ends(Map.of(0, 350L, 1, 350L)), UNHEARD);
        poll(0, 350, 0);
        assertThat(client.told).containsExactly("commit [0@350, 1@350]", "wait 0");
        assertThat(client.paused).containsExactly(2, 3);
    }

    /** Camel hands it on as soon as it is full, and what comes then is another one. */
    @Test
    void whatAFullBatchIsFollowedByIsAnotherOne() {
        poll(0, 100, 500);
        poll(1, 100, 500);
        poll(2, 100, 1_000);
        underWay.committed(ends(Map.of(0, 600L, 1, 600L)), UNHEARD);
        poll(3, 100, 0);
        assertThat(client.told).containsExactly("idle 0", "wait 1", "wait 2", "commit [0@600, 1@600]", "wait 3");
        assertThat(client.paused).containsExactly(2);
    }

    @Test
    void noMoreThanSoManyAreUnderWay() throws Exception {
        batch(0, 1, Turns.MUCH);
        batch(2, 3, Turns.MUCH);
        var begun = new CountDownLatch(1);
        var third = later(() -> {
            begun.countDown();
            batch(4, 5, Turns.MUCH);
        });
        begun.await();
        while (third.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        assertThat(client.told).doesNotContain("wait 4");
        underWay.committed(ends(Map.of(0, 350L, 1, 350L)), UNHEARD);
        third.join();
        assertThat(client.told).endsWith("commit [0@350, 1@350]", "wait 4", "wait 5");
    }

    /** A poll meanwhile would ask the broker for the other partitions alone, and what came in these would wait until it has answered. */
    @Test
    void aSmallBatchIsWaitedForBeforeTheNextPoll() throws Exception {
        batch(0, 1, 3);
        now += PACE.toNanos();
        var waiting = later(() -> poll(0, 103, 3));
        while (waiting.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        assertThat(client.told).containsExactly("idle 0", "wait 1");
        underWay.committed(ends(Map.of(0, 103L, 1, 103L)), UNHEARD);
        waiting.join();
        assertThat(client.told).containsExactly("idle 0", "wait 1", "commit [0@103, 1@103]", "idle 0");
    }

    @Test
    void whereThereIsLittleBesideALargeBatchThatIsWaitedForAndWhatCameMeanwhileIsTakenTogether() throws Exception {
        batch(0, 1, Turns.MUCH);
        now += PACE.toNanos();
        var waiting = later(() -> poll(2, 100, 3));
        while (waiting.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        underWay.committed(ends(Map.of(0, 350L, 1, 350L)), UNHEARD);
        waiting.join();
        poll(0, 350, 3);
        assertThat(client.told).containsExactly("idle 0", "wait 1", "wait 2", "commit [0@350, 1@350]", "wait 0");
    }

    @Test
    void whatEndedWithoutBeingCommittedIsReadOnceMore() {
        batch(0, 1, Turns.MUCH);
        underWay.over(firsts(Map.of(0, 100L, 1, 100L)));
        poll(0, 100, 0);
        assertThat(client.told).contains("seek 0@100", "seek 1@100").noneMatch(each -> each.startsWith("commit"));
        assertThat(client.paused).isEmpty();
    }

    @Test
    void whatWasCommittedIsNotReadOnceMore() {
        batch(0, 1, Turns.MUCH);
        underWay.committed(ends(Map.of(0, 350L, 1, 350L)), UNHEARD);
        underWay.over(firsts(Map.of(0, 100L, 1, 100L)));
        poll(0, 350, 0);
        assertThat(client.told).contains("commit [0@350, 1@350]").noneMatch(each -> each.startsWith("seek"));
    }

    @Test
    void aPartitionGoesToSomebodyElseWhenItsBatchHasEnded() throws Exception {
        batch(0, 1, Turns.MUCH);
        poll(2, 100, 0);
        var going = later(() -> underWay.revoked(client.assigned));
        while (going.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        underWay.committed(ends(Map.of(0, 350L, 1, 350L)), UNHEARD);
        going.join();
        assertThat(client.told).endsWith("commit [0@350, 1@350]");
        assertThat(underWay.isEmpty()).isTrue();
    }

    @Test
    void aConsumerThatClosesDoesNotWaitForLong() {
        batch(0, 1, Turns.MUCH);
        poll(2, 100, 0);
        underWay.part();
        underWay.revoked(client.assigned);
        assertThat(underWay.isEmpty()).isFalse();
    }

    /** As where it waits for a batch that waits itself, and its route is to stop. */
    @Test
    void aConsumerThatIsWokenLeavesWhatIsUnderWayAtOnce() {
        batch(0, 1, Turns.MUCH);
        poll(2, 100, 0);
        underWay.wakeUp();
        assertThatThrownBy(underWay::awaitAll).isInstanceOf(WakeupException.class);
        underWay.part();
        // Whoever waits hears of it.
        Thread.currentThread().interrupt();
        underWay.revoked(client.assigned);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(underWay.isEmpty()).isFalse();
    }

    @Test
    void aConsumerThatClosesIsNotWoken() {
        batch(0, 1, Turns.MUCH);
        poll(2, 100, 0);
        underWay.part();
        underWay.wakeUp();
        underWay.committed(ends(Map.of(0, 350L, 1, 350L)), UNHEARD);
        underWay.revoked(client.assigned);
        assertThat(underWay.isEmpty()).isTrue();
    }

    @Test
    void whatWasLostIsNotCommittedAndNothingIsReadBesideItIfItComesBack() {
        batch(0, 1, Turns.MUCH);
        poll(2, 100, 0);
        Set<TopicPartition> all = Set.copyOf(client.assigned);
        underWay.lost(all);
        client.assigned.clear();
        client.paused.clear();
        client.assigned.addAll(all);
        underWay.assigned(all);
        assertThat(client.paused).containsExactly(0, 1);

        underWay.committed(ends(Map.of(0, 350L, 1, 350L)), UNHEARD);
        underWay.over(firsts(Map.of(0, 100L, 1, 100L)));
        poll(0, 100, 0);
        assertThat(client.paused).isEmpty();
        assertThat(client.told).noneMatch(each -> each.startsWith("commit") || each.startsWith("seek"));
    }

    @Test
    void ofABatchWhosePartitionWasLostWhileItFormedTheOthersAreCommitted() {
        poll(0, 100, Turns.MUCH);
        underWay.lost(Set.of(partition(0)));
        client.assigned.remove(partition(0));
        poll(1, 100, Turns.MUCH);
        turns.next(underWay, wait -> {
            throw new AssertionError("a third poll");
        });
        poll(2, 100, 0);
        assertThat(client.paused).containsExactly(1);
        underWay.committed(ends(Map.of(0, 350L, 1, 350L)), UNHEARD);
        poll(2, 100, 0);
        assertThat(client.paused).isEmpty();
        assertThat(client.told).filteredOn(each -> each.startsWith("commit")).containsExactly("commit [1@350]");
    }
}
