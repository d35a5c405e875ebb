package dev.concordat.residency;

import dev.concordat.change.Breach;
import dev.concordat.change.Change;
import dev.concordat.contract.Contracts;
import dev.concordat.contract.Owner;
import dev.concordat.contract.Type;
import dev.concordat.residency.Directory.Key;
import dev.concordat.residency.Directory.Place;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Chooses the region of every change of a batch and enters new customers and accounts in the directory.
 *
 * <p>Fails closed: a customer without a region, or whose residency points elsewhere than where they live, is a breach; whether somebody's
 * residency was overtaken by a newer one, only the ledger where they live can tell. A change whose customer is not known yet is parked at home.
 */
public final class RegionChooser {
    /** The entity that carries the residency; every other entity lives where its customer lives. */
    public static final String CUSTOMER = "customer";

    private final ResidencyPolicy policy;
    private final Directory directory;

    public RegionChooser(ResidencyPolicy policy, Directory directory) {
        this.policy = policy;
        this.directory = directory;
    }

    /** What speaks against contracts because nobody new would get a region; empty where nothing does. */
    public static List<String> objections(Contracts contracts) {
        return contracts.newest().stream().filter(contract -> contract.entity().equals(CUSTOMER))
                .filter(contract -> contract.field(Change.RESIDENCY).filter(field -> field.type() == Type.STRING && field.owner() == Owner.CRM).isEmpty())
                .map(contract -> contract.label() + " has no field '" + Change.RESIDENCY + "' of the CRM; customers get their region by it: keep its "
                        + "name, with logicalType: string and owningSystem: crm").toList();
    }

    /** Gives every change of the batch a region, also those that ended before: they need a lane to be kept in. */
    public List<Change> choose(List<Change> batch) throws SQLException {
        var before = directory.unplaced(positions(batch.stream().filter(Change::again)));
        var known = new Known(directory.find(keys(batch)), before, new HashSet<>());
        var byOfCustomer = batch.stream().collect(Collectors.partitioningBy(RegionChooser::ofCustomer));
        choose(byOfCustomer.get(true), known);
        choose(byOfCustomer.get(false), known);
        directory.noteUnplaced(known.unplaced);
        return batch;
    }

    /**
     * What is known while a batch is given its regions.
     *
     * @param before   deliveries for which nothing was known when they came for the first time: a region that is known by now would be a
     *                 second one, and so a second end
     * @param unplaced deliveries for which nothing is known now
     */
    private record Known(Map<Key, Place> places, Set<String> before, Set<String> unplaced) {
        Map<Key, Place> placesFor(Change change) {
            return !before.isEmpty() && before.contains(change.receipt().delivery()) ? new HashMap<>() : places;
        }
    }

    private static List<String> positions(Stream<Change> changes) {
        return changes.filter(change -> !change.receipt().isFurther()).map(change -> change.receipt().delivery()).toList();
    }

    /** Customers come first: should another bridge have entered one otherwise, their accounts are entered where it said. */
    private static boolean ofCustomer(Change change) {
        return change.envelope() != null && change.envelope().entity().equals(CUSTOMER);
    }

    private void choose(List<Change> changes, Known known) throws SQLException {
        var added = new HashMap<Key, Place>();
        for (Change change : changes) {
            var places = known.placesFor(change);
            choose(change, places, added);
            if (change.customer() != null && !change.refetch() && !places.containsKey(customerKey(change)) && !places.containsKey(key(change))) {
                known.unplaced.addAll(positions(Stream.of(change)));
            }
        }
        var elsewhere = directory.add(added);
        if (!elsewhere.isEmpty()) {
            known.places.putAll(elsewhere);
            // Also those that have ended: they are kept where their customer lives.
            changes.stream().filter(change -> change.customer() != null && involves(change, elsewhere.keySet()))
                    .forEach(change -> choose(change, known.placesFor(change), new HashMap<>()));
        }
    }

    /**
     * Who is to be looked for: all but new customers, who are hardly ever there; if they are, that is found when they are entered. One who
     * is new twice is looked for, because the second change would be judged by what the first one says.
     */
    private Set<Key> keys(List<Change> batch) {
        var keys = new HashSet<Key>();
        var added = new HashSet<Key>();
        for (Change change : batch) {
            if (change.customer() != null && !(isNewCustomer(change) && added.add(customerKey(change)))) {
                keys.add(customerKey(change));
                keys.add(key(change));
            }
        }
        return keys;
    }

    private boolean isNewCustomer(Change change) {
        return change.creates() && !change.ended() && !change.again() && ofCustomer(change)
                && change.text(Change.RESIDENCY) != null && policy.regionOf(change.text(Change.RESIDENCY)).isPresent();
    }

    private static Key key(Change change) {
        return change.envelope() == null || ofCustomer(change) ? customerKey(change)
                : new Key(change.envelope().entity(), change.envelope().entityId());
    }

    private static Key customerKey(Change change) {
        return new Key(CUSTOMER, change.customer());
    }

    private static boolean involves(Change change, Set<Key> keys) {
        return keys.contains(key(change)) || keys.contains(customerKey(change));
    }

    private void choose(Change change, Map<Key, Place> known, Map<Key, Place> added) {
        if (change.ended() || change.refetch()) {
            change.live(whereToKeep(change, known));
        } else if (ofCustomer(change)) {
            chooseForCustomer(change, known, added);
        } else {
            chooseForDependent(change, known, added);
        }
    }

    /** Where an ended change is kept: where its customer lives or would live; where that cannot be told, where it was kept before, else at home. */
    private String whereToKeep(Change change, Map<Key, Place> known) {
        if (change.customer() == null) {
            return change.keptIn() != null && policy.regions().contains(change.keptIn()) ? change.keptIn() : policy.home();
        }
        Place place = known.getOrDefault(key(change), known.get(customerKey(change)));
        if (place != null) {
            return place.region();
        }
        if (change.envelope() == null) {
            return policy.home();
        }
        String residency = change.text(Change.RESIDENCY);
        return residency == null ? policy.home() : policy.regionOf(residency).orElse(policy.home());
    }

    private void chooseForCustomer(Change change, Map<Key, Place> known, Map<Key, Place> added) {
        Key key = key(change);
        Place place = known.get(key);
        String residency = change.text(Change.RESIDENCY);
        if (residency == null) {
            liveOrPark(change, place);
            return;
        }
        String region = policy.regionOf(residency).orElse(null);
        change.misplaced(null);
        if (region == null && place == null) {
            change.live(policy.home());
            change.breach(noRegion(change, residency));
        } else if (region == null) {
            change.live(place.region());
            change.misplaced(noRegion(change, residency));
        } else if (place != null && !place.region().equals(region)) {
            change.live(place.region());
            change.misplaced(breach(change, "residency-relocation", "/after/residency",
                    "`/after/residency` maps to region " + region + ", but the customer lives in region " + place.region()
                            + "; a relocation should be arranged with the ledgers of both regions first"));
        } else {
            change.live(region);
            if (place == null) {
                enter(key, new Place(key.id(), region), known, added);
            }
        }
    }

    private void chooseForDependent(Change change, Map<Key, Place> known, Map<Key, Place> added) {
        Key key = key(change);
        Place place = known.get(key);
        String customer = change.envelope().customer();
        if (place != null && !place.customer().equals(customer)) {
            change.live(place.region());
            change.breach(breach(change, "account-owner-mismatch", "/after/customer",
                    "`/after/customer` should name the customer to whom the " + key.entity() + " belongs; it names another"));
            return;
        }
        Place home = known.get(customerKey(change));
        liveOrPark(change, home);
        if (place == null && home != null) {
            enter(key, new Place(customer, home.region()), known, added);
        }
    }

    private void liveOrPark(Change change, Place place) {
        if (place == null) {
            change.live(policy.home());
            change.park(change.envelope().customer());
        } else {
            change.live(place.region());
        }
    }

    private static void enter(Key key, Place place, Map<Key, Place> known, Map<Key, Place> added) {
        known.put(key, place);
        added.put(key, place);
    }

    private Breach noRegion(Change change, String country) {
        return breach(change, "residency-unknown", "/after/residency", policy.blockedBecause(country)
                .map(why -> "`/after/residency` names a country whose customers' data must stay there (" + why
                        + "); no lane may carry it")
                .orElse("`/after/residency` should be a country that config/residency.yaml places in a region"));
    }

    private static Breach breach(Change change, String rule, String pointer, String sentence) {
        return new Breach(rule, change.contract(), pointer, rule, sentence);
    }
}
