package dev.concordat.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.concordat.faults.Deliveries.Change;
import dev.concordat.sample.Comparison;
import dev.concordat.sample.Emission;
import dev.concordat.sample.Expected;
import dev.concordat.sample.Kind;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Compares all that was sent since the servers are fresh with all that they hold. */
final class Books {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String HOME = "eu";
    private static final Set<String> WRITTEN = Set.of("applied", "superseded");

    private final Ground ground;
    private final Expected expected;
    private final Deliveries deliveries;
    private final Lanes lanes;
    private final Effects effects;
    private final OwnRules ownRules;
    private final List<String> lines = new ArrayList<>();

    Books(Ground ground, Expected expected, Deliveries deliveries, Lanes lanes, Effects effects, OwnRules ownRules) {
        this.ground = ground;
        this.expected = expected;
        this.deliveries = deliveries;
        this.lanes = lanes;
        this.effects = effects;
        this.ownRules = ownRules;
    }

    /** What is otherwise than it has to be, in readable lines; empty if nothing is. Shows no value of a classified field. */
    List<String> differences() throws SQLException {
        lines.clear();
        deliveries.read();
        lines.addAll(new Comparison(expected, ground.ledgers(), ground.database("crm")).differences());
        Map<String, Lanes.End> ends = endOfEachDelivery();
        for (Change change : deliveries.changes()) {
            check(change, ends);
        }
        long received = lanes.counts().received();
        if (received != deliveries.byReceipt().size()) {
            lines.add("received: the bridge counted " + received + ", in the topic are " + deliveries.byReceipt().size());
        }
        long refused = lanes.refusedByCrm();
        if (refused > 0) {
            lines.add("quarantined on the way to the CRM: " + refused + ", expected none");
        }
        compareEffects(ends);
        lines.addAll(ownRules.differences());
        return List.copyOf(lines);
    }

    /** Every delivery has exactly one end, in one table of one lane; nothing else has any. */
    private Map<String, Lanes.End> endOfEachDelivery() throws SQLException {
        Map<String, Lanes.End> ends = new HashMap<>();
        for (Lanes.End end : lanes.ends()) {
            Lanes.End other = ends.put(end.receipt(), end);
            if (other != null) {
                lines.add("delivery " + end.receipt() + " ended twice: " + other + " and " + end);
            }
            if (!deliveries.byReceipt().containsKey(end.receipt())) {
                lines.add("delivery " + end.receipt() + " ended (" + end + ") and never was");
            }
        }
        return ends;
    }

    /** One delivery of a change decides, every other one is a duplicate; one that cannot be read has no other. */
    private void check(Change change, Map<String, Lanes.End> ends) {
        if (change.receipts().isEmpty()) {
            lines.add(change + ": sent, but never in the topic");
            return;
        }
        int decided = 0;
        for (String receipt : change.receipts()) {
            Lanes.End end = ends.get(receipt);
            if (end == null) {
                lines.add(change + ": delivery " + receipt + " of " + change.receipts() + " has no end");
            } else {
                decided += end.table().equals("duplicate") ? 0 : 1;
                check(change, end);
            }
        }
        int wanted = change.unreadable() ? change.receipts().size() : 1;
        if (decided != wanted) {
            lines.add(change + ": decided " + decided + " times over " + change.receipts().size() + " deliveries, expected " + wanted);
        }
    }

    private void check(Change change, Lanes.End end) {
        if (!end.table().equals("duplicate") && !fits(change.emission(), end)) {
            lines.add(change + ": ended as " + end.table() + " (" + end.how() + ")" + ", expected "
                    + (change.emission() == null ? "filtered" : change.emission().kind().rule().map(rule -> "quarantine (" + rule + ")")
                            .orElse(change.emission().kind() == Kind.FOREIGN_ONLY ? "filtered" : "applied or superseded")));
        }
        String region = regionOf(change);
        if (!end.region().equals(region) && !repeatedWhileParked(end) && !keptBeforeItsCustomerCame(change, end)) {
            lines.add(change + ": ended as " + end.how() + " in region " + end.region() + ", belongs to " + region);
        }
    }

    /** What comes before its customer waits at home, and so its further deliveries, of which the ids are kept, end there. */
    private static boolean repeatedWhileParked(Lanes.End end) {
        return end.table().equals("duplicate") && end.region().equals(HOME);
    }

    /** What cannot be read is kept where the customer lives whom its key names, or at home where that one was not known yet. */
    private static boolean keptBeforeItsCustomerCame(Change change, Lanes.End end) {
        return change.unreadable() && end.region().equals(HOME);
    }

    private static boolean fits(Emission emission, Lanes.End end) {
        if (emission == null || emission.kind() == Kind.FOREIGN_ONLY) {
            return end.table().equals("inbox") && end.how().equals("filtered");
        }
        return emission.kind().rule().map(rule -> end.table().equals("quarantine") && end.how().equals(rule))
                .orElse(end.table().equals("inbox") && WRITTEN.contains(end.how()));
    }

    /** Where the customer lives, or would live; at home what does not tell. */
    private String regionOf(Change change) {
        // One that cannot be read is sent without key; all of those are about customers.
        String customer = change.unreadable() ? change.emission().entityId() : change.customer();
        if (customer == null) {
            return HOME;
        }
        if (expected.customers().containsKey(customer)) {
            return expected.regionOfCustomer(customer);
        }
        if (change.unreadable()) {
            return HOME;
        }
        try {
            String residency = JSON.readTree(change.emission().body()).path("data").path("after").path("residency").asText();
            return Expected.regionOfCountry(residency).orElse(HOME);
        } catch (IOException e) {
            return HOME;
        }
    }

    /** The rows were written once for each applied change and never else; whose value stands was applied. */
    private void compareEffects(Map<String, Lanes.End> ends) throws SQLException {
        Map<String, Integer> writes = new TreeMap<>();
        for (Effects.Write write : effects.read()) {
            String row = write.entity() + "/" + write.id();
            if (write.versions().size() != 1) {
                lines.add(row + ": one " + write.op() + " in region " + write.region() + " gave " + write.versions().size()
                        + " versions, expected the one of one change");
            }
            write.versions().forEach(version -> writes.merge(row + " version " + version, 1, Integer::sum));
        }
        Map<String, Integer> applied = new TreeMap<>();
        ends.values().stream().filter(end -> end.how().equals("applied")).map(end -> deliveries.byReceipt().get(end.receipt()))
                .filter(change -> change != null && change.emission() != null)
                .forEach(change -> applied.merge(change.subject() + " version " + change.emission().version(), 1, Integer::sum));
        writes.forEach((change, count) -> {
            if (count != 1 || !applied.containsKey(change)) {
                lines.add(change + ": its row was written " + count + " times, expected " + (applied.containsKey(change) ? 1 : 0));
            }
        });
        applied.keySet().stream().filter(change -> !writes.containsKey(change))
                .forEach(change -> lines.add(change + ": applied, but its row was never written"));
        standing("customer", expected.customers(), writes.keySet());
        standing("account", expected.accounts(), writes.keySet());
    }

    private void standing(String entity, Map<String, dev.concordat.sample.Held> held, Collection<String> written) {
        held.forEach((id, each) -> each.standing().stream().map(version -> entity + "/" + id + " version " + version)
                .filter(change -> !written.contains(change))
                .forEach(change -> lines.add(change + ": its values stand, but it was never written")));
    }
}
