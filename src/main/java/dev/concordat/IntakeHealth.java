package dev.concordat;

import dev.concordat.residency.BreachLimit;
import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;

/** Health of the intake: down while it is held because too many changes are in breach. */
final class IntakeHealth extends Readiness {
    private final BreachLimit limit;

    IntakeHealth(BreachLimit limit) {
        super("intake");
        this.limit = limit;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        var since = limit.heldSince();
        if (since == null) {
            builder.up();
        } else {
            builder.detail("held.since", since.toString()).detail("held.cause", "too large a share of the changes is in breach").down();
        }
    }
}
