package dev.concordat;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.support.RoutePolicySupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Policy of routes that act by the contracts ({@code routePolicy: yield-to-newer-contracts}): they yield, that is, do not run, while a bridge of the group runs
 * with newer ones than this, which has their share then. One that somebody has stopped, or that does not start by itself, stays as it is.
 */
final class YieldToNewer extends RoutePolicySupport {
    private static final Logger LOG = LoggerFactory.getLogger(YieldToNewer.class);
    /** Of a route; goes with it where its file is loaded again. */
    private static final String MARK = "concordat.yields";

    private final Map<String, String> failures = new ConcurrentHashMap<>();
    private volatile boolean behind;

    /** Whether a route does not run because it yields. */
    static boolean yields(Route route) {
        return route.getProperties().containsKey(MARK);
    }

    /** A route that does not start by itself is none that should run, to health. */
    private static void mark(Route route) {
        route.getProperties().put(MARK, true);
        route.setAutoStartup(false);
    }

    /** Has a route that does not run be one that somebody has stopped. */
    static void forget(Route route) {
        if (route.getProperties().remove(MARK) != null) {
            route.setAutoStartup(true);
        }
    }

    /** A start, or a file of routes that is loaded again. */
    @Override
    public void onInit(Route route) {
        if (behind && Boolean.TRUE.equals(route.isAutoStartup())) {
            mark(route);
        }
    }

    /** Has routes yield from their start on. */
    void begin(boolean newer) {
        behind = newer;
        if (newer) {
            LOG.warn("routes that act by contracts yield from the start on, because a bridge of the group runs with newer ones");
        }
    }

    /**
     * Stops what runs, or starts what yields. What cannot be stopped or started is tried again with the next call.
     *
     * @param newer    whether a bridge runs with newer contracts
     * @param ofItself how the bridge does something with a route of itself
     */
    void follow(boolean newer, CamelContext camel, Consumer<Runnable> ofItself) {
        behind = newer;
        var changed = new TreeSet<String>();
        for (Route route : List.copyOf(camel.getRoutes())) {
            if (route.getRoutePolicyList().contains(this)) {
                ofItself.accept(() -> {
                    // It may have been loaded again meanwhile.
                    if (camel.isStarted() && camel.getRoute(route.getRouteId()) == route && follow(newer, route, camel)) {
                        changed.add(route.getRouteId());
                    }
                });
            }
        }
        if (!changed.isEmpty() && newer) {
            LOG.warn("routes yield, because a bridge of the group runs with newer contracts: routes={}", changed);
        } else if (!changed.isEmpty()) {
            LOG.info("routes go on, as no bridge of the group runs with newer contracts: routes={}", changed);
        }
    }

    private boolean follow(boolean newer, Route route, CamelContext camel) {
        String id = route.getRouteId();
        boolean runs = camel.getRouteController().getRouteStatus(id).isStarted();
        try {
            if (newer && runs) {
                mark(route);
                camel.getRouteController().stopRoute(id);
            } else if (!newer && yields(route)) {
                if (!runs) {
                    camel.getRouteController().startRoute(id);
                }
                forget(route);
            } else {
                return false;
            }
            failures.remove(id);
            return runs == newer;
        } catch (Exception e) {
            String why = String.valueOf(e.getMessage());
            if (!why.equals(failures.put(id, why))) {
                LOG.error("route {} cannot be {} yet: {}", id, newer ? "stopped" : "started", why);
            }
            return false;
        }
    }
}
