package dev.concordat;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;
import org.apache.camel.StatefulService;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.support.PluginHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routes as Camel runs them. It takes routes away before it knows whether it can make the new ones; where it cannot, those of before are made
 * anew. One that somebody has stopped or suspended is so again when it was made anew.
 */
final class RunningRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(RunningRoutes.class);

    private final CamelContext camel;
    private final QuietStop quiet = new QuietStop();
    private final StoppingRoutes stopping;
    private final OperatedRoutes operated;
    private final Set<String> lost = ConcurrentHashMap.newKeySet();

    RunningRoutes(CamelContext camel) {
        this.camel = camel;
        this.stopping = new StoppingRoutes(camel);
        this.operated = new OperatedRoutes(stopping);
        camel.addLifecycleStrategy(quiet);
        operated.setCamelContext(camel);
        // One that supervises the start of routes, which somebody has set, stays.
        if (!camel.getRouteController().isSupervising()) {
            camel.setRouteController(operated);
        }
    }

    /**
     * What Camel refuses.
     *
     * @param file its name
     */
    record Refusal(String file, String why) {
    }

    /**
     * Makes the routes of files anew: those of all, or of none.
     *
     * @param inForce  all files in force
     * @param replaced those of them whose routes go
     * @param loaded   those whose routes come
     * @param ids      of routes that stay, or come under the same id
     */
    Optional<Refusal> change(Collection<RouteFile> inForce, Collection<RouteFile> replaced, Collection<RouteFile> loaded, Set<String> ids) {
        var before = running();
        var resting = resting();
        var going = before.values().stream().filter(route -> replaced.stream().anyMatch(file -> isOf(route, file))).collect(Collectors.toSet());
        quiet.go(going);
        Optional<Refusal> refusal;
        var stop = stopping.begin(going);
        try (stop) {
            refusal = load(replaced, loaded, ids);
        }
        if (refusal.isPresent() && camel.isStarted()) {
            putBack(inForce, before);
        } else {
            replaced.forEach(file -> lost.remove(file.name()));
        }
        rest(resting, before);
        quiet.go(before.values().stream().filter(route -> camel.getRoute(route.getRouteId()) != route).collect(Collectors.toSet()));
        return refusal;
    }

    private Optional<Refusal> load(Collection<RouteFile> replaced, Collection<RouteFile> loaded, Set<String> ids) {
        String file = (loaded.isEmpty() ? replaced : loaded).iterator().next().name();
        try {
            remove(route -> !ids.contains(route.getRouteId()) && replaced.stream().anyMatch(other -> isOf(route, other)));
            for (RouteFile read : loaded) {
                file = read.name();
                LOG.info("routes loaded again: file={} routes={}", file, PluginHelper.getRoutesLoader(camel).updateRoutes(read.resources()));
            }
            return Optional.empty();
        } catch (Exception e) {
            LOG.debug("refused", e);
            return Optional.of(new Refusal(file, reason(e)));
        }
    }

    private void putBack(Collection<RouteFile> inForce, Map<String, Route> before) {
        var now = running();
        remove(route -> !before.containsKey(route.getRouteId()));
        before.values().stream().filter(route -> route != now.get(route.getRouteId()))
                .flatMap(route -> inForce.stream().filter(file -> isOf(route, file))).distinct().forEach(this::putBack);
    }

    private void putBack(RouteFile file) {
        try {
            PluginHelper.getRoutesLoader(camel).updateRoutes(file.resources());
            lost.remove(file.name());
        } catch (Exception e) {
            lost.add(file.name());
            LOG.error("the routes of before of {} cannot be made anew, some are gone until the file is mended or the bridge started again:\n{}",
                    file.name(), reason(e));
        }
    }

    /** Which routes have not stopped that should, in a sentence; empty where all have. */
    Optional<String> stopping() {
        return stopping.sentence();
    }

    /** Does what starts and stops routes without anybody having asked for it. */
    <T> T ofItself(Supplier<T> work) {
        return operated.ofItself(work);
    }

    /** Names of files of which routes are gone, because those of before could not be made anew. */
    Set<String> lost() {
        return Set.copyOf(lost);
    }

    /** Tries once more to make what is gone. */
    void find(Collection<RouteFile> gone) {
        gone.stream().filter(file -> lost.contains(file.name())).forEach(this::putBack);
    }

    /**
     * Routes that do not run though they were started with the bridge, and why, by id. Camel calls one started, too, whose consumer it has never
     * started.
     */
    Map<String, String> notRunning() {
        var why = new TreeMap<String, String>();
        for (Route route : camel.getRoutes()) {
            ServiceStatus status = camel.getRouteController().getRouteStatus(route.getRouteId());
            if (status != null && !status.isStarted()) {
                if (route.isAutoStartup()) {
                    why.put(route.getRouteId(), "is " + status.name().toLowerCase(Locale.ROOT) + "; what comes for it waits until it is started");
                }
            } else if (route.getConsumer() instanceof StatefulService consumer && consumer.isStopped()) {
                why.put(route.getRouteId(), "is started, and takes nothing; it should be stopped and started");
            }
        }
        return why;
    }

    private Map<String, Route> running() {
        return camel.getRoutes().stream().collect(Collectors.toMap(Route::getRouteId, route -> route));
    }

    private Map<String, ServiceStatus> resting() {
        return camel.getRoutes().stream().filter(route -> !YieldToNewer.yields(route)).map(Route::getRouteId)
                .filter(id -> !camel.getRouteController().getRouteStatus(id).isStarted())
                .collect(Collectors.toMap(id -> id, id -> camel.getRouteController().getRouteStatus(id)));
    }

    private void rest(Map<String, ServiceStatus> resting, Map<String, Route> before) {
        var routes = camel.getRouteController();
        resting.forEach((id, status) -> {
            Route now = camel.getRoute(id);
            if (now == null || now == before.get(id)) {
                return;
            }
            YieldToNewer.forget(now);
            if (routes.getRouteStatus(id).isStarted()) {
                try {
                    if (status.isSuspended()) {
                        routes.suspendRoute(id);
                    } else {
                        routes.stopRoute(id);
                    }
                } catch (Exception e) {
                    LOG.error("route {} was stopped before its file was loaded again, and runs now: {}", id, reason(e));
                }
            }
        });
    }

    private void remove(Predicate<Route> which) {
        var model = (ModelCamelContext) camel;
        List.copyOf(camel.getRoutes()).stream().filter(which).map(Route::getRouteId).forEach(id -> {
            try {
                model.removeRouteDefinition(model.getRouteDefinition(id));
            } catch (Exception e) {
                throw new BridgeException("route [" + id + "] cannot be removed: " + reason(e), e);
            }
        });
    }

    private static boolean isOf(Route route, RouteFile file) {
        return route.getSourceResource() != null && file.locations().contains(route.getSourceResource().getLocation());
    }

    private static String reason(Exception mistake) {
        return mistake.getMessage() == null ? mistake.toString() : mistake.getMessage();
    }
}
