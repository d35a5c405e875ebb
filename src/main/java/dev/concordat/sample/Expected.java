package dev.concordat.sample;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The state that ledgers and CRM must reach, computed from what is sent and booked alone. */
public final class Expected {
    private static final Set<String> BLOCKING = Set.of("suspended", "closed", "deceased");

    private final Map<String, Held> customers = new HashMap<>();
    private final Map<String, Held> accounts = new HashMap<>();
    private final Map<String, Long> booked = new HashMap<>();
    private final Map<String, Integer> quarantined = new TreeMap<>();
    private long received;
    private long applied;
    private long superseded;
    private long duplicate;
    private long filtered;

    public static Expected of(Traffic traffic) {
        Expected expected = new Expected();
        traffic.phases().forEach(expected::take);
        traffic.postings().forEach(expected::take);
        return expected;
    }

    public static Expected of(BacklogTraffic traffic) {
        Expected expected = new Expected();
        traffic.phases().forEach(expected::take);
        return expected;
    }

    public Map<String, Held> customers() {
        return Collections.unmodifiableMap(customers);
    }

    public Map<String, Held> accounts() {
        return Collections.unmodifiableMap(accounts);
    }

    public Outcomes outcomes() {
        return new Outcomes(received, applied, superseded, duplicate, filtered, new TreeMap<>(quarantined));
    }

    /** The region in which the customer lives. */
    public String regionOfCustomer(String id) {
        String residency = customers.get(id).text("residency");
        return Country.regionOf(residency)
                .orElseThrow(() -> new IllegalStateException("the plan has no region for customer " + id));
    }

    /** The region that the plan gives to a country, if it gives one. */
    public static Optional<String> regionOfCountry(String country) {
        return Country.regionOf(country);
    }

    /** The region of the account's customer. */
    public String regionOfAccount(String id) {
        return regionOfCustomer(accounts.get(id).text("customer"));
    }

    /** Whether the ledger must refuse postings to the customer and its accounts. */
    public boolean postingsBlocked(String customer) {
        return BLOCKING.contains(customers.get(customer).text("status"));
    }

    /** In minor units. */
    public long bookedBalance(String account) {
        return booked.getOrDefault(account, 0L);
    }

    Held held(Entity entity, String id) {
        return (entity == Entity.CUSTOMER ? customers : accounts).get(id);
    }

    String region(Entity entity, String id) {
        return entity == Entity.CUSTOMER ? regionOfCustomer(id) : regionOfAccount(id);
    }

    Set<String> ids(Entity entity) {
        return (entity == Entity.CUSTOMER ? customers : accounts).keySet();
    }

    /** Expects what the phase sends too, on top of what was expected before. */
    public void take(Phase phase) {
        phase.emissions().forEach(this::take);
    }

    /** Expects the posting to be booked too. */
    public void take(Posting posting) {
        booked.merge(posting.account(), posting.amount(), Long::sum);
    }

    void take(Emission emission) {
        received++;
        switch (emission.kind()) {
            case DUPLICATE -> duplicate++;
            case FOREIGN_ONLY -> filtered++;
            default -> emission.kind().rule().ifPresentOrElse(
                    rule -> quarantined.merge(rule, 1, Integer::sum), () -> apply(emission));
        }
    }

    private void apply(Emission emission) {
        Entity entity = Entity.of(emission.entity());
        Map<String, Held> known = entity == Entity.CUSTOMER ? customers : accounts;
        Held held = known.computeIfAbsent(emission.entityId(), id -> new Held(entity));
        if (held.take(Event.after(emission), emission.version())) {
            applied++;
        } else {
            superseded++;
        }
    }
}
