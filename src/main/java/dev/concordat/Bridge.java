package dev.concordat;

import dev.concordat.change.ChangeReader;
import dev.concordat.change.Enrichment;
import dev.concordat.change.LaneRecords;
import dev.concordat.change.Outcomes;
import dev.concordat.change.ReturnRecords;
import dev.concordat.contract.Contract;
import dev.concordat.contract.Contracts;
import dev.concordat.contract.FileContent;
import dev.concordat.contract.Gate;
import dev.concordat.contract.NewerContract;
import dev.concordat.ledger.BatchOffsets;
import dev.concordat.ledger.BatchPolls;
import dev.concordat.ledger.BlockingStatuses;
import dev.concordat.ledger.ContractEntry;
import dev.concordat.ledger.ContractsInForce;
import dev.concordat.ledger.KnownContracts;
import dev.concordat.ledger.LaneLedger;
import dev.concordat.ledger.Statements;
import dev.concordat.ledger.VersionPlaces;
import dev.concordat.quarantine.Quarantine;
import dev.concordat.quarantine.QuarantineMXBean;
import dev.concordat.quarantine.QuarantineStore;
import dev.concordat.residency.BreachLimit;
import dev.concordat.residency.Directory;
import dev.concordat.residency.DriftLog;
import dev.concordat.residency.Intake;
import dev.concordat.residency.IntakeMXBean;
import dev.concordat.residency.IntakeTopics;
import dev.concordat.residency.ObservedLog;
import dev.concordat.residency.ReceivedLog;
import dev.concordat.residency.RegionChooser;
import dev.concordat.residency.ResidencyPolicy;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.component.jsonvalidator.JsonValidatorEndpoint;
import org.apache.camel.main.Main;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running bridge: all beans that the routes name, and Camel with the routes. */
public final class Bridge implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Bridge.class);
    /** One part in so many of the heap is for the cache of the directory. */
    private static final int CACHE_SHARE = 6;
    /** Between tries to reach a ledger that is away. */
    private static final Duration LATER = Duration.ofSeconds(2);

    private final Settings settings;
    private final Clock clock;
    private final Main camel = new Main();
    private final List<AutoCloseable> closeables = new ArrayList<>();
    private final Map<String, LaneLedger> ledgers = new LinkedHashMap<>();
    private final PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Waiting waiting;
    private final Databases databases;
    private final KnownContracts known;
    private final ContractsInForce group;
    /** As they were before they were read. */
    private final Map<Path, FileContent> contractFiles;
    private final Contracts contracts;
    private final ResidencyPolicy policy;
    private final Doors doors;
    private KafkaAccess kafka;
    private Directory directory;
    private QuarantineStore quarantine;
    private ContractReload inForce;
    private ContractsBehind behind;
    private Set<String> noted = Set.of();
    /** Of the contracts, until routes start. */
    private ContractEntry entry;
    private RouteFolder routes;
    private ChangeReader changes;
    private BreachLimit limit;
    private LaneBeans lanes;
    private CrmBeans crm;
    private Audits audits;
    private boolean up;

    private Bridge(Settings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        this.waiting = new Waiting(clock);
        this.contractFiles = FolderWatch.found(settings.path("concordat.contracts"), Contracts::holds);
        this.databases = Databases.open(settings, "concordat.kafka.brokers", "concordat.activemq.url", "concordat.crm.url",
                "concordat.webhook.secret");
        closeables.add(databases);
        this.known = new KnownContracts(databases.directory());
        this.group = new ContractsInForce(databases.directory());
        this.contracts = databases.contracts();
        this.policy = databases.policy();
        this.doors = new Doors(settings, clock);
        closeables.add(doors);
    }

    /**
     * Starts the bridge and returns when its routes run.
     *
     * @throws BridgeException with every finding, when settings, contracts or the residency policy are wrong
     */
    public static Bridge start(Settings settings, Clock clock) {
        var bridge = new Bridge(settings, clock);
        try {
            bridge.kafka = KafkaAccess.of(settings);
            bridge.kafka.check();
            bridge.prepareDatabases();
            bridge.bindBeans();
            bridge.startCamel();
            bridge.up = true;
            LOG.info("bridge runs: contracts=[{}] regions=[{}]", bridge.contracts.all().stream().map(Contract::label).collect(Collectors.joining(" ")),
                    String.join(" ", bridge.policy.regions()));
            return bridge;
        } catch (RuntimeException e) {
            bridge.close();
            var told = CamelKeys.refused(settings, e);
            throw bridge.ofRoute(bridge.kafka == null ? told : bridge.kafka.refused(told));
        } catch (Exception e) {
            bridge.close();
            throw new BridgeException("the bridge cannot start: " + e.getMessage(), e);
        }
    }

    /** What Camel says of a route that it cannot make or start, with its file. */
    private RuntimeException ofRoute(RuntimeException failure) {
        String id = failure instanceof FailedToCreateRouteException e ? e.getRouteId() : failure instanceof FailedToStartRouteException e ? e.getRouteId() : null;
        return id == null ? failure : new BridgeException("routes in [" + settings.text("concordat.routes") + "] cannot be started: "
                + routes.fileOf(id).map(file -> file + ": ").orElse("") + failure.getMessage(), failure);
    }

    private static List<String> objections(Contracts contracts) {
        return Stream.concat(RegionChooser.objections(contracts).stream(), Promises.objections(contracts).stream()).toList();
    }

    private List<String> objections(Contracts before, Contracts after) {
        var objections = new ArrayList<>(known.objections(before, after));
        objections.addAll(objections(after));
        return objections;
    }

    private void prepareDatabases() throws SQLException {
        var objections = objections(contracts);
        if (!objections.isEmpty()) {
            throw new BridgeException(String.join("\n", objections));
        }
        ledgers.putAll(databases.lanes());
        quarantine = new QuarantineStore(Map.copyOf(ledgers));
        var preparation = new Preparation(databases::inspect, ledgers, LATER, clock);
        // In the other order when all is closed: what is not kept is forgotten once nothing is laid any more.
        closeables.add(() -> Optional.ofNullable(entry).ifPresent(ContractEntry::close));
        closeables.add(preparation);
        preparation.look(() -> Stream.concat(known.objections(contracts).stream(), Brokers.findings(settings).stream()).toList());
        OthersFirst.run(databases::prepareDirectory);
        directory = new Directory(databases.directory(), Directory.entriesWithin(Runtime.getRuntime().maxMemory() / CACHE_SHARE));
        everybodyHasALane();
        entry = OthersFirst.get(() -> known.open(contracts, () -> lay(preparation), preparation::retract));
    }

    /** Of which entities a bridge notes more than this one would is asked at each try: it may be another since others were waited for. */
    private void lay(Preparation preparation) {
        noted = group.newerThan(contracts).stream().filter(NewerContract::runs).map(NewerContract::entity).collect(Collectors.toSet());
        var demands = Statements.of(contracts).demands(noted);
        ledgers.values().forEach(ledger -> ledger.demand(demands));
        preparation.start();
    }

    /** What comes about customers of a region without a lane would wait in a topic that nobody reads. */
    private void everybodyHasALane() throws SQLException {
        var elsewhere = directory.elsewhere(policy.regions());
        if (!elsewhere.isEmpty()) {
            throw new BridgeException(elsewhere.entrySet().stream().map(each -> "'concordat.residency' [" + settings.text("concordat.residency")
                    + "] should have region '" + each.getKey() + "', where " + each.getValue() + " customers live by the directory; put it back, or move them first")
                    .collect(Collectors.joining("\n")));
        }
    }

    private void bindBeans() throws Exception {
        var drift = new DriftLog(databases.directory());
        var outcomes = new Outcomes(metrics);
        var observed = new ObservedLog(databases.directory(), outcomes);
        var gate = new Gate(contracts, drift::saw, observed::saw);
        var statements = new Statements(contracts, VersionPlaces.of(databases.directory(), contracts), BlockingStatuses.of(databases.directory(), contracts));
        inForce = new ContractReload(settings.path("concordat.contracts"), contracts, gate, statements, ledgers, databases.directory(),
                known, this::objections);
        closeables.add(inForce);
        var yielding = new YieldToNewer();
        camel.bind("yield-to-newer-contracts", yielding);
        behind = new ContractsBehind(inForce, settings.path("concordat.contracts"), group, yielding, clock);
        closeables.add(behind);
        bindAdmit(gate, drift, observed, outcomes);
        lanes = new LaneBeans(settings, ledgers, statements, waiting, this::camel, clock);
        closeables.add(lanes);
        lanes.bind(camel, directory, () -> inForce.get().newest(RegionChooser.CUSTOMER), outcomes, metrics);
        crm = new CrmBeans(settings, inForce, gate, policy, ledgers, outcomes, clock);
        closeables.add(crm);
        crm.bind(camel, databases.directory(), metrics);
        camel.bind("vertx", doors.vertx());
        bindMeters();
        audits = new Audits(settings, inForce, policy, new LinkedHashMap<>(ledgers), databases.directory(), lanes.behind()::longerThan, clock);
        audits.bind(metrics);
        camel.bind("audits", audits);
        camel.bind("directory", databases.directory());
        camel.bind("waiting", waiting);
        camel.bind("metricsRegistry", metrics);
        camel.bind("offsets", new BatchOffsets());
        camel.bind("polls", new BatchPolls(Duration.ofMillis(settings.number("concordat.batch.pace")),
                settings.number(Settings.LARGEST_RECORD), new RemovedRecords(metrics)::tell));
        var brokers = Brokers.open(settings, clock);
        closeables.add(brokers::stop);
        camel.bind("brokers", brokers);
    }

    private void bindAdmit(Gate gate, DriftLog drift, ObservedLog observed, Outcomes outcomes) {
        var enrichment = Enrichment.ofCustomers();
        changes = new ChangeReader(settings.number("concordat.change.largest"), gate.quick(enrichment));
        camel.bind("changes", changes);
        camel.bind("enrichment", enrichment);
        camel.bind("gate", gate);
        limit = new BreachLimit(databases.directory(), new BreachLimit.Terms(settings.number("concordat.breach.percent"),
                settings.number("concordat.breach.least"), settings.duration("concordat.breach.window")), clock);
        camel.bind("breachLimit", limit);
        camel.bind("regions", new RegionChooser(policy, directory));
        camel.bind("laneRecords", new LaneRecords(".changes", settings.text("concordat.refetch.topic")));
        camel.bind("returnRecords", new ReturnRecords());
        camel.bind("received", new ReceivedLog(databases.directory(), outcomes));
        camel.bind("drift", drift);
        camel.bind("observed", observed);
    }

    private void bindMeters() {
        var meters = new Meters(metrics, ledgers, waiting, clock);
        closeables.add(meters);
        meters.bind();
        Gauge.builder("concordat.intake.held", limit, held -> held.heldSince() == null ? 0 : 1)
                .description("1 while too large a share of the changes is in breach").register(metrics);
        closeables.add(Jmx.register("Quarantine", QuarantineMXBean.class, new Quarantine(quarantine, policy.regions())));
        closeables.add(Jmx.register("Intake", IntakeMXBean.class, new Intake(databases.directory())));
    }

    private void startCamel() throws Exception {
        String intake = settings.text("concordat.intake.topic");
        var files = RouteFiles.look(settings.path("concordat.routes"), policy.regions());
        changes.calls(intake, new IntakeTopics(databases.directory()).enter(intake, Topics.prepare(kafka, settings, files)));
        var properties = settings.all();
        doors.describe(properties);
        properties.setProperty("camel.main.streamCachingSpoolDirectory", settings.path("concordat.data").resolve("spool-#uuid#").toString());
        properties.setProperty("camel.metrics.enabled", "true");
        properties.setProperty("camel.component.activemq6.connectionFactory", "#brokers");
        camel.setOverrideProperties(properties);
        camel.addMainListener(new org.apache.camel.main.MainListenerSupport() {
            @Override
            public void afterConfigure(org.apache.camel.main.BaseMainSupport main) {
                try {
                    loadRoutes(main.getCamelContext(), files);
                } catch (Exception e) {
                    throw new BridgeException("routes in [" + settings.text("concordat.routes") + "] cannot be loaded: "
                            + e.getMessage(), e);
                }
            }
        });
        behind.begin(noted.isEmpty() ? List.of() : ledgers.values(), inForce::lay);
        camel.start();
        lanes.unread().start();
        inForce.afterwards(() -> camel().getEndpoints().stream().filter(JsonValidatorEndpoint.class::isInstance)
                .forEach(endpoint -> ((JsonValidatorEndpoint) endpoint).clearContentCache()));
        inForce.afterwards(behind::runs);
        inForce.watch(metrics, contractFiles);
        behind.start(metrics, routes::ofItself, camel());
    }

    private void loadRoutes(CamelContext context, RouteFiles files) throws Exception {
        routes = new RouteFolder(files.folder(), files.regions(), context);
        closeables.add(routes);
        registerHealth(context);
        var fallback = doors.open(context, metrics);
        routes.load(files);
        routes.afterwards(fallback::forgetWhatIsGone);
        routes.watch(metrics);
        // All routes are made, and none has taken anything yet.
        context.addStartupListener((started, before) -> entry.keep());
    }

    private void registerHealth(CamelContext context) {
        var registry = org.apache.camel.health.HealthCheckRegistry.get(context);
        ledgers.forEach((region, ledger) -> registry.register(new LaneHealth(region, ledger, waiting, crm.export()::objection)));
        registry.register(new ContractHealth(inForce, behind));
        registry.register(new RouteHealth(routes));
        registry.register(new RestingHealth(routes));
        registry.register(new AuditHealth(audits));
        registry.register(new IntakeHealth(limit, waiting, lanes.unread(), policy.regions()));
    }

    int webhookPort() {
        return doors.webhookPort();
    }

    int managementPort() {
        return doors.managementPort();
    }

    PrometheusMeterRegistry metrics() {
        return metrics;
    }

    Map<String, DataSource> ledgers() {
        return new LinkedHashMap<>(ledgers);
    }

    KafkaAccess kafka() {
        return kafka;
    }

    DataSource directory() {
        return databases.directory();
    }

    public CamelContext camel() {
        return camel.getCamelContext();
    }

    public QuarantineStore quarantine() {
        return quarantine;
    }

    /** The contracts in force. */
    ContractReload contracts() {
        return inForce;
    }

    /** The routes that wait for a part now. */
    public Waiting waiting() {
        return waiting;
    }

    @Override
    public void close() {
        boolean wasUp = up;
        up = false;
        if (wasUp) {
            LOG.info("bridge stops");
        }
        if (behind != null) {
            // Camel stops routes one thing at a time.
            behind.rest();
        }
        if (audits != null) {
            // Its route is drained like the others, and an audit takes its time.
            audits.close();
        }
        camel.stop();
        for (int i = closeables.size() - 1; i >= 0; i--) {
            try {
                closeables.get(i).close();
            } catch (Exception e) {
                LOG.warn("a part did not close: cause={}", e.getClass().getSimpleName());
            }
        }
        if (wasUp) {
            LOG.info("bridge has stopped");
        }
    }
}
