package dev.concordat.audit;

import static dev.concordat.audit.Entities.HAS_BALANCE;
import static dev.concordat.audit.Entities.IN_CRM;

import dev.concordat.audit.Entities.Accounts;
import dev.concordat.audit.Entities.Customers;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Looks whether the CRM gave what came from it. A few that are missing were deleted; where many are, its list was cut short, and says nothing of what was
 * deleted.
 */
final class Completeness {
    /** So many, and more than one of so many, were not deleted. */
    private static final int LEAST_MISSING = 10;
    private static final int MISSING_SHARE = 10;

    private final Facts facts;
    private final Customers customers;
    private final Accounts accounts;
    private final FindingSink findings;

    Completeness(Facts facts, FindingSink findings) {
        this.facts = facts;
        this.customers = facts.customers;
        this.accounts = facts.accounts;
        this.findings = findings;
    }

    /** How many customers the CRM gave of how many that it should have. */
    Optional<String> missingCustomers() {
        return missing(customers, number -> !facts.closes(customers.ledgerStatus(number)));
    }

    /** The same of accounts. */
    Optional<String> missingAccounts() {
        return missing(accounts, this::isExpected);
    }

    /** Whether its customer is in the CRM, and not closed there. */
    private boolean isExpected(int account) {
        int owner = accounts.ledgerOwner(account);
        return owner >= 0 && customers.is(owner, IN_CRM) && !facts.closes(customers.crmStatus(owner));
    }

    private static Optional<String> missing(Entities entities, IntPredicate expected) {
        long given = IntStream.range(0, entities.size()).filter(number -> entities.is(number, IN_CRM)).count();
        long missing = IntStream.range(0, entities.size()).filter(number -> entities.isLost(number) && expected.test(number)).count();
        return missing >= LEAST_MISSING && missing * MISSING_SHARE > given + missing
                ? Optional.of("gave " + Words.number(given) + " of at least " + Words.number(given + missing)) : Optional.empty();
    }

    /** Finds accounts that the CRM lost; returns how many are gone from it. */
    long judgeAccounts(String entity) {
        long gone = 0;
        for (int number = 0; number < accounts.size(); number++) {
            if (accounts.isLost(number)) {
                gone++;
                if (accounts.is(number, HAS_BALANCE) && isExpected(number)) {
                    findings.add(FindingKind.GONE, facts.regionName(accounts.ledger(number)), entity, accounts.id(number),
                            "came from the CRM, which no longer has it; its booked balance is not 0");
                }
            }
        }
        return gone;
    }
}
