package dev.concordat.audit;

import static dev.concordat.audit.Entities.BROUGHT;
import static dev.concordat.audit.Entities.FRESH;
import static dev.concordat.audit.Entities.IN_CRM;
import static dev.concordat.audit.Entities.NOWHERE;
import static dev.concordat.audit.Entities.ORPHAN;
import static dev.concordat.audit.Entities.WAITS;

import dev.concordat.audit.Entities.Accounts;
import dev.concordat.audit.Entities.Customers;

/** Judges what is known of all customers and accounts, where the CRM's records have rested. */
final class Judgement {
    private final AuditPlan plan;
    private final Facts facts;
    private final Customers customers;
    private final Accounts accounts;
    private final FindingSink findings;
    private final Places places;
    private final Alignment alignment;
    private long comparedCustomers;
    private long comparedAccounts;
    private long fresh;
    private long explained;
    private long unjudged;
    private long goneAccounts;

    Judgement(AuditPlan plan, Facts facts, FindingSink findings) {
        this.plan = plan;
        this.facts = facts;
        this.customers = facts.customers;
        this.accounts = facts.accounts;
        this.findings = findings;
        this.places = new Places(facts, findings);
        this.alignment = new Alignment(facts, findings);
    }

    /** @param whole what the CRM gave whole */
    void judge(Whole whole) {
        places.judge(customers, plan.customers().name());
        for (int number = 0; number < customers.size(); number++) {
            if (customers.is(number, IN_CRM) && !customers.is(number, FRESH)) {
                comparedCustomers++;
                judgeCustomer(number);
            }
        }
        for (int number = 0; number < accounts.size(); number++) {
            if (accounts.is(number, IN_CRM) && !accounts.is(number, FRESH)) {
                comparedAccounts++;
                judgeAccount(number, whole.customers());
            }
        }
        alignment.judgeRest(whole.customers());
        plan.accounts().ifPresent(entity -> places.judge(accounts, entity.name()));
        if (whole.accounts()) {
            goneAccounts = new Completeness(facts, findings).judgeAccounts(plan.accounts().map(AuditPlan.Entity::name).orElse(""));
        }
    }

    long comparedCustomers() {
        return comparedCustomers;
    }

    long comparedAccounts() {
        return comparedAccounts;
    }

    /** Accounts whose customer was written too recently. */
    long fresh() {
        return fresh;
    }

    /** Differences whose change waits somewhere. */
    long explained() {
        return explained + places.explained();
    }

    /** Records whose ledger could not be read. */
    long unjudged() {
        return unjudged;
    }

    /** Accounts that the CRM no longer has. */
    long goneAccounts() {
        return goneAccounts;
    }

    private void judgeCustomer(int number) {
        byte ledger = customers.ledger(number);
        if (ledger == NOWHERE) {
            judgeMissing(customers, number, facts.customerName());
            return;
        }
        alignment.judge(number);
    }

    private void judgeAccount(int number, boolean allCustomers) {
        int owner = accounts.crmOwner(number);
        if (owner < 0) {
            orphan(number, "names no customer in the CRM");
        } else if (allCustomers && !customers.is(owner, IN_CRM)) {
            orphan(number, "its customer " + customers.id(owner) + " is not in the CRM");
        } else if (accounts.ledger(number) != NOWHERE) {
            judgeOwner(number, owner);
        } else if (customers.ledger(owner) != NOWHERE) {
            judgeMissing(accounts, number, facts.accountName());
        } else if (!customers.is(owner, IN_CRM) || !facts.hasLedger(customers.directory(owner))) {
            // Its customer was not given, or is found where none is.
            return;
        } else if (customers.is(owner, FRESH)) {
            fresh++;
        } else if (customers.is(owner, BROUGHT) || accounts.is(number, WAITS)) {
            explained++;
        } else if (!facts.canJudge(customers, owner)) {
            unjudged++;
        } else {
            orphan(number, "its customer " + customers.id(owner) + " is in the CRM, but in no ledger");
        }
    }

    private void orphan(int number, String sentence) {
        if (!accounts.is(number, ORPHAN)) {
            findings.add(FindingKind.ORPHAN, place(accounts, number), facts.accountName(), accounts.id(number), sentence, accounts.waitsToo(number));
        }
    }

    private void judgeOwner(int number, int crmOwner) {
        int ledgerOwner = accounts.ledgerOwner(number);
        int directoryOwner = accounts.directoryOwner(number);
        if (ledgerOwner != crmOwner || directoryOwner >= 0 && directoryOwner != crmOwner) {
            String directory = directoryOwner < 0 ? "" : ", the directory to " + customers.id(directoryOwner);
            findings.add(FindingKind.MISMATCHED_OWNER, place(accounts, number), facts.accountName(), accounts.id(number), "belongs to "
                    + customers.id(crmOwner) + " in the CRM, the ledger gives it to " + (ledgerOwner < 0 ? "nobody" : customers.id(ledgerOwner)) + directory);
        }
    }

    private void judgeMissing(Entities entities, int number, String entity) {
        if (!facts.hasLedger(entities.directory(number))) {
            return;
        }
        if (entities.is(number, BROUGHT)) {
            explained++;
        } else if (!facts.canJudge(entities, number)) {
            unjudged++;
        } else {
            findings.add(FindingKind.MISSING, place(entities, number), entity, entities.id(number), "is in the CRM, but in no ledger",
                    entities.waitsToo(number) + entities.discarded(number));
        }
    }

    private String place(Entities entities, int number) {
        return facts.regionName(entities.ledger(number) != NOWHERE ? entities.ledger(number) : entities.directory(number));
    }
}
