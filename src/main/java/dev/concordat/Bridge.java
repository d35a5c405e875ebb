package dev.concordat;

import dev.concordat.change.ChangeReader;
import dev.concordat.change.Enrichment;
import dev.concordat.change.LaneRecords;
import dev.concordat.change.Outcomes;
import dev.concordat.change.ReturnRecords;
import dev.concordat.contract.ContractDiff;
import dev.concordat.contract.ContractSchemas;
import dev.concordat.contract.Contracts;
import dev.concordat.contract.FileContent;
import dev.concordat.contract.Gate;
import dev.concordat.crm.CallLimit;
import dev.concordat.crm.EntityTags;
import dev.concordat.crm.Export;
import dev.concordat.crm.Tokens;
import dev.concordat.crm.UsedSignatures;
import dev.concordat.crm.WebhookSignature;
import dev.concordat.ledger.Backlog;
import dev.concordat.ledger.BatchOffsets;
import dev.concordat.ledger.BatchPolls;
import dev.concordat.ledger.KafkaProgress;
import dev.concordat.ledger.Keeper;
import dev.concordat.ledger.LaneLedger;
import dev.concordat.ledger.Parking;
import dev.concordat.ledger.Queued;
import dev.concordat.ledger.Statements;
import dev.concordat.ledger.Straight;
import dev.concordat.ledger.Verdicts;
import dev.concordat.ledger.VersionPlaces;
import dev.concordat.ledger.WaveStatement;
import dev.concordat.ledger.Waves;
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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.component.jsonvalidator.JsonValidatorEndpoint;
import org.apache.camel.main.Main;

/** The running bridge: all beans that the routes name, and Camel with the routes. */
public final class Bridge implements AutoCloseable {
    /** One part in so many of the heap is for the cache of the directory. */
    private static final int CACHE_SHARE = 6;

    private final Settings settings;
    private final Clock clock;
    private final Main camel = new Main();
    private final List<AutoCloseable> closeables = new ArrayList<>();
    private final Map<String, LaneLedger> ledgers = new LinkedHashMap<>();
    private final PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Waiting waiting;
    private final Databases databases;
    /** As they were before they were read. */
    private final Map<Path, FileContent> contractFiles;
    private final Contracts contracts;
    private final ResidencyPolicy policy;
    private final Doors doors;
    private KafkaAccess kafka;
    private Directory directory;
    private QuarantineStore quarantine;
    private ContractReload inForce;
    private ChangeReader changes;
    private BreachLimit limit;
    private Straight straight;
    private Export export;
    private Unread unread;
    private Behind behind;
    private Audits audits;

    private Bridge(Settings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        this.waiting = new Waiting(clock);
        this.contractFiles = FolderWatch.found(settings.path("concordat.contracts"), Contracts::holds);
        this.databases = Databases.open(settings, "concordat.kafka.brokers", "concordat.activemq.url", "concordat.crm.url",
                "concordat.webhook.secret");
        closeables.add(databases);
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
            return bridge;
        } catch (RuntimeException e) {
            bridge.close();
            var told = CamelKeys.refused(settings, e);
            throw bridge.kafka == null ? told : bridge.kafka.refused(told);
        } catch (Exception e) {
            bridge.close();
            throw new BridgeException("the bridge cannot start: " + e.getMessage(), e);
        }
    }

    private static List<String> objections(Contracts contracts) {
        return Stream.concat(RegionChooser.objections(contracts).stream(), Promises.objections(contracts).stream()).toList();
    }

    private static List<String> objections(Contracts before, Contracts after) {
        var objections = new ArrayList<>(ContractDiff.objections(before, after));
        objections.addAll(objections(after));
        return objections;
    }

    private void prepareDatabases() throws SQLException {
        var objections = objections(contracts);
        if (!objections.isEmpty()) {
            throw new BridgeException(String.join("\n", objections));
        }
        ledgers.putAll(databases.lanes(Statements.coming(contracts).demands()));
        quarantine = new QuarantineStore(Map.copyOf(ledgers));
        var preparation = new Preparation(databases::inspect, ledgers, clock);
        closeables.add(preparation);
        preparation.look(() -> Brokers.findings(settings));
        databases.prepareDirectory();
        directory = new Directory(databases.directory(), Directory.entriesWithin(Runtime.getRuntime().maxMemory() / CACHE_SHARE));
        everybodyHasALane();
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
        var statements = new Statements(contracts, VersionPlaces.of(databases.directory(), contracts));
        inForce = new ContractReload(settings.path("concordat.contracts"), contracts, gate, statements, ledgers, databases.directory(),
                Bridge::objections);
        closeables.add(inForce);
        bindAdmit(gate, drift, observed, outcomes);
        bindLanes(statements, outcomes);
        bindCrm(gate, outcomes);
        bindMeters();
        audits = new Audits(settings, inForce, policy, new LinkedHashMap<>(ledgers), databases.directory(), behind::longerThan, clock);
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

    private void bindLanes(Statements statements, Outcomes outcomes) {
        var waves = new Waves(statements);
        camel.bind("waves", waves);
        var routes = new TopicRoutes(this::camel, ledgers.keySet());
        var progress = new KafkaProgress(routes::topicOf);
        closeables.add(progress);
        behind = new Behind(progress, ledgers.keySet(), clock);
        unread = new Unread(progress, System::nanoTime);
        closeables.add(unread);
        unread.bind(ledgers.keySet(), metrics);
        var queued = new Queued(ledgers.keySet(), progress);
        camel.bind("queued", queued);
        straight = new Straight(waves, region -> !ledgers.containsKey(region) || waiting.has("apply-" + region), queued,
                Duration.ofMillis(settings.number("concordat.ledger.patience")));
        camel.bind("straight", straight);
        camel.bind("waveStatement", new WaveStatement());
        ExecutorService writers = Executors.newCachedThreadPool();
        closeables.add(writers::shutdownNow);
        camel.bind("writers", writers);
        camel.bind("statements", statements);
        ledgers.forEach((region, ledger) -> {
            camel.bind("ledger-" + region, ledger);
            camel.bind("verdicts-" + region, new Verdicts(region, outcomes, clock));
            camel.bind("keeper-" + region, new Keeper(region, metrics, clock));
            camel.bind("parking-" + region, new Parking(region, ledger, directory, contracts.newest(RegionChooser.CUSTOMER),
                    settings.duration("concordat.orphan.after"), new Backlog(progress, () -> routes.before(region))));
        });
    }

    private void bindLimit(String name, CallLimit limit) {
        closeables.add(limit);
        camel.bind(name, limit);
    }

    private void bindCrm(Gate gate, Outcomes outcomes) {
        Map<String, byte[]> keys = new LinkedHashMap<>();
        policy.regions().stream().filter(region -> settings.has("concordat.token." + region + ".key")).forEach(region ->
                keys.put(region, settings.text("concordat.token." + region + ".key")
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        export = new Export(inForce, gate, policy, new Tokens(keys), new LinkedHashMap<>(ledgers), outcomes, new Export.Limit(
                settings.number("concordat.export.rate"), settings.number("concordat.export.refusals"), Duration.ofMillis(settings.number("concordat.breach.trial")),
                settings.number("concordat.change.largest")), clock);
        camel.bind("export", export);
        ledgers.keySet().forEach(region -> Gauge.builder("concordat.export.held", export, each -> each.rests(region) ? 1 : 0).tag("region", region)
                .description("1 while the lane leaves the CRM alone, because it asked for it or refuses everything").register(metrics));
        camel.bind("entityTags", new EntityTags());
        bindLimit("callLimit", new CallLimit(Export.LONGEST_CALL));
        bindLimit("refetchLimit", new CallLimit(ChangeReader.LONGEST_REFETCH, ChangeReader.MOST_KEPT));
        camel.bind("contractSchemas", new ContractSchemas(inForce));
        camel.bind("webhookSignature", new WebhookSignature(settings.text("concordat.webhook.secret"), clock, metrics));
        camel.bind("webhookSignatures", new UsedSignatures(databases.directory()));
        // Of its own for each lane: threads that wait for one region's ledger are none that another region's exports wait for.
        ledgers.keySet().forEach(region -> {
            ExecutorService exporters = Executors.newFixedThreadPool(settings.number("concordat.export.parallel"));
            closeables.add(exporters::shutdownNow);
            camel.bind("exporters-" + region, exporters);
        });
        camel.bind("vertx", doors.vertx());
    }

    private void bindMeters() {
        var meters = new Meters(metrics, ledgers, waiting, clock);
        closeables.add(meters);
        meters.bind();
        Gauge.builder("concordat.intake.held", limit, held -> held.heldSince() == null ? 0 : 1)
                .description("1 while too large a share of the changes is in breach").register(metrics);
        ledgers.keySet().forEach(region -> Gauge.builder("concordat.lane.straight", straight, each -> each.open(region) ? 1 : 0)
                .tag("region", region).description("1 while changes go straight to the lane's ledger, not by its topic").register(metrics));
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
        camel.start();
        unread.start();
        inForce.afterwards(() -> camel().getEndpoints().stream().filter(JsonValidatorEndpoint.class::isInstance)
                .forEach(endpoint -> ((JsonValidatorEndpoint) endpoint).clearContentCache()));
        inForce.watch(metrics, contractFiles);
    }

    private void loadRoutes(CamelContext context, RouteFiles files) throws Exception {
        var routes = new RouteFolder(files.folder(), files.regions(), context);
        closeables.add(routes);
        registerHealth(context, routes);
        var fallback = doors.open(context, metrics);
        routes.load(files);
        routes.afterwards(fallback::forgetWhatIsGone);
        routes.watch(metrics);
    }

    private void registerHealth(CamelContext context, RouteFolder routes) {
        var registry = org.apache.camel.health.HealthCheckRegistry.get(context);
        ledgers.forEach((region, ledger) -> registry.register(new LaneHealth(region, ledger, waiting, export::objection)));
        registry.register(new ContractHealth(inForce));
        registry.register(new RouteHealth(routes));
        registry.register(new AuditHealth(audits));
        registry.register(new IntakeHealth(limit, waiting, unread, policy.regions()));
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
        camel.stop();
        for (int i = closeables.size() - 1; i >= 0; i--) {
            try {
                closeables.get(i).close();
            } catch (Exception e) {
                org.slf4j.LoggerFactory.getLogger(Bridge.class).warn("a part did not close: cause={}", e.getClass().getSimpleName());
            }
        }
    }
}
