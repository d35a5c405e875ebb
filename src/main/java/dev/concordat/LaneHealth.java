package dev.concordat;

import dev.concordat.ledger.LaneLedger;
import java.sql.SQLException;
import java.util.Map;
import java.util.function.Function;
import org.apache.camel.health.HealthCheckResultBuilder;

/** Health of one lane: up while its ledger answers and none of its routes waits. */
final class LaneHealth extends Readiness {
    private final String region;
    private final LaneLedger ledger;
    private final Waiting waiting;
    private final Function<String, String> crm;

    /** @param crm tells why the CRM takes nothing of the lane, where that is not over by waiting; null otherwise */
    LaneHealth(String region, LaneLedger ledger, Waiting waiting, Function<String, String> crm) {
        super("lane-" + region);
        this.region = region;
        this.ledger = ledger;
        this.waiting = waiting;
        this.crm = crm;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        builder.detail("region", region);
        String objection = crm.apply(region);
        if (objection != null) {
            builder.detail("crm", objection);
        }
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
