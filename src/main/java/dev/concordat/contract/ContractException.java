package dev.concordat.contract;

import dev.concordat.BridgeException;
import java.util.List;
import java.util.stream.Collectors;

/** Contracts are incomplete or contradictory; the message lists every error, one a line. */
public class ContractException extends BridgeException {
    private final transient List<Finding> findings;

    ContractException(List<Finding> findings) {
        super(findings.stream().map(Finding::toString).collect(Collectors.joining("\n")));
        this.findings = List.copyOf(findings);
    }

    public List<Finding> findings() {
        return findings;
    }
}
