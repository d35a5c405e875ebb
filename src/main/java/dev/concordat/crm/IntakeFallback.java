package dev.concordat.crm;

import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.support.service.ServiceSupport;

/**
 * Answers 503 with {@code Retry-After} for a webhook whose route is not there right now: while the bridge starts or stops,
 * and while the route is loaded again. A 404 would make some senders give up; it is the answer where no route has ever been. Whoever else answers
 * 503, as a route that is suspended while the bridge brings to its end what it has begun, gets the header from here.
 */
public final class IntakeFallback extends ServiceSupport {
    private static final int EARLIEST = -200;

    private final CamelContext camel;
    private final int port;
    private final Paths paths = new Paths();

    /** @param port of the HTTP server that takes the webhooks */
    public IntakeFallback(CamelContext camel, int port) {
        this.camel = camel;
        this.port = port;
    }

    /** Where routes take webhooks, or took them before. */
    private static final class Paths extends LifecycleStrategySupport {
        private final Set<String> whole = ConcurrentHashMap.newKeySet();
        private final Set<String> beginnings = ConcurrentHashMap.newKeySet();

        @Override
        public void onRoutesAdd(Collection<Route> routes) {
            routes.stream().map(Route::getEndpoint).filter(PlatformHttpEndpoint.class::isInstance).map(PlatformHttpEndpoint.class::cast)
                    .forEach(this::add);
        }

        private void add(PlatformHttpEndpoint endpoint) {
            String path = closed(endpoint.getPath());
            int variable = path.indexOf('{');
            if (variable >= 0 || endpoint.isMatchOnUriPrefix()) {
                beginnings.add(variable >= 0 ? path.substring(0, variable) : path);
            } else {
                whole.add(path);
            }
        }

        private boolean has(String path) {
            return whole.contains(closed(path)) || beginnings.stream().anyMatch(closed(path)::startsWith);
        }

        private static String closed(String path) {
            return path.endsWith("/") ? path : path + "/";
        }
    }

    @Override
    protected void doInit() {
        camel.addLifecycleStrategy(paths);
    }

    @Override
    protected void doStart() {
        var router = VertxPlatformHttpRouter.lookup(camel, VertxPlatformHttpRouter.getRouterNameFromPort(port));
        router.route().order(EARLIEST).handler(context -> {
            var response = context.response();
            context.addHeadersEndHandler(writing -> {
                if (response.getStatusCode() == 503 && !response.headers().contains(HttpHeaders.RETRY_AFTER)) {
                    response.putHeader(HttpHeaders.RETRY_AFTER, "1");
                }
            });
            context.next();
        });
        router.post("/webhooks/*").last().handler(this::answer);
    }

    private void answer(RoutingContext context) {
        if (camel.isStarted() && !paths.has(context.normalizedPath())) {
            context.response().setStatusCode(404).end("no route takes webhooks at this address\n");
        } else {
            context.response().setStatusCode(503).end("the intake is not ready; send it again later\n");
        }
    }
}
