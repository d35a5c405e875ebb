package dev.concordat.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.concordat.audit.HttpCrmReader.Source;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpCrmReaderTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T10:00:00Z"), ZoneOffset.UTC);
    private final AtomicInteger asked = new AtomicInteger();
    private final List<Duration> pauses = new ArrayList<>();
    private final List<String> read = new ArrayList<>();
    private final ExecutorService workers = Executors.newCachedThreadPool();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(workers);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        workers.shutdownNow();
    }

    @Test
    void neverFollowsALinkToElsewhere() {
        for (String link : List.of("http://elsewhere.test/customers?after=1", "//elsewhere.test/customers?after=1",
                "/accounts?after=1", "/customers/../admin?after=1")) {
            answer(200, "{\"items\":[{\"id\":\"1\"}],\"next\":\"" + link + "\"}", null);
            assertThatThrownBy(this::readAll).hasMessage("'next' leads away from /customers");
        }
    }

    @Test
    void followsLinksBelowItsAddressAndBelowTheServers() throws IOException {
        for (String prefix : List.of("", "/api")) {
            read.clear();
            if (asked.getAndSet(0) > 0) {
                server.removeContext("/");
            }
            server.createContext("/", exchange -> {
                boolean first = asked.incrementAndGet() == 1;
                byte[] body = ("{\"items\":[{\"id\":\"" + asked + "\"}]" + (first ? ",\"next\":\"" + prefix
                        + "/customers?after=1\"}" : ",\"next\":null}")).getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
                exchange.close();
            });
            new HttpCrmReader(Source.of(URI.create(source().base() + "/api")), CLOCK, pauses::add)
                    .read("customers", item -> read.add(item.path("id").asText()));
            assertThat(read).containsExactly("1", "2");
        }
    }

    @Test
    void endsPagesThatLeadToOneAnother() {
        answer(200, "{\"items\":[{\"id\":\"1\"}],\"next\":\"/customers?after=&limit=500\"}", null);
        assertThatThrownBy(this::readAll).hasMessage("'next' leads back to a page that was read");
        server.removeContext("/");
        asked.set(0);
        endless(number -> number % 2);
        assertThatThrownBy(this::readAll).hasMessage("'next' leads back to a page that was read");
        assertThat(asked).hasValue(3);
    }

    @Test
    void endsPagesThatNeverEnd() {
        endless(number -> number);
        AtomicInteger looks = new AtomicInteger();
        Clock fast = new Clock() {
            @Override
            public Instant instant() {
                return CLOCK.instant().plus(Duration.ofMinutes(50).multipliedBy(looks.getAndIncrement()));
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };
        assertThatThrownBy(() -> new HttpCrmReader(source(), fast, pauses::add).read("customers", item -> { }))
                .hasMessage("/customers has not ended within PT2H, after 2 pages");
    }

    /** Pages without an end, each with a link to the one that the number of the request is given. */
    private void endless(IntUnaryOperator next) {
        server.createContext("/", exchange -> {
            byte[] body = ("{\"items\":[{\"id\":\"1\"}],\"next\":\"/customers?after=" + next.applyAsInt(asked.incrementAndGet()) + "\"}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
    }

    @Test
    void failsAtOnceWhereTryingAgainIsInVain() {
        answer(401, "{}", null);
        assertThatThrownBy(this::readAll).hasMessage("/customers answered status 401");
        assertThat(asked).hasValue(1);
    }

    @Test
    void givesUpInTheEnd() {
        answer(503, "", "Sun, 22 Nov 2026 10:00:30 GMT");
        assertThatThrownBy(this::readAll).hasMessage("/customers failed 6 times, last: status 503");
        assertThat(pauses).hasSize(5).containsOnly(Duration.ofSeconds(30));
    }

    @Test
    void pausesNoLongerThanAgreed() {
        answer(429, "", "86400");
        assertThatThrownBy(this::readAll).isInstanceOf(IOException.class);
        assertThat(pauses).containsOnly(Duration.ofSeconds(60));
    }

    @Test
    void quotesNoAnswer() {
        answer(200, "{\"items\":[{\"familyName\":\"Geheim", null);
        assertThatThrownBy(this::readAll).hasMessage("the answer is not JSON").hasNoCause();
    }

    @Test
    void waitsForABodyNoLongerThanAgreed() {
        server.createContext("/", exchange -> {
            asked.incrementAndGet();
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
        });
        HttpCrmReader reader = new HttpCrmReader(source().withTimeout(Duration.ofMillis(200)), CLOCK, pauses::add);
        assertThatThrownBy(() -> reader.read("customers", item -> {}))
                .hasMessage("/customers failed 6 times, last: no answer within 200 ms");
    }

    /** As one that does not know `limit` sends it, or one that never ends. */
    @Test
    void givesUpAnAnswerThatWouldFillTheMemory() {
        AtomicInteger sent = new AtomicInteger();
        server.createContext("/", exchange -> {
            asked.incrementAndGet();
            byte[] part = new byte[1 << 20];
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream body = exchange.getResponseBody()) {
                while (sent.incrementAndGet() < 500) {
                    body.write(part);
                }
            }
        });
        assertThatThrownBy(this::readAll).hasMessage("an answer is longer than 8 MiB; a page should have no more than 500 records");
        assertThat(asked).hasValue(1);
        assertThat(sent).hasValueLessThan(500);
    }

    @Test
    void showsItsLoginToTheCrmOnly() throws IOException {
        List<String> seen = new ArrayList<>();
        server.createContext("/", exchange -> {
            seen.add(exchange.getRequestHeaders().getFirst("Authorization"));
            exchange.sendResponseHeaders(200, 12);
            try (OutputStream body = exchange.getResponseBody()) {
                body.write("{\"items\":[]}".getBytes(StandardCharsets.UTF_8));
            }
        });
        Source source = source().withAuthorization("Bearer secret");
        new HttpCrmReader(source, CLOCK, pauses::add).read("customers", item -> {});

        assertThat(seen).containsExactly("Bearer secret");
        assertThat(source.toString()).doesNotContain("secret");
    }

    private void readAll() throws IOException {
        new HttpCrmReader(source(), CLOCK, pauses::add).read("customers", item -> read.add(item.path("id").asText()));
    }

    private Source source() {
        return Source.of(URI.create("http://127.0.0.1:" + server.getAddress().getPort()));
    }

    private void answer(int status, String text, String retryAfter) {
        if (asked.getAndSet(0) > 0) {
            server.removeContext("/");
        }
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        server.createContext("/", exchange -> {
            asked.incrementAndGet();
            if (retryAfter != null) {
                exchange.getResponseHeaders().add("Retry-After", retryAfter);
            }
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
    }
}
