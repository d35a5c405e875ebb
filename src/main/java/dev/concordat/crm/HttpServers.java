package dev.concordat.crm;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.impl.VertxInternal;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A Vert.x whose HTTP servers speak HTTP/1.1 alone and close connections on which nothing moves: Camel's servers have no setting for
 * either.
 */
public final class HttpServers implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final Duration idle;

    /** @param idle how long a connection may be open without a byte in either direction */
    public HttpServers(Duration idle) {
        this.idle = idle;
    }

    /** To be bound in Camel's registry, where its servers look for it; whoever uses it cannot close it. */
    public Vertx vertx() {
        return (Vertx) Proxy.newProxyInstance(HttpServers.class.getClassLoader(), new Class<?>[] {VertxInternal.class}, this::call);
    }

    private Object call(Object proxy, Method method, Object[] arguments) throws Throwable {
        if (method.getName().equals("createHttpServer") && arguments != null) {
            ((HttpServerOptions) arguments[0]).setHttp2ClearTextEnabled(false)
                    .setIdleTimeout((int) idle.toMillis()).setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
        } else if (method.getName().equals("close") && arguments != null) {
            // The first server that stops must not stop the others.
            @SuppressWarnings("unchecked")
            var closed = (Handler<AsyncResult<Void>>) arguments[0];
            closed.handle(Future.succeededFuture());
            return null;
        }
        try {
            return method.invoke(vertx, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
