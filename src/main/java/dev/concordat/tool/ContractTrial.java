package dev.concordat.tool;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.change.Breach;
import dev.concordat.change.Change;
import dev.concordat.contract.ContractCase.Verdict;
import dev.concordat.contract.Contracts;
import dev.concordat.contract.Observed;
import dev.concordat.contract.Owner;
import dev.concordat.tool.BridgeRecords.PastChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Judges each change twice, by the contracts in force and by those that are tried. */
final class ContractTrial {
    private final Side inForce;
    private final Side tried;
    private final TrialTally tally;

    ContractTrial(Contracts inForce, Contracts tried, TrialTally tally) {
        this.inForce = new Side(inForce);
        this.tried = new Side(tried);
        this.tally = tally;
    }

    /**
     * What contracts make of a change.
     *
     * @param written fields handed on to the ledger; empty unless the change is accepted
     */
    record Judged(Verdict verdict, List<Breach> breaches, List<Observed> observed, Map<String, JsonNode> written) {
    }

    /** Judges a change that was read and not judged. */
    void judge(PastChange past) {
        Change same = past.change().copy();
        String entity = same.envelope() == null ? "" : same.envelope().entity();
        tally.saw(past, entity, inForce.judge(past.change()), tried.judge(same));
    }

    /** One set of contracts at work. */
    private static final class Side {
        private final List<Observed> observed = new ArrayList<>();
        private final JudgeSteps steps;

        Side(Contracts contracts) {
            this.steps = new JudgeSteps(contracts, drift -> { }, observed::add);
        }

        Judged judge(Change read) {
            observed.clear();
            Change change = steps.judge(read, Owner.CRM);
            Verdict verdict = JudgeSteps.verdict(change);
            return new Judged(verdict, List.copyOf(change.breaches()), List.copyOf(observed),
                    verdict == Verdict.ACCEPTED ? steps.left(change) : Map.of());
        }
    }
}
