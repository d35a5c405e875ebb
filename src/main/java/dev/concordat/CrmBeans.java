package dev.concordat;

import dev.concordat.change.ChangeReader;
import dev.concordat.change.Outcomes;
import dev.concordat.contract.ContractSchemas;
import dev.concordat.contract.Contracts;
import dev.concordat.contract.Gate;
import dev.concordat.crm.CallLimit;
import dev.concordat.crm.EntityTags;
import dev.concordat.crm.Export;
import dev.concordat.crm.Tokens;
import dev.concordat.crm.UsedSignatures;
import dev.concordat.crm.WebhookSignature;
import dev.concordat.ledger.LaneLedger;
import dev.concordat.residency.ResidencyPolicy;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.apache.camel.main.Main;

/** Beans with which routes tell the CRM what the ledgers have, ask it, and know it at the webhook. */
final class CrmBeans implements AutoCloseable {
    private final Settings settings;
    private final Supplier<Contracts> contracts;
    private final Clock clock;
    private final Export export;
    private final CallLimit calls = new CallLimit(Export.LONGEST_CALL);
    private final CallLimit refetches = new CallLimit(ChangeReader.LONGEST_REFETCH, ChangeReader.MOST_KEPT);
    /** Of its own for each lane: threads that wait for one region's ledger are none that another region's exports wait for. */
    private final Map<String, ExecutorService> exporters = new LinkedHashMap<>();

    CrmBeans(Settings settings, Supplier<Contracts> contracts, Gate gate, ResidencyPolicy policy, Map<String, LaneLedger> ledgers, Outcomes outcomes, Clock clock) {
        this.settings = settings;
        this.contracts = contracts;
        this.clock = clock;
        this.export = new Export(contracts, gate, policy, tokens(settings, policy.regions()), new LinkedHashMap<>(ledgers), outcomes, new Export.Limit(
                settings.number("concordat.export.rate"), settings.number("concordat.export.refusals"), Duration.ofMillis(settings.number("concordat.breach.trial")),
                settings.number("concordat.change.largest")), clock);
        ledgers.keySet().forEach(region -> exporters.put(region, Executors.newFixedThreadPool(settings.number("concordat.export.parallel"))));
    }

    private static Tokens tokens(Settings settings, List<String> regions) {
        return new Tokens(regions.stream().filter(region -> settings.has("concordat.token." + region + ".key")).collect(Collectors.toMap(region -> region,
                region -> settings.text("concordat.token." + region + ".key").getBytes(StandardCharsets.UTF_8))));
    }

    void bind(Main camel, DataSource directory, MeterRegistry metrics) {
        camel.bind("export", export);
        camel.bind("entityTags", new EntityTags());
        camel.bind("callLimit", calls);
        camel.bind("refetchLimit", refetches);
        camel.bind("contractSchemas", new ContractSchemas(contracts));
        camel.bind("webhookSignature", new WebhookSignature(settings.text("concordat.webhook.secret"), clock, metrics));
        camel.bind("webhookSignatures", new UsedSignatures(directory));
        exporters.forEach((region, threads) -> {
            camel.bind("exporters-" + region, threads);
            Gauge.builder("concordat.export.held", export, each -> each.rests(region) ? 1 : 0).tag("region", region)
                    .description("1 while the lane leaves the CRM alone, because it asked for it or refuses everything").register(metrics);
        });
    }

    Export export() {
        return export;
    }

    @Override
    public void close() {
        exporters.values().forEach(ExecutorService::shutdownNow);
        refetches.close();
        calls.close();
    }
}
