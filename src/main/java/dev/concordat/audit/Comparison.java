package dev.concordat.audit;

import static dev.concordat.audit.Entities.BLOCKED;
import static dev.concordat.audit.Entities.DISCARDED;
import static dev.concordat.audit.Entities.FRESH;
import static dev.concordat.audit.Entities.IN_CRM;
import static dev.concordat.audit.Entities.NOWHERE;
import static dev.concordat.audit.Entities.ORPHAN;
import static dev.concordat.audit.Entities.TWICE;
import static dev.concordat.audit.Entities.UNSENT;
import static dev.concordat.audit.Entities.WAITS;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.audit.AuditPlan.Fields;
import dev.concordat.audit.AuditReport.Compared;
import dev.concordat.audit.Entities.Accounts;
import dev.concordat.audit.Entities.Customers;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares the CRM's records with what directory and ledgers said before.
 *
 * <p>Directory and ledgers are read first: then whatever the CRM wrote meanwhile is younger than the settle time and is
 * skipped, and only what rested is judged.
 */
final class Comparison {
    private final AuditPlan plan;
    private final Facts facts;
    private final Customers customers;
    private final Accounts accounts;
    private final Findings findings;
    private final Instant rested;
    private final int regions;
    private long comparedCustomers;
    private long comparedAccounts;
    private long fresh;
    private long explained;
    private long unjudged;
    private boolean crmRead;

    Comparison(AuditPlan plan, Facts facts, Findings findings, Instant rested, int regions) {
        this.plan = plan;
        this.facts = facts;
        this.customers = facts.customers;
        this.accounts = facts.accounts;
        this.findings = findings;
        this.rested = rested;
        this.regions = regions;
    }

    /** Notes a customer of the CRM; {@link #judgeCustomers} follows when all are known. */
    void crmCustomer(JsonNode item) {
        int number = customers.number(item.path("id").asText());
        customers.mark(number, IN_CRM);
        customers.crmStatus(number, facts.status(item.path(plan.fields().status()).asText("")));
        if (isFresh(item)) {
            customers.mark(number, FRESH);
        }
    }

    void judgeCustomers() {
        for (int number = 0; number < customers.size(); number++) {
            judgePlace(number);
            if (customers.is(number, FRESH)) {
                fresh++;
            } else if (customers.is(number, IN_CRM)) {
                comparedCustomers++;
                judgeCustomer(number);
            }
        }
        for (int number = 0; number < accounts.size(); number++) {
            judgeAlignment(number);
        }
    }

    void crmAccount(JsonNode item) {
        int number = accounts.number(item.path("id").asText());
        accounts.mark(number, IN_CRM);
        if (isFresh(item)) {
            fresh++;
        } else {
            comparedAccounts++;
            judgeAccount(number, item);
        }
    }

    /** Says that the CRM gave all its records. */
    void crmRead() {
        crmRead = true;
    }

    Compared compared() {
        return new Compared(comparedCustomers, comparedAccounts, fresh, explained, unjudged,
                crmRead ? ledgerOnly(customers) : 0, crmRead ? ledgerOnly(accounts) : 0, plan.settle());
    }

    private void judgePlace(int number) {
        byte ledger = customers.ledger(number);
        byte directory = customers.directory(number);
        if (customers.is(number, TWICE)) {
            add(FindingKind.WRONG_REGION, ledger, "customer", customers.id(number), "is in more than one ledger");
        } else if (ledger != NOWHERE && directory != NOWHERE && ledger != directory) {
            add(FindingKind.WRONG_REGION, ledger, "customer", customers.id(number), "is in the ledger of "
                    + facts.regionName(ledger) + ", the directory places it in " + facts.regionName(directory));
        } else if (ledger != NOWHERE && directory == NOWHERE && facts.isDirectoryRead()
                && customers.is(number, IN_CRM) && !customers.is(number, FRESH)) {
            add(FindingKind.WRONG_REGION, ledger, "customer", customers.id(number), "is in the ledger of "
                    + facts.regionName(ledger) + ", the directory does not know it");
        }
    }

    private void judgeCustomer(int number) {
        byte ledger = customers.ledger(number);
        if (ledger == NOWHERE) {
            judgeMissing(customers, number, "customer");
            return;
        }
        byte inCrm = customers.crmStatus(number);
        byte inLedger = customers.ledgerStatus(number);
        String id = customers.id(number);
        if (inCrm != inLedger) {
            String crmWord = inCrm > 0 ? "is " + facts.statusWord(inCrm) : "may have postings";
            String ledgerWord = inLedger > 0 ? "is " + facts.statusWord(inLedger) : "may have postings";
            add(FindingKind.MISALIGNED_STATUS, ledger, "customer", id,
                    crmWord + " by the CRM's status, " + ledgerWord + " by the ledger's" + waitsToo(customers, number));
        } else if (inCrm > 0 && !customers.is(number, BLOCKED)) {
            add(FindingKind.MISALIGNED_STATUS, ledger, "customer", id,
                    "is " + facts.statusWord(inCrm) + ", its postings are not blocked");
        }
    }

    /**
     * Customers that came from the CRM, which no longer has them, and whom their ledger has not closed, by region: a delete is the status that
     * closes. Empty where the directory could not be read, because only that tells whom the ledger has by itself.
     */
    Map<String, List<String>> gone() {
        Map<String, List<String>> gone = new LinkedHashMap<>();
        for (int number = 0; number < customers.size(); number++) {
            if (customers.ledger(number) != NOWHERE && customers.directory(number) != NOWHERE && !customers.is(number, IN_CRM)
                    && !isClosed(customers.ledgerStatus(number))) {
                gone.computeIfAbsent(facts.regionName(customers.ledger(number)), region -> new ArrayList<>()).add(customers.id(number));
            }
        }
        return gone;
    }

    private boolean isClosed(byte status) {
        return status > 0 && plan.status().closing().contains(facts.statusWord(status));
    }

    /** Judges one of those by the status that it has now. */
    void judgeGone(String id, String status) {
        byte standing = facts.status(status);
        if (!isClosed(standing)) {
            int number = customers.find(id);
            add(FindingKind.MISALIGNED_STATUS, customers.ledger(number), "customer", id, "the CRM no longer has it, "
                    + (standing > 0 ? "is " + facts.statusWord(standing) : "may have postings") + " by the ledger's status"
                    + waitsToo(customers, number));
        }
    }

    /** An account follows its customer's status, whatever its own CRM record says. */
    private void judgeAlignment(int number) {
        int owner = accounts.ledgerOwner(number);
        byte status = owner < 0 || customers.is(owner, FRESH) ? 0 : customers.crmStatus(owner);
        if (status == 0) {
            return;
        }
        String word = facts.statusWord(status);
        byte region = accounts.ledger(number);
        if (!accounts.is(number, BLOCKED)) {
            add(FindingKind.MISALIGNED_STATUS, region, "account", accounts.id(number),
                    "its customer " + customers.id(owner) + " is " + word + ", its postings are not blocked");
        }
        if (accounts.booked(number) != 0 && plan.status().closing().contains(word)) {
            add(FindingKind.MISALIGNED_STATUS, region, "account", accounts.id(number),
                    "its customer " + customers.id(owner) + " is " + word + ", its booked balance is not 0");
        }
    }

    private void judgeAccount(int number, JsonNode item) {
        Fields fields = plan.fields();
        int owner = customers.find(item.path(fields.customer()).asText(""));
        if (owner < 0 || !customers.is(owner, IN_CRM)) {
            orphan(number, "names a customer that the CRM does not have");
        } else if (accounts.ledger(number) != NOWHERE) {
            judgeOwner(number, owner);
            judgeBalance(number, item.path(fields.balance()));
        } else if (customers.ledger(owner) != NOWHERE) {
            judgeMissing(accounts, number, "account");
        } else if (customers.is(owner, FRESH)) {
            fresh++;
        } else if (customers.is(owner, WAITS) || accounts.is(number, WAITS)) {
            explained++;
        } else if (!facts.canJudge(customers, owner, regions)) {
            unjudged++;
        } else {
            orphan(number, "its customer " + customers.id(owner) + " is in the CRM, but in no ledger");
        }
    }

    private void orphan(int number, String sentence) {
        if (!accounts.is(number, ORPHAN)) {
            add(FindingKind.ORPHAN, place(accounts, number), "account", accounts.id(number),
                    sentence + waitsToo(accounts, number));
        }
    }

    private void judgeOwner(int number, int crmOwner) {
        byte ledger = accounts.ledger(number);
        int ledgerOwner = accounts.ledgerOwner(number);
        int directoryOwner = accounts.directoryOwner(number);
        if (accounts.is(number, TWICE)) {
            add(FindingKind.WRONG_REGION, ledger, "account", accounts.id(number), "is in more than one ledger");
        }
        if (ledgerOwner != crmOwner || directoryOwner >= 0 && directoryOwner != crmOwner) {
            String directory = directoryOwner < 0 ? "" : ", the directory to " + customers.id(directoryOwner);
            add(FindingKind.MISMATCHED_OWNER, ledger, "account", accounts.id(number), "belongs to "
                    + customers.id(crmOwner) + " in the CRM, the ledger gives it to " + customers.id(ledgerOwner)
                    + directory);
        }
    }

    /** A balance that may not cross to the CRM is absent there, and is not compared. */
    private void judgeBalance(int number, JsonNode inCrm) {
        if (inCrm.isIntegralNumber() && inCrm.asLong() != accounts.booked(number)) {
            if (accounts.is(number, UNSENT)) {
                explained++;
            } else {
                add(FindingKind.UNBALANCED, accounts.ledger(number), "account", accounts.id(number),
                        "the CRM shows another booked balance than the ledger");
            }
        }
    }

    private void judgeMissing(Entities entities, int number, String entity) {
        if (entities.is(number, WAITS)) {
            explained++;
        } else if (!facts.canJudge(entities, number, regions)) {
            unjudged++;
        } else {
            String discarded = entities.is(number, DISCARDED) ? "; an operator discarded a change of it" : "";
            add(FindingKind.MISSING, place(entities, number), entity, entities.id(number),
                    "is in the CRM, but in no ledger" + discarded);
        }
    }

    private long ledgerOnly(Entities entities) {
        long count = 0;
        for (int number = 0; number < entities.size(); number++) {
            count += entities.ledger(number) != NOWHERE && !entities.is(number, IN_CRM) ? 1 : 0;
        }
        return count;
    }

    /** Where no time is given, the record counts as rested: better one finding too many than one too few. */
    private boolean isFresh(JsonNode item) {
        try {
            String updatedAt = item.path(plan.fields().updatedAt()).asText("");
            return !updatedAt.isEmpty() && OffsetDateTime.parse(updatedAt).toInstant().isAfter(rested);
        } catch (DateTimeParseException notATime) {
            return false;
        }
    }

    private static byte place(Entities entities, int number) {
        return entities.ledger(number) != NOWHERE ? entities.ledger(number) : entities.directory(number);
    }

    private static String waitsToo(Entities entities, int number) {
        return entities.is(number, WAITS) ? "; a change of it waits in quarantine or parking" : "";
    }

    private void add(FindingKind kind, byte region, String entity, String id, String sentence) {
        findings.add(kind, facts.regionName(region), entity, id, sentence);
    }
}
