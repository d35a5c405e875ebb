package dev.concordat;

import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;

/**
 * Says whether the files of routes on disk are in force. It stays up where some are refused, and tells why, as long as the routes of before go on.
 */
final class RouteHealth extends Readiness {
    private final RouteFolder routes;

    RouteHealth(RouteFolder routes) {
        super("route-files");
        this.routes = routes;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        routes.refused().forEach((file, why) -> builder.detail("refused." + file, why));
        routes.removed().forEach(file -> builder.detail("removed." + file, "its routes go on until the bridge is started again"));
        routes.tell(builder);
        if (routes.hasLost()) {
            builder.detail("gone", "routes of a refused file; mend it, or start the bridge again").down();
        } else {
            builder.up();
        }
    }
}
