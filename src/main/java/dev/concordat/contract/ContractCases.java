package dev.concordat.contract;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** Reads what should come of single changes: {@code contracts/<entity>/v<major>.cases.yaml}. */
public final class ContractCases {
    /** How a file of cases is named. */
    public static final String ENDING = ".cases.yaml";

    private final Contracts contracts;
    private final List<Finding> findings;
    private final Map<String, ObjectNode> bases = new LinkedHashMap<>();
    private Contract contract;

    private ContractCases(Contracts contracts, List<Finding> findings) {
        this.contracts = contracts;
        this.findings = findings;
    }

    /** The contract that a file of cases stands beside. */
    public static Path contract(Path file) {
        return file.resolveSibling(file.getFileName().toString().replace(ENDING, Contracts.ENDING));
    }

    /**
     * Reads all cases of a file.
     *
     * @param contracts among them the one that the cases are about
     * @param findings  receives what is wrong in the file; a case that is wrong is left out
     */
    public static List<ContractCase> read(Path file, Contracts contracts, List<Finding> findings) {
        ContractCases cases = new ContractCases(contracts, findings);
        return YamlFile.read(Source.inFolder(file), findings).map(root -> cases.read(new Section(root))).orElse(List.of());
    }

    private List<ContractCase> read(Section root) {
        StructureChecks.cases(root.place(), "CaseFile", findings);
        String dataschema = root.name("dataschema");
        Optional<Contract> found = contracts.all().stream().filter(one -> one.dataschema().equals(dataschema)).findFirst();
        if (found.isEmpty() && root.has("dataschema")) {
            findings.add(root.place().key("dataschema").finding(FindingCode.WRONG_CASE, "[" + dataschema + "] is no contract here", "use one of "
                    + String.join(", ", contracts.all().stream().map(Contract::dataschema).sorted().toList())));
        }
        readBases(root);
        List<ContractCase> cases = List.of();
        if (found.isPresent() && !bases.isEmpty()) {
            contract = found.get();
            Set<String> names = new HashSet<>();
            cases = root.sections("cases", section -> one(section, names)).stream().flatMap(Optional::stream).toList();
        }
        return cases;
    }

    private void readBases(Section root) {
        if (!root.has("bases")) {
            return;
        }
        Place at = root.place().key("bases");
        if (!(at.node() instanceof MappingNode mapping) || mapping.getValue().isEmpty()) {
            findings.add(at.finding(FindingCode.WRONG_CASE, "names no base", "write a name and a change, such as update: {op: u, after: {id: C-1}}"));
            return;
        }
        for (NodeTuple entry : mapping.getValue()) {
            String name = ((ScalarNode) entry.getKeyNode()).getValue();
            Place base = at.under(name, entry.getValueNode());
            StructureChecks.cases(base, "Base", findings);
            ObjectNode data = YamlValues.json(entry.getValueNode()) instanceof ObjectNode object ? object : null;
            if (data != null && data.get("after") instanceof ObjectNode) {
                bases.put(name, data);
            } else if (base.has("after")) {
                findings.add(base.finding(FindingCode.WRONG_CASE, "has no fields in 'after'", "write after: {id: ...}"));
            }
        }
    }

    private long errors() {
        return findings.stream().filter(Finding::isError).count();
    }

    private Optional<ContractCase> one(Section section, Set<String> names) {
        long before = errors();
        StructureChecks.cases(section.place(), "Case", findings);
        String name = section.name("name");
        if (section.has("name") && !names.add(name)) {
            findings.add(section.place().key("name").finding(FindingCode.WRONG_CASE, "there is a case of this name already", "give each case a name of its own"));
        }
        String sender = section.text("sender");
        GivenChange given = new GivenChange(contract, bases, findings);
        byte[] change = given.read(section);
        ContractCase.Expected expected = new ExpectedReader(findings).read(section);
        if (errors() > before) {
            return Optional.empty();
        }
        Place at = section.place();
        return Optional.of(new ContractCase(at.file(), at.line(), at.column(), name,
                "ledger".equals(sender) ? Owner.LEDGER : Owner.CRM, change, expected));
    }
}
