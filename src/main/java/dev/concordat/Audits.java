package dev.concordat;

import dev.concordat.audit.Alerts;
import dev.concordat.audit.Audit;
import dev.concordat.audit.AuditPlan;
import dev.concordat.audit.AuditReport;
import dev.concordat.audit.AuditStore;
import dev.concordat.audit.AuditTurn;
import dev.concordat.audit.HttpCrmReader;
import dev.concordat.contract.Contract;
import dev.concordat.contract.Contracts;
import dev.concordat.contract.Rule;
import dev.concordat.contract.Sla;
import dev.concordat.residency.RegionChooser;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Audits against what the contracts promise: one at a time in a group of bridges, its report kept, its alerts told. */
public final class Audits {
    private static final Logger LOG = LoggerFactory.getLogger(Audits.class);

    private final Supplier<Audit> audit;
    private final AuditStore store;
    private final DataSource directory;
    private final Alerts alerts;
    private Alerts.Firing firing = Alerts.Firing.NONE;

    Audits(Settings settings, Supplier<Contracts> contracts, Map<String, DataSource> ledgers, DataSource directory, Clock clock) {
        var source = HttpCrmReader.Source.of(URI.create(settings.text("concordat.crm.url")))
                .withAuthorization(settings.text("concordat.crm.authorization"));
        this.audit = () -> new Audit(ledgers, directory, new HttpCrmReader(source, clock), plan(settings, contracts.get()), clock);
        this.store = new AuditStore(settings.path("concordat.reports"), settings.number("concordat.audit.keep"));
        this.directory = directory;
        this.alerts = new Alerts(store.latest().toAbsolutePath().toUri().toString(),
                settings.duration("concordat.audit.every").multipliedBy(3));
    }

    private static AuditPlan plan(Settings settings, Contracts contracts) {
        Contract customer = contracts.newest(RegionChooser.CUSTOMER);
        var plan = AuditPlan.defaults();
        var alignment = customer.statusAlignment();
        if (alignment.isPresent()) {
            plan = plan.withStatus(new AuditPlan.Status(alignment.get().blocking(), alignment.get().closing()));
        }
        var counts = contracts.all().stream().flatMap(contract -> contract.rules().stream()
                .filter(rule -> rule.kind().equals(Rule.SQL)).map(rule -> count(contract, rule))).toList();
        return plan.withTargets(targets(customer, plan.targets())).withCounts(counts)
                .withTimes(settings.duration("concordat.audit.settle"), settings.duration("concordat.orphan.after"));
    }

    private static AuditPlan.CountRule count(Contract contract, Rule rule) {
        var expected = rule.expected().orElseThrow();
        return new AuditPlan.CountRule(rule.name(), contract.label(), rule.query().orElseThrow(), expected::holds, expected.words(),
                rule.severity().name().toLowerCase(Locale.ROOT));
    }

    private static AuditPlan.Targets targets(Contract contract, AuditPlan.Targets otherwise) {
        var latency = sla(contract, sla -> sla.property().equals("latency"));
        var compliance = sla(contract, sla -> sla.property().equals("errorRate") && sla.element().isEmpty());
        var violations = sla(contract, sla -> sla.property().equals("errorRate") && sla.element().isPresent());
        return new AuditPlan.Targets(
                compliance == null ? otherwise.compliance() : 1 - percent(compliance.value()),
                latency == null ? otherwise.latency() : Duration.ofMillis(latency.value().movePointRight(3).longValue()),
                latency == null ? otherwise.latencyPercentile() : latency.percentile().map(Audits::percent)
                        .orElse(otherwise.latencyPercentile()),
                violations == null ? otherwise.violations() : percent(violations.value()));
    }

    private static Sla sla(Contract contract, Predicate<Sla> wanted) {
        return contract.slas().stream().filter(wanted).findFirst().orElse(null);
    }

    private static double percent(BigDecimal value) {
        return value.movePointLeft(2).doubleValue();
    }

    /** Runs an audit and keeps its report; returns the alerts to send, null where another bridge audits right now. */
    public Alerts.Batch run() throws SQLException, IOException {
        var turn = AuditTurn.tryTake(directory);
        if (turn.isEmpty()) {
            LOG.info("audit left to another bridge");
            return null;
        }
        try (var taken = turn.get()) {
            var report = audit.get().run();
            var folder = store.write(report);
            LOG.info("audit done: report={} findings={}", folder.resolve("report.html"), report.findingCount());
            return alerts.of(report, firing);
        }
    }

    /** Remembers the alerts that were sent. */
    public void alerted(Alerts.Batch batch) {
        firing = batch.firing();
    }

    /** An audit asked for on the command line. */
    AuditReport now() {
        return audit.get().run();
    }

    Path keep(AuditReport report) {
        try {
            return store.write(report);
        } catch (IOException e) {
            throw new BridgeException("the report cannot be written; 'concordat.reports' names its folder", e);
        }
    }
}
