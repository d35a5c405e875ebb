package dev.concordat.ledger;

import java.time.Instant;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** How far the topics that routes read are written, and how far the routes are with them; an exception where Kafka does not answer. */
public interface Progress {
    /** The offsets at which the records stand that were written at this time or later; the ends where none was. */
    default Map<TopicPartition, Long> at(String route, Instant time) {
        return ends(route);
    }

    /** The offsets at which the next records of a route's topic will stand. */
    Map<TopicPartition, Long> ends(String route);

    /** Whether the route has committed everything before these offsets that is still there. */
    boolean passed(String route, Map<TopicPartition, Long> ends);

    /** Whether a topic that the route reads was seen to be another one than when it was first asked for, under the same name. Asks nothing by itself. */
    default boolean madeAnew(String route) {
        return false;
    }
}
