package dev.concordat;

import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;

/** Says whether the files of routes on disk are in force. It stays up where some are refused, and tells why: the routes of before go on. */
final class RouteHealth extends Readiness {
    private final RouteFolder routes;

    RouteHealth(RouteFolder routes) {
        super("route-files");
        this.routes = routes;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        routes.refused().forEach((file, why) -> builder.detail("refused." + file.getFileName(), why));
        builder.up();
    }
}
