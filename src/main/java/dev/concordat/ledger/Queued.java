package dev.concordat.ledger;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The customers of whom a change stands in the topic of a lane that the lane has not taken yet. What comes about them goes by that topic too.
 *
 * <p>Whoever sends to a topic is entered before, and leaves once the lane has committed what stood at the topic's end after the sending. How far
 * it is, Kafka is asked now and then ({@link #look}), and only while there is anyone to ask for.
 */
public final class Queued {
    /** Of a lane that holds more, everything goes by its topic. */
    static final int MOST = 100_000;

    private static final Logger LOG = LoggerFactory.getLogger(Queued.class);

    private final Progress progress;
    private final Map<String, Lane> lanes = new LinkedHashMap<>();
    /** One that is given up is forgotten with its batch, which comes again as one that was counted. */
    private final Set<Sending> underWay = Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    /** Customers that are waited for together. */
    private static final class Group {
        private final Set<String> customers = ConcurrentHashMap.newKeySet();
        private volatile boolean everyone;
        /** Up to where the lane has to come for them; null while that is not known. */
        private Map<TopicPartition, Long> ends;

        static Group ofEveryone() {
            var group = new Group();
            group.everyone = true;
            return group;
        }

        void add(String customer) {
            if (!everyone) {
                customers.add(customer);
                if (customers.size() > MOST) {
                    everyone = true;
                }
            }
        }

        boolean holds(String customer) {
            return everyone || customers.contains(customer);
        }

        boolean isEmpty() {
            return !everyone && customers.isEmpty();
        }
    }

    /** Customers go from a sending to those that were sent, and on to those that are waited for; never in none of them on their way. */
    private static final class Lane {
        private volatile Group sent = new Group();
        private volatile Group awaited = new Group();
        /** Everyone, where another bridge may have sent changes of anyone. */
        private volatile Group doubted = new Group();
        /** Whether Kafka did not answer the last time. */
        private boolean unheard;

        synchronized void doubt() {
            doubted = Group.ofEveryone();
        }
    }

    /** What a batch is about to send. */
    public final class Sending {
        private final Map<String, Set<String>> customers = new ConcurrentHashMap<>();

        private Sending() {
        }

        void add(String region, String customer) {
            if (lanes.containsKey(region)) {
                underWay.add(this);
                customers.computeIfAbsent(region, any -> ConcurrentHashMap.newKeySet()).add(customer);
            }
        }

        /** Notes that all of it is in the topics. */
        void sent() {
            customers.forEach((region, each) -> each.forEach(lanes.get(region).sent::add));
            underWay.remove(this);
        }

        private boolean holds(String region, String customer) {
            var there = customers.get(region);
            return there != null && there.contains(customer);
        }
    }

    /** @param regions of the lanes; nobody is kept for another one */
    public Queued(Collection<String> regions, Progress progress) {
        this.progress = progress;
        regions.forEach(region -> lanes.put(region, new Lane()));
    }

    Sending begin() {
        return new Sending();
    }

    /** Whether a change of a customer stands in the topic of a region's lane, or may do so. */
    boolean holds(String region, String customer) {
        Lane lane = lanes.get(region);
        // In the order of their way, so that none is overlooked between two of them.
        return lane != null && (isUnderWay(region, customer) || lane.sent.holds(customer) || lane.awaited.holds(customer));
    }

    private boolean isUnderWay(String region, String customer) {
        synchronized (underWay) {
            return underWay.stream().anyMatch(each -> each.holds(region, customer));
        }
    }

    /** Whether there is any customer at all; usually there is none. */
    boolean holdsAnyone() {
        return !underWay.isEmpty() || lanes.values().stream().anyMatch(lane -> !lane.sent.isEmpty() || !lane.awaited.isEmpty());
    }

    /** The regions in whose topics there is any customer; usually none. */
    List<String> behind() {
        return lanes.keySet().stream().filter(this::holdsAnyone).toList();
    }

    /** Whether there is any customer in a region's topic. */
    boolean holdsAnyone(String region) {
        Lane lane = lanes.get(region);
        return lane != null && !(lane.doubted.isEmpty() && lane.sent.isEmpty() && lane.awaited.isEmpty());
    }

    /** Whether it may be of any customer. */
    boolean holdsEveryone(String region) {
        Lane lane = lanes.get(region);
        return lane != null && (lane.doubted.everyone || lane.sent.everyone || lane.awaited.everyone);
    }

    /** Anyone may be in the topics, because another bridge has sent to them; finds out at once if Kafka tells. */
    void doubt() {
        lanes.values().forEach(Lane::doubt);
        look();
    }

    /** Asks how far the lanes are, as far as anyone is in their topics. Leaves a lane as it is where Kafka does not answer. */
    public void look() {
        lanes.keySet().forEach(this::tells);
    }

    /** Asks how far one lane is, as {@link #look} does, and says whether Kafka has told. */
    boolean tells(String region) {
        Lane lane = lanes.get(region);
        synchronized (lane) {
            try {
                follow(region, lane);
                lane.unheard = false;
            } catch (RuntimeException e) {
                if (!lane.unheard) {
                    LOG.warn("until Kafka tells how far the lane is, what comes about its customers goes by its topic: region={} cause={}", region,
                            e.getMessage());
                }
                lane.unheard = true;
            }
            return !lane.unheard;
        }
    }

    private void follow(String region, Lane lane) {
        lane.doubted = behind(region, lane.doubted);
        lane.awaited = behind(region, lane.awaited);
        if (lane.awaited.isEmpty() && !lane.sent.isEmpty()) {
            lane.awaited = lane.sent;
            lane.sent = new Group();
            lane.awaited = behind(region, lane.awaited);
        }
    }

    /** The group, as long as the lane has not come to where it stands; then one without anybody. */
    private Group behind(String region, Group group) {
        if (group.isEmpty()) {
            return group;
        }
        String route = "apply-" + region;
        group.ends = group.ends == null ? progress.ends(route) : group.ends;
        return progress.passed(route, group.ends) ? new Group() : group;
    }
}
