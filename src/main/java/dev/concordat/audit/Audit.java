package dev.concordat.audit;

import dev.concordat.audit.AuditPlan.Entity;
import dev.concordat.audit.AuditReport.Drift;
import dev.concordat.audit.AuditReport.Latency;
import dev.concordat.audit.AuditReport.Observed;
import dev.concordat.audit.AuditReport.Unread;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures the agreed targets and compares CRM, directory and ledgers; it reads only.
 *
 * <p>A part that cannot be read does not stop the audit: the report names it and judges the rest. Of each customer and
 * account about 100 bytes are kept while it runs, whatever the size of its records.
 */
public final class Audit {
    private static final Logger LOG = LoggerFactory.getLogger(Audit.class);
    /** The contracts promise something of the changes of a day. */
    private static final Duration MEASURED = Duration.ofDays(1);

    /** An audit waits no longer for what is under way: where a change may be under way for longer, it does not look again. */
    public static final Duration LONGEST_REST = Duration.ofMinutes(10);

    private final Map<String, DataSource> regions;
    private final DataSource directory;
    private final CrmReader crm;
    private final AuditPlan plan;
    private final Clock clock;
    private final Pause pause;

    /** @param regions each region's database with its lane and its ledger, in the order of the report */
    public Audit(Map<String, DataSource> regions, DataSource directory, CrmReader crm, AuditPlan plan, Clock clock) {
        this(regions, directory, crm, plan, clock, Pause.SLEEP);
    }

    Audit(Map<String, DataSource> regions, DataSource directory, CrmReader crm, AuditPlan plan, Clock clock, Pause pause) {
        this.regions = Collections.unmodifiableMap(new LinkedHashMap<>(regions));
        this.directory = directory;
        this.crm = crm;
        this.plan = plan;
        this.clock = clock;
        this.pause = pause;
    }

    /**
     * @param each    gets each finding, also those that the report has no room for
     * @param unknown what was not to be known before the audit began
     * @param before  what alerts fire for, such as {@code customer/c1}
     */
    public AuditReport run(Consumer<Finding> each, List<Unread> unknown, Set<String> before) {
        Run run = new Run(each, before);
        unknown.forEach(run.parts::add);
        return run.report();
    }

    private final class Run {
        private final Instant at = clock.instant();
        private final Instant since = at.minus(MEASURED);
        private final Instant rested = at.minus(plan.underWay());
        private final Facts facts = new Facts(plan, regions.keySet());
        private final Parts parts = new Parts(regions, directory, crm);
        private final Alerted alerted;
        private final Findings findings;
        private final Comparison comparison;
        private final Ended recent = new Ended();
        private final Ended ever = new Ended();
        private final List<Drift> drift = new ArrayList<>();
        private final List<Observed> observed = new ArrayList<>();
        /** By a column that a check of the books needs, the regions that do not have it. */
        private final Map<String, List<String>> lacking = new LinkedHashMap<>();
        /** By a rule in SQL, the regions whose ledger has nothing that it could judge. */
        private final Map<String, List<String>> idle = new LinkedHashMap<>();

        Run(Consumer<Finding> each, Set<String> before) {
            this.alerted = new Alerted(before, facts);
            this.findings = new Findings(plan.examples(), each);
            this.comparison = new Comparison(plan, facts, findings, alerted, rested, clock, regions, parts::add);
        }

        AuditReport report() {
            regions.keySet().forEach(this::readRegion);
            // After the ledgers: who is in one of them by then has been in the directory before.
            parts.directory(query -> {
                DirectoryReading.places(query, facts);
                facts.directoryRead();
                drift.addAll(DirectoryReading.drift(query));
                observed.addAll(DirectoryReading.observed(query));
            });
            readCrm();
            List<Latency> perRegion = new ArrayList<>();
            recent.latencies.forEach((region, measured) -> perRegion.add(measured.report(region)));
            return new AuditReport(at, since, Duration.between(at, clock.instant()).toMillis() / 1000.0,
                    new Measuring(plan, recent, ever).targets(), ever.lanes, recent.allLatencies().report("all"), perRegion, ever.breaches.rules(),
                    ever.breaches.places(), comparison.compared(notChecked()), findings.tallies(), drift, observed, parts.unread());
        }

        private List<String> notChecked() {
            var books = lacking.entrySet().stream().map(column -> "the books of " + String.join(", ", column.getValue()) + " by " + column.getKey()
                    + ", which " + (column.getValue().size() == 1 ? "it does" : "they do") + " not have");
            var rules = idle.entrySet().stream().map(rule -> rule.getKey() + " in " + String.join(", ", rule.getValue()) + ", where there is nothing to judge");
            return Stream.of(plan.unsaid().stream(), books, rules).flatMap(parts -> parts).toList();
        }

        private void readRegion(String region) {
            boolean there = parts.region(region, query -> {
                LaneReading.endings(query, region, since, plan.targets().latency(), recent, ever);
                LaneReading.waiting(query, region, facts, findings, rested, at.minus(plan.parkedFor()));
                LedgerReading ledger = new LedgerReading(query, region, plan);
                ledger.customers(facts, Optional.empty());
                if (plan.accounts().isPresent()) {
                    ledger.accounts(plan.accounts().get(), facts, Optional.empty());
                }
                facts.regionRead(region);
            });
            if (there) {
                check(region);
            }
        }

        private void check(String region) {
            plan.accounts().ifPresent(accounts -> {
                parts.check(region, "accounts without their customer", FindingKind.ORPHAN,
                        query -> new LedgerReading(query, region, plan).orphans(accounts, findings));
                new BookReading(region, accounts, plan, findings).read((what, reading) -> parts.check(region, what, FindingKind.UNBALANCED, reading),
                        column -> lacking.computeIfAbsent(column, name -> new ArrayList<>()).add(region));
            });
            RuleReading rules = new RuleReading(region, findings, observed);
            plan.counts().forEach(rule -> {
                String what = "rule " + rule.name();
                parts.check(region, what, FindingKind.CONTRACT_RULE, query -> rules.rule(rule, query, at,
                        () -> idle.computeIfAbsent(what, name -> new ArrayList<>()).add(region),
                        reason -> parts.add(Unread.of(region, what, FindingKind.CONTRACT_RULE, reason))));
            });
        }

        private void readCrm() {
            Completeness completeness = new Completeness(facts, findings);
            String customers = plan.customers().collection();
            boolean customersRead = parts.crmList(customers, comparison::crmCustomer, completeness::missingCustomers);
            boolean accountsRead = customersRead && plan.accounts().map(Entity::collection)
                    .map(name -> parts.crmList(name, comparison::crmAccount, completeness::missingAccounts)).orElse(true);
            Whole whole = new Whole(customersRead && parts.tookAll(customers),
                    accountsRead && plan.accounts().map(Entity::collection).map(parts::tookAll).orElse(true));
            Doubts doubts = new Doubts(facts);
            Judgement first = new Judgement(plan, facts, doubts);
            parts.judge(comparison::finish);
            parts.judge(() -> first.judge(whole));
            comparison.note(first, accountsRead);
            alerted.looked();
            lookAgain(doubts, whole, completeness);
        }

        /**
         * A change may be under way: one that was handed on a moment ago, one of a record that does not say when it was written, or a delete. So what
         * seems wrong is looked for once more, when a change has had as long as any, and is a finding if nothing of it has moved.
         */
        private void lookAgain(Doubts doubts, Whole whole, Completeness completeness) {
            BitSet customers = doubts.customers();
            BitSet accounts = doubts.accounts();
            int different = 0;
            for (FieldComparison fields : comparison.fields()) {
                fields.eachSuspect((fields.isOf(facts.customers) ? customers : accounts)::set);
                different += fields.suspects();
            }
            if (doubts.isEmpty() && different == 0) {
                return;
            }
            if (plan.underWay().compareTo(LONGEST_REST) > 0) {
                parts.add(new Unread("ledgers", "what seemed wrong was not looked for again: changes may be under way for "
                        + Words.seconds(plan.underWay().toMillis() / 1000.0)));
                return;
            }
            LOG.info("audit looks again for what seems wrong: states={} fields={} after={}", doubts.size(), different, plan.underWay());
            try {
                pause.take(plan.underWay());
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                parts.add(new Unread("ledgers", "stopped before what seemed wrong was looked for again"));
                return;
            }
            Whole again = new SecondLook(parts, plan, facts, comparison, completeness, rested, clock).read(customers, accounts);
            parts.judge(comparison::finish);
            parts.judge(() -> new Judgement(plan, facts, doubts.confirmed(findings, alerted)).judge(whole.and(again)));
            alerted.looked();
        }
    }
}
