package dev.concordat;

import dev.concordat.sample.Signature;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/** Sends webhooks as a CRM does that signs them. */
final class Webhooks {
    private final URI door;
    private final Signature signature;

    Webhooks(URI door, String secret) {
        this.door = door;
        this.signature = new Signature(secret);
    }

    /** A webhook with the signature that it had when it was made, to be sent once or again. */
    record Webhook(String id, long time, String signature, byte[] body) {
    }

    Webhook of(String id, byte[] body) {
        long now = Instant.now().getEpochSecond();
        return new Webhook(id, now, sign(id, now, body), body);
    }

    CompletableFuture<HttpResponse<String>> send(Webhook webhook, String... moreHeaders) {
        return send(HttpClient.Version.HTTP_1_1, webhook, moreHeaders);
    }

    CompletableFuture<HttpResponse<String>> send(HttpClient.Version version, Webhook webhook, String... moreHeaders) {
        var request = HttpRequest.newBuilder(door).timeout(Duration.ofMinutes(1)).header("webhook-id", webhook.id)
                .header("webhook-timestamp", Long.toString(webhook.time)).header("webhook-signature", webhook.signature)
                .POST(HttpRequest.BodyPublishers.ofByteArray(webhook.body));
        if (moreHeaders.length > 0) {
            request.headers(moreHeaders);
        }
        // A connection of its own: one that is kept may be closed by the bridge at the moment when it is used again.
        var http = HttpClient.newBuilder().version(version).build();
        return http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    String sign(String id, long time, byte[] body) {
        return signature.of(id, time, body);
    }
}
