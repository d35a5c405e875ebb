package dev.concordat;

import dev.concordat.ledger.LaneLedger;
import dev.concordat.quarantine.QuarantineStore;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.SQLException;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import javax.sql.DataSource;

/** Gauges of each lane, read from its tables when they are asked for; NaN while the lane's ledger does not answer. */
final class Meters {
    private final MeterRegistry registry;
    private final Map<String, LaneLedger> ledgers;
    private final QuarantineStore quarantine;
    private final Waiting waiting;

    Meters(MeterRegistry registry, Map<String, LaneLedger> ledgers, QuarantineStore quarantine, Waiting waiting) {
        this.registry = registry;
        this.ledgers = ledgers;
        this.quarantine = quarantine;
        this.waiting = waiting;
    }

    void bind() {
        ledgers.forEach((region, ledger) -> {
            gauge("concordat.lane.up", "1 while the lane's ledger answers and none of its routes waits", region,
                    name -> new LaneHealth(name, ledger, waiting).up() ? 1 : 0);
            gauge("concordat.quarantine.open", "Changes that wait for an operator", region, quarantine::waiting);
            gauge("concordat.outbox.waiting", "Entities that the CRM has not been told of yet", region,
                    name -> count(ledger, "SELECT count(*) FROM concordat.outbox"));
            gauge("concordat.parked", "Changes that wait for their customer", region,
                    name -> count(ledger, "SELECT count(*) FROM concordat.parked"));
        });
    }

    private void gauge(String name, String description, String region, ToDoubleFunction<String> value) {
        Gauge.builder(name, region, value).description(description).tag("region", region).register(registry);
    }

    private static double count(DataSource ledger, String sql) {
        try (var connection = ledger.getConnection(); var rows = connection.createStatement().executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            return Double.NaN;
        }
    }
}
