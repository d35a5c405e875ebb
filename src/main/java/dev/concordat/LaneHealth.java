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
    private final Function<String, Integer> loginRefused;

    /** @param loginRefused tells with which status the CRM turns the lane's calls away; null where it does not */
    LaneHealth(String region, LaneLedger ledger, Waiting waiting, Function<String, Integer> loginRefused) {
        super("lane-" + region);
        this.region = region;
        this.ledger = ledger;
        this.waiting = waiting;
        this.loginRefused = loginRefused;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        builder.detail("region", region);
        Integer status = loginRefused.apply(region);
        if (status != null) {
            builder.detail("crm", "answers " + status + "; 'concordat.crm.authorization' should be what it accepts");
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
