package dev.concordat.audit;

import static dev.concordat.audit.Entities.BLOCKED;
import static dev.concordat.audit.Entities.FRESH;
import static dev.concordat.audit.Entities.HAS_BALANCE;

import dev.concordat.audit.Entities.Accounts;
import dev.concordat.audit.Entities.Customers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds where a customer's status, as the CRM has it, does not have its effect in the ledger, also that of one whom the CRM deleted. */
final class Alignment {
    private static final String GONE = "the CRM no longer has it, ";

    private final Facts facts;
    private final Customers customers;
    private final Accounts accounts;
    private final Findings findings;

    Alignment(Facts facts, Findings findings) {
        this.facts = facts;
        this.customers = facts.customers;
        this.accounts = facts.accounts;
        this.findings = findings;
    }

    /** Judges a customer whom CRM and ledger have. */
    void judge(int number) {
        byte ledger = customers.ledger(number);
        byte inCrm = customers.crmStatus(number);
        if (isTold(number)) {
            add(FindingKind.MISALIGNED_STATUS, ledger, "customer", customers.id(number), facts.standing(inCrm) + " by the CRM's status, "
                    + facts.standing(customers.ledgerStatus(number)) + " by the ledger's" + customers.waitsToo(number));
        } else if (inCrm > 0 && !customers.is(number, BLOCKED)) {
            add(FindingKind.MISALIGNED_STATUS, ledger, "customer", customers.id(number),
                    "is " + facts.statusWord(inCrm) + ", its postings are not blocked");
        }
    }

    /** Whether a finding tells already how the statuses of CRM and ledger differ. */
    boolean isTold(int number) {
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
        for (int number = 0; all && number < customers.size(); number++) {
            if (customers.isLost(number) && facts.closes(customers.ledgerStatus(number)) && !customers.is(number, BLOCKED)) {
                add(FindingKind.MISALIGNED_STATUS, customers.ledger(number), "customer", customers.id(number), GONE + "its postings are not blocked");
            }
        }
    }

    /**
     * Customers that came from the CRM, which no longer has them, and whom their ledger has not closed, by region: a delete is the status that
     * closes. Empty where the directory could not be read.
     */
    Map<String, List<String>> gone() {
        Map<String, List<String>> gone = new LinkedHashMap<>();
        if (!facts.canClose()) {
            return gone;
        }
        for (int number = 0; number < customers.size(); number++) {
            if (customers.isLost(number) && !facts.closes(customers.ledgerStatus(number))) {
                gone.computeIfAbsent(facts.regionName(customers.ledger(number)), region -> new ArrayList<>()).add(customers.id(number));
            }
        }
        return gone;
    }

    /** Judges one of those by the status that it has now. */
    void judgeGone(String id, String status) {
        byte standing = facts.status(status);
        if (!facts.closes(standing)) {
            int number = customers.find(id);
            add(FindingKind.MISALIGNED_STATUS, customers.ledger(number), "customer", id, GONE + facts.standing(standing) + " by the ledger's status"
                    + customers.waitsToo(number));
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
        String word = closed ? "gone from the CRM and " + facts.statusWord(status) : facts.statusWord(status);
        byte region = accounts.ledger(number);
        if (!accounts.is(number, BLOCKED)) {
            add(FindingKind.MISALIGNED_STATUS, region, "account", accounts.id(number),
                    "its customer " + customers.id(owner) + " is " + word + ", its postings are not blocked");
        }
        if (accounts.is(number, HAS_BALANCE) && facts.closes(status)) {
            add(FindingKind.MISALIGNED_STATUS, region, "account", accounts.id(number),
                    "its customer " + customers.id(owner) + " is " + word + ", its booked balance is not 0");
        }
    }

    private void add(FindingKind kind, byte region, String entity, String id, String sentence) {
        findings.add(kind, facts.regionName(region), entity, id, sentence);
    }
}
