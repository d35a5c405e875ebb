package dev.concordat.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchPollsTest {
    private static final Duration WAIT = Duration.ofMillis(3);

    /** A digit is a poll that brings so many records, {@code -} is the empty answer that makes Camel hand the batch on without a poll. */
    @ParameterizedTest
    @CsvSource({
        "nothing to do,                    0000,    idle idle idle idle",
        "one change,                       100,     idle wait idle",
        "what came meanwhile belongs to it,12-0,    idle wait . idle",
        "under load,                       99-99-,  idle wait . idle wait .",
        "a pause between two,              1011-,   idle wait idle wait ."})
    void aBatchIsTwoPollsAndEndsAtOnce(String what, String answers, String polls) {
        var turns = new BatchPolls.Turns(WAIT);
        List<String> asked = new ArrayList<>();
        for (char answer : answers.toCharArray()) {
            int before = asked.size();
            var records = turns.next(duration -> {
                asked.add(duration.equals(WAIT) ? "wait" : duration.equals(BatchPolls.IDLE) ? "idle" : duration.toString());
                return records(answer - '0');
            });
            if (asked.size() == before) {
                asked.add(".");
            }
            assertThat(records.count()).as(what).isEqualTo(answer == '-' ? 0 : answer - '0');
        }
        assertThat(String.join(" ", asked)).as(what).isEqualTo(polls.strip());
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
