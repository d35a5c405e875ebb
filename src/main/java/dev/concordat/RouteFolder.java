package dev.concordat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.FileWatcherResourceReloadStrategy;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the routes of a folder and loads a file again when it changes. A file in {@code lane/} is loaded once for each
 * region, with {@code {{region}}} as the region's name.
 */
final class RouteFolder {
    private static final Logger LOG = LoggerFactory.getLogger(RouteFolder.class);
    private static final String ENDING = ".camel.yaml";
    private static final String REGION = "{{region}}";

    private final Path folder;
    private final List<String> regions;

    RouteFolder(Path folder, List<String> regions) {
        this.folder = folder;
        this.regions = regions;
    }

    /** Loads all routes; throws what is wrong with a file. */
    void load(CamelContext camel) throws Exception {
        var resources = new ArrayList<Resource>();
        for (Path file : files()) {
            resources.addAll(resources(file));
        }
        PluginHelper.getRoutesLoader(camel).loadRoutes(resources);
    }

    /** Watches the folder; a file that cannot be loaded leaves its routes as they were. */
    void watch(CamelContext camel) throws Exception {
        var watcher = new FileWatcherResourceReloadStrategy(folder.toString(), true);
        watcher.setPollTimeout(500);
        watcher.setFileFilter(file -> file.getName().endsWith(ENDING));
        watcher.setResourceReload((name, resource) -> reload(camel, Path.of(resource.getURI())));
        camel.addService(watcher);
    }

    private void reload(CamelContext camel, Path file) throws Exception {
        if (!Files.exists(file)) {
            return;
        }
        Collection<String> routes = PluginHelper.getRoutesLoader(camel).updateRoutes(resources(file));
        LOG.info("routes loaded again: file={} routes={}", file.getFileName(), routes);
    }

    private List<Path> files() {
        try (var files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(ENDING)).sorted().toList();
        } catch (IOException e) {
            throw new BridgeException("folder [" + folder + "] cannot be read; 'concordat.routes' names it", e);
        }
    }

    private List<Resource> resources(Path file) {
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String name = file.getFileName().toString();
        if (!text.contains(REGION)) {
            return List.of(ResourceHelper.fromString(name, text));
        }
        return regions.stream().map(region -> ResourceHelper.fromString(name.replace(ENDING, "-" + region + ENDING),
                text.replace(REGION, region))).toList();
    }
}
