package dev.concordat;

import dev.concordat.contract.FileContent;
import dev.concordat.ledger.BatchSteps;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.support.PluginHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the routes of a folder, and loads them again when its files change. A file in {@code lane/} is loaded once for each region, with
 * {@code {{region}}} as the region's name.
 *
 * <p>A file with a mistake in it leaves all routes as they were; what is refused is tried again whenever a file changes. The routes of a file that is removed
 * go on. What is no route, as a bean or a route configuration, is in force for what is made after it, so it takes a start.
 */
final class RouteFolder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RouteFolder.class);
    private static final String LOGS = "dev.concordat.routes.";

    private final Path folder;
    private final List<String> regions;
    private final CamelContext camel;
    private final RunningRoutes running;
    private final FolderWatch watch;
    private final Map<String, RouteFile> inForce = new TreeMap<>();
    private volatile Map<String, String> refused = Map.of();
    private volatile Set<String> removed = Set.of();
    private Runnable afterwards = () -> { };

    RouteFolder(Path folder, List<String> regions, CamelContext camel) {
        this.folder = folder;
        this.regions = regions;
        this.camel = camel;
        camel.getCamelContextExtension().addInterceptStrategy(new BatchSteps());
        // What a step 'log' says belongs to the bridge's own lines, under its route's name.
        camel.getGlobalOptions().put(Exchange.LOG_EIP_NAME, LOGS + "${routeId}");
        this.running = new RunningRoutes(camel);
        this.watch = new FolderWatch("routes", folder, RouteFiles::holds, found -> running.ofItself(() -> take(found)), System::nanoTime);
    }

    /**
     * Loads all routes.
     *
     * @param found the folder as it was looked at
     * @throws BridgeException with what is wrong with any file
     */
    void load(RouteFiles found) throws Exception {
        if (found.contents().isEmpty()) {
            throw new BridgeException("folder [" + folder + "] " + (Files.isReadable(folder)
                    ? "holds no routes; 'concordat.routes' should name one with files *" + RouteFile.ENDING : "cannot be read; 'concordat.routes' names it"));
        }
        var plan = RoutePlan.of(Map.of(), found.files(), found.mistakes());
        if (!plan.refused().isEmpty()) {
            throw new BridgeException(plan.refused().entrySet().stream().map(file -> file.getKey() + ": " + file.getValue())
                    .collect(Collectors.joining("\n")));
        }
        inForce.putAll(plan.wanted());
        PluginHelper.getRoutesLoader(camel).loadRoutes(inForce.values().stream().flatMap(file -> file.resources().stream()).toList());
        watch.settle(found.contents());
    }

    /** Watches the folder. */
    void watch(MeterRegistry metrics) {
        Gauge.builder("concordat.routes.refused", this, routes -> routes.refused.size())
                .description("Files of routes that are refused on disk while the routes of before go on").register(metrics);
        Gauge.builder("concordat.routes.resting", running, routes -> routes.notRunning().size())
                .description("Routes that do not run: stopped or suspended by hand, or started without taking anything").register(metrics);
        watch.start();
    }

    /** What is to be done after routes have changed, or were refused. */
    void afterwards(Runnable action) {
        afterwards = action;
    }

    /** Looks at the files. */
    void look() {
        watch.look();
    }

    /** The file in force that has a route. */
    Optional<String> fileOf(String route) {
        return inForce.values().stream().filter(file -> file.ids().contains(route)).map(RouteFile::name).findFirst();
    }

    /** Why files on disk are not in force, by their path in the folder; empty where all are. */
    Map<String, String> refused() {
        return refused;
    }

    /** Files that are gone from the disk while routes of them go on. */
    Set<String> removed() {
        return removed;
    }

    /** Whether routes are gone, because those of before could not be made anew. */
    boolean hasLost() {
        return !running.lost().isEmpty();
    }

    /** Says where the files are not looked at, and for which routes they wait. */
    void tell(HealthCheckResultBuilder health) {
        watch.tell(health);
        running.stopping().ifPresent(sentence -> health.detail("stopping", sentence));
    }

    /** Does what starts and stops routes without anybody having asked for it, and not while files are taken. */
    void ofItself(Runnable work) {
        running.ofItself(() -> {
            work.run();
            return null;
        });
    }

    /** Routes that do not run, and why, by id. */
    Map<String, String> notRunning() {
        return running.notRunning();
    }

    /** Whether it is settled. */
    private boolean take(Map<Path, FileContent> contents) {
        var found = RouteFiles.of(folder, regions, contents);
        var onDisk = found.files();
        var unfit = new TreeMap<>(found.mistakes());
        onDisk.values().stream().filter(this::takesAStart).forEach(file -> unfit.put(file.name(), "what stands in it besides routes, such as beans and"
                + " route configurations, is not what the bridge was started with; it takes a start"));
        var mistakes = new TreeMap<>(unfit);
        var lost = running.lost();
        while (camel.isStarted()) {
            var plan = RoutePlan.of(inForce, onDisk, mistakes);
            var group = plan.next(inForce, refused.keySet());
            if (group.isEmpty()) {
                running.find(lost.stream().map(inForce::get).filter(Objects::nonNull).toList());
                settle(plan.refused(), onDisk.keySet());
                return true;
            }
            change(group, plan, onDisk.keySet()).ifPresentOrElse(refusal -> mistakes.put(refusal.file(), refusal.why()),
                    // What has been refused may be in order now.
                    () -> mistakes.keySet().retainAll(unfit.keySet()));
        }
        return false;
    }

    private boolean takesAStart(RouteFile file) {
        RouteFile standing = inForce.get(file.name());
        return standing != null ? !standing.others().equals(file.others())
                : !file.others().isEmpty() && inForce.values().stream().noneMatch(other -> other.others().equals(file.others()));
    }

    private Optional<RunningRoutes.Refusal> change(Set<String> group, RoutePlan plan, Set<String> onDisk) {
        var loaded = group.stream().filter(onDisk::contains).map(plan.wanted()::get).filter(Objects::nonNull).toList();
        // Of a file that is gone, and has routes left, none goes.
        var replaced = group.stream().filter(name -> onDisk.contains(name) || !plan.wanted().containsKey(name)).map(inForce::get)
                .filter(Objects::nonNull).toList();
        var refusal = running.change(inForce.values(), replaced, loaded, plan.ids());
        if (refusal.isEmpty()) {
            inForce.keySet().removeAll(group);
            plan.wanted().forEach((name, file) -> {
                if (group.contains(name)) {
                    inForce.put(name, file);
                }
            });
        }
        return refusal;
    }

    private void settle(Map<String, String> refusedNow, Set<String> onDisk) {
        refusedNow.forEach((file, why) -> {
            if (!why.equals(refused.get(file))) {
                LOG.error("routes of {} are refused, those in force stay:\n{}", file, why);
            }
        });
        var mended = new TreeSet<>(refused.keySet());
        mended.removeAll(refusedNow.keySet());
        mended.forEach(file -> LOG.info("{} is {}", file, onDisk.contains(file) ? "in order again" : "gone, which was refused"));
        refused = Map.copyOf(refusedNow);
        var removedNow = new TreeSet<>(inForce.keySet());
        removedNow.removeAll(onDisk);
        removedNow.removeAll(refusedNow.keySet());
        removedNow.stream().filter(file -> !removed.contains(file)).forEach(file ->
                LOG.warn("{} is gone, its routes go on; they end with a start of the bridge, or when another file has them", file));
        removed.stream().filter(onDisk::contains).filter(file -> !refusedNow.containsKey(file)).sorted()
                .forEach(file -> LOG.info("{} is there again", file));
        removed = Set.copyOf(removedNow);
        if (!hasLost()) {
            afterwards.run();
        }
    }

    @Override
    public void close() {
        watch.close();
    }
}
