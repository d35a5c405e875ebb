package dev.concordat;

import dev.concordat.change.ChangeReader;
import dev.concordat.change.Enrichment;
import dev.concordat.change.LaneRecords;
import dev.concordat.change.Outcomes;
import dev.concordat.change.ReturnRecords;
import dev.concordat.contract.ContractSchemas;
import dev.concordat.contract.Contracts;
import dev.concordat.contract.Gate;
import dev.concordat.crm.CallLimit;
import dev.concordat.crm.EntityTags;
import dev.concordat.crm.Export;
import dev.concordat.crm.Tokens;
import dev.concordat.crm.WebhookFailures;
import dev.concordat.crm.WebhookSignature;
import dev.concordat.ledger.Backlog;
import dev.concordat.ledger.BatchOffsets;
import dev.concordat.ledger.BatchSteps;
import dev.concordat.ledger.Keeper;
import dev.concordat.ledger.Parking;
import dev.concordat.ledger.Queued;
import dev.concordat.ledger.Statements;
import dev.concordat.ledger.Straight;
import dev.concordat.ledger.Verdicts;
import dev.concordat.ledger.WaveStatement;
import dev.concordat.ledger.Waves;
import dev.concordat.residency.BreachLimit;
import dev.concordat.residency.Directory;
import dev.concordat.residency.DriftLog;
import dev.concordat.residency.ObservedLog;
import dev.concordat.residency.Policies;
import dev.concordat.residency.ReceivedLog;
import dev.concordat.residency.RegionChooser;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.component.http.HttpComponent;
import org.apache.camel.component.seda.SedaComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.postgresql.ds.PGSimpleDataSource;

/** Camel with the shipped routes and the real beans that they name, not started; its databases are never asked. */
final class RouteGround {
    static final String SECRET = "whsec_" + Base64.getEncoder().encodeToString("a secret of at least 24 bytes".getBytes(StandardCharsets.UTF_8));

    private RouteGround() {
    }

    /** The shipped settings with others over them. */
    static Settings settings(Map<String, String> values) {
        var settings = Settings.read(Path.of("config/application.properties"), Map.of())
                .with("concordat.kafka.brokers", "127.0.0.1:1").with("concordat.crm.url", "http://127.0.0.1:1");
        for (var value : values.entrySet()) {
            settings = settings.with(value.getKey(), value.getValue());
        }
        return settings;
    }

    /** A context with all beans and without routes. */
    static CamelContext context(List<String> regions, Map<String, String> values) {
        var settings = settings(values);
        var camel = new DefaultCamelContext();
        camel.getPropertiesComponent().setInitialProperties(settings.all());
        camel.getCamelContextExtension().addInterceptStrategy(new BatchSteps());
        var database = new PGSimpleDataSource();
        var contracts = Contracts.read(Path.of("contracts"));
        var policy = Policies.read(Path.of("config/residency.yaml"));
        var outcomes = new Outcomes(new SimpleMeterRegistry());
        var directory = new Directory(database, 10);
        // Nothing connects before it is used.
        ((org.apache.camel.component.kafka.KafkaComponent) camel.getComponent("kafka")).setLazyStartProducer(true);
        for (String scheme : List.of("http", "https")) {
            camel.getComponent(scheme, HttpComponent.class).setAutomaticRetriesDisabled(
                    Boolean.parseBoolean(settings.text("camel.component." + scheme + ".automatic-retries-disabled")));
        }
        camel.getComponent("seda", SedaComponent.class).setDefaultPollTimeout(settings.number("camel.component.seda.default-poll-timeout"));
        var registry = camel.getRegistry();
        registry.bind("changes", new ChangeReader(settings.number("concordat.change.largest")));
        registry.bind("enrichment", new Enrichment(Map.of()));
        registry.bind("gate", new Gate(contracts, drift -> { }));
        registry.bind("breachLimit", new BreachLimit(database, new BreachLimit.Terms(0, 0, Duration.ofMinutes(1)), Clock.systemUTC()));
        registry.bind("regions", new RegionChooser(policy, directory));
        registry.bind("laneRecords", new LaneRecords(".changes", "crm.refetch"));
        registry.bind("returnRecords", new ReturnRecords());
        registry.bind("received", new ReceivedLog(database, outcomes));
        registry.bind("drift", new DriftLog(database));
        registry.bind("observed", new ObservedLog(database, new Outcomes(new SimpleMeterRegistry())));
        var statements = Statements.of(contracts);
        registry.bind("statements", statements);
        var waves = new Waves(statements);
        registry.bind("waves", waves);
        // Nothing goes by a topic here, so nobody is asked.
        var queued = new Queued(List.of(), null);
        registry.bind("queued", queued);
        registry.bind("straight", new Straight(waves, region -> false, queued, Duration.ofSeconds(60)));
        registry.bind("waveStatement", new WaveStatement());
        Map<String, DataSource> ledgers = new LinkedHashMap<>();
        for (String region : regions) {
            ledgers.put(region, database);
            registry.bind("ledger-" + region, database);
            registry.bind("verdicts-" + region, new Verdicts(region, outcomes, Clock.systemUTC()));
            registry.bind("keeper-" + region, new Keeper(region, new SimpleMeterRegistry(), Clock.systemUTC()));
            registry.bind("parking-" + region, new Parking(region, database, directory, () -> contracts.newest("customer"), Duration.ofHours(1),
                    new Backlog(null, List::of)));
        }
        registry.bind("export", new Export(() -> contracts, new Gate(contracts, drift -> { }), policy, new Tokens(Map.of()), ledgers, outcomes,
                new Export.Limit(settings.number("concordat.export.rate"), settings.number("concordat.export.refusals"), Duration.ofMinutes(1),
                settings.number("concordat.change.largest")), Clock.systemUTC()));
        registry.bind("entityTags", new EntityTags());
        registry.bind("callLimit", new CallLimit(Duration.ofMinutes(10)));
        registry.bind("refetchLimit", new CallLimit(Duration.ofMinutes(10), ChangeReader.MOST_KEPT));
        registry.bind("contractSchemas", new ContractSchemas(() -> contracts));
        registry.bind("webhookSignature", new WebhookSignature(SECRET, Clock.systemUTC(), new SimpleMeterRegistry()));
        registry.bind("webhookFailures", new WebhookFailures(camel));
        registry.bind("webhookSignatures", new MemoryIdempotentRepository());
        regions.forEach(region -> registry.bind("exporters-" + region, ForkJoinPool.commonPool()));
        registry.bind("writers", Executors.newCachedThreadPool());
        registry.bind("audits", new Audits(settings, () -> contracts, policy, ledgers, database, settle -> Optional.of(Duration.ZERO), Clock.systemUTC()));
        registry.bind("directory", database);
        registry.bind("waiting", new Waiting(Clock.systemUTC()));
        registry.bind("offsets", new BatchOffsets());
        registry.bind("yield-to-newer-contracts", new YieldToNewer());
        return camel;
    }

    /** A machine that stands still for a moment is no CRM that does not answer. */
    private static String unhurried(String route) {
        return route.replace("waitDurationInOpenState: 2\n", "waitDurationInOpenState: 3600\n").replace("connectTimeout: 2000", "connectTimeout: 600000")
                .replace("responseTimeout: 5000", "responseTimeout: 600000");
    }

    /** Adds the shipped routes that stand in these files. */
    static void load(CamelContext camel, String... files) throws Exception {
        var routes = org.apache.camel.support.PluginHelper.getRoutesLoader(camel);
        var names = new ArrayList<>(List.of("route-configuration"));
        names.addAll(List.of(files));
        for (String name : names) {
            routes.loadRoutes(org.apache.camel.support.ResourceHelper.fromString(name + ".camel.yaml",
                    unhurried(java.nio.file.Files.readString(Path.of("routes", name + ".camel.yaml")))));
        }
    }
}
