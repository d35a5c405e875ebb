package dev.concordat.tool;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.change.Change;
import dev.concordat.change.EachChange;
import dev.concordat.change.Enrichment;
import dev.concordat.change.Outcome;
import dev.concordat.change.SoundReader;
import dev.concordat.contract.Contract;
import dev.concordat.contract.ContractCase.Verdict;
import dev.concordat.contract.Contracts;
import dev.concordat.contract.Drift;
import dev.concordat.contract.Gate;
import dev.concordat.contract.Observed;
import dev.concordat.contract.Owner;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** The steps of route {@code judge}, in its order and by its parts: read, bring into form, check, keep what the sender owns. */
final class JudgeSteps {
    private final Contracts contracts;
    private final Enrichment enrichment = Enrichment.ofCustomers();
    private final Gate gate;

    /**
     * @param drift    gets what passes although the contract does not know it
     * @param observed gets the breaches of rules that are not enforced
     */
    JudgeSteps(Contracts contracts, Consumer<Drift> drift, Consumer<Observed> observed) {
        this.contracts = contracts;
        this.gate = new Gate(contracts, drift, observed);
    }

    /** Reads what these steps would leave as it is, see {@link Gate#quick}. */
    SoundReader quick() {
        return gate.quick(enrichment);
    }

    /** Judges a change that was read, in place. */
    Change judge(Change read, Owner sender) {
        EachChange.one(read, enrichment::enrich);
        EachChange.one(read, gate::check);
        EachChange.one(read, change -> gate.keepOwned(change, sender));
        return read;
    }

    /** Judges what a ledger would tell the CRM, in place; of what is gone it says nothing. */
    Change judgeExport(Change read) {
        if (!read.ended() && read.data().path("op").asText().equals("d")) {
            read.end(Outcome.FILTERED);
        } else if (!read.ended()) {
            EachChange.one(read, gate::checkExport);
        }
        return read;
    }

    /** How a change that was judged ended, or goes on. */
    static Verdict verdict(Change judged) {
        return judged.outcome() == Outcome.QUARANTINED ? Verdict.BREACH
                : judged.outcome() == Outcome.FILTERED ? Verdict.FILTERED : Verdict.ACCEPTED;
    }

    /** The fields that a judged change still sets: all but the key and the parent, which stay in every change. */
    Map<String, JsonNode> left(Change judged) {
        Contract contract = contract(judged);
        Map<String, JsonNode> left = new LinkedHashMap<>();
        judged.after().properties().forEach(field -> left.put(field.getKey(), field.getValue()));
        left.remove(contract.key().name());
        contract.parent().ifPresent(parent -> left.remove(parent.field()));
        return left;
    }

    /** The contract that judged a change. */
    Contract contract(Change judged) {
        return contracts.all().stream().filter(one -> one.label().equals(judged.contract())).findFirst().orElseThrow();
    }
}
