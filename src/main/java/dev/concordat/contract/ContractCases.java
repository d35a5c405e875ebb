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

    /**
     * Reads all cases of a file.
     *
     * @param contracts among them the one that the cases are about
     * @param findings  receives what is wrong in the file; a case that is wrong is left out
     */
    public static List<ContractCase> read(Path file, Contracts contracts, List<Finding> findings) {
        ContractCases cases = new ContractCases(contracts, findings);
        return YamlFile.read(file, findings).map(root -> cases.read(new CheckedSection(root, findings))).orElse(List.of());
    }

    private List<ContractCase> read(CheckedSection root) {
        root.text("description");
        String dataschema = root.required("dataschema");
        Optional<Contract> found = contracts.all().stream().filter(one -> one.dataschema().equals(dataschema)).findFirst();
        if (found.isEmpty() && root.has("dataschema")) {
            findings.add(root.place().key("dataschema").finding(FindingCode.UNKNOWN_VALUE, "[" + dataschema + "] is no contract here", "use one of "
                    + String.join(", ", contracts.all().stream().map(Contract::dataschema).sorted().toList())));
        }
        readBases(root);
        List<ContractCase> cases = List.of();
        root.requireKey("cases");
        if (found.isPresent() && !bases.isEmpty()) {
            contract = found.get();
            Set<String> names = new HashSet<>();
            cases = root.parts("cases", section -> one(section, names)).stream().flatMap(Optional::stream).toList();
        }
        return root.done(cases);
    }

    private void readBases(CheckedSection root) {
        root.requireKey("bases");
        if (!root.has("bases")) {
            return;
        }
        Place at = root.place().key("bases");
        if (!(at.node() instanceof MappingNode mapping) || mapping.getValue().isEmpty()) {
            findings.add(at.finding(FindingCode.WRONG_TYPE, "names no base", "write a name and a change, such as update: {op: u, after: {id: C-1}}"));
            return;
        }
        for (NodeTuple entry : mapping.getValue()) {
            String name = ((ScalarNode) entry.getKeyNode()).getValue();
            CheckedSection base = new CheckedSection(at.key(name), findings);
            ObjectNode data = YamlValues.json(entry.getValueNode()) instanceof ObjectNode object ? object : null;
            List.of("op", "changed", "before").forEach(base::has);
            base.requireKey("after");
            base.done(name);
            if (data != null && data.get("after") instanceof ObjectNode) {
                bases.put(name, data);
            } else if (base.has("after")) {
                findings.add(at.key(name).finding(FindingCode.WRONG_TYPE, "has no fields in 'after'", "write after: {id: ...}"));
            }
        }
    }

    private Optional<ContractCase> one(CheckedSection section, Set<String> names) {
        int before = findings.size();
        String name = section.required("name");
        if (section.has("name") && !names.add(name)) {
            findings.add(section.place().key("name").finding(FindingCode.DUPLICATE_NAME, "there is a case of this name already", "give each case a name of its own"));
        }
        String sender = section.choice("sender", List.of("crm", "ledger"));
        GivenChange given = new GivenChange(contract, bases, findings);
        byte[] change = given.read(section);
        ContractCase.Expected expected = new ExpectedReader(findings).read(section);
        section.done(name);
        if (findings.size() > before) {
            return Optional.empty();
        }
        Finding at = section.place().finding(FindingCode.MALFORMED, "", "");
        return Optional.of(new ContractCase(at.file(), at.line(), at.column(), name,
                "ledger".equals(sender) ? Owner.LEDGER : Owner.CRM, change, expected));
    }
}
