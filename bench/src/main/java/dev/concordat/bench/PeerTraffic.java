package dev.concordat.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.sample.BacklogTraffic;
import dev.concordat.sample.Emission;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The changes that every contestant gets: the clean backlog, or the same backlog with duplicates, late changes and breaches, each about
 * one in a hundred.
 *
 * <p>Only updates are disturbed. A duplicate is the same bytes again, every second time after the customer's next change; a late change
 * comes after the customer's next change, and sets the segment besides, which nothing newer sets; a breach takes a change's place, in six
 * kinds in turn. The last hundredth is left as it is, so that all contestants end with the same changes.
 */
final class PeerTraffic {
    enum Kind { PLAIN, DUPLICATE, LATE, BREACH }

    /**
     * One record of the topic.
     *
     * @param disturbed whether it or an earlier change of its customer is not as in the clean backlog
     */
    record Sending(Kind kind, Emission emission, byte[] body, boolean disturbed) {
        boolean valid() {
            return kind == Kind.PLAIN || kind == Kind.LATE;
        }
    }

    /** Takes the sendings one after the other. */
    interface Taker {
        void take(Sending sending) throws Exception;
    }

    private static final double SHARE = 0.01;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final boolean dirty;
    private final long seed;
    private final int changes;
    private final int customers;

    PeerTraffic(boolean dirty, long seed, int changes) {
        this.dirty = dirty;
        this.seed = seed;
        this.changes = changes;
        this.customers = Math.max(1, changes / 3);
    }

    int changes() {
        return changes;
    }

    /** Makes all sendings in their order; the same again at every call, but for the time in them. */
    void each(Taker taker) throws Exception {
        Map<Integer, List<Sending>> held = new HashMap<>();
        boolean[] disturbed = new boolean[customers];
        int rounds = (changes + customers - 1) / customers;
        double among = changes - customers;
        double followed = Math.max(1, changes - 2.0 * customers);
        int index = 0;
        int breaches = 0;
        for (var phase : new BacklogTraffic(seed, changes, customers, Clock.systemUTC()).phases()) {
            for (Emission emission : phase.emissions()) {
                int round = index / customers;
                int customer = index % customers;
                double dice = new SplittableRandom(seed * 31 + index).nextDouble();
                boolean update = dirty && round > 0 && index < changes - Math.max(300, changes / 100);
                boolean hasNext = round < rounds - 2 || round == rounds - 2 && index + customers < changes;
                double breach = SHARE * changes / among;
                double late = breach + SHARE * changes / followed;
                double twice = late + SHARE * changes / among;
                if (update && dice < breach) {
                    disturbed[customer] = true;
                    taker.take(new Sending(Kind.BREACH, emission, broken(emission, breaches++), true));
                } else if (update && dice < late && hasNext) {
                    disturbed[customer] = true;
                    held.computeIfAbsent(index + customers, i -> new ArrayList<>())
                            .add(new Sending(Kind.LATE, emission, late(emission), true));
                } else {
                    taker.take(new Sending(Kind.PLAIN, emission, emission.body(), disturbed[customer]));
                    if (update && dice >= late && dice < twice) {
                        disturbed[customer] = true;
                        int after = hasNext && index % 2 == 0 ? index + customers : index;
                        held.computeIfAbsent(after, i -> new ArrayList<>())
                                .add(new Sending(Kind.DUPLICATE, emission, emission.body(), true));
                    }
                }
                for (Sending each : held.getOrDefault(index, List.of())) {
                    taker.take(each);
                }
                held.remove(index);
                index++;
            }
        }
    }

    private static byte[] late(Emission emission) throws IOException {
        ObjectNode event = read(emission.body());
        after(event).put("segment", "affluent");
        event.withObject("data").withArray("changed").add("segment");
        return JSON.writeValueAsBytes(event);
    }

    private static byte[] broken(Emission emission, int number) throws IOException {
        ObjectNode event = read(emission.body());
        switch (number % 6) {
            case 0 -> after(event).put("phone", "call me");
            case 1 -> after(event).put("email", "somebody at example.com");
            case 2 -> set(event, "segment").put("segment", "platinum");
            case 3 -> after(event).put("consent", "yes");
            case 4 -> set(event, "status").put("status", "unheard-of");
            default -> {
                return Arrays.copyOf(emission.body(), emission.body().length / 2);
            }
        }
        return JSON.writeValueAsBytes(event);
    }

    private static ObjectNode set(ObjectNode event, String field) {
        event.withObject("data").withArray("changed").add(field);
        return after(event);
    }

    static ObjectNode read(byte[] body) throws IOException {
        return (ObjectNode) JSON.readTree(body);
    }

    static ObjectNode after(ObjectNode event) {
        return (ObjectNode) event.path("data").path("after");
    }
}
