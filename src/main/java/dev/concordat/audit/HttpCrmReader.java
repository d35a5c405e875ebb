package dev.concordat.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Pages through the CRM over HTTP: {@code GET {base}/customers?after=&limit=500} answers {@code
 * {"items":[...],"next":...}}.
 *
 * <p>429, 5xx, time-outs and lost connections are tried again, as late as {@code Retry-After} asks for.
 */
public final class HttpCrmReader implements CrmReader {
    private static final ObjectMapper JSON = JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
    /** Bytes; as JSON in memory it is several times as much. */
    private static final int LARGEST_ANSWER = 8 << 20;
    private final Source source;
    private final Pause pause;
    private final Clock clock;
    private final HttpClient client;

    /**
     * Where the CRM is and how patient the reader is.
     *
     * @param base          address without a slash at its end
     * @param authorization value of the header {@code Authorization}, empty for none
     * @param page          records a page
     * @param timeout       for one page, from the request to the last byte
     * @param attempts      tries a page before the reading fails
     * @param longestPause  upper end of the pause between two tries, whatever {@code Retry-After} asks for
     * @param longest       for all pages of a collection: an audit holds the turn of all bridges
     */
    public record Source(
            URI base, String authorization, int page, Duration timeout, int attempts, Duration longestPause, Duration longest) {
        public static Source of(URI base) {
            return new Source(base, "", 500, Duration.ofSeconds(30), 6, Duration.ofSeconds(60), Duration.ofHours(2));
        }

        public Source withAuthorization(String value) {
            return new Source(base, value, page, timeout, attempts, longestPause, longest);
        }

        public Source withTimeout(Duration value) {
            return new Source(base, authorization, page, value, attempts, longestPause, longest);
        }

        @Override
        public String toString() {
            return "Source[" + base + "]";
        }
    }

    public HttpCrmReader(Source source, Clock clock) {
        this(source, clock, Pause.SLEEP);
    }

    HttpCrmReader(Source source, Clock clock, Pause pause) {
        this.source = source;
        this.clock = clock;
        this.pause = pause;
        this.client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    }

    @Override
    public void read(String collection, Consumer<JsonNode> each) throws IOException {
        URI page = URI.create(source.base() + "/" + collection + "?after=&limit=" + source.page());
        Set<URI> read = new HashSet<>();
        Instant end = clock.instant().plus(source.longest());
        while (page != null) {
            if (clock.instant().isAfter(end)) {
                throw new IOException("/" + collection + " has not ended within " + source.longest() + ", after " + read.size() + " pages");
            }
            if (!read.add(page)) {
                throw new IOException("'next' leads back to a page that was read");
            }
            JsonNode answer = json(collection, page, false);
            if (!answer.path("items").isArray()) {
                throw new IOException("the answer has no array 'items'");
            }
            answer.path("items").forEach(each);
            page = next(collection, page, answer);
        }
    }

    @Override
    public Optional<JsonNode> read(String collection, String id) throws IOException {
        String path = URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
        return Optional.ofNullable(json(collection, URI.create(source.base() + "/" + collection + "/" + path), true));
    }

    /** The next page, at the same CRM: a link elsewhere would carry the login there. */
    private URI next(String collection, URI page, JsonNode answer) throws IOException {
        String link = answer.path("next").asText("");
        if (link.isEmpty() || link.equals("null")) {
            return null;
        }
        String here = source.base() + "/" + collection + "?";
        URI next = address(link.startsWith(URI.create(here).getPath() + "?") ? page.resolve("/") + link.substring(1)
                : link.startsWith("/") ? source.base() + link : link);
        if (!next.toString().startsWith(here)) {
            throw new IOException("'next' leads away from /" + collection);
        }
        if (answer.path("items").isEmpty()) {
            throw new IOException("'next' does not lead on");
        }
        return next;
    }

    private static URI address(String link) throws IOException {
        try {
            return URI.create(link);
        } catch (IllegalArgumentException notAnAddress) {
            throw new IOException("'next' is no address");
        }
    }

    /** @param mayLack whether 404 says that there is none, which is null */
    private JsonNode json(String collection, URI page, boolean mayLack) throws IOException {
        for (int attempt = 1; ; attempt++) {
            String failure;
            Duration wait = Duration.ofMillis(Math.min(30_000, 250L << attempt));
            try {
                HttpResponse<byte[]> answer = send(page);
                if (answer.statusCode() == 200) {
                    return parsed(answer.body());
                }
                if (answer.statusCode() == 404 && mayLack) {
                    return null;
                }
                failure = "status " + answer.statusCode();
                if (answer.statusCode() != 429 && answer.statusCode() < 500) {
                    throw new IOException("/" + collection + " answered " + failure);
                }
                wait = retryAfter(answer, wait);
            } catch (TransientException broken) {
                failure = broken.getMessage();
            }
            if (attempt == source.attempts()) {
                throw new IOException("/" + collection + " failed " + attempt + " times, last: " + failure);
            }
            rest(wait);
        }
    }

    /** The client's own timeout ends with the headers; this one covers the body too. */
    private HttpResponse<byte[]> send(URI page) throws IOException, TransientException {
        HttpRequest.Builder request = HttpRequest.newBuilder(page).header("Accept", "application/json");
        if (!source.authorization().isEmpty()) {
            request.header("Authorization", source.authorization());
        }
        var body = new LimitedBody(LARGEST_ANSWER);
        CompletableFuture<HttpResponse<byte[]>> sent = client.sendAsync(request.build(), head -> body);
        try {
            return sent.get(source.timeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException slow) {
            sent.cancel(true);
            throw new TransientException("no answer within " + source.timeout().toMillis() + " ms");
        } catch (ExecutionException broken) {
            if (body.isTooLong()) {
                throw new IOException("an answer is longer than " + (LARGEST_ANSWER >> 20) + " MiB; a page should have no more than " + source.page()
                        + " records");
            }
            throw new TransientException("no connection (" + broken.getCause().getClass().getSimpleName() + ")");
        } catch (InterruptedException stopped) {
            sent.cancel(true);
            throw interrupted();
        }
    }

    private void rest(Duration wait) throws IOException {
        try {
            pause.take(wait.compareTo(source.longestPause()) > 0 ? source.longestPause() : wait);
        } catch (InterruptedException stopped) {
            throw interrupted();
        }
    }

    /** Seconds or a date, as HTTP allows both. */
    private Duration retryAfter(HttpResponse<?> answer, Duration otherwise) {
        String value = answer.headers().firstValue("Retry-After").orElse("").trim();
        if (value.matches("[0-9]{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(value));
        }
        try {
            Duration wait = Duration.between(clock.instant(),
                    ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
            return wait.isNegative() ? Duration.ZERO : wait;
        } catch (DateTimeParseException noDate) {
            return otherwise;
        }
    }

    private static JsonNode parsed(byte[] body) throws IOException {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException notJson) {
            throw new IOException("the answer is not JSON");
        }
    }

    private static IOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("the audit was stopped");
    }

    private static final class TransientException extends Exception {
        TransientException(String message) {
            super(message);
        }
    }
}
