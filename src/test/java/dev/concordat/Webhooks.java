package dev.concordat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Sends webhooks as a CRM does that signs them. */
final class Webhooks {
    private final URI door;
    private final String secret;

    Webhooks(URI door, String secret) {
        this.door = door;
        this.secret = secret;
    }

    /** A webhook with the signature that it had when it was made, to be sent once or again. */
    record Webhook(String id, long time, String signature, byte[] body) {
    }

    Webhook of(String id, byte[] body) {
        long now = Instant.now().getEpochSecond();
        return new Webhook(id, now, sign(id, now, body), body);
    }

    CompletableFuture<HttpResponse<String>> send(Webhook webhook, String... moreHeaders) {
        var request = HttpRequest.newBuilder(door).timeout(Duration.ofMinutes(1)).header("webhook-id", webhook.id)
                .header("webhook-timestamp", Long.toString(webhook.time)).header("webhook-signature", webhook.signature)
                .POST(HttpRequest.BodyPublishers.ofByteArray(webhook.body));
        if (moreHeaders.length > 0) {
            request.headers(moreHeaders);
        }
        // A connection of its own: one that is kept may be closed by the bridge at the moment when it is used again.
        var http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        return http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    String sign(String id, long time, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.substring("whsec_".length())), "HmacSHA256"));
            mac.update((id + "." + time + ".").getBytes(StandardCharsets.UTF_8));
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
