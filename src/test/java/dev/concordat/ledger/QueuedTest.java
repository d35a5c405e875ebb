package dev.concordat.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class QueuedTest {
    private final SlowTopics topics = new SlowTopics();
    private final Queued queued = new Queued(List.of("eu", "uk"), topics);

    private void send(String region, String customer) {
        var sending = queued.begin();
        sending.add(region, customer);
        topics.written(region);
        sending.sent();
    }

    @Test
    void aCustomerIsThereFromBeforeTheSendingUntilTheLaneHasIt() {
        var sending = queued.begin();
        sending.add("eu", "C-1");
        assertThat(queued.holds("eu", "C-1")).isTrue();
        assertThat(queued.holds("uk", "C-1")).isFalse();
        assertThat(queued.holds("eu", "C-2")).isFalse();
        queued.look();
        topics.written("eu");
        sending.sent();
        queued.look();
        assertThat(queued.holds("eu", "C-1")).isTrue();
        topics.passed("eu");
        assertThat(queued.holds("eu", "C-1")).isTrue();
        queued.look();
        assertThat(queued.holds("eu", "C-1")).isFalse();
    }

    @Test
    void whoeverComesWhileOthersAreAwaitedIsAwaitedAfterThem() {
        send("eu", "C-1");
        queued.look();
        send("eu", "C-2");
        queued.look();
        assertThat(queued.holds("eu", "C-1")).isTrue();
        topics.passed("eu");
        queued.look();
        assertThat(queued.holds("eu", "C-1")).isFalse();
        assertThat(queued.holds("eu", "C-2")).isFalse();
    }

    @Test
    void aLaneThatGotToTheFirstIsNotYetWithTheSecond() {
        send("eu", "C-1");
        queued.look();
        topics.passed("eu");
        send("eu", "C-2");
        queued.look();
        assertThat(queued.holds("eu", "C-1")).isFalse();
        assertThat(queued.holds("eu", "C-2")).isTrue();
    }

    @Test
    void aLaneThatHoldsTooManyHoldsEveryone() {
        var sending = queued.begin();
        for (int i = 0; i <= Queued.MOST; i++) {
            sending.add("eu", "C-" + i);
        }
        topics.written("eu");
        sending.sent();
        assertThat(queued.holds("eu", "C-another")).isTrue();
        assertThat(queued.holdsEveryone("eu")).isTrue();
        assertThat(queued.holdsEveryone("uk")).isFalse();
        topics.passed("eu");
        queued.look();
        assertThat(queued.holds("eu", "C-1")).isFalse();
        assertThat(queued.holdsEveryone("eu")).isFalse();
    }

    @Test
    void whileKafkaDoesNotTellOfALaneNobodyIsLetGoThere() {
        send("eu", "C-1");
        send("uk", "C-2");
        topics.passed("eu");
        topics.passed("uk");
        topics.away("eu");
        queued.look();
        queued.doubt();
        assertThat(queued.holds("eu", "C-1")).isTrue();
        assertThat(queued.holdsEveryone("eu")).isTrue();
        assertThat(queued.holds("uk", "C-2")).isFalse();
        assertThat(queued.holdsEveryone("uk")).isFalse();
        topics.away();
        queued.look();
        assertThat(queued.holds("eu", "C-1")).isFalse();
        assertThat(queued.holdsEveryone("eu")).isFalse();
        assertThat(queued.holdsAnyone()).isFalse();
    }

    @Test
    void aDoubtLastsUntilTheLaneHasWhatStoodThereThenAndNoLonger() {
        topics.written("eu");
        queued.doubt();
        send("eu", "C-1");
        assertThat(queued.holdsEveryone("eu")).isTrue();
        topics.passed("eu");
        send("eu", "C-2");
        queued.look();
        assertThat(queued.holdsEveryone("eu")).isFalse();
        assertThat(queued.holds("eu", "C-2")).isTrue();
    }

    @Test
    void ofARegionThatHasNoLaneHereNobodyIsKept() {
        send("us", "C-1");
        assertThat(queued.holds("us", "C-1")).isFalse();
        assertThat(queued.holdsEveryone("us")).isFalse();
    }
}
