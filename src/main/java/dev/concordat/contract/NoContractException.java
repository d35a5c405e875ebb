package dev.concordat.contract;

import java.util.List;

/** What was named as a contract is something else: it has none of the keys that a contract begins with. */
public final class NoContractException extends ContractException {
    NoContractException(List<Finding> findings) {
        super(findings);
    }
}
