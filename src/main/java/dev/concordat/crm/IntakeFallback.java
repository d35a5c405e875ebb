package dev.concordat.crm;

import io.vertx.core.http.HttpHeaders;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.support.service.ServiceSupport;

/**
 * Answers 503 with {@code Retry-After} for a webhook whose route is not there right now: while the bridge starts or stops,
 * and while the route is loaded again. A 404 would make some senders give up. Whoever else answers 503, as a route that is suspended while the
 * bridge brings to its end what it has begun, gets the header from here.
 */
public final class IntakeFallback extends ServiceSupport {
    private static final int EARLIEST = -200;

    private final CamelContext camel;
    private final int port;

    /** @param port of the HTTP server that takes the webhooks */
    public IntakeFallback(CamelContext camel, int port) {
        this.camel = camel;
        this.port = port;
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
        router.post("/webhooks/*").last().handler(context -> context.response().setStatusCode(503)
                .end("the intake is not ready; send it again later\n"));
    }
}
