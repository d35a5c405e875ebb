package dev.concordat;

import dev.concordat.change.Outcomes;
import dev.concordat.contract.Contract;
import dev.concordat.ledger.Backlog;
import dev.concordat.ledger.Keeper;
import dev.concordat.ledger.KafkaProgress;
import dev.concordat.ledger.LaneLedger;
import dev.concordat.ledger.Parking;
import dev.concordat.ledger.Queued;
import dev.concordat.ledger.Statements;
import dev.concordat.ledger.Straight;
import dev.concordat.ledger.Verdicts;
import dev.concordat.ledger.WaveStatement;
import dev.concordat.ledger.Waves;
import dev.concordat.residency.Directory;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.main.Main;

/** Beans with which routes bring changes to the ledgers, and what knows how far those are behind. */
final class LaneBeans implements AutoCloseable {
    private final Settings settings;
    private final Map<String, LaneLedger> ledgers;
    private final Statements statements;
    private final Clock clock;
    private final TopicRoutes routes;
    private final KafkaProgress progress;
    private final Behind behind;
    private final Unread unread;
    private final Waves waves;
    private final Queued queued;
    private final Straight straight;
    private final ExecutorService writers = Executors.newCachedThreadPool();

    LaneBeans(Settings settings, Map<String, LaneLedger> ledgers, Statements statements, Waiting waiting, Supplier<CamelContext> camel, Clock clock) {
        this.settings = settings;
        this.ledgers = ledgers;
        this.statements = statements;
        this.clock = clock;
        this.routes = new TopicRoutes(camel, ledgers.keySet());
        this.progress = new KafkaProgress(routes::topicOf);
        this.behind = new Behind(progress, ledgers.keySet(), clock);
        this.unread = new Unread(progress, System::nanoTime);
        this.waves = new Waves(statements);
        this.queued = new Queued(ledgers.keySet(), progress);
        this.straight = new Straight(waves, region -> !ledgers.containsKey(region) || waiting.has("apply-" + region), queued,
                Duration.ofMillis(settings.number("concordat.ledger.patience")));
    }

    /** @param customers the contract in force of those for whom accounts wait */
    void bind(Main camel, Directory directory, Supplier<Contract> customers, Outcomes outcomes, MeterRegistry metrics) {
        camel.bind("waves", waves);
        camel.bind("queued", queued);
        camel.bind("straight", straight);
        camel.bind("waveStatement", new WaveStatement());
        camel.bind("writers", writers);
        camel.bind("statements", statements);
        ledgers.forEach((region, ledger) -> {
            camel.bind("ledger-" + region, ledger);
            camel.bind("verdicts-" + region, new Verdicts(region, outcomes, clock));
            camel.bind("keeper-" + region, new Keeper(region, metrics, clock));
            camel.bind("parking-" + region, new Parking(region, ledger, directory, customers, settings.duration("concordat.orphan.after"),
                    new Backlog(progress, () -> routes.before(region))));
            Gauge.builder("concordat.lane.straight", straight, each -> each.open(region) ? 1 : 0)
                    .tag("region", region).description("1 while changes go straight to the lane's ledger, not by its topic").register(metrics);
        });
        unread.bind(ledgers.keySet(), metrics);
    }

    Behind behind() {
        return behind;
    }

    Unread unread() {
        return unread;
    }

    @Override
    public void close() {
        writers.shutdownNow();
        unread.close();
        progress.close();
    }
}
