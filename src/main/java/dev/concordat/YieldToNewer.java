package dev.concordat;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;
import org.apache.camel.support.RoutePolicySupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Policy of routes that act by the contracts ({@code routePolicy: yield-to-newer-contracts}): they rest while a bridge of the group runs with newer ones than
 * this, which has their share then. One that somebody has stopped, or that does not start by itself, stays as it is.
 */
final class YieldToNewer extends RoutePolicySupport {
    private static final Logger LOG = LoggerFactory.getLogger(YieldToNewer.class);

    private final Set<String> resting = ConcurrentHashMap.newKeySet();
    private volatile boolean behind;

    /** A start, or a file of routes that is loaded again. A route that does not start by itself is none that should run, to health. */
    @Override
    public void onInit(Route route) {
        if (behind && Boolean.TRUE.equals(route.isAutoStartup())) {
            route.setAutoStartup(false);
            resting.add(route.getRouteId());
        }
    }

    /** Has routes rest from their start on. */
    void begin(boolean newer) {
        behind = newer;
    }

    /**
     * Stops what runs, or starts what rests. What cannot be stopped or started is tried again with the next call.
     *
     * @param newer whether a bridge runs with newer contracts
     */
    void follow(boolean newer, CamelContext camel) {
        behind = newer;
        var changed = new TreeSet<String>();
        for (Route route : List.copyOf(camel.getRoutes())) {
            if (camel.isStarted() && route.getRoutePolicyList().contains(this)) {
                try {
                    if (newer ? rest(route, camel) : goOn(route, camel)) {
                        changed.add(route.getRouteId());
                    }
                } catch (Exception e) {
                    LOG.error("route {} cannot be {} yet: {}", route.getRouteId(), newer ? "stopped" : "started", e.getMessage());
                }
            }
        }
        if (!changed.isEmpty()) {
            say(newer, changed);
        }
    }

    private static void say(boolean newer, Collection<String> routes) {
        if (newer) {
            LOG.warn("routes rest, because another bridge of the group has newer contracts: routes={}", routes);
        } else {
            LOG.info("routes go on, as no bridge of the group runs with newer contracts: routes={}", routes);
        }
    }

    private boolean rest(Route route, CamelContext camel) throws Exception {
        ServiceStatus status = camel.getRouteController().getRouteStatus(route.getRouteId());
        if (!status.isStarted()) {
            return false;
        }
        resting.add(route.getRouteId());
        route.setAutoStartup(false);
        camel.getRouteController().stopRoute(route.getRouteId());
        return true;
    }

    private boolean goOn(Route route, CamelContext camel) throws Exception {
        if (!resting.contains(route.getRouteId())) {
            return false;
        }
        boolean rests = !camel.getRouteController().getRouteStatus(route.getRouteId()).isStarted();
        if (rests) {
            camel.getRouteController().startRoute(route.getRouteId());
        }
        route.setAutoStartup(true);
        resting.remove(route.getRouteId());
        return rests;
    }
}
