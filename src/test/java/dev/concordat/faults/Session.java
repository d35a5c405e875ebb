package dev.concordat.faults;

import dev.concordat.sample.Emission;
import dev.concordat.sample.Expected;
import dev.concordat.sample.Kind;
import dev.concordat.sample.Phase;
import dev.concordat.sample.Posting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Servers, bridges and books that rounds share one after the other; the books hold everything since the servers are fresh. */
final class Session implements AutoCloseable {
    final Ground ground;
    final Bridges bridges;
    final Lanes lanes;
    final Books books;
    final OwnRules ownRules;
    private final Deliveries deliveries;
    private final Expected expected = new Expected();
    private final Set<String> customers = new HashSet<>();

    /** @param logs where servers and bridges say what goes wrong with them */
    Session(Path logs) throws IOException, SQLException {
        ground = new Ground(Files.createDirectories(logs));
        bridges = new Bridges(ground, logs);
        deliveries = new Deliveries(ground.brokers());
        lanes = new Lanes(ground.ledgers(), ground.database("directory"));
        ownRules = new OwnRules(ground.ledgers());
        books = new Books(ground, expected, deliveries, lanes, new Effects(ground.ledgers()), ownRules);
    }

    /** Whether a round's customers have ids that an earlier round used. */
    boolean knowsAnyOf(List<Emission> emissions) {
        return emissions.stream().anyMatch(emission -> emission.key() != null && customers.contains(emission.key()));
    }

    /** Enters what is about to be sent. */
    void enter(Phase phase) {
        expected.take(phase);
        phase.emissions().forEach(emission -> {
            deliveries.sent(emission);
            if (emission.key() != null) {
                customers.add(emission.key());
            }
        });
    }

    void enter(Posting posting) {
        expected.take(posting);
    }

    /** Whether the delivery brought an account whose customer is never sent. */
    boolean isOrphan(String receipt) {
        var change = deliveries.byReceipt().get(receipt);
        return change != null && change.emission() != null && change.emission().kind() == Kind.ORPHAN;
    }

    /** How far the bridge is with all that was sent; fails while a server cannot be asked. */
    Standing standing() throws SQLException {
        // In the order of the way of a change, so that none is overlooked between two looks.
        long waiting = ground.crm.webhooks().waiting();
        deliveries.read();
        long delivered = deliveries.byReceipt().size();
        return new Standing(waiting, delivered, delivered + deliveries.returned(), lanes.counts());
    }

    /**
     * @param waiting   webhooks that the CRM has not delivered yet
     * @param delivered changes in the intake topic
     * @param records   in the intake topic, with those that parking sent again
     */
    record Standing(long waiting, long delivered, long records, Lanes.Counts counts) {
        /** Everything has ended but what is parked, and the CRM knows everything. */
        boolean drained() {
            return waiting == 0 && counts.read() == records && counts.ended() + counts.parked() == delivered && counts.outbox() == 0;
        }

        @Override
        public String toString() {
            return "webhooks waiting %d, in the topic %d, read by the bridge %d, changes %d of which ended %d and parked %d, outbox %d"
                    .formatted(waiting, records, counts.read(), delivered, counts.ended(), counts.parked(), counts.outbox());
        }
    }

    @Override
    public void close() {
        bridges.close();
        ground.close();
        deliveries.close();
    }
}
