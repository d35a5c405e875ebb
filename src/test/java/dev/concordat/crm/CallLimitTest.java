package dev.concordat.crm;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a server that writes what a test says; the client waits for each byte as long as it takes. */
@Timeout(300)
class CallLimitTest {
    private static final Duration NEVER = Duration.ofDays(1);
    private static final Duration SHORT = Duration.ofSeconds(1);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger connections = new AtomicInteger();
    private ServerSocket server;

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        threads.shutdownNow();
    }

    /** Says the beginning once and the rest for ever. */
    private void answer(String beginning, String rest) {
        threads.submit(() -> {
            while (!server.isClosed()) {
                Socket connection = server.accept();
                connections.incrementAndGet();
                threads.submit(() -> speak(connection, beginning, rest));
            }
            return null;
        });
    }

    private Void speak(Socket connection, String beginning, String rest) throws Exception {
        try (connection) {
            var line = connection.getInputStream();
            while (line.read() >= 0) {
                if (line.available() == 0) {
                    connection.getOutputStream().write(beginning.getBytes(UTF_8));
                    while (!rest.isEmpty()) {
                        connection.getOutputStream().write(rest.getBytes(US_ASCII));
                    }
                }
            }
        }
        return null;
    }

    private int status(CallLimit limit) throws IOException {
        var client = HttpClientBuilder.create().disableAutomaticRetries();
        limit.configureHttpClient(client);
        try (limit; var built = client.build()) {
            return built.execute(new HttpGet("http://127.0.0.1:" + server.getLocalPort() + "/"), response -> {
                assertThat(response.getEntity()).isNull();
                return response.getCode();
            });
        }
    }

    @Test
    void aHeadThatDoesNotEndIsNoAnswer() {
        answer("HTTP/1.1 200 OK\r\nX-Slow: ", "");
        assertThatThrownBy(() -> status(new CallLimit(SHORT))).isInstanceOf(IOException.class);
    }

    @Test
    void aBodyThatDoesNotEndInTimeLeavesItsHead() {
        answer("HTTP/1.1 412 No\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n", "");
        // A busy machine may be late with the head.
        await().atMost(Duration.ofMinutes(4)).ignoreExceptionsInstanceOf(IOException.class).until(() -> status(new CallLimit(SHORT)) == 412);
    }

    @Test
    void aBodyWithoutAnEndIsNotReadForSoLong() throws Exception {
        answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "400\r\n" + "x".repeat(1024) + "\r\n");
        assertThat(status(new CallLimit(NEVER))).isEqualTo(200);
    }

    private String body(CallLimit limit) throws IOException {
        var client = HttpClientBuilder.create().disableAutomaticRetries();
        limit.configureHttpClient(client);
        try (limit; var built = client.build()) {
            return built.execute(new HttpGet("http://127.0.0.1:" + server.getLocalPort() + "/"), response -> EntityUtils.toString(response.getEntity()));
        }
    }

    @Test
    void aBodyThatIsReadAndDoesNotEndInTimeIsNoAnswer() {
        answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n", "");
        assertThatThrownBy(() -> body(new CallLimit(SHORT, 2))).isInstanceOf(IOException.class);
    }

    @Test
    void ofABodyThatIsReadSoMuchIsKept() throws Exception {
        answer("HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n", "3\r\nabc\r\n");
        assertThat(body(new CallLimit(NEVER, 7))).isEqualTo("abcabca");
    }

    @Test
    void aBodyThatIsReadIsKeptAsItIs() throws Exception {
        answer("HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 2\r\n\r\n\u00fc", "");
        assertThat(body(new CallLimit(NEVER, 3))).isEqualTo("\u00fc");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aConnectionWhoseAnswerEndedServesTheNextCall(boolean read) throws Exception {
        answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "");
        var client = HttpClientBuilder.create();
        try (var limit = read ? new CallLimit(NEVER, 3) : new CallLimit(NEVER)) {
            limit.configureHttpClient(client);
            try (var built = client.build()) {
                for (int call = 0; call < 3; call++) {
                    built.execute(new HttpGet("http://127.0.0.1:" + server.getLocalPort() + "/"), response -> null);
                }
            }
        }
        assertThat(connections).hasValue(1);
    }
}
