package dev.concordat.crm;

import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.support.service.ServiceSupport;

/**
 * Keeps large and slow webhooks from taking the bridge's memory or its time for others: before a body is read, room for it must
 * be there, and where there is none, the sender that has been sending longest makes room.
 */
public final class WebhookLimits extends ServiceSupport {
    private static final int EARLY = -100;
    /** More than anything waits that is handled, whatever there is to do; then Kafka or the directory is away. */
    private static final Duration STANDSTILL = Duration.ofSeconds(3);
    private static final String STANDS_STILL = "the bridge does not get on now; send it again later";

    private final CamelContext camel;
    private final int port;
    private final Terms terms;
    private final Supplier<Duration> longestWait;
    private final TurnedAway turnedAway;
    private final Set<Delivery> holding = new HashSet<>();
    /** In the order in which they began; a part of those that hold room. */
    private final Set<Delivery> arriving = new LinkedHashSet<>();
    /** Connections that are closed after the request that is under way; nothing behind it is handled. */
    private final Set<HttpConnection> leaving = Collections.newSetFromMap(new WeakHashMap<>());
    private long held;

    /**
     * What a sender may take.
     *
     * @param largest  longest body, in bytes
     * @param together bytes of all bodies that are arriving or being handled
     * @param patience how long a body may take to arrive
     */
    public record Terms(long largest, long together, Duration patience) {
    }

    /**
     * @param port        of the HTTP server that takes the webhooks
     * @param longestWait how long the webhook that waits longest has been waiting to be handled
     */
    public WebhookLimits(CamelContext camel, int port, Terms terms, Supplier<Duration> longestWait, TurnedAway turnedAway) {
        this.camel = camel;
        this.port = port;
        this.terms = terms;
        this.longestWait = longestWait;
        this.turnedAway = turnedAway;
    }

    /** One body, from its announcement until it is answered. */
    private static final class Delivery {
        private final RoutingContext context;
        private final long bytes;

        Delivery(RoutingContext context, long bytes) {
            this.context = context;
            this.bytes = bytes;
        }
    }

    @Override
    protected void doStart() {
        VertxPlatformHttpRouter.lookup(camel, VertxPlatformHttpRouter.getRouterNameFromPort(port)).route().order(EARLY)
                .handler(this::admit).failureHandler(this::explain);
    }

    private void admit(RoutingContext context) {
        var request = context.request();
        if (isLeaving(request.connection())) {
            return;
        }
        var delivery = new Delivery(context, announced(request));
        if (isChunked(request) && !String.join(",", request.headers().getAll(HttpHeaders.TRANSFER_ENCODING)).equalsIgnoreCase("chunked")) {
            answer(delivery, 400, "Transfer-Encoding should be chunked");
        } else if (isForm(request)) {
            answer(delivery, 415, "Content-Type should be application/json, or any other that is no form");
        } else if (delivery.bytes > terms.largest) {
            answer(delivery, 413, tooLarge());
        } else if (longestWait.get().compareTo(STANDSTILL) > 0) {
            turnAway(delivery, TurnedAway.Reason.STANDSTILL, 503, STANDS_STILL);
        } else if (takeRoom(delivery)) {
            receive(delivery);
        } else {
            turnAway(delivery, TurnedAway.Reason.ROOM, 503, "the bridge has as much to do as it can hold; send it again later");
        }
    }

    private void receive(Delivery delivery) {
        var context = delivery.context;
        var request = context.request();
        long timer = context.vertx().setTimer(terms.patience.toMillis(), late ->
                turnAway(delivery, TurnedAway.Reason.SLOW, 408, "the body should arrive within " + terms.patience.toSeconds() + " seconds"));
        request.end().onComplete(arrived -> {
            context.vertx().cancelTimer(timer);
            hasArrived(delivery);
        });
        context.addEndHandler(answered -> {
            context.vertx().cancelTimer(timer);
            giveRoomBack(delivery);
        });
        if (isChunked(request)) {
            // It may have had a Content-Length too, which is gone by now: who stands between may see its end elsewhere (RFC 9112, 6.1).
            willLeave(request.connection());
            context.addHeadersEndHandler(writing -> context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE));
            context.addEndHandler(answered -> leave(context));
        }
        context.next();
    }

    /** A body that the server cut off while it arrived, or that waited too long; nobody is there to be told of one whose sender left. */
    private void explain(RoutingContext context) {
        if (context.failure() instanceof HttpClosedException || context.response().closed()) {
            return;
        }
        if (context.failure() instanceof Workers.TooLate) {
            turnAway(new Delivery(context, 0), TurnedAway.Reason.STANDSTILL, 503, STANDS_STILL);
        } else if (context.statusCode() == 413) {
            answer(new Delivery(context, 0), 413, tooLarge());
        } else if (context.request().isEnded()) {
            context.next();
        } else {
            // What arrives cannot be read as HTTP, and the server is leaving already.
            context.request().connection().close();
        }
    }

    private void turnAway(Delivery delivery, TurnedAway.Reason reason, int status, String sentence) {
        if (answer(delivery, status, sentence)) {
            turnedAway.count(reason);
        }
    }

    /** Whether it could still be answered. A sender may miss an answer that comes before it has sent all, unless what it sends is taken for a while. */
    private boolean answer(Delivery delivery, int status, String sentence) {
        var response = delivery.context.response();
        if (response.ended() || response.closed()) {
            return false;
        }
        var request = delivery.context.request();
        // What has arrived is let go, and what arrives from now on is neither kept nor handled.
        if (!request.isEnded()) {
            request.handler(more -> { }).endHandler(arrived -> { }).exceptionHandler(broken -> { });
        }
        willLeave(request.connection());
        response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE).setStatusCode(status).end(sentence + "\n");
        leave(delivery.context);
        return true;
    }

    /** Closes the connection once what is still sent has arrived, or the patience is over. */
    private void leave(RoutingContext context) {
        var request = context.request();
        if (request.isEnded()) {
            request.connection().close();
            return;
        }
        long timer = context.vertx().setTimer(terms.patience.toMillis(), late -> request.connection().close());
        request.end().onComplete(arrived -> {
            context.vertx().cancelTimer(timer);
            request.connection().close();
        });
        request.resume();
    }

    private synchronized void willLeave(HttpConnection connection) {
        leaving.add(connection);
    }

    private synchronized boolean isLeaving(HttpConnection connection) {
        return leaving.contains(connection);
    }

    private String tooLarge() {
        return "the body should be at most " + terms.largest + " bytes";
    }

    /** A body that does not say how long it is takes the room of the longest. */
    private long announced(HttpServerRequest request) {
        if (isChunked(request)) {
            return terms.largest;
        }
        // The server has refused what is no number.
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length == null ? 0 : Long.parseLong(length);
    }

    /** Vert.x would unpack it, its files to the disk, before anybody looks at the signature; Camel's {@code fileUploadEnabled} does not keep it from that. */
    private static boolean isForm(HttpServerRequest request) {
        String type = String.join(",", request.headers().getAll(HttpHeaders.CONTENT_TYPE)).toLowerCase(Locale.ROOT);
        return type.contains("multipart/") || type.contains(HttpHeaders.APPLICATION_X_WWW_FORM_URLENCODED);
    }

    private static boolean isChunked(HttpServerRequest request) {
        return request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
    }

    private synchronized boolean takeRoom(Delivery delivery) {
        while (held + delivery.bytes > terms.together && !arriving.isEmpty()) {
            var longest = arriving.iterator().next();
            giveRoomBack(longest);
            turnAway(longest, TurnedAway.Reason.SLOW, 503, "the body arrived too slowly while others waited; send it again later");
        }
        if (held + delivery.bytes > terms.together) {
            return false;
        }
        held += delivery.bytes;
        holding.add(delivery);
        arriving.add(delivery);
        return true;
    }

    private synchronized void hasArrived(Delivery delivery) {
        arriving.remove(delivery);
    }

    private synchronized void giveRoomBack(Delivery delivery) {
        arriving.remove(delivery);
        if (holding.remove(delivery)) {
            held -= delivery.bytes;
        }
    }
}
