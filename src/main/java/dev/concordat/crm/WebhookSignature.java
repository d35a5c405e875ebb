package dev.concordat.crm;

import dev.concordat.BridgeException;
import dev.concordat.change.OnceAMinute;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.camel.Body;
import org.apache.camel.Header;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks the signature of a webhook as the Standard Webhooks specification says it: HMAC-SHA256 over id, time and body.
 *
 * <p>A signature is good for five minutes; whether it was used before is for the route's idempotent consumer to say.
 */
public final class WebhookSignature {
    private static final String PREFIX = "whsec_";
    private static final Duration TOLERANCE = Duration.ofMinutes(5);

    private static final Logger LOG = LoggerFactory.getLogger(WebhookSignature.class);

    private final SecretKeySpec key;
    private final Clock clock;
    private final Counter untimely;
    private final OnceAMinute warning;

    /** @throws BridgeException when the secret is not {@code whsec_} and the base64 of at least 24 bytes */
    public WebhookSignature(String secret, Clock clock, MeterRegistry metrics) {
        objection(secret).ifPresent(wrong -> {
            throw new BridgeException(wrong);
        });
        byte[] bytes = decode(secret.substring(PREFIX.length()));
        this.key = new SecretKeySpec(bytes, "HmacSHA256");
        this.clock = clock;
        warning = new OnceAMinute(clock);
        untimely = Counter.builder("concordat.webhooks.untimely")
                .description("Webhooks with a right signature that were refused because their time is more than 5 minutes off").register(metrics);
    }

    /** What speaks against a secret. */
    public static Optional<String> objection(String secret) {
        boolean right = secret.startsWith(PREFIX) && decode(secret.substring(PREFIX.length())).length >= 24;
        return right ? Optional.empty() : Optional.of("'concordat.webhook.secret' should be whsec_ and the base64 of at least 24 random bytes");
    }

    /** Whether one of the signatures fits the id, the time and the body, and the time is not more than 5 minutes off. */
    public boolean fits(@Header("webhook-id") String id, @Header("webhook-timestamp") String timestamp,
            @Header("webhook-signature") String signatures, @Body byte[] body) {
        if (id == null || timestamp == null || signatures == null || body == null || !timestamp.matches("[0-9]{1,12}")) {
            return false;
        }
        byte[] right = sign(id, timestamp, body);
        return Arrays.stream(signatures.split(" ")).filter(signature -> signature.startsWith("v1,"))
                .anyMatch(signature -> MessageDigest.isEqual(right, decode(signature.substring(3)))) && timely(timestamp);
    }

    /**
     * The one signature that fits, under which a webhook is remembered: what the sender wrote may say the same in many ways
     * (further signatures beside it, spare bits of base64).
     */
    public String of(@Header("webhook-id") String id, @Header("webhook-timestamp") String timestamp, @Body byte[] body) {
        return Base64.getEncoder().encodeToString(sign(id, timestamp, body));
    }

    /** Of a webhook that has the secret: where it is not, a clock is wrong, and whoever looks for the reason should hear of it. */
    private boolean timely(String timestamp) {
        long age = clock.instant().getEpochSecond() - Long.parseLong(timestamp);
        boolean timely = Math.abs(age) <= TOLERANCE.toSeconds();
        if (!timely) {
            untimely.increment();
            if (warning.isDue()) {
                LOG.warn("webhooks refused: the signature is right and its time {} s in the {} by this machine's clock, more than {}; one of the clocks is "
                        + "wrong, or an old webhook is sent again as it was", Math.abs(age), age > 0 ? "past" : "future", TOLERANCE.toSeconds());
            }
        }
        return timely;
    }

    private byte[] sign(String id, String timestamp, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new BridgeException("this Java cannot compute HMAC-SHA256", e);
        }
    }

    private static byte[] decode(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }
}
