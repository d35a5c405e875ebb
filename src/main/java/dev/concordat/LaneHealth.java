package dev.concordat;

import dev.concordat.ledger.LaneLedger;
import java.sql.SQLException;
import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;

/** Health of one lane: up while its ledger answers and none of its routes waits. */
final class LaneHealth extends Readiness {
    private final String region;
    private final LaneLedger ledger;
    private final Waiting waiting;

    LaneHealth(String region, LaneLedger ledger, Waiting waiting) {
        super("lane-" + region);
        this.region = region;
        this.ledger = ledger;
        this.waiting = waiting;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        builder.detail("region", region);
        var waits = waiting.of(region);
        if (!ledger.prepared()) {
            builder.detail("ledger", "is not prepared yet; the log says why").down();
        } else if (!waits.isEmpty()) {
            waits.get(0).describe(builder).down();
        } else if (!answers()) {
            builder.detail("ledger", "does not answer").down();
        } else {
            builder.up();
        }
    }

    private boolean answers() {
        try (var connection = ledger.getConnection()) {
            return connection.isValid(2);
        } catch (SQLException e) {
            return false;
        }
    }
}
