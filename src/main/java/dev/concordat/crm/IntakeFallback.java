package dev.concordat.crm;

import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.support.service.ServiceSupport;

/**
 * Answers 503 with {@code Retry-After} for a webhook whose route is not there right now: while the bridge starts or stops,
 * and while the route is loaded again. A 404 would make some senders give up.
 */
public final class IntakeFallback extends ServiceSupport {
    private final CamelContext camel;
    private final int port;

    /** @param port of the HTTP server that takes the webhooks */
    public IntakeFallback(CamelContext camel, int port) {
        this.camel = camel;
        this.port = port;
    }

    @Override
    protected void doStart() {
        VertxPlatformHttpRouter.lookup(camel, VertxPlatformHttpRouter.getRouterNameFromPort(port)).post("/webhooks/*").last()
                .handler(context -> context.response().setStatusCode(503).putHeader("Retry-After", "1")
                        .end("the intake is not ready; send it again later\n"));
    }
}
