package dev.concordat.tool;

import dev.concordat.change.Change;
import dev.concordat.contract.Contracts;
import dev.concordat.contract.Owner;

/** Judges data by the parts that judge them in the bridge. */
final class DataCheck {
    private final JudgeSteps steps;
    private final Owner sender;
    private final ChangeMaker maker;
    private final Tally tally;

    DataCheck(Contracts contracts, Owner sender, ChangeMaker maker, Tally tally) {
        this.steps = new JudgeSteps(contracts, tally::drifted, tally::observed);
        this.sender = sender;
        this.maker = maker;
        this.tally = tally;
    }

    void judge(DataRecord found) {
        tally.at(found);
        var changes = maker.of(found);
        if (changes.isEmpty()) {
            tally.skipped();
        }
        for (Change change : changes) {
            tally.ended(sender == Owner.CRM ? steps.judge(change, sender) : steps.judgeExport(change));
        }
    }
}
