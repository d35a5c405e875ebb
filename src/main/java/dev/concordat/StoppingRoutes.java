package dev.concordat;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;

/**
 * Routes that are told to stop, and since when: each waits for what is under way in it, which takes its time, and other routes are neither stopped nor made
 * meanwhile.
 */
final class StoppingRoutes {
    private final CamelContext camel;
    private final Map<Route, Instant> since = new ConcurrentHashMap<>();

    StoppingRoutes(CamelContext camel) {
        this.camel = camel;
    }

    /** What stops routes is through when this is closed. */
    interface Stop extends AutoCloseable {
        @Override
        void close();
    }

    /** Begins what stops routes; those of them that are told as stopping by somebody else are left to that. */
    Stop begin(Collection<Route> routes) {
        var now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        var begun = routes.stream().filter(route -> since.putIfAbsent(route, now) == null).toList();
        return () -> begun.forEach(since::remove);
    }

    /** Which of them have not stopped, in a sentence; empty where all have. */
    Optional<String> sentence() {
        String waited = since.entrySet().stream().filter(each -> camel.getRoute(each.getKey().getRouteId()) == each.getKey())
                .map(each -> each.getKey().getRouteId() + " since " + each.getValue()).sorted().collect(Collectors.joining(", "));
        return waited.isEmpty() ? Optional.empty()
                : Optional.of("routes have not stopped yet: " + waited + "; what is under way in them is waited for, and files are taken after that");
    }
}
