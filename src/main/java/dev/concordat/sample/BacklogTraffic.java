package dev.concordat.sample;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A backlog to measure speed with: changes of customers, about 690 bytes each, without a breach, in order, by Kafka.
 * Each customer is created first and then updated in turn.
 */
public final class BacklogTraffic {
    private static final String STREET = "Museumstrasse 1, Hinterhaus, Eingang zum Hof, dritter Stock links";

    private final long seed;
    private final int changes;
    private final int customers;
    private final Clock clock;

    public BacklogTraffic(long seed, int changes, int customers, Clock clock) {
        if (customers < 1 || changes < customers) {
            throw new IllegalArgumentException("a backlog of " + changes + " changes cannot have " + customers
                    + " customers; it can have 1 to " + changes);
        }
        this.seed = seed;
        this.changes = changes;
        this.customers = customers;
        this.clock = clock;
    }

    public List<Phase> phases() {
        return List.of(new Phase("backlog", this::iterator));
    }

    public int changes() {
        return changes;
    }

    private Iterator<Emission> iterator() {
        return IntStream.range(0, changes).mapToObj(this::emission).iterator();
    }

    private Emission emission(int index) {
        int number = index % customers;
        int round = index / customers;
        Dice dice = Dice.at(seed, number, round);
        Country country = Country.any(Dice.at(seed, number));
        String id = Ids.customer(seed, number);
        ObjectNode after = Event.JSON.createObjectNode().put("id", id);
        if (round == 0) {
            after.put("givenName", "Backlog").put("familyName", "Customer " + number).put("type", "individual")
                    .put("segment", "retail").put("residency", country.name()).put("status", "active");
        }
        after.put("email", "customer." + number + "." + round + "@example.com")
                .put("phone", phone(country, dice)).put("consent", round % 2 == 0);
        after.putObject("address").put("street", round == 0 ? "Weg 1" : STREET).put("city", "Town " + dice.below(1000))
                .put("postalCode", Integer.toString(10_000 + dice.below(80_000))).put("country", country.name());
        Step step = new Step(round == 0 ? Kind.CUSTOMER_CREATED : Kind.CUSTOMER_UPDATED, Channel.KAFKA, dice.uuid(), id,
                Entity.CUSTOMER, id, (round + 1) * Story.VERSION_STEP, round == 0, false, after);
        return Event.emission(step, clock.instant());
    }

    private static String phone(Country country, Dice dice) {
        return switch (country) {
            case GB -> "+447400" + (100_000 + dice.below(900_000));
            case US -> "+1201555" + (1_000 + dice.below(9_000));
            default -> "+4915123" + (100_000 + dice.below(900_000));
        };
    }
}
