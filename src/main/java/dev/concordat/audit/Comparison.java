package dev.concordat.audit;

import static dev.concordat.audit.Entities.DISCARDED;
import static dev.concordat.audit.Entities.FRESH;
import static dev.concordat.audit.Entities.HAS_BALANCE;
import static dev.concordat.audit.Entities.IN_CRM;
import static dev.concordat.audit.Entities.NOWHERE;
import static dev.concordat.audit.Entities.ORPHAN;
import static dev.concordat.audit.Entities.WAITS;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.BridgeException;
import dev.concordat.audit.AuditReport.Compared;
import dev.concordat.audit.AuditReport.Unread;
import dev.concordat.audit.Entities.Accounts;
import dev.concordat.audit.Entities.Customers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * Compares the CRM's records with what directory and ledgers said before.
 *
 * <p>Directory and ledgers are read first: then whatever the CRM wrote meanwhile is younger than the settle time and is
 * skipped, and only what rested is judged.
 */
final class Comparison {
    /** How far the CRM's clock may be ahead. */
    private static final Duration AHEAD = Duration.ofMinutes(5);

    private final AuditPlan plan;
    private final Facts facts;
    private final Customers customers;
    private final Accounts accounts;
    private final Findings findings;
    private final Instant rested;
    private final Clock clock;
    private final Places places;
    private final Alignment alignment;
    private final Completeness completeness;
    private final FieldComparison customerFields;
    private final Optional<FieldComparison> accountFields;
    private long comparedCustomers;
    private long comparedAccounts;
    private long fresh;
    private long putOff;
    private long explained;
    private long unjudged;
    private long goneAccounts;
    private boolean crmRead;

    /**
     * @param regions the ledgers
     * @param unread  gets what could not be read of them
     */
    Comparison(AuditPlan plan, Facts facts, Findings findings, Instant rested, Clock clock, Map<String, DataSource> regions, Consumer<Unread> unread) {
        this.plan = plan;
        this.facts = facts;
        this.customers = facts.customers;
        this.accounts = facts.accounts;
        this.findings = findings;
        this.rested = rested;
        this.clock = clock;
        this.places = new Places(facts, findings);
        this.alignment = new Alignment(facts, findings);
        this.completeness = new Completeness(facts, findings);
        this.customerFields = new FieldComparison(plan, plan.customers(), customers, facts, findings, regions, unread, alignment::isTold);
        this.accountFields = plan.accounts().map(entity -> new FieldComparison(plan, entity, accounts, facts, findings, regions, unread, number -> false));
    }

    /** Notes a customer of the CRM; {@link #judgeCustomers} follows when all are known. */
    void crmCustomer(JsonNode record) {
        JsonNode item = plan.customers().synced().apply(record);
        int number = number(customers, item);
        if (customers.is(number, IN_CRM)) {
            return;
        }
        customers.mark(number, IN_CRM);
        customers.crmStatus(number, facts.status(item.path(plan.names().status()).asText("")));
        customers.crmHome(number, facts.home(item.path(plan.names().residency()).asText("")));
        if (isFresh(item)) {
            customers.mark(number, FRESH);
            countFresh(item);
        } else {
            customerFields.take(number, item);
        }
    }

    /** A page may begin with what ended the one before: each counts once. */
    private static int number(Entities entities, JsonNode item) {
        String id = item.path("id").asText("");
        if (id.isEmpty()) {
            throw new BridgeException("a record has no id");
        }
        return entities.number(id);
    }

    /**
     * Judges the customers.
     *
     * @param all whether the CRM gave them all
     */
    void judgeCustomers(boolean all) {
        customerFields.finish();
        places.judge(customers, plan.customers().name());
        for (int number = 0; number < customers.size(); number++) {
            if (customers.is(number, IN_CRM) && !customers.is(number, FRESH)) {
                comparedCustomers++;
                judgeCustomer(number);
            }
        }
        alignment.judgeRest(all);
    }

    /**
     * Judges what needs all accounts.
     *
     * @param all whether the CRM gave them all
     */
    void judgeAccounts(boolean all) {
        accountFields.ifPresent(FieldComparison::finish);
        plan.accounts().ifPresent(entity -> places.judge(accounts, entity.name()));
        if (all) {
            goneAccounts = completeness.judgeAccounts(plan.accounts().map(AuditPlan.Entity::name).orElse(""));
        }
    }

    void crmAccount(JsonNode record) {
        JsonNode item = plan.accounts().orElseThrow().synced().apply(record);
        int number = number(accounts, item);
        if (accounts.is(number, IN_CRM)) {
            return;
        }
        accounts.mark(number, IN_CRM);
        if (isFresh(item)) {
            accounts.mark(number, FRESH);
            countFresh(item);
        } else {
            comparedAccounts++;
            judgeAccount(number, item);
            accountFields.orElseThrow().take(number, item);
        }
    }

    /** Says that the CRM gave all its records. */
    void crmRead() {
        crmRead = true;
    }

    /**
     * @param otherwise what could not be compared for other reasons
     * @param before    what alerts fire for
     */
    Compared compared(List<String> otherwise, Set<String> before) {
        List<FieldComparison> fields = Stream.concat(Stream.of(customerFields), accountFields.stream()).toList();
        String ungiven = fields.stream().flatMap(each -> each.ungiven().stream()).collect(Collectors.joining(", "));
        List<String> notCompared = Stream.concat(Stream.of(ungiven).filter(names -> !names.isEmpty()).map(names -> names + ", which no record of the CRM has"),
                otherwise.stream()).toList();
        long ofFields = fields.stream().mapToLong(FieldComparison::explained).sum();
        return new Compared(comparedCustomers, comparedAccounts, fresh, explained + places.explained() + ofFields, unjudged,
                crmRead ? ledgerOnly(customers) : 0, crmRead ? ledgerOnly(accounts) - goneAccounts : 0,
                goneAccounts, notCompared, plan.underWay(), putOff, before.stream().filter(facts::isFresh).toList());
    }

    Alignment alignment() {
        return alignment;
    }

    Completeness completeness() {
        return completeness;
    }

    /** Those that have to be looked at again, because fields of theirs differ. */
    List<FieldComparison> different() {
        return Stream.concat(Stream.of(customerFields), accountFields.stream()).filter(fields -> fields.suspects() > 0).toList();
    }

    private void judgeCustomer(int number) {
        byte ledger = customers.ledger(number);
        if (ledger == NOWHERE) {
            judgeMissing(customers, number, "customer");
            return;
        }
        alignment.judge(number);
    }

    private void judgeAccount(int number, JsonNode item) {
        int owner = customers.find(item.path(plan.names().customer()).asText(""));
        if (owner < 0 || !customers.is(owner, IN_CRM)) {
            orphan(number, "names a customer that the CRM does not have");
        } else if (accounts.ledger(number) != NOWHERE) {
            judgeOwner(number, owner);
        } else if (customers.ledger(owner) != NOWHERE) {
            judgeMissing(accounts, number, "account");
        } else if (!facts.hasLedger(customers.directory(owner))) {
            // Its customer is found where none is.
            return;
        } else if (customers.is(owner, FRESH)) {
            accounts.mark(number, FRESH);
            fresh++;
        } else if (customers.is(owner, WAITS) || accounts.is(number, WAITS)) {
            explained++;
        } else if (!facts.canJudge(customers, owner)) {
            unjudged++;
        } else {
            orphan(number, "its customer " + customers.id(owner) + " is in the CRM, but in no ledger");
        }
    }

    private void orphan(int number, String sentence) {
        if (!accounts.is(number, ORPHAN)) {
            add(FindingKind.ORPHAN, place(accounts, number), "account", accounts.id(number),
                    sentence + accounts.waitsToo(number));
        }
    }

    private void judgeOwner(int number, int crmOwner) {
        byte ledger = accounts.ledger(number);
        int ledgerOwner = accounts.ledgerOwner(number);
        int directoryOwner = accounts.directoryOwner(number);
        if (ledgerOwner != crmOwner || directoryOwner >= 0 && directoryOwner != crmOwner) {
            String directory = directoryOwner < 0 ? "" : ", the directory to " + customers.id(directoryOwner);
            add(FindingKind.MISMATCHED_OWNER, ledger, "account", accounts.id(number), "belongs to "
                    + customers.id(crmOwner) + " in the CRM, the ledger gives it to " + (ledgerOwner < 0 ? "nobody" : customers.id(ledgerOwner))
                    + directory);
        }
    }

    private void judgeMissing(Entities entities, int number, String entity) {
        if (!facts.hasLedger(entities.directory(number))) {
            return;
        }
        if (entities.is(number, WAITS)) {
            explained++;
        } else if (!facts.canJudge(entities, number)) {
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

    /**
     * Where no time is given, or one that has not come yet, the record counts as rested: better one finding too many than one too few. What the CRM
     * writes while it is read is fresh, by a clock that may be a little ahead.
     */
    private boolean isFresh(JsonNode item) {
        return writtenAt(item).filter(time -> time.isAfter(rested) && !time.isAfter(clock.instant().plus(AHEAD))).isPresent();
    }

    private void countFresh(JsonNode item) {
        fresh++;
        putOff += writtenAt(item).filter(time -> !time.isAfter(rested.plus(plan.longer()))).isPresent() ? 1 : 0;
    }

    private Optional<Instant> writtenAt(JsonNode item) {
        try {
            return Optional.of(OffsetDateTime.parse(item.path(plan.names().updatedAt()).asText("")).toInstant());
        } catch (DateTimeParseException notATime) {
            return Optional.empty();
        }
    }

    private static byte place(Entities entities, int number) {
        return entities.ledger(number) != NOWHERE ? entities.ledger(number) : entities.directory(number);
    }

    private void add(FindingKind kind, byte region, String entity, String id, String sentence) {
        findings.add(kind, facts.regionName(region), entity, id, sentence);
    }
}
