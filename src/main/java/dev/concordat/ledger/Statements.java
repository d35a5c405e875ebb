package dev.concordat.ledger;

import dev.concordat.contract.Contract;
import dev.concordat.contract.Contracts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The SQL that was compiled from the contracts in force: nobody writes it by hand, so it cannot disagree with them. */
public final class Statements {
    private volatile Compiled compiled;

    private record Compiled(Contracts contracts, List<Contract> parentsFirst, Map<String, ApplyStatement> apply, String claim, String documents) {
    }

    /** Compiles the newest major of every entity. */
    public Statements(Contracts contracts, VersionPlaces places, BlockingStatuses blocking) {
        use(contracts, places, blocking);
    }

    /** Takes other contracts into force. */
    public void use(Contracts contracts, VersionPlaces places, BlockingStatuses blocking) {
        var parentsFirst = parentsFirst(contracts.newest());
        var apply = new LinkedHashMap<String, ApplyStatement>();
        parentsFirst.forEach(contract -> apply.put(contract.entity(), new ApplyStatement(contract, contracts::newest, places, blocking)));
        compiled = new Compiled(contracts, parentsFirst, Collections.unmodifiableMap(apply), ExportStatements.claim(parentsFirst),
                ExportStatements.documents(parentsFirst));
    }

    private static List<Contract> parentsFirst(List<Contract> newest) {
        var sorted = new ArrayList<>(newest.stream().filter(contract -> contract.parent().isEmpty()).toList());
        newest.stream().filter(contract -> contract.parent().isPresent()).forEach(sorted::add);
        return List.copyOf(sorted);
    }

    /**
     * The statement that applies a wave of an entity's changes, by entity, a parent before what depends on it. A batch takes them once: what
     * is read for one statement is not what another one writes.
     */
    Map<String, ApplyStatement> apply() {
        return compiled.apply;
    }

    /** The statement that applies a wave of an entity's changes, with named parameters, to be read. */
    public String applySql(String entity) {
        return compiled.apply.get(entity).sql();
    }

    /** The statement that applies those changes of a wave that need no judging, with named parameters, to be read. */
    public String plainSql(String entity) {
        return compiled.apply.get(entity).plain().sql();
    }

    /** The statement that claims what the CRM has to be told. */
    public String claim() {
        return compiled.claim;
    }

    /** The statement that reads what is claimed. */
    public String documents() {
        return compiled.documents;
    }

    /**
     * What the contracts demand of a ledger: a look at every table and column that they name, what aligns accounts with their customer's status,
     * a plan of each statement that will be run, which fails where the bridge may not write, a column is of another type or the key is not unique,
     * columns into which goes what the contracts allow, and the triggers that let each table note in the outbox what the CRM has to be told.
     */
    public List<Demand> demands() {
        return demands(Set.of());
    }

    /** @param noted entities whose changes a newer contract has noted already, in which this one's triggers would leave something out */
    public List<Demand> demands(Set<String> noted) {
        var demands = checks();
        // At the end: from then on whoever writes a table waits for the bridge.
        compiled.parentsFirst.stream().filter(contract -> !noted.contains(contract.entity())).forEach(contract -> demands.add(triggers(contract)));
        return demands;
    }

    private static Demand triggers(Contract contract) {
        return new Demand(contract.table(), ExportStatements.triggers(contract), List.of(TableNeed.right(contract.table(), TableNeed.TRIGGER)));
    }

    /** The part of {@link #demands} that leaves a ledger's tables and triggers as they are. */
    public List<Demand> checks() {
        var checks = new ArrayList<Demand>();
        compiled.parentsFirst.forEach(contract -> checks.add(check(contract, ExportStatements.look(contract))));
        compiled.parentsFirst.forEach(contract -> compiled.apply.get(contract.entity()).alignment().ifPresent(sql -> checks.add(check(contract, sql))));
        compiled.parentsFirst.forEach(contract -> {
            var apply = compiled.apply.get(contract.entity());
            List.of(apply.plain().prepared(), apply.prepared()).forEach(prepared -> checks.add(check(contract, "EXPLAIN " + prepared.replace("?", "NULL"))));
        });
        compiled.parentsFirst.forEach(contract -> checks.add(new Demand(new Fit(contract,
                TableNeed.of(contract, compiled.contracts).get(0).columns().keySet()))));
        return checks;
    }

    private Demand check(Contract contract, String sql) {
        return new Demand(contract.table(), sql, TableNeed.of(contract, compiled.contracts).stream().flatMap(need -> need.looks().stream()).toList());
    }

    /** For ledgers that have seen no other contracts, or to look at what contracts would demand. */
    public static Statements of(Contracts contracts) {
        return new Statements(contracts, VersionPlaces.inOrder(contracts), BlockingStatuses.inForce(contracts));
    }

    /** What is said no more of contracts of which no bridge has come up with any. */
    public static List<Demand> retractions(List<Contract> contracts) {
        return contracts.stream().map(contract -> new Demand(ExportStatements.retract(contract))).toList();
    }

    /** What a ledger is to have again, where it has what these contracts demand, of one entity each, and they are refused after all. */
    public List<Demand> demandsInsteadOf(List<Contract> refused) {
        var entities = refused.stream().map(Contract::entity).toList();
        var demands = new ArrayList<>(retractions(refused));
        compiled.parentsFirst.stream().filter(contract -> entities.contains(contract.entity())).forEach(contract -> demands.add(triggers(contract)));
        return demands;
    }
}
