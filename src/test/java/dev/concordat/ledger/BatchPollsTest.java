package dev.concordat.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchPollsTest {
    private static final Duration PACE = Duration.ofMillis(20);
    private long now;
    private final List<String> asked = new ArrayList<>();

    /**
     * A digit is a poll that brings so many records, {@code M} one that brings much, {@code -} is the empty answer that makes Camel hand the batch on
     * without a poll. Each batch takes 7 ms, an idle poll 100, and any other poll 1.
     */
    @ParameterizedTest
    @CsvSource({
        "nothing to do,                        0000,      idle idle idle idle",
        "one change,                           100,       idle wait idle",
        "one after the other,                  00100010,  idle idle idle wait idle idle idle wait",
        "what came meanwhile belongs to it,    12-0,      idle wait . idle",
        "a stream,                             11-12-1,   idle wait . idle rest11 wait . idle rest11",
        "a stream of single ones,              10100,     idle wait idle rest11 wait idle",
        "what comes soon after a batch,        1010,      idle wait idle rest11 wait",
        "under load,                           MM-MM-M0,  idle wait . idle wait . idle wait",
        "a pause between two,                  10011-1,   idle wait idle idle wait . idle rest11"})
    void aBatchIsTwoPollsAndEndsAtOnce(String what, String answers, String polls) {
        var turns = new Turns(PACE, Integer.MAX_VALUE, () -> now, this::pause);
        var underWay = new UnderWay(null, 0);
        boolean inBatch = false;
        for (char answer : answers.toCharArray()) {
            int before = asked.size();
            int count = answer == '-' ? 0 : answer == 'M' ? Turns.MUCH : answer - '0';
            var records = turns.next(underWay, duration -> {
                asked.add(duration.equals(Turns.ANSWER) ? "wait" : duration.equals(Turns.IDLE) ? "idle" : duration.toString());
                now += Duration.ofMillis(count == 0 && duration.equals(Turns.IDLE) ? 100 : 1).toNanos();
                return records(count);
            });
            if (asked.size() == before) {
                asked.add(".");
            }
            assertThat(records.count()).as(what).isEqualTo(count);
            if (inBatch && count == 0) {
                now += Duration.ofMillis(7).toNanos();
            }
            inBatch = count > 0;
        }
        assertThat(String.join(" ", asked)).as(what).isEqualTo(polls.strip());
    }

    /** Camel makes its next consumer of the same settings, when it connects anew. */
    @Test
    void everyConsumerThatIsMadeOfTheSameSettingsHandsItsBatchesOn() {
        var settings = new Properties();
        settings.put("bootstrap.servers", "127.0.0.1:9");
        settings.put("group.id", "concordat-admit");
        settings.put("max.poll.records", 2_000);
        settings.put(BatchPolls.BATCHES, "2");
        var polls = new BatchPolls(PACE, 1_000, (partition, from, to) -> { });
        for (int i = 0; i < 2; i++) {
            polls.getConsumer(settings).close();
        }
        assertThat(settings).containsEntry("max.poll.records", 2_000).containsEntry(BatchPolls.BATCHES, "2");
    }

    private void pause(long nanos) {
        asked.add("rest" + Duration.ofNanos(nanos).toMillis());
        now += nanos;
    }

    private static ConsumerRecords<String, String> records(int count) {
        var place = new TopicPartition("eu.changes", 0);
        List<ConsumerRecord<String, String>> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            records.add(new ConsumerRecord<>(place.topic(), place.partition(), i, "C-1", "change"));
        }
        return new ConsumerRecords<>(count == 0 ? Map.of() : Map.of(place, records));
    }
}
