package dev.concordat.crm;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.concordat.BridgeException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Header;

/**
 * The entity tags that the CRM told last, so that a PATCH can name the version it is meant for and the CRM refuses one that is
 * late. A hint only: what is forgotten or outdated costs a question to the CRM, never a wrong write.
 */
public final class EntityTags {
    /** What a PATCH carries where the CRM has no tag to tell. */
    static final String NONE = "";
    /** Bytes of a key's hash. */
    private static final int HASHED = 8;
    private static final int MOST_TAGS = 20_000;
    private static final Duration BEFORE_ASKING_AGAIN = Duration.ofMinutes(10);

    private final Cache<String, String> tags = Caffeine.newBuilder().maximumSize(MOST_TAGS).build();
    private final Cache<String, String> refused = Caffeine.newBuilder().maximumSize(MOST_TAGS).build();
    private final Cache<String, Boolean> without;
    /** Of which record a tag was refused that the CRM had just told, by kind. */
    private final Cache<String, String> doubted;

    public EntityTags() {
        this(Ticker.systemTicker());
    }

    EntityTags(Ticker ticker) {
        without = Caffeine.newBuilder().expireAfterWrite(BEFORE_ASKING_AGAIN).ticker(ticker).build();
        doubted = Caffeine.newBuilder().expireAfterWrite(BEFORE_ASKING_AGAIN).ticker(ticker).build();
    }

    /** The tag for the next PATCH, empty where the CRM tells none for entities of this kind, null where it has to be asked. */
    public String known(@ExchangeProperty("claim") Map<String, Object> claim) {
        return without.getIfPresent(kind(claim)) != null ? NONE : tags.getIfPresent(subject(claim));
    }

    /**
     * The CRM was asked: the tag for the PATCH, empty for none. A CRM that tells no tag, or refuses the very tag that it tells for one record and
     * another, is taken for ten minutes as one that has none for entities of this kind; for one record, it may be about the record.
     *
     * @param tag null where the CRM told none
     */
    public String told(@ExchangeProperty("claim") Map<String, Object> claim, @Header("ETag") String tag) {
        String subject = subject(claim);
        if (tag == null) {
            return untold(claim);
        }
        if (tag.equals(refused.getIfPresent(subject))) {
            return doubted.get(kind(claim), kind -> subject).equals(subject) ? NONE : untold(claim);
        }
        tags.put(subject, tag);
        return tag;
    }

    /** The CRM shows no records, and so no tags. */
    public String untold(@ExchangeProperty("claim") Map<String, Object> claim) {
        without.put(kind(claim), true);
        return NONE;
    }

    /**
     * The CRM carried out a PATCH.
     *
     * @param tag of the record now, null where the CRM told none
     */
    public void sent(@ExchangeProperty("claim") Map<String, Object> claim, @Header("ETag") String tag) {
        refused.invalidate(subject(claim));
        if (tag == null) {
            tags.invalidate(subject(claim));
        } else {
            tags.put(subject(claim), tag);
        }
    }

    /** The CRM has another version of the record by now. */
    public void refused(@ExchangeProperty("claim") Map<String, Object> claim, @ExchangeProperty("tag") String tag) {
        tags.invalidate(subject(claim));
        refused.put(subject(claim), tag);
    }

    /**
     * The idempotency key of a PATCH: entity, id, version, a hash of what it says, and the tag that it is for. A CRM may answer a key that it knows as
     * it did the first time: so one whose tag was refused needs another, and so does what the ledger says under a version that it has counted anew, as
     * after a restore. The same said again for the same tag has the same key.
     */
    public String key(@ExchangeProperty("claim") Map<String, Object> claim, @ExchangeProperty("tag") String tag, @Body String document) {
        String key = subject(claim) + "/" + claim.get("version") + "/" + hash(document);
        return tag.equals(NONE) ? key : key + "/" + tag;
    }

    private static String hash(String document) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(document.getBytes(StandardCharsets.UTF_8)), 0, HASHED);
        } catch (NoSuchAlgorithmException e) {
            throw new BridgeException("this Java cannot compute SHA-256", e);
        }
    }

    private static String kind(Map<String, Object> claim) {
        return (String) claim.get("entity");
    }

    private static String subject(Map<String, Object> claim) {
        return kind(claim) + "/" + claim.get("id");
    }
}
