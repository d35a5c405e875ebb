package dev.concordat.ledger;

import dev.concordat.contract.Contract;
import dev.concordat.contract.Contracts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The SQL that was compiled from the contracts: nobody writes it by hand, so it cannot disagree with them. */
public final class Statements {
    private final List<Contract> parentsFirst;
    private final Map<String, ApplyStatement> applyByEntity = new LinkedHashMap<>();
    private final String documents;

    /** Compiles the newest major of every entity. */
    public Statements(Contracts contracts) {
        this.parentsFirst = parentsFirst(contracts);
        parentsFirst.forEach(contract -> applyByEntity.put(contract.entity(), new ApplyStatement(contract, contracts::newest)));
        this.documents = ExportStatements.documents(parentsFirst);
    }

    private static List<Contract> parentsFirst(Contracts contracts) {
        var newest = contracts.all().stream().map(Contract::entity).distinct().map(contracts::newest).toList();
        var sorted = new ArrayList<>(newest.stream().filter(contract -> contract.parent().isEmpty()).toList());
        newest.stream().filter(contract -> contract.parent().isPresent()).forEach(sorted::add);
        return List.copyOf(sorted);
    }

    /** Entities, a parent before what depends on it. */
    public List<String> entities() {
        return List.copyOf(applyByEntity.keySet());
    }

    /** The statement that applies a wave of an entity's changes. */
    public ApplyStatement apply(String entity) {
        return applyByEntity.get(entity);
    }

    /** The statement that claims what the CRM has to be told. */
    public String claim() {
        return ExportStatements.CLAIM;
    }

    /** The statement that reads what is claimed. */
    public String documents() {
        return documents;
    }

    /** The statements that let each table note in the outbox what the CRM has to be told. */
    public List<String> triggers() {
        return parentsFirst.stream().map(ExportStatements::triggers).toList();
    }
}
