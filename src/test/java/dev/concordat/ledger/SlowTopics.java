package dev.concordat.ledger;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** Topics whose lanes come as far as they are told. */
final class SlowTopics implements Queued.Topics {
    private final Map<String, Long> written = new HashMap<>();
    private final Map<String, Long> passed = new HashMap<>();
    private boolean away;

    /** Something more stands in the region's topic. */
    void written(String region) {
        written.merge(region, 1L, Long::sum);
    }

    /** The lane has all that stands there. */
    void passed(String region) {
        passed.put(region, written.getOrDefault(region, 0L));
    }

    void away(boolean from) {
        away = from;
    }

    @Override
    public Map<TopicPartition, Long> ends(String region) {
        if (away) {
            throw new IllegalStateException("away");
        }
        return Map.of(new TopicPartition(region, 0), written.getOrDefault(region, 0L));
    }

    @Override
    public boolean passed(String region, Map<TopicPartition, Long> ends) {
        if (away) {
            throw new IllegalStateException("away");
        }
        return passed.getOrDefault(region, 0L) >= ends.get(new TopicPartition(region, 0));
    }
}
