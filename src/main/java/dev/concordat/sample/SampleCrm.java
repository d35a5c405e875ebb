package dev.concordat.sample;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import javax.sql.DataSource;
import org.apache.camel.util.concurrent.CamelThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A CRM that behaves as hosted CRMs do: REST over HTTP with entity tags, paging, idempotency keys and rate limits,
 * signed webhooks, and faults at will. It listens on the loopback address and keeps its records in PostgreSQL.
 */
public final class SampleCrm implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SampleCrm.class);
    private static final int THREADS = 16;

    static {
        // Without it, each answer on a kept connection waits 40 ms for the client's acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final CrmRecords records;
    private final Weather weather;
    private final WebhookSender webhooks;
    private final CrmApi api;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS, new CamelThreadFactory("#name#", "sample-crm", true));
    private final Map<String, LongAdder> calls = new ConcurrentHashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    /**
     * @param crm  the CRM's own database
     * @param seed decides which calls meet which fault
     * @param port 0 for any free one
     */
    public SampleCrm(DataSource crm, long seed, Faults faults, Clock clock, int port) {
        this.records = new CrmRecords(crm);
        this.weather = new Weather(seed, clock, faults);
        this.webhooks = new WebhookSender(clock);
        this.api = new CrmApi(records, webhooks::send, clock);
        this.server = listen(port);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    public SampleCrm(DataSource crm, long seed, Faults faults, Clock clock) {
        this(crm, seed, faults, clock, 0);
    }

    /** Base of {@code /customers} and {@code /accounts}, such as {@code http://127.0.0.1:40001}. */
    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    public WebhookSender webhooks() {
        return webhooks;
    }

    /** Changes how the CRM behaves from the next call on. */
    public void behave(Faults faults) {
        weather.set(faults);
    }

    public Faults faults() {
        return weather.faults();
    }

    /** Number of calls by method and outcome, such as {@code PATCH 200}, {@code PATCH repeated}, {@code GET 304}. */
    public Map<String, Long> calls() {
        Map<String, Long> counts = new TreeMap<>();
        calls.forEach((word, count) -> counts.put(word, count.sum()));
        return counts;
    }

    public long allCalls() {
        return calls.values().stream().mapToLong(LongAdder::sum).sum();
    }

    /** Takes in what users of the CRM changed, before the changes are sent. */
    public void store(List<Emission> emissions) {
        try {
            records.store(emissions);
        } catch (SQLException e) {
            throw new IllegalStateException("the CRM's database has to be up: " + e.getSQLState(), e);
        }
    }

    @Override
    public void close() throws InterruptedException {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
        webhooks.close();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            Weather.Outlook outlook = weather.next();
            if (outlook.slowMs() > 0 && closed.await(outlook.slowMs(), TimeUnit.MILLISECONDS)) {
                return;
            }
            if (outlook.mishap() == Weather.Mishap.CUT) {
                count(exchange, "cut");
                return;
            }
            Answer answer = answer(exchange, body, outlook.mishap());
            count(exchange, answer.word());
            respond(exchange, answer);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Answer answer(HttpExchange exchange, byte[] body, Weather.Mishap mishap) {
        return switch (mishap) {
            case BUSY -> Answer.later(429, 1, "too many requests");
            case FAILED -> Answer.refused(500, "something went wrong");
            case UNAVAILABLE -> Answer.later(503, 1, "try again later");
            case LOST -> {
                carriedOut(exchange, body);
                yield Answer.later(503, 1, "the answer was lost");
            }
            case NONE, CUT -> carriedOut(exchange, body);
        };
    }

    private Answer carriedOut(HttpExchange exchange, byte[] body) {
        try {
            return api.answer(
                    exchange.getRequestMethod(), exchange.getRequestURI(), exchange.getRequestHeaders(), body);
        } catch (SQLException | RuntimeException e) {
            LOG.warn("The sample CRM could not carry out a call cause={}", e.getClass().getSimpleName());
            LOG.debug("The call failed here", e);
            return Answer.refused(500, "the CRM's database could not be used");
        }
    }

    private static void respond(HttpExchange exchange, Answer answer) throws IOException {
        byte[] body = answer.body() == null ? new byte[0] : Event.bytes(answer.body());
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        if (answer.etag() != null) {
            exchange.getResponseHeaders().set("ETag", answer.etag());
        }
        if (answer.retryAfter() > 0) {
            exchange.getResponseHeaders().set("Retry-After", Integer.toString(answer.retryAfter()));
        }
        exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }

    private void count(HttpExchange exchange, String word) {
        calls.computeIfAbsent(exchange.getRequestMethod() + " " + word, any -> new LongAdder()).increment();
    }

    private static HttpServer listen(int port) {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException("the sample CRM cannot listen on port " + port, e);
        }
    }
}
