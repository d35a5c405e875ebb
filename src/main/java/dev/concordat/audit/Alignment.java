package dev.concordat.audit;

import static dev.concordat.audit.Entities.BLOCKED;
import static dev.concordat.audit.Entities.FRESH;
import static dev.concordat.audit.Entities.HAS_BALANCE;

import dev.concordat.audit.Entities.Accounts;
import dev.concordat.audit.Entities.Customers;

/** Finds where a customer's status, as the CRM has it, does not have its effect in the ledger, also that of one whom the CRM deleted. */
final class Alignment {
    private static final String GONE = "the CRM no longer has it, ";

    private final Facts facts;
    private final Customers customers;
    private final Accounts accounts;
    private final FindingSink findings;

    Alignment(Facts facts, FindingSink findings) {
        this.facts = facts;
        this.customers = facts.customers;
        this.accounts = facts.accounts;
        this.findings = findings;
    }

    /** Judges a customer whom CRM and ledger have. */
    void judge(int number) {
        byte inCrm = customers.crmStatus(number);
        if (isTold(number)) {
            addCustomer(number, facts.standing(inCrm) + " by the CRM's status, " + facts.standing(customers.ledgerStatus(number)) + " by the ledger's",
                    customers.waitsToo(number));
        } else if (inCrm > 0 && !customers.is(number, BLOCKED)) {
            addCustomer(number, "is " + facts.statusWord(inCrm) + ", its postings are not blocked", "");
        }
    }

    /** Whether a finding tells already how the statuses of CRM and ledger differ. */
    private boolean isTold(int number) {
        return isTold(customers, number);
    }

    static boolean isTold(Customers customers, int number) {
        return customers.crmStatus(number) != customers.ledgerStatus(number) || customers.crmStatus(number) == Customers.FOREIGN;
    }

    /**
     * Judges the accounts, and whom the ledger has closed after the CRM deleted them.
     *
     * @param all whether the CRM gave all customers
     */
    void judgeRest(boolean all) {
        for (int number = 0; number < accounts.size(); number++) {
            judgeAccount(number, all);
        }
        for (int number = 0; all && facts.canClose() && number < customers.size(); number++) {
            if (customers.isLost(number)) {
                judgeLost(number);
            }
        }
    }

    /** A customer who came from the CRM, which no longer has it: a delete is the status that closes. */
    private void judgeLost(int number) {
        byte standing = customers.ledgerStatus(number);
        if (!facts.closes(standing)) {
            addCustomer(number, GONE + facts.standing(standing) + " by the ledger's status", customers.waitsToo(number));
        } else if (!customers.is(number, BLOCKED)) {
            addCustomer(number, GONE + "its postings are not blocked", "");
        }
    }

    /**
     * An account follows its customer's status, whatever its own CRM record says. A customer whom the CRM deleted has the status by which the ledger
     * closed it.
     */
    private void judgeAccount(int number, boolean all) {
        int owner = accounts.ledgerOwner(number);
        if (owner < 0 || customers.is(owner, FRESH)) {
            return;
        }
        boolean closed = all && customers.isLost(owner) && facts.closes(customers.ledgerStatus(owner));
        byte status = closed ? customers.ledgerStatus(owner) : customers.crmStatus(owner);
        if (!facts.forbids(status)) {
            return;
        }
        String because = "its customer " + customers.id(owner) + " is " + (closed ? "gone from the CRM and " : "") + facts.statusWord(status);
        if (!accounts.is(number, BLOCKED)) {
            addAccount(number, because + ", its postings are not blocked");
        }
        if (accounts.is(number, HAS_BALANCE) && facts.closes(status)) {
            addAccount(number, because + ", its booked balance is not 0");
        }
    }

    private void addCustomer(int number, String sentence, String besides) {
        findings.add(FindingKind.MISALIGNED_STATUS, facts.regionName(customers.ledger(number)), facts.customerName(), customers.id(number), sentence, besides);
    }

    private void addAccount(int number, String sentence) {
        findings.add(FindingKind.MISALIGNED_STATUS, facts.regionName(accounts.ledger(number)), facts.accountName(), accounts.id(number), sentence);
    }
}
