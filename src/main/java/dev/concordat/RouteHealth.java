package dev.concordat;

import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Says whether the files of routes on disk are in force. It stays up where some are refused, and tells why: the routes of before go on. */
final class RouteHealth extends AbstractHealthCheck {
    private final RouteFolder routes;

    RouteHealth(RouteFolder routes) {
        super("concordat", "route-files");
        this.routes = routes;
    }

    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        routes.refused().forEach((file, why) -> builder.detail("refused." + file.getFileName(), why));
        builder.up();
    }
}
