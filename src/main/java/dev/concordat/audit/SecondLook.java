package dev.concordat.audit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.audit.AuditPlan.Entity;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Reads once more what seemed wrong: a few one by one, many by all tables and pages. */
final class SecondLook {
    /** One of so many records of the CRM may be read by a call of its own. */
    private static final int ALONE = 200;
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private final Parts parts;
    private final AuditPlan plan;
    private final Facts facts;
    private final Comparison comparison;
    private final Completeness completeness;
    private final Instant rested;
    private final Clock clock;
    private final Instant end;

    SecondLook(Parts parts, AuditPlan plan, Facts facts, Comparison comparison, Completeness completeness, Instant rested, Clock clock) {
        this.parts = parts;
        this.plan = plan;
        this.facts = facts;
        this.comparison = comparison;
        this.completeness = completeness;
        this.rested = rested;
        this.clock = clock;
        this.end = clock.instant().plus(LONGEST);
    }

    /** Which of an entity's records to read, and which of them the CRM had; without ids for all. */
    private record Wanted(Optional<List<String>> ids, Set<String> had) {
        static Wanted of(Entities entities, BitSet numbers) {
            List<String> ids = new ArrayList<>();
            Set<String> had = new HashSet<>();
            numbers.stream().forEach(number -> {
                ids.add(entities.id(number));
                if (entities.is(number, Entities.IN_CRM)) {
                    had.add(entities.id(number));
                }
            });
            return new Wanted(Optional.of(ids), had);
        }
    }

    /** Forgets what was read, and reads again what has these numbers; returns whether the CRM gave all of it. */
    Whole read(BitSet customerNumbers, BitSet accountNumbers) {
        boolean all = customerNumbers.cardinality() + accountNumbers.cardinality() > parts.records() / ALONE;
        Wanted customers = all ? new Wanted(Optional.empty(), Set.of()) : Wanted.of(facts.customers, customerNumbers);
        Wanted accounts = all ? new Wanted(Optional.empty(), Set.of()) : Wanted.of(facts.accounts, accountNumbers);
        List<String> regions = parts.regions().stream().filter(facts::isRead).toList();
        boolean directory = facts.isDirectoryRead();
        facts.forget();
        comparison.fields().forEach(FieldComparison::lookAgain);
        regions.forEach(region -> readRegion(region, customers, accounts));
        if (directory) {
            parts.directory(query -> readDirectory(query, customers, accounts));
        }
        return new Whole(readCrm(plan.customers().collection(), customers, comparison::crmCustomer, completeness::missingCustomers),
                plan.accounts().map(entity -> readCrm(entity.collection(), accounts, comparison::crmAccount, completeness::missingAccounts)).orElse(true));
    }

    private void readRegion(String region, Wanted customers, Wanted accounts) {
        parts.region(region, query -> {
            LaneReading.waiting(query, facts, rested);
            LedgerReading ledger = new LedgerReading(query, region, plan);
            ledger.customers(facts, customers.ids());
            if (plan.accounts().isPresent()) {
                ledger.accounts(plan.accounts().get(), facts, accounts.ids());
            }
            facts.regionRead(region);
        });
    }

    private void readDirectory(Query query, Wanted customers, Wanted accounts) throws SQLException {
        if (customers.ids().isEmpty()) {
            DirectoryReading.places(query, facts);
        } else {
            DirectoryReading.places(query, facts, plan.customers().name(), customers.ids().get());
            for (Entity entity : plan.accounts().stream().toList()) {
                DirectoryReading.places(query, facts, entity.name(), accounts.ids().orElseThrow());
            }
        }
        facts.directoryRead();
    }

    private boolean readCrm(String collection, Wanted wanted, Consumer<JsonNode> each, Supplier<Optional<String>> missing) {
        Set<String> lacking = new HashSet<>();
        boolean read = wanted.ids().isPresent() && parts.crm(collection, each, (crm, taken) -> readEach(crm, collection, wanted.ids().get(), taken, lacking));
        if (wanted.ids().isEmpty() || !knowsSingles(wanted, lacking)) {
            read = parts.crmList(collection, each, missing);
        }
        return read && parts.tookAll(collection);
    }

    private void readEach(CrmReader crm, String collection, List<String> ids, Consumer<JsonNode> taken, Set<String> lacking) throws IOException {
        int asked = 0;
        for (String id : ids) {
            if (clock.instant().isAfter(end)) {
                throw new IOException(Words.counted(ids.size() - asked, "record was", "records were") + " not looked at again within "
                        + Words.seconds(LONGEST.toMillis() / 1000.0));
            }
            asked++;
            crm.read(collection, id).ifPresentOrElse(taken, () -> lacking.add(id));
        }
    }

    /** A CRM that no longer has more than half of what it had does not know single records. */
    private static boolean knowsSingles(Wanted wanted, Set<String> lacking) {
        return lacking.stream().filter(wanted.had()::contains).count() * 2 <= wanted.had().size();
    }
}
