package dev.concordat.crm;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.impl.VertxInternal;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpConsumer;

/**
 * A Vert.x whose HTTP servers speak HTTP/1.1 alone, close connections on which nothing moves and answer 400 for queries that cannot be read,
 * whose routes have threads of their own, and that answer 503 until what stands before and behind these is there: Camel's servers have no
 * setting for any of it, and listen before they know of any address.
 */
public final class HttpServers implements AutoCloseable {
    /** Serves no files; else it would make a folder for them in the temporary one, which a bridge that is killed leaves there. */
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setFileSystemOptions(new FileSystemOptions().setClassPathResolvingEnabled(false)
            .setFileCachingEnabled(false)));
    private final Duration idle;
    private final Workers workers;
    private volatile boolean open;

    /** @param idle how long a connection may be open without a byte in either direction */
    public HttpServers(Duration idle, Clock clock) {
        this.idle = idle;
        this.workers = new Workers(vertx, clock);
    }

    /** How long what came over HTTP has been waiting for its route, at most. */
    public Duration longestWait() {
        return workers.longest();
    }

    /** To be called once the servers know what to answer at each address. */
    public void open() {
        open = true;
    }

    /** To be bound in Camel's registry, where its servers look for it; whoever uses it cannot close it. */
    public Vertx vertx() {
        return (Vertx) Proxy.newProxyInstance(HttpServers.class.getClassLoader(), new Class<?>[] {VertxInternal.class}, this::call);
    }

    private Object call(Object proxy, Method method, Object[] arguments) throws Throwable {
        if (method.getName().equals("createHttpServer") && arguments != null) {
            ((HttpServerOptions) arguments[0]).setHttp2ClearTextEnabled(false)
                    .setIdleTimeout((int) idle.toMillis()).setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
            return guarded((HttpServer) invoke(vertx, method, arguments));
        } else if (method.getName().equals("close") && arguments != null) {
            // The first server that stops must not stop the others.
            @SuppressWarnings("unchecked")
            var closed = (Handler<AsyncResult<Void>>) arguments[0];
            closed.handle(Future.succeededFuture());
            return null;
        } else if (method.getName().equals("executeBlocking") && arguments[0] instanceof Callable<?> task && isOfARoute(task)) {
            return workers.handle(task);
        }
        return invoke(vertx, method, arguments);
    }

    private static Object invoke(Object target, Method method, Object... arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** The server, with an answer of its own while it is not open, and for a query that cannot be read; Camel would take that for a failure of the bridge. */
    private HttpServer guarded(HttpServer server) {
        return (HttpServer) Proxy.newProxyInstance(HttpServers.class.getClassLoader(), new Class<?>[] {HttpServer.class}, (proxy, method, arguments) -> {
            if (method.getName().equals("requestHandler") && arguments != null) {
                @SuppressWarnings("unchecked")
                var next = (Handler<HttpServerRequest>) arguments[0];
                return server.requestHandler(request -> {
                    if (!open) {
                        request.response().setStatusCode(503).putHeader(HttpHeaders.RETRY_AFTER, IntakeFallback.SOON)
                                .end("the bridge is starting; send it again later\n");
                    } else if (hasReadableQuery(request)) {
                        next.handle(request);
                    } else {
                        request.response().setStatusCode(400).putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
                                .end("the query should be percent-encoded, as %25 for a %\n");
                        // A body is not waited for, and what stands behind it is not handled.
                        request.connection().close();
                    }
                });
            }
            return invoke(server, method, arguments);
        });
    }

    private static boolean hasReadableQuery(HttpServerRequest request) {
        try {
            request.params();
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Health and metrics hand over theirs in the same way; a lambda is named after the class in whose code it stands. */
    private static boolean isOfARoute(Callable<?> task) {
        return task.getClass().getName().startsWith(VertxPlatformHttpConsumer.class.getName());
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
