package dev.concordat.crm;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;

/**
 * Ends each call within a time, however slowly its answer comes: the client's own limits begin anew with each byte. An answer counts when its head is
 * there; of its body, which nobody reads, so much is taken that the connection can serve the next call, and where there is more, it is closed.
 */
public final class CallLimit implements HttpClientConfigurer, ExecChainHandler, AutoCloseable {
    private static final int MOST_OF_BODY = 65_536;

    private final Duration longest;
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, work -> {
        var thread = new Thread(work, "call-limit");
        thread.setDaemon(true);
        return thread;
    });

    /** @param longest from the wait for a connection to the end of the answer */
    public CallLimit(Duration longest) {
        this.longest = longest;
        timer.setRemoveOnCancelPolicy(true);
    }

    @Override
    public void configureHttpClient(HttpClientBuilder client) {
        client.addExecInterceptorFirst("call-limit", this);
    }

    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain) throws IOException, HttpException {
        var call = (Cancellable) scope.originalRequest;
        var end = timer.schedule(call::cancel, longest.toMillis(), TimeUnit.MILLISECONDS);
        try {
            var response = chain.proceed(request, scope);
            if (response.getEntity() != null && !taken(response.getEntity())) {
                scope.execRuntime.discardEndpoint();
            }
            response.setEntity(null);
            return response;
        } finally {
            end.cancel(false);
        }
    }

    private static boolean taken(HttpEntity entity) {
        byte[] part = new byte[8_192];
        try {
            // Not closed: that would read a body without an end to it.
            var body = entity.getContent();
            int read = 0;
            for (int taken = 0; read >= 0 && taken < MOST_OF_BODY; taken += read) {
                read = body.read(part);
            }
            return read < 0;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
