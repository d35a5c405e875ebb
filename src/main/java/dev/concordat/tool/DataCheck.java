package dev.concordat.tool;

import dev.concordat.change.Change;
import dev.concordat.change.ChangeReader;
import dev.concordat.change.Enrichment;
import dev.concordat.change.Outcome;
import dev.concordat.contract.Contracts;
import dev.concordat.contract.Gate;
import dev.concordat.contract.Owner;

/** Judges data by the parts that judge them in the bridge: reader, enrichment and gate, in admit's order. */
final class DataCheck {
    private final Enrichment enrichment = Enrichment.ofCustomers();
    private final Gate gate;
    private final Owner sender;
    private final ChangeMaker maker;
    private final ChangeReader reader;
    private final Tally tally;

    DataCheck(Contracts contracts, Owner sender, ChangeMaker maker, ChangeReader reader, Tally tally) {
        this.gate = new Gate(contracts, tally::drifted);
        this.sender = sender;
        this.maker = maker;
        this.reader = reader;
        this.tally = tally;
    }

    void judge(DataRecord found) {
        tally.at(found);
        var changes = maker.of(found);
        if (changes.isEmpty()) {
            tally.skipped();
        }
        for (Change change : changes) {
            judge(change);
            tally.ended(change);
        }
    }

    private void judge(Change change) {
        try {
            if (sender == Owner.CRM) {
                enrichment.enrich(change);
                gate.check(change);
                gate.keepOwned(change, sender);
            } else if (!change.ended()) {
                export(change);
            }
        } catch (RuntimeException e) {
            reader.failed(change, e);
        }
    }

    /** A ledger tells the CRM what is there; of what is gone it says nothing. */
    private void export(Change change) {
        if (change.data().path("op").asText().equals("d")) {
            change.end(Outcome.FILTERED);
        } else {
            gate.checkExport(change);
        }
    }
}
