package dev.concordat;

import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;

/** Health of the routes themselves: down while one is stopped or suspended by hand, or was started and takes nothing, which Camel's own check does not see. */
final class RestingHealth extends Readiness {
    private final RouteFolder routes;

    RestingHealth(RouteFolder routes) {
        super("routes-at-rest");
        this.routes = routes;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        var resting = routes.notRunning();
        resting.forEach(builder::detail);
        builder.state(resting.isEmpty() ? State.UP : State.DOWN);
    }
}
