package dev.concordat.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.change.Breach;
import dev.concordat.change.Change;
import dev.concordat.change.Change.Envelope;
import dev.concordat.change.EachChange;
import dev.concordat.change.Enrichment;
import dev.concordat.change.Outcome;
import dev.concordat.change.SoundReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Lets pass what the contract allows: it finds all breaches of a change, then leaves it the fields its sender owns. */
public final class Gate {
    private static final String CONCORDAT = "concordat";

    private final Consumer<Drift> driftSeen;
    private final Consumer<Observed> observed;
    private volatile InForce inForce;

    /** By {@code dataschema}, and the newest major by entity. */
    record InForce(Map<String, Judge> judges, Map<String, Judge> newest) {
    }

    /** A gate for whom it is enough to know drift; breaches of rules that are observed only are left unsaid. */
    public Gate(Contracts contracts, Consumer<Drift> driftSeen) {
        this(contracts, driftSeen, seen -> { });
    }

    /** @param observed gets the breaches of rules that are observed and not enforced */
    public Gate(Contracts contracts, Consumer<Drift> driftSeen, Consumer<Observed> observed) {
        this.driftSeen = driftSeen;
        this.observed = observed;
        use(contracts);
    }

    /** Takes other contracts into force, from the next change on. */
    public void use(Contracts contracts) {
        var judges = new HashMap<String, Judge>();
        contracts.all().forEach(contract -> judges.put(contract.dataschema(), new Judge(contract)));
        var newest = new HashMap<String, Judge>();
        contracts.newest().forEach(contract -> newest.put(contract.entity(), judges.get(contract.dataschema())));
        inForce = new InForce(judges, newest);
    }

    InForce inForce() {
        return inForce;
    }

    /** A reader that takes those changes that this gate would let pass and leave as they are, as would enrichment. */
    public SoundReader quick(Enrichment enrichment) {
        return new QuickGate(this, enrichment);
    }

    /** Judges the changes of a batch; see {@link #check}. */
    public List<Change> checkEach(List<Change> batch) {
        return EachChange.of(batch, this::check);
    }

    /**
     * Judges a change by the contract that its {@code dataschema} names, adds all breaches, and reports drift and observed breaches.
     *
     * <p>Afterwards {@code after} holds what the change sets and nothing else: {@code changed} is worked in and gone,
     * and a delete is the status that closes.
     */
    public void check(Change change) {
        if (change.ended()) {
            return;
        }
        Envelope envelope = change.envelope();
        // Others may come into force meanwhile: the same major, made anew, is no older one.
        InForce now = inForce;
        Judge judge = judge(envelope, now);
        if (judge == null) {
            change.breach(unknownVersion(envelope));
            return;
        }
        if (judge.hasRead(change)) {
            change.judgedBy(judge.label());
            judge.observe(change, observed);
            return;
        }
        ObjectNode data = change.data();
        change.judgedBy(judge.label());
        judge.settle(data);
        judge.breaches(data, change.fractions(), change::breach);
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
            Judge newest = now.newest.get(envelope.entity());
            newest.close(change.after());
            change.judgedBy(newest.label());
        } else {
            lift(change, judge, now.newest.get(judge.contract().entity()));
        }
    }

    /**
     * A change of an older major becomes one of the newest, and is judged by that too. Its {@code before} tells derived fields what the change leaves
     * unsaid, and is not lifted itself.
     */
    private void lift(Change change, Judge older, Judge newest) {
        if (newest == older || change.refetch()) {
            older.observe(change.data(), observed);
            return;
        }
        change.judgedBy(newest.label());
        String op = change.data().get("op").asText();
        ObjectNode known = Lift.known(older.contract(), change.data());
        Lift lift = newest.contract().liftFrom(older.contract().major()).orElseThrow();
        lift.untold(op, change.after(), known).forEach((source, derived) -> change.breach(newest.breach("lift", "/after/" + source, "required",
                Sentences.of("lift.required", derived, newest.label()))));
        if (change.ended()) {
            return;
        }
        try {
            lift.lift(op, change.after(), known);
        } catch (JsonProcessingException e) {
            change.breach(newest.breach("lift", "/after", "lift", Sentences.of("lift", older.label())));
            return;
        }
        change.data().remove("before");
        newest.breaches(change.data(), true, change::breach);
        if (!change.ended()) {
            newest.observe(change.data(), observed);
        }
    }

    /**
     * Judges what the ledger would tell the CRM: {@code after} by the schema of the export, adds all breaches and reports
     * drift. A document without a field that the ledger owns ends as filtered.
     */
    public void checkExport(Change change) {
        Judge judge = judge(change.envelope(), inForce);
        if (judge == null) {
            change.breach(unknownVersion(change.envelope()));
            return;
        }
        change.judgedBy(judge.label());
        judge.exportBreaches(change.data(), change::breach);
        if (change.ended()) {
            return;
        }
        judge.drift(change.after(), driftSeen);
        judge.observeExport(change.data(), observed);
        if (!judge.keepOwned(change.after(), Owner.LEDGER, name -> { })) {
            change.end(Outcome.FILTERED);
        }
    }

    /**
     * All breaches of a document that the ledger would tell the CRM.
     *
     * @param document the fields that the ledger owns, and the key
     */
    public List<Breach> exportBreaches(String entity, ObjectNode document) {
        var breaches = new ArrayList<Breach>();
        inForce.newest.get(entity).exportBreaches(asData(document), breaches::add);
        return breaches;
    }

    /** Reports what a document that the CRM was told breaks of the observed rules. */
    public void observeExport(String entity, ObjectNode document) {
        inForce.newest.get(entity).observeExport(asData(document), observed);
    }

    private static ObjectNode asData(ObjectNode document) {
        return document.objectNode().set("after", document);
    }

    /**
     * Removes what the sender does not own; a change that has only keys left ends as filtered. One that was judged by an older major than is in
     * force by now keeps what it has: its lane has it judged again.
     */
    public void keepOwned(Change change, Owner sender) {
        if (change.ended() || change.refetch()) {
            return;
        }
        Judge judge = inForce.newest.get(change.envelope().entity());
        if (sender == Owner.CRM && judge.hasRead(change) || judge.contract().isMajorAbove(change.contract())) {
            return;
        }
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

    /** Keeps of each change of a batch what the CRM owns; see {@link #keepOwned}. */
    public List<Change> keepCrmOwned(List<Change> batch) {
        return EachChange.of(batch, change -> keepOwned(change, Owner.CRM));
    }

    private static Judge judge(Envelope envelope, InForce now) {
        Judge judge = envelope.dataschema() == null ? null : now.judges.get(envelope.dataschema());
        return judge == null || !judge.contract().entity().equals(envelope.entity()) ? null : judge;
    }

    private Breach unknownVersion(Envelope envelope) {
        String known = inForce.judges.values().stream().map(Judge::contract)
                .filter(contract -> contract.entity().equals(envelope.entity()))
                .map(Contract::dataschema).sorted().collect(Collectors.joining(", "));
        return new Breach("contract-version", "none", "", "dataschema", known.isEmpty()
                ? "`subject` should be of an entity that has a contract: " + String.join(", ", new TreeSet<>(inForce.newest.keySet()))
                : "`dataschema` " + Sentences.of("dataschema", known));
    }
}
