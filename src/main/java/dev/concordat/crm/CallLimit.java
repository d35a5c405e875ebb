package dev.concordat.crm;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.camel.util.concurrent.CamelThreadFactory;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;

/**
 * Ends each call within a time, however slowly its answer comes: the client's own limits begin anew with each byte. Of a body no more is taken than
 * somebody reads, or than it takes for the connection to serve the next call; where there is more, the connection is closed.
 */
public final class CallLimit implements HttpClientConfigurer, ExecChainHandler, AutoCloseable {
    /** Of a body that nobody reads. */
    private static final int MOST_UNREAD = 65_536;

    private final Duration longest;
    private final int most;
    private final boolean kept;
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, new CamelThreadFactory("#name#", "call-limit", true));

    /**
     * For answers whose body nobody reads: they count when their head is there.
     *
     * @param longest from the wait for a connection to the end of the answer
     */
    public CallLimit(Duration longest) {
        this(longest, MOST_UNREAD, false);
    }

    /**
     * For answers whose body is read: one that has not ended in time is none, and fails.
     *
     * @param longest from the wait for a connection to the end of the answer
     * @param most    bytes of a body, unpacked, that are kept; what follows them is not read
     */
    public CallLimit(Duration longest, int most) {
        this(longest, most, true);
    }

    private CallLimit(Duration longest, int most, boolean kept) {
        this.longest = longest;
        this.most = most;
        this.kept = kept;
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
            var entity = response.getEntity();
            if (entity != null) {
                byte[] body = taken(entity, scope);
                response.setEntity(kept ? new ByteArrayEntity(body, ContentType.parseLenient(entity.getContentType()), entity.getContentEncoding()) : null);
            }
            return response;
        } finally {
            end.cancel(false);
        }
    }

    private byte[] taken(HttpEntity entity, ExecChain.Scope scope) throws IOException {
        byte[] body = null;
        try {
            // Not closed: that would read a body without an end to it.
            body = entity.getContent().readNBytes(most);
        } catch (IOException e) {
            if (kept) {
                throw e;
            }
        } finally {
            if (body == null || body.length == most) {
                scope.execRuntime.discardEndpoint();
            }
        }
        return body;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
