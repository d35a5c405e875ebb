package dev.concordat.crm;

import dev.concordat.BridgeException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Replaces a value by a token that only its region can recompute: HMAC-SHA256 with the region's own key. */
public final class Tokens {
    private final Map<String, byte[]> keys;

    /** @param keys the key of each region that has one; where none is, nothing is tokenised */
    public Tokens(Map<String, byte[]> keys) {
        this.keys = Map.copyOf(keys);
    }

    /** The token of a field's value, the same each time; null where the region has no key. */
    public String of(String region, String field, String value) {
        byte[] key = keys.get(region);
        if (key == null) {
            return null;
        }
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update((field + "\n").getBytes(StandardCharsets.UTF_8));
            return "tok_" + HexFormat.of().formatHex(mac.doFinal(value.getBytes(StandardCharsets.UTF_8)), 0, 16);
        } catch (GeneralSecurityException e) {
            throw new BridgeException("this Java cannot compute HMAC-SHA256", e);
        }
    }
}
