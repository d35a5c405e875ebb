package dev.concordat.crm;

import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.support.service.ServiceSupport;

/**
 * Answers 503 with {@code Retry-After} for a webhook whose route is not there right now: while the bridge starts or stops,
 * and while the route is loaded again. A 404 would make some senders give up. A route that is suspended, as while the bridge brings to its end
 * what it has begun, answers 503 by itself and gets the header here.
 */
public final class IntakeFallback extends ServiceSupport {
    private static final String RETRY_AFTER = "Retry-After";
    private static final String WEBHOOKS = "/webhooks/*";
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
        router.post(WEBHOOKS).order(EARLIEST).handler(context -> {
            var response = context.response();
            context.addHeadersEndHandler(writing -> {
                if (response.getStatusCode() == 503 && !response.headers().contains(RETRY_AFTER)) {
                    response.putHeader(RETRY_AFTER, "1");
                }
            });
            context.next();
        });
        router.post(WEBHOOKS).last().handler(context -> context.response().setStatusCode(503)
                .end("the intake is not ready; send it again later\n"));
    }
}
