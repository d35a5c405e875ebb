package dev.concordat.audit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.audit.AuditPlan.Entity;
import dev.concordat.audit.AuditReport.Drift;
import dev.concordat.audit.AuditReport.Latency;
import dev.concordat.audit.AuditReport.Observed;
import dev.concordat.audit.AuditReport.Unread;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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

    /** An audit waits no longer for what is under way. */
    private static final Duration LONGEST_REST = Duration.ofMinutes(10);
    /** One of so many records of the CRM may be read by a call of its own. */
    private static final int ALONE = 200;

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
        run.unread.addAll(unknown);
        return run.report();
    }

    private final class Run {
        private final Instant at = clock.instant();
        private final Instant since = at.minus(MEASURED);
        private final Instant rested = at.minus(plan.underWay());
        private final Facts facts = new Facts(plan, regions.keySet());
        private final Set<String> before;
        private final Findings findings;
        private final Comparison comparison;
        private final Ended recent = new Ended();
        private final Ended ever = new Ended();
        private final List<Drift> drift = new ArrayList<>();
        private final List<Observed> observed = new ArrayList<>();
        private final List<Unread> unread = new ArrayList<>();
        /** By a column that a check of the books needs, the regions that do not have it. */
        private final Map<String, List<String>> lacking = new LinkedHashMap<>();
        private long records;
        /** Whether a record of the CRM was left out: what is not in its list may be that one. */
        private boolean leftOutAny;

        Run(Consumer<Finding> each, Set<String> before) {
            this.before = before;
            this.findings = new Findings(plan.examples(), each);
            this.comparison = new Comparison(plan, facts, findings, rested, clock, regions, unread::add);
        }

        AuditReport report() {
            regions.forEach(this::readRegion);
            // After the ledgers: who is in one of them by then has been in the directory before.
            readDirectory();
            readCrm();
            List<Latency> perRegion = new ArrayList<>();
            recent.latencies.forEach((region, measured) -> perRegion.add(measured.report(region)));
            return new AuditReport(at, since, Duration.between(at, clock.instant()).toMillis() / 1000.0,
                    new Measuring(plan, recent, ever).targets(), ever.lanes, recent.allLatencies().report("all"), perRegion,
                    ever.breaches.rules(), ever.breaches.places(), comparison.compared(notChecked(), before), findings.tallies(), drift, observed, unread);
        }

        /** Whatever goes wrong with a part is told of this part. */
        private boolean read(String part, DataSource source, Query.Reading reading) {
            return read(reason -> unread.add(part(part, reason)), source, reading);
        }

        /** The same of a single check, in a transaction of its own: the others are none the worse for it, and no snapshot is held for long. */
        private void check(String region, String what, FindingKind kind, Query.Reading reading) {
            read(reason -> unread.add(Unread.of(region, what, kind, reason)), regions.get(region), reading);
        }

        /** Returns whether the database is there. */
        private boolean read(Consumer<String> broken, DataSource source, Query.Reading reading) {
            try (Query query = new Query(source)) {
                reading.from(query);
                query.leftOut().ifPresent(broken);
            } catch (SQLException failure) {
                broken.accept(Query.reason(failure));
                return !Query.isAway(failure);
            } catch (RuntimeException failure) {
                broken.accept(LeftOut.reason(failure));
                LOG.debug("audit", failure);
            }
            return true;
        }

        private List<String> notChecked() {
            return Stream.concat(plan.unsaid().stream(), lacking.entrySet().stream().map(column -> "the books of " + String.join(", ", column.getValue()) + " by " + column.getKey()
                    + ", which " + (column.getValue().size() == 1 ? "it does" : "they do") + " not have")).toList();
        }

        private void readDirectory() {
            read("directory", directory, query -> {
                DirectoryReading.places(query, facts);
                facts.directoryRead();
                drift.addAll(DirectoryReading.drift(query));
                observed.addAll(DirectoryReading.observed(query));
            });
        }

        private void readRegion(String region, DataSource source) {
            boolean there = read(region, source, query -> {
                LaneReading.endings(query, region, since, recent, ever);
                LaneReading.waiting(query, region, facts, findings, rested, at.minus(plan.parkedFor()));
                LedgerReading ledger = new LedgerReading(query, region, plan, findings);
                ledger.customers(facts);
                if (plan.accounts().isPresent()) {
                    ledger.accounts(plan.accounts().get(), facts);
                }
                facts.regionRead(region);
            });
            if (there) {
                check(region);
            }
        }

        private void check(String region) {
            plan.accounts().ifPresent(accounts -> {
                check(region, "accounts without their customer", FindingKind.ORPHAN,
                        query -> new LedgerReading(query, region, plan, findings).orphans(accounts));
                new BookReading(region, accounts, plan, findings).read((what, reading) -> check(region, what, FindingKind.UNBALANCED, reading),
                        column -> lacking.computeIfAbsent(column, name -> new ArrayList<>()).add(region));
            });
            RuleReading rules = new RuleReading(region, findings, observed);
            plan.counts().forEach(rule -> {
                String what = "rule " + rule.name();
                check(region, what, FindingKind.CONTRACT_RULE, query -> rules.rule(rule, query, at,
                        reason -> unread.add(Unread.of(region, what, FindingKind.CONTRACT_RULE, reason))));
            });
        }

        private void readCrm() {
            String collection = plan.customers().collection();
            boolean customersRead = read(collection, comparison::crmCustomer) && isWhole(collection, comparison.completeness().missingCustomers());
            boolean customersWhole = customersRead && !leftOutAny;
            judge(() -> comparison.judgeCustomers(customersWhole));
            boolean accountsRead = customersRead && plan.accounts().map(Entity::collection)
                    .map(name -> read(name, comparison::crmAccount) && isWhole(name, comparison.completeness().missingAccounts())).orElse(true);
            boolean accountsWhole = accountsRead && !leftOutAny;
            judge(() -> comparison.judgeAccounts(accountsWhole));
            if (accountsRead) {
                comparison.crmRead();
            }
            lookAgain(customersWhole ? comparison.alignment().gone() : Map.of(), comparison.different());
        }

        private boolean isWhole(String collection, Optional<String> missing) {
            missing.ifPresent(gave -> unread.add(new Unread("crm", collection + ": " + gave)));
            return missing.isEmpty();
        }

        /**
         * Whom the CRM had deleted when it was read, the ledger may close a little later, and each customer was read in its ledger before; and a field
         * may differ because a change of it is under way. So they are looked for once more, when a change has had as long as any.
         */
        private void lookAgain(Map<String, List<String>> gone, List<FieldComparison> different) {
            if (gone.isEmpty() && different.isEmpty()) {
                return;
            }
            if (plan.underWay().compareTo(LONGEST_REST) > 0) {
                unread.add(new Unread("ledgers", "customers that the CRM no longer has, and records that differ, were not looked for again: changes may be"
                        + " under way for " + Words.seconds(plan.underWay().toMillis() / 1000.0)));
                return;
            }
            LOG.info("audit looks again for customers that the CRM no longer has, and for records that differ: gone={} different={} after={}",
                    gone.values().stream().mapToInt(List::size).sum(), different.stream().mapToInt(FieldComparison::suspects).sum(), plan.underWay());
            try {
                pause.take(plan.underWay());
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                unread.add(new Unread("ledgers", "stopped before customers that the CRM no longer has, and records that differ, were looked for again"));
                return;
            }
            gone.forEach((region, ids) -> read(region, regions.get(region),
                    query -> new LedgerReading(query, region, plan, findings).customers(ids, comparison.alignment()::judgeGone)));
            different.forEach(fields -> judge(() -> lookAgain(fields)));
        }

        /** Many are read faster by all of the CRM's pages. */
        private void lookAgain(FieldComparison fields) {
            fields.lookAgain(rested);
            if (fields.suspects() > records / ALONE) {
                read(fields.collection(), fields::take);
            } else {
                List<String> ids = new ArrayList<>();
                fields.eachSuspect(number -> ids.add(fields.id(number)));
                readEach(fields, ids);
            }
            fields.finish();
        }

        private void readEach(FieldComparison fields, List<String> ids) {
            try {
                for (String id : ids) {
                    crm.read(fields.collection(), id).ifPresent(fields::take);
                }
            } catch (IOException failure) {
                unread.add(new Unread("crm", fields.collection() + ": " + failure.getMessage()));
            }
        }

        private boolean read(String collection, Consumer<JsonNode> each) {
            var leftOut = new LeftOut();
            try {
                crm.read(collection, record -> leftOut.unless(() -> {
                    records++;
                    each.accept(record);
                }));
                return true;
            } catch (IOException failure) {
                unread.add(new Unread("crm", collection + ": " + failure.getMessage()));
            } catch (RuntimeException failure) {
                unforeseen("crm", failure);
            } finally {
                leftOut.sentence().ifPresent(sentence -> unread.add(new Unread("crm", collection + ": " + sentence)));
                leftOutAny |= leftOut.sentence().isPresent();
            }
            return false;
        }

        private void judge(Runnable step) {
            try {
                step.run();
            } catch (RuntimeException failure) {
                unforeseen("comparison", failure);
            }
        }

        private Unread part(String name, String reason) {
            return regions.containsKey(name) ? Unread.of(name, reason) : new Unread(name, reason);
        }

        private void unforeseen(String part, RuntimeException failure) {
            unread.add(part(part, LeftOut.reason(failure)));
            LOG.debug("audit of {}", part, failure);
        }
    }
}
