package dev.concordat;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the routes of a folder and loads a file again when it changes. A file in {@code lane/} is loaded once for each
 * region, with {@code {{region}}} as the region's name.
 *
 * <p>A file with a mistake in it leaves all routes as they were. Camel takes routes away before it knows whether it can make the new ones; so the
 * old ones are made anew then. What is no route, as a bean or a route configuration, is in force for what is made after it, so it takes a start.
 */
final class RouteFolder {
    private static final Logger LOG = LoggerFactory.getLogger(RouteFolder.class);

    private final Path folder;
    private final List<String> regions;
    private final Map<Path, RouteFile> inForce = new ConcurrentHashMap<>();
    private final Map<Path, String> refused = new ConcurrentHashMap<>();
    private final Set<Path> lost = ConcurrentHashMap.newKeySet();

    RouteFolder(Path folder, List<String> regions) {
        this.folder = folder.toAbsolutePath().normalize();
        this.regions = regions;
    }

    /** Loads all routes; throws what is wrong with a file. */
    void load(CamelContext camel) throws Exception {
        var resources = new ArrayList<Resource>();
        for (Path file : files()) {
            try {
                RouteFile read = RouteFile.read(folder, file, regions);
                inForce.put(file, read);
                resources.addAll(read.resources());
            } catch (IOException | RuntimeException e) {
                throw new BridgeException(folder.relativize(file) + ": " + reason(e), e);
            }
        }
        PluginHelper.getRoutesLoader(camel).loadRoutes(resources);
    }

    /** Watches the folder. */
    void watch(CamelContext camel, MeterRegistry metrics) throws Exception {
        Gauge.builder("concordat.routes.refused", refused, Map::size)
                .description("Files of routes that are refused on disk while the routes of before go on").register(metrics);
        camel.addService(new RouteWatch(folder, RouteFolder::isRoutes, file -> reload(camel, file)));
    }

    /** Why files on disk are not in force, by their path in the folder; empty where all are. */
    Map<String, String> refused() {
        var all = new HashMap<String, String>();
        refused.forEach((file, why) -> all.put(folder.relativize(file).toString(), why));
        return all;
    }

    /** Whether routes of a refused file are gone, because those of before could not be made anew. */
    boolean hasLost() {
        return !lost.isEmpty();
    }

    void reload(CamelContext camel, Path file) {
        var lostBefore = List.copyOf(lost);
        if (Files.exists(file)) {
            var before = running(camel);
            var resting = resting(camel);
            try {
                take(camel, file, RouteFile.read(folder, file, regions));
            } catch (Exception e) {
                refuse(camel, file, e, before);
            }
            rest(camel, resting);
        } else {
            refused.remove(file);
        }
        lostBefore.stream().filter(lost::contains).forEach(other -> takeBack(camel, other));
    }

    private void take(CamelContext camel, Path file, RouteFile read) throws Exception {
        RouteFile standing = inForce.getOrDefault(file, new RouteFile(List.of(), Set.of(), List.of()));
        if (!read.others().equals(standing.others())) {
            throw new BridgeException("what stands in it besides routes, such as beans and route configurations, is not what the bridge was"
                    + " started with; it takes a start");
        }
        var own = new HashSet<>(standing.locations());
        own.addAll(read.locations());
        for (Route route : camel.getRoutes()) {
            if (read.ids().contains(route.getRouteId()) && !own.contains(location(route))) {
                throw new BridgeException("route [" + route.getRouteId() + "] is one of " + location(route)
                        + "; each route should have an id of its own");
            }
        }
        remove(camel, route -> own.contains(location(route)) && !read.ids().contains(route.getRouteId()));
        Collection<String> ids = PluginHelper.getRoutesLoader(camel).updateRoutes(read.resources());
        inForce.put(file, read);
        refused.remove(file);
        lost.remove(file);
        LOG.info("routes loaded again: file={} routes={}", folder.relativize(file), ids);
    }

    private void refuse(CamelContext camel, Path file, Exception mistake, Map<String, Route> before) {
        LOG.error("routes of {} are refused, those in force stay:\n{}", folder.relativize(file), reason(mistake));
        LOG.debug("refused", mistake);
        refused.put(file, reason(mistake));
        var now = running(camel);
        if (!now.equals(before)) {
            remove(camel, route -> !before.containsKey(route.getRouteId()));
            var touched = before.values().stream().filter(route -> route != now.get(route.getRouteId())).map(RouteFolder::location)
                    .collect(Collectors.toSet());
            inForce.forEach((other, standing) -> {
                if (standing.locations().stream().anyMatch(touched::contains)) {
                    takeBack(camel, other);
                }
            });
        }
    }

    private void takeBack(CamelContext camel, Path file) {
        try {
            PluginHelper.getRoutesLoader(camel).updateRoutes(inForce.get(file).resources());
            lost.remove(file);
        } catch (Exception e) {
            lost.add(file);
            LOG.error("the routes of before of {} cannot be made anew, some are gone until the file is mended or the bridge started again:\n{}",
                    folder.relativize(file), reason(e));
        }
    }

    private static Map<String, Route> running(CamelContext camel) {
        return camel.getRoutes().stream().collect(Collectors.toMap(Route::getRouteId, route -> route));
    }

    /** The routes that somebody has stopped or suspended. */
    private static Map<String, ServiceStatus> resting(CamelContext camel) {
        return camel.getRoutes().stream().map(Route::getRouteId)
                .filter(id -> !camel.getRouteController().getRouteStatus(id).isStarted())
                .collect(Collectors.toMap(id -> id, id -> camel.getRouteController().getRouteStatus(id)));
    }

    /** Puts at rest again what was, and was made anew. */
    private static void rest(CamelContext camel, Map<String, ServiceStatus> resting) {
        var routes = camel.getRouteController();
        resting.forEach((id, status) -> {
            if (camel.getRoute(id) != null && routes.getRouteStatus(id).isStarted()) {
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

    private static void remove(CamelContext camel, Predicate<Route> which) {
        var model = (ModelCamelContext) camel;
        List.copyOf(camel.getRoutes()).stream().filter(which).map(Route::getRouteId).forEach(id -> {
            try {
                model.removeRouteDefinition(model.getRouteDefinition(id));
            } catch (Exception e) {
                throw new BridgeException("route [" + id + "] cannot be removed: " + reason(e), e);
            }
        });
    }

    private static String location(Route route) {
        return route.getSourceResource() == null ? "" : route.getSourceResource().getLocation();
    }

    private static String reason(Exception mistake) {
        return mistake.getMessage() == null ? mistake.toString() : mistake.getMessage();
    }

    /** Editors have files of their own beside the one that is edited; their names begin with a dot. */
    private static boolean isRoutes(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(RouteFile.ENDING) && !name.startsWith(".");
    }

    private List<Path> files() {
        try (var files = Files.walk(folder)) {
            return files.filter(RouteFolder::isRoutes).sorted().toList();
        } catch (IOException e) {
            throw new BridgeException("folder [" + folder + "] cannot be read; 'concordat.routes' names it", e);
        }
    }
}
