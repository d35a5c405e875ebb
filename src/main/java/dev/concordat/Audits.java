package dev.concordat;

import dev.concordat.audit.Alerts;
import dev.concordat.audit.Audit;
import dev.concordat.audit.AuditReport;
import dev.concordat.audit.AuditStore;
import dev.concordat.audit.AuditTurn;
import dev.concordat.audit.Finding;
import dev.concordat.audit.FindingList;
import dev.concordat.audit.HttpCrmReader;
import dev.concordat.audit.LastAudit;
import dev.concordat.contract.Contracts;
import dev.concordat.embedded.DataFolder;
import dev.concordat.ledger.ContractsInForce;
import dev.concordat.residency.ResidencyPolicy;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.apache.camel.util.concurrent.CamelThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Audits against what the contracts promise: one at a time in a group of bridges, its report kept, its alerts told. */
public final class Audits implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Audits.class);

    private static final String UNKNOWN = "it does not say what stands there unread, so what is missing may be on its way";

    private final BiFunction<Consumer<Finding>, Set<String>, AuditReport> audit;
    private final AuditStore store;
    private final Path reports;
    private final DataSource directory;
    private final LastAudit last;
    private final Alerts alerts;
    /** Whether there is an Alertmanager. */
    private final boolean tells;
    private final Duration every;
    private final Clock clock;
    private final Instant started;
    /** What waits for a server that is away may do so for longer than a stop may take, so whoever runs an audit does not wait for it itself. */
    private final ExecutorService auditor = Executors.newSingleThreadExecutor(new CamelThreadFactory("#name#", "audit", true));
    /** Done, with no alerts, once the bridge stops. */
    private final CompletableFuture<Alerts.Batch> stopped = new CompletableFuture<>();
    /** Whether the directory has told of audits, or that there was none. */
    private volatile boolean heard;
    /** Null before the first audit that this bridge hears of. */
    private volatile LastAudit.Known known;
    /** Why the last report of this bridge could not be written; null where it could. */
    private volatile String unwritten;

    /** @param behind by how much longer than it may take a change may be under way; empty where that is not known */
    Audits(Settings settings, Supplier<Contracts> contracts, ResidencyPolicy policy, Map<String, DataSource> ledgers, DataSource directory,
            Function<Duration, Optional<Duration>> behind, Clock clock) {
        var source = HttpCrmReader.Source.of(URI.create(settings.text("concordat.crm.url")))
                .withAuthorization(settings.text("concordat.crm.authorization"));
        this.audit = (each, before) -> {
            var inForce = contracts.get();
            var settle = settings.duration("concordat.audit.settle");
            var longer = behind.apply(settle);
            var plan = AuditTerms.of(inForce, policy).withTimes(settle, settings.duration("concordat.orphan.after"))
                    .withLonger(longer.orElse(Duration.ZERO));
            return new Audit(ledgers, directory, new HttpCrmReader(source, clock), plan, clock)
                    .run(each, unknown(inForce, directory, longer.isPresent()), before);
        };
        this.reports = settings.reports();
        this.store = new AuditStore(reports, settings.number("concordat.audit.keep"));
        this.directory = directory;
        this.last = new LastAudit(directory);
        this.every = settings.duration("concordat.audit.every");
        this.clock = clock;
        this.started = clock.instant();
        this.tells = settings.has("concordat.alerts.url");
        this.alerts = new Alerts(store.latest().toAbsolutePath().toUri().toString(), every);
    }

    /** What is not to be known, whatever can be read. */
    private static List<AuditReport.Unread> unknown(Contracts contracts, DataSource directory, boolean kafka) {
        var unknown = new ArrayList<AuditReport.Unread>();
        if (!kafka) {
            unknown.add(AuditReport.Unread.kafka(UNKNOWN));
        }
        try {
            var newer = new ContractsInForce(directory).newerThan(contracts);
            if (!newer.isEmpty()) {
                unknown.add(AuditReport.Unread.contracts(newer.stream().map(each -> "fields and rules that only " + each.label()
                        + " knows: this bridge has " + each.here().version()).collect(Collectors.joining("; "))));
            }
        } catch (BridgeException e) {
            LOG.debug("the audit finds out itself that the directory does not answer", e);
        }
        return unknown;
    }

    /**
     * Runs an audit where one is due and no other bridge is at it, and keeps its report. Whatever is away, what can be read is judged, and what was
     * found is told. One that the bridge's stop ends keeps no report and tells nothing.
     *
     * @return the alerts to send; null where there was no audit, or is no Alertmanager
     */
    public Alerts.Batch run() {
        if (stopped.isDone()) {
            return null;
        }
        try {
            return CompletableFuture.supplyAsync(this::inTurn, auditor).applyToEither(stopped, batch -> batch).join();
        } catch (RejectedExecutionException e) {
            // Closed since.
            return null;
        } catch (CompletionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        }
    }

    private Alerts.Batch inTurn() {
        Optional<AuditTurn> turn = Optional.empty();
        try {
            turn = AuditTurn.tryTake(directory);
            hear();
            if (turn.isEmpty()) {
                LOG.info("audit left to another bridge");
                return null;
            }
        } catch (SQLException e) {
            LOG.warn("audit without asking the other bridges: the directory does not answer, SQLSTATE {}", e.getSQLState());
        }
        try (AuditTurn taken = turn.orElse(null)) {
            return isDue() ? audited() : null;
        }
    }

    /** Asks the directory; what this bridge could not tell it, as it was away then, is newer, but does not replace the alerts of others. */
    private void hear() throws SQLException {
        var told = last.read();
        heard = true;
        told.ifPresent(row -> known = known != null && known.isNewerThan(row) ? known.over(row) : row);
    }

    /** Whether the directory told what this audit goes on from. */
    private boolean hears() {
        try {
            hear();
            return true;
        } catch (SQLException e) {
            LOG.warn("this bridge does not hear what other audits found, and keeps this one to itself: the directory does not answer, SQLSTATE {}",
                    e.getSQLState());
            return false;
        }
    }

    /** Bridges look at times of their own, each once a period. */
    private boolean isDue() {
        if (known == null) {
            return true;
        }
        Duration age = Duration.between(known.begunAt(), clock.instant()).abs();
        boolean due = age.compareTo(every.multipliedBy(9).dividedBy(10)) >= 0;
        if (!due) {
            LOG.debug("audit is not due: last={}", known.begunAt());
        }
        return due;
    }

    private Alerts.Batch audited() {
        known = LastAudit.Known.begun(clock.instant(), known);
        remember(() -> last.begins(known));
        AuditReport report;
        try (var list = store.list(clock.instant())) {
            report = audit.apply(list, known.firing().found());
            if (stopped.isDone()) {
                return null;
            }
            keep(report, list);
        }
        // Where the directory does not tell what fires, it is not told either: that would overwrite it.
        boolean heard = hears();
        var batch = alerts.of(report, known.firing());
        known = known.after(report, tells ? known.firing().with(batch.firing()) : known.firing());
        if (heard) {
            remember(() -> last.audited(known));
        }
        return tells ? batch : null;
    }

    /** Ends the audit that runs: what it could not read before the stop would be a report of the stop. The next one is due when it would have been. */
    @Override
    public void close() {
        if (stopped.complete(null)) {
            auditor.shutdownNow();
        }
    }

    private void keep(AuditReport report, FindingList list) {
        try {
            var folder = store.write(report, list);
            LOG.info("audit done: report={} findings={} unread={}", folder.resolve("report.html"), report.findingCount(), report.unread().size());
            unwritten = null;
        } catch (IOException | RuntimeException e) {
            unwritten = unwritten(e);
            LOG.error("audit done, {}: findings={} unread={}", unwritten, report.findingCount(), report.unread().size());
        }
    }

    private String unwritten(Exception e) {
        return "the report cannot be written into 'concordat.reports' [" + reports + "]: "
                + (e instanceof IOException file ? DataFolder.why(file) : e.getClass().getSimpleName());
    }

    /** Remembers that alerts were sent; until then the next audit goes on from all that may fire. */
    public void alerted(Alerts.Batch batch) {
        known = known.withFiring(batch.firing());
        remember(() -> last.fires(known));
    }

    private interface Writing {
        void run() throws SQLException;
    }

    private static void remember(Writing writing) {
        try {
            writing.run();
        } catch (SQLException e) {
            LOG.warn("the other bridges do not hear of this audit: the directory does not answer, SQLSTATE {}", e.getSQLState());
        }
    }

    /** The last audit that this bridge has heard of; empty before it looked for the first time. */
    Optional<LastAudit.Known> known() {
        return Optional.ofNullable(known);
    }

    /** Why the last report of this bridge is not there. */
    Optional<String> unwritten() {
        return Optional.ofNullable(unwritten);
    }

    /** Gauges of the last audit, whichever bridge of the group ran it. */
    void bind(MeterRegistry registry) {
        try {
            hear();
        } catch (SQLException e) {
            LOG.debug("audits are not known yet", e);
        }
        Gauge.builder("concordat.audit.age", this, Audits::age).baseUnit("seconds")
                .description("Since the last audit that is whole, or else the first one, or else the start").register(registry);
        Gauge.builder("concordat.audit.every", every, Duration::toSeconds).baseUnit("seconds").description("How often there should be an audit").register(registry);
        gauge(registry, "findings", "Findings of the last audit", LastAudit.Known::findings);
        gauge(registry, "unread", "Parts that the last audit could not read", LastAudit.Known::unread);
    }

    private void gauge(MeterRegistry registry, String name, String description, ToDoubleFunction<LastAudit.Known> value) {
        Gauge.builder("concordat.audit." + name, this, audits -> audits.known == null || audits.known.at() == null
                ? Double.NaN : value.applyAsDouble(audits.known))
                .description(description).register(registry);
    }

    private double age() {
        if (known == null && !heard) {
            return Double.NaN;
        }
        return Duration.between(known == null ? started : known.since(), clock.instant()).toMillis() / 1000.0;
    }

    /**
     * An audit asked for on the command line.
     *
     * @param said gets the report in words, before it is written
     * @throws BridgeException when the report cannot be written, unless something was found
     */
    AuditReport now(Consumer<String> said) {
        try (var list = store.list(clock.instant())) {
            var report = audit.apply(list, Set.of());
            said.accept(report.summary());
            keep(report, list, said);
            return report;
        }
    }

    private void keep(AuditReport report, FindingList list, Consumer<String> said) {
        try {
            said.accept("report: " + store.write(report, list).resolve("report.html"));
        } catch (IOException | UncheckedIOException e) {
            String sentence = unwritten(e);
            if (!report.found()) {
                throw new BridgeException(sentence, e);
            }
            said.accept(sentence);
        }
    }
}
