package dev.concordat.crm;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.support.service.ServiceSupport;

/**
 * Answers 503 with {@code Retry-After} for a webhook whose route is not there right now: while the bridge starts or stops,
 * and while the route is loaded again. A 404 would make some senders give up; it is the answer where no route takes any, or only one that is refused. Whoever else
 * answers 503, as a route that is suspended while the bridge brings to its end what it has begun, gets the header from here; so does a 405, to which
 * Vert.x adds an {@code Allow} without what routers below its own take.
 */
public final class IntakeFallback extends ServiceSupport {
    /** Seconds after which to send again. */
    static final String SOON = "1";
    private static final int EARLIEST = -200;
    private static final String WEBHOOKS = "/webhooks/";

    private final CamelContext camel;
    private final int port;
    private final Runnable ready;
    private final Addresses addresses = new Addresses();

    /**
     * @param port  of the HTTP server that takes the webhooks
     * @param ready is called once all of them are answered
     */
    public IntakeFallback(CamelContext camel, int port, Runnable ready) {
        this.camel = camel;
        this.port = port;
        this.ready = ready;
    }

    /** Addresses at which routes take webhooks, or took them a moment ago. */
    private static final class Addresses extends LifecycleStrategySupport {
        private final Map<String, Pattern> patterns = new ConcurrentHashMap<>();

        @Override
        public void onRoutesAdd(Collection<Route> routes) {
            paths(routes).forEach(path -> patterns.computeIfAbsent(path, Addresses::pattern));
        }

        private static Stream<String> paths(Collection<Route> routes) {
            return routes.stream().map(Route::getEndpoint).filter(PlatformHttpEndpoint.class::isInstance).map(PlatformHttpEndpoint.class::cast)
                    .map(endpoint -> endpoint.isMatchOnUriPrefix() && !endpoint.getPath().endsWith("*") ? endpoint.getPath() + "*" : endpoint.getPath());
        }

        /** A variable is one segment or a part of it, a star at the end all that follows. */
        private static Pattern pattern(String path) {
            boolean open = path.endsWith("*");
            String fixed = Pattern.quote(open ? path.substring(0, path.length() - 1) : path);
            return Pattern.compile(fixed.replaceAll("\\{[^/}]+}", "\\\\E[^/]+\\\\Q") + (open ? ".*" : "/?"), Pattern.DOTALL);
        }

        private void keepOnly(Collection<Route> routes) {
            patterns.keySet().retainAll(paths(routes).collect(Collectors.toSet()));
        }

        private boolean has(String path) {
            return patterns.values().stream().anyMatch(pattern -> pattern.matcher(path).matches());
        }
    }

    /** To be called after routes were loaded again: an address that none takes then is one of a file that was refused or no longer has it. */
    public void forgetWhatIsGone() {
        addresses.keepOnly(camel.getRoutes());
    }

    @Override
    protected void doInit() {
        camel.addLifecycleStrategy(addresses);
    }

    @Override
    protected void doStart() {
        var router = VertxPlatformHttpRouter.lookup(camel, VertxPlatformHttpRouter.getRouterNameFromPort(port));
        router.route().order(EARLIEST).handler(context -> {
            var response = context.response();
            context.addHeadersEndHandler(writing -> {
                if (response.getStatusCode() == 503 && !response.headers().contains(HttpHeaders.RETRY_AFTER)) {
                    response.putHeader(HttpHeaders.RETRY_AFTER, SOON);
                } else if (response.getStatusCode() == 405 && context.normalizedPath().startsWith(WEBHOOKS)) {
                    response.putHeader(HttpHeaders.ALLOW, HttpMethod.POST.name());
                }
            });
            context.next();
        });
        router.post(WEBHOOKS + "*").last().handler(this::answer);
        ready.run();
    }

    private void answer(RoutingContext context) {
        if (camel.isStarted() && !addresses.has(context.normalizedPath())) {
            context.response().setStatusCode(404).end("no route takes webhooks at this address\n");
        } else {
            context.response().setStatusCode(503).end("the intake is not ready; send it again later\n");
        }
    }
}
