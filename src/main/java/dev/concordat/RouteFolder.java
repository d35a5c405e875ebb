package dev.concordat;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.FileWatcherResourceReloadStrategy;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the routes of a folder and loads a file again when it changes. A file in {@code lane/} is loaded once for each
 * region, with {@code {{region}}} as the region's name.
 *
 * <p>A file with a mistake in it leaves its routes as they were. Camel takes routes away before it knows whether it can make the new ones; so the
 * old ones are made anew then.
 */
final class RouteFolder {
    private static final Logger LOG = LoggerFactory.getLogger(RouteFolder.class);
    private static final String ENDING = ".camel.yaml";
    private static final String REGION = "{{region}}";

    private final Path folder;
    private final List<String> regions;
    private final Map<Path, List<Resource>> inForce = new ConcurrentHashMap<>();
    private final Map<Path, String> refused = new ConcurrentHashMap<>();

    RouteFolder(Path folder, List<String> regions) {
        this.folder = folder.toAbsolutePath().normalize();
        this.regions = regions;
    }

    /** Loads all routes; throws what is wrong with a file. */
    void load(CamelContext camel) throws Exception {
        var resources = new ArrayList<Resource>();
        for (Path file : files()) {
            var found = resources(file, Files.readString(file));
            inForce.put(file, found);
            resources.addAll(found);
        }
        PluginHelper.getRoutesLoader(camel).loadRoutes(resources);
    }

    /** Watches the folder. */
    void watch(CamelContext camel, MeterRegistry metrics) throws Exception {
        Gauge.builder("concordat.routes.refused", refused, Map::size)
                .description("Files of routes that are refused on disk while the routes of before go on").register(metrics);
        var watcher = new FileWatcherResourceReloadStrategy(folder.toString(), true);
        watcher.setPollTimeout(500);
        watcher.setFileFilter(file -> file.getName().endsWith(ENDING));
        watcher.setResourceReload((name, resource) -> reload(camel, Path.of(resource.getURI()).toAbsolutePath().normalize()));
        camel.addService(watcher);
    }

    /** Why files on disk are not in force, by file; empty where all are. */
    Map<Path, String> refused() {
        return Map.copyOf(refused);
    }

    void reload(CamelContext camel, Path file) throws Exception {
        if (!Files.exists(file)) {
            refused.remove(file);
            return;
        }
        String text = Files.readString(file);
        // Who writes a file may have emptied it first; it changes once more then.
        if (text.isBlank()) {
            return;
        }
        var running = running(camel);
        var found = resources(file, text);
        try {
            Collection<String> routes = PluginHelper.getRoutesLoader(camel).updateRoutes(found);
            removeOthers(camel, found, routes);
            inForce.put(file, found);
            refused.remove(file);
            LOG.info("routes loaded again: file={} routes={}", file.getFileName(), routes);
        } catch (Exception e) {
            LOG.error("routes of {} are refused, those in force stay:\n{}", folder.relativize(file), e.getMessage());
            LOG.debug("refused", e);
            refused.put(file, String.valueOf(e.getMessage()));
            takeBack(camel, inForce.getOrDefault(file, List.of()), running);
        }
    }

    private static Map<String, Route> running(CamelContext camel) {
        return camel.getRoutes().stream().collect(Collectors.toMap(Route::getRouteId, route -> route));
    }

    private static void takeBack(CamelContext camel, List<Resource> before, Map<String, Route> running) throws Exception {
        var now = running(camel);
        if (!now.equals(running)) {
            for (String id : now.keySet()) {
                if (!running.containsKey(id)) {
                    remove(camel, id);
                }
            }
            PluginHelper.getRoutesLoader(camel).updateRoutes(before);
        }
    }

    /** Routes that a file does not have any more. */
    private static void removeOthers(CamelContext camel, List<Resource> found, Collection<String> loaded) throws Exception {
        var names = found.stream().map(Resource::getLocation).collect(Collectors.toSet());
        for (Route route : List.copyOf(camel.getRoutes())) {
            var source = route.getSourceResource();
            if (source != null && names.contains(source.getLocation()) && !loaded.contains(route.getRouteId())) {
                remove(camel, route.getRouteId());
            }
        }
    }

    private static void remove(CamelContext camel, String id) throws Exception {
        var model = (ModelCamelContext) camel;
        model.removeRouteDefinition(model.getRouteDefinition(id));
    }

    private List<Path> files() {
        try (var files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(ENDING)).sorted().toList();
        } catch (IOException e) {
            throw new BridgeException("folder [" + folder + "] cannot be read; 'concordat.routes' names it", e);
        }
    }

    private List<Resource> resources(Path file, String text) {
        String name = file.getFileName().toString();
        if (!text.contains(REGION)) {
            return List.of(ResourceHelper.fromString(name, text));
        }
        return regions.stream().map(region -> ResourceHelper.fromString(name.replace(ENDING, "-" + region + ENDING),
                text.replace(REGION, region))).toList();
    }
}
