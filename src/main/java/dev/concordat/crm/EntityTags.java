package dev.concordat.crm;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Header;

/**
 * The entity tags that the CRM told last, so that a PATCH can name the version it is meant for and the CRM refuses one that is
 * late. A hint only: what is forgotten or outdated costs a question to the CRM, never a wrong write.
 */
public final class EntityTags {
    /** What a PATCH carries where the CRM has no tag to tell. */
    static final String NONE = "";
    private static final int MOST_TAGS = 20_000;
    private static final Duration BEFORE_ASKING_AGAIN = Duration.ofMinutes(10);

    private final Cache<String, String> tags = Caffeine.newBuilder().maximumSize(MOST_TAGS).build();
    private final Cache<String, String> refused = Caffeine.newBuilder().maximumSize(MOST_TAGS).build();
    private final Cache<String, Boolean> without;

    public EntityTags() {
        this(Ticker.systemTicker());
    }

    EntityTags(Ticker ticker) {
        without = Caffeine.newBuilder().expireAfterWrite(BEFORE_ASKING_AGAIN).ticker(ticker).build();
    }

    /** The tag for the next PATCH, empty where the CRM tells none for entities of this kind, null where it has to be asked. */
    public String known(@ExchangeProperty("claim") Map<String, Object> claim) {
        return without.getIfPresent(kind(claim)) != null ? NONE : tags.getIfPresent(subject(claim));
    }

    /**
     * The CRM was asked: the tag for the PATCH, empty for none. A CRM that tells no tag, or refuses the very tag that it tells,
     * is taken for ten minutes as one that has none for entities of this kind.
     *
     * @param tag null where the CRM told none
     */
    public String told(@ExchangeProperty("claim") Map<String, Object> claim, @Header("ETag") String tag) {
        if (tag == null || tag.equals(refused.getIfPresent(subject(claim)))) {
            return untold(claim);
        }
        tags.put(subject(claim), tag);
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
     * The idempotency key of a PATCH: entity, id and version. After a refusal it has the tag too, as a CRM may answer a key that
     * it knows as it did the first time, which was a refusal.
     */
    public String key(@ExchangeProperty("claim") Map<String, Object> claim) {
        String key = subject(claim) + "/" + claim.get("version");
        return refused.getIfPresent(subject(claim)) == null ? key : key + "/" + known(claim);
    }

    private static String kind(Map<String, Object> claim) {
        return (String) claim.get("entity");
    }

    private static String subject(Map<String, Object> claim) {
        return kind(claim) + "/" + claim.get("id");
    }
}
