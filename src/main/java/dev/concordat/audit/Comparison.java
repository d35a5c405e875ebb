package dev.concordat.audit;

import static dev.concordat.audit.Entities.FRESH;
import static dev.concordat.audit.Entities.IN_CRM;
import static dev.concordat.audit.Entities.NOWHERE;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.BridgeException;
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
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * Takes the CRM's records, to be compared with what directory and ledgers said before.
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
    private final Alerted alerted;
    private final Instant rested;
    private final Clock clock;
    private final FieldComparison customerFields;
    private final Optional<FieldComparison> accountFields;
    private long fresh;
    private long putOff;
    private Compared firstLook;

    /**
     * @param regions the ledgers
     * @param unread  gets what could not be read of them
     */
    Comparison(AuditPlan plan, Facts facts, Findings findings, Alerted alerted, Instant rested, Clock clock, Map<String, DataSource> regions,
            Consumer<Unread> unread) {
        this.plan = plan;
        this.facts = facts;
        this.customers = facts.customers;
        this.accounts = facts.accounts;
        this.alerted = alerted;
        this.rested = rested;
        this.clock = clock;
        this.customerFields = new FieldComparison(plan, plan.customers(), customers, facts, findings, alerted, regions, unread,
                number -> Alignment.isTold(customers, number));
        this.accountFields = plan.accounts()
                .map(entity -> new FieldComparison(plan, entity, accounts, facts, findings, alerted, regions, unread, number -> false));
    }

    void crmCustomer(JsonNode record) {
        JsonNode item = plan.customers().synced().apply(record);
        int number = number(customers, item);
        if (customers.is(number, IN_CRM)) {
            return;
        }
        customers.mark(number, IN_CRM);
        customers.crmStatus(number, facts.status(item.path(plan.names().status()).asText("")));
        customers.crmHome(number, facts.home(item.path(plan.names().residency()).asText("")));
        if (!isFresh(customers, number, item)) {
            customerFields.take(number, item);
        }
    }

    void crmAccount(JsonNode record) {
        JsonNode item = plan.accounts().orElseThrow().synced().apply(record);
        int number = number(accounts, item);
        if (accounts.is(number, IN_CRM)) {
            return;
        }
        String customer = item.path(plan.names().customer()).asText("");
        accounts.ownedInCrm(number, customer.isEmpty() ? NOWHERE : customers.number(customer));
        accounts.mark(number, IN_CRM);
        if (!isFresh(accounts, number, item)) {
            accountFields.orElseThrow().take(number, item);
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

    /** Compares what was taken and not compared yet. */
    void finish() {
        fields().forEach(FieldComparison::finish);
    }

    /**
     * Notes how much was compared.
     *
     * @param judged  all of it
     * @param crmRead whether the CRM gave all its records
     */
    void note(Judgement judged, boolean crmRead) {
        firstLook = new Compared(judged.comparedCustomers(), judged.comparedAccounts(), fresh + judged.fresh(), judged.explained(), judged.unjudged(),
                crmRead ? ledgerOnly(customers) : 0, crmRead ? ledgerOnly(accounts) - judged.goneAccounts() : 0, judged.goneAccounts(), List.of(),
                plan.underWay(), putOff, List.of());
    }

    /** @param otherwise what could not be compared for other reasons */
    Compared compared(List<String> otherwise) {
        String ungiven = fields().stream().flatMap(each -> each.ungiven().stream()).collect(Collectors.joining(", "));
        return firstLook.with(fields().stream().mapToLong(FieldComparison::explained).sum(),
                Stream.concat(Stream.of(ungiven).filter(names -> !names.isEmpty()).map(names -> names + ", which no record of the CRM has"),
                        otherwise.stream()).toList(), alerted.open());
    }

    /** Of customers, and of accounts where there are such. */
    List<FieldComparison> fields() {
        return Stream.concat(Stream.of(customerFields), accountFields.stream()).toList();
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
    private boolean isFresh(Entities entities, int number, JsonNode item) {
        Optional<Instant> written = writtenAt(item).filter(time -> time.isAfter(rested) && !time.isAfter(clock.instant().plus(AHEAD)));
        if (written.isEmpty()) {
            return false;
        }
        entities.mark(number, FRESH);
        fresh++;
        putOff += written.get().isAfter(rested.plus(plan.longer())) ? 0 : 1;
        return true;
    }

    private Optional<Instant> writtenAt(JsonNode item) {
        try {
            return Optional.of(OffsetDateTime.parse(item.path(plan.names().updatedAt()).asText("")).toInstant());
        } catch (DateTimeParseException notATime) {
            return Optional.empty();
        }
    }
}
