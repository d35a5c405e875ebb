package dev.concordat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Stands between a bridge and a CRM, keeps back single PATCHes until it is told to let them through, and hides what a CRM may lack. */
final class HeldLine implements AutoCloseable {
    private static final Set<String> PASSED_ON = Set.of("if-match", "idempotency-key", "content-type", "authorization");

    private final URI crm;
    private final Lacks lacks;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpClient client = HttpClient.newHttpClient();
    private final Set<String> next = ConcurrentHashMap.newKeySet();
    private final List<HttpRequest> held = new CopyOnWriteArrayList<>();

    /** What the CRM does not know. */
    enum Lacks { NOTHING, ENTITY_TAGS, IDEMPOTENCY_KEYS }

    HeldLine(URI crm, Lacks lacks) throws IOException {
        this.crm = crm;
        this.lacks = lacks;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Keeps back the next PATCH to the path, and gives it no answer. */
    void hold(String path) {
        next.add(path);
    }

    int held() {
        return held.size();
    }

    /** Lets through what was kept back; the statuses of the CRM's answers, which nobody else hears. */
    List<Integer> release() throws IOException, InterruptedException {
        var statuses = new ArrayList<Integer>();
        for (HttpRequest request : held) {
            statuses.add(client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode());
        }
        held.clear();
        return statuses;
    }

    private void handle(HttpExchange exchange) throws IOException {
        HttpRequest request = request(exchange);
        if (request.method().equals("PATCH") && next.remove(exchange.getRequestURI().getPath())) {
            held.add(request);
            return;
        }
        try (exchange) {
            HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (lacks != Lacks.ENTITY_TAGS) {
                answer.headers().firstValue("ETag").ifPresent(tag -> exchange.getResponseHeaders().set("ETag", tag));
            }
            exchange.sendResponseHeaders(answer.statusCode(), answer.body().length == 0 ? -1 : answer.body().length);
            exchange.getResponseBody().write(answer.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private HttpRequest request(HttpExchange exchange) throws IOException {
        var request = HttpRequest.newBuilder(crm.resolve(exchange.getRequestURI())).method(exchange.getRequestMethod(),
                HttpRequest.BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes()));
        exchange.getRequestHeaders().forEach((name, values) -> {
            boolean unknown = lacks == Lacks.ENTITY_TAGS && name.equalsIgnoreCase("If-Match")
                    || lacks == Lacks.IDEMPOTENCY_KEYS && name.equalsIgnoreCase("Idempotency-Key");
            if (PASSED_ON.contains(name.toLowerCase(java.util.Locale.ROOT)) && !unknown) {
                request.header(name, values.get(0));
            }
        });
        return request.build();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
