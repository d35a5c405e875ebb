package dev.concordat.ledger;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;

/**
 * What stands in Kafka before a ledger. Changes go through several topics, so the end of the next one is asked for when all before the end of the one
 * before has been read.
 */
public final class Backlog {
    private final Progress progress;
    private final Supplier<List<String>> before;
    private List<String> routes = List.of();
    private int passed;
    /** Up to where the next route has to come; null while that is not known. */
    private Map<TopicPartition, Long> ends;

    /** @param before the routes that read the topics, in the order in which changes go through them */
    public Backlog(Progress progress, Supplier<List<String>> before) {
        this.progress = progress;
        this.before = before;
    }

    /** From now on it is about what stands there now. */
    void begin() {
        routes = before.get();
        passed = 0;
        ends = null;
    }

    /** Whether all that stood there has been read; an exception where Kafka does not answer. */
    boolean read() {
        for (; passed < routes.size(); passed++) {
            String route = routes.get(passed);
            ends = ends == null ? progress.ends(route) : ends;
            if (!progress.passed(route, ends)) {
                return false;
            }
            ends = null;
        }
        return true;
    }
}
