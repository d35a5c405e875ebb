package dev.concordat;

import dev.concordat.ledger.LaneLedger;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.apache.camel.util.concurrent.CamelThreadFactory;

/**
 * Gauges of each lane, read from its tables every two seconds, or as seldom as every five where counting takes long; NaN while the lane's
 * ledger does not answer.
 *
 * <p>Who asks for them never waits for a ledger: one that is down must not hide the figures of the others.
 */
final class Meters implements AutoCloseable {
    private static final String COUNTS = """
            SELECT (SELECT count(*) FROM concordat.quarantine WHERE state IN ('quarantined', 'replaying')),
                   (SELECT count(*) FROM concordat.untold), (SELECT count(*) FROM concordat.parked),
                   coalesce(greatest(0, extract(epoch FROM clock_timestamp() - least((SELECT min(changed_at) FROM concordat.outbox),
                     (SELECT noted_at FROM concordat.note ORDER BY number LIMIT 1)))), 0)""";
    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(2);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    /** A pause is as many times as long as counting took, unless figures would get too old: what waits must not be slowed by being counted. */
    private static final int PAUSES = 100;
    private static final Duration FRESH = Duration.ofSeconds(15);

    private final MeterRegistry registry;
    private final Map<String, LaneLedger> ledgers;
    private final Waiting waiting;
    private final Clock clock;
    private final Map<String, Reading> readings = new ConcurrentHashMap<>();
    private final ScheduledExecutorService readers;

    private record Reading(Instant at, long quarantined, long outbox, long parked, double oldest) {
    }

    Meters(MeterRegistry registry, Map<String, LaneLedger> ledgers, Waiting waiting, Clock clock) {
        this.registry = registry;
        this.ledgers = ledgers;
        this.waiting = waiting;
        this.clock = clock;
        this.readers = Executors.newScheduledThreadPool(ledgers.size(), new CamelThreadFactory("#name#", "read-lane", true));
    }

    void bind() {
        ledgers.forEach((region, ledger) -> {
            Gauge.builder("concordat.lane.up", region, this::up).tag("region", region)
                    .description("1 while the lane's ledger answers and none of its routes waits").register(registry);
            gauge("concordat.quarantine.open", "Changes that wait for an operator", region, Reading::quarantined);
            gauge("concordat.outbox.waiting", "Entities that the CRM has not been told of yet, and notes that are not gathered yet", region, Reading::outbox);
            gauge("concordat.outbox.oldest.seconds", "For how long the CRM has not been told of what waits longest for it", region, Reading::oldest);
            gauge("concordat.parked", "Changes that wait for their customer", region, Reading::parked);
            readers.execute(() -> keepReading(region, ledger));
        });
    }

    private void gauge(String name, String description, String region, ToDoubleFunction<Reading> value) {
        Gauge.builder(name, region, lane -> fresh(lane) ? value.applyAsDouble(readings.get(lane)) : Double.NaN)
                .description(description).tag("region", region).register(registry);
    }

    private double up(String region) {
        return fresh(region) && waiting.of(region).isEmpty() ? 1 : 0;
    }

    private boolean fresh(String region) {
        var reading = readings.get(region);
        return reading != null && reading.at.plus(FRESH).isAfter(clock.instant());
    }

    private void keepReading(String region, LaneLedger ledger) {
        var pause = pauseAfter(read(region, ledger));
        if (!readers.isShutdown()) {
            readers.schedule(() -> keepReading(region, ledger), pause.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** @param reading how long it took to count */
    static Duration pauseAfter(Duration reading) {
        var pause = reading.multipliedBy(PAUSES);
        if (pause.compareTo(LONGEST_PAUSE) > 0) {
            return LONGEST_PAUSE;
        }
        return pause.compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : pause;
    }

    /** Returns how long it took to count. */
    private Duration read(String region, LaneLedger ledger) {
        try (var connection = ledger.getConnection(); var statement = connection.createStatement()) {
            statement.setQueryTimeout((int) FRESH.toSeconds());
            long begun = System.nanoTime();
            try (var rows = statement.executeQuery(COUNTS)) {
                rows.next();
                readings.put(region, new Reading(clock.instant(), rows.getLong(1), rows.getLong(2), rows.getLong(3), rows.getDouble(4)));
            }
            return Duration.ofNanos(System.nanoTime() - begun);
        } catch (SQLException e) {
            readings.remove(region);
            return Duration.ZERO;
        }
    }

    @Override
    public void close() {
        readers.shutdownNow();
    }
}
