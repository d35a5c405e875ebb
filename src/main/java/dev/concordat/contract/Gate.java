package dev.concordat.contract;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.change.Breach;
import dev.concordat.change.Change;
import dev.concordat.change.Change.Envelope;
import dev.concordat.change.Outcome;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Lets pass what the contract allows: it finds all breaches of a change, then leaves it the fields its sender owns. */
public final class Gate {
    private static final String CONCORDAT = "concordat";

    private final Consumer<Drift> driftSeen;
    private volatile Map<String, Judge> judges;

    public Gate(Contracts contracts, Consumer<Drift> driftSeen) {
        this.driftSeen = driftSeen;
        use(contracts);
    }

    /** Takes other contracts into force, from the next change on. */
    public void use(Contracts contracts) {
        var other = new HashMap<String, Judge>();
        contracts.all().forEach(contract -> other.put(contract.dataschema(), new Judge(contract)));
        judges = other;
    }

    /**
     * Judges a change by the contract that its {@code dataschema} names, adds all breaches and reports drift.
     *
     * <p>Afterwards {@code after} holds what the change sets and nothing else: {@code changed} is worked in and gone,
     * and a delete is the status that closes.
     */
    public void check(Change change) {
        if (change.ended()) {
            return;
        }
        Envelope envelope = change.envelope();
        Judge judge = judge(envelope);
        if (judge == null) {
            change.breach(unknownVersion(envelope));
            return;
        }
        change.judgedBy(judge.contract().label());
        ObjectNode data = change.data();
        judge.settle(data);
        judge.breaches(data, change::breach);
        if (change.ended()) {
            return;
        }
        if (!data.get("after").get(judge.key()).asText().equals(envelope.entityId())) {
            change.breach(judge.breach("envelope", "/after/" + judge.key(), "subject", Sentences.of("subject")));
            return;
        }
        data.remove("changed");
        judge.drift(change.after(), driftSeen);
        if (data.get("op").asText().equals("d")) {
            judge.close(change.after());
        }
    }

    /** Removes what the sender does not own; a change that has only keys left ends as filtered. */
    public void keepOwned(Change change, Owner sender) {
        if (change.ended() || change.data().get("op").asText().equals("refetch")) {
            return;
        }
        Judge judge = judge(change.envelope());
        boolean echo = CONCORDAT.equals(change.envelope().origin());
        boolean left = judge.keepOwned(change.after(), sender, name -> {
            if (!echo) {
                change.breach(judge.breach("foreign-owned", "/after/" + name, "owner",
                        Sentences.of("foreign-owned", judge.contract().field(name).orElseThrow().owner().spoken(),
                                sender.spoken())));
            }
        });
        if (!left && !change.ended()) {
            change.end(Outcome.FILTERED);
        }
    }

    /** Keeps what the CRM owns; see {@link #keepOwned}. */
    public void keepCrmOwned(Change change) {
        keepOwned(change, Owner.CRM);
    }

    private Judge judge(Envelope envelope) {
        Judge judge = envelope.dataschema() == null ? null : judges.get(envelope.dataschema());
        return judge == null || !judge.contract().entity().equals(envelope.entity()) ? null : judge;
    }

    private Breach unknownVersion(Envelope envelope) {
        String known = judges.values().stream().map(Judge::contract)
                .filter(contract -> contract.entity().equals(envelope.entity()))
                .map(Contract::dataschema).sorted().collect(Collectors.joining(", "));
        return new Breach("contract-version", "none", "", "dataschema", "`dataschema` "
                + Sentences.of("dataschema", known));
    }
}
