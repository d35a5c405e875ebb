package dev.concordat.crm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class EntityTagsTest {
    private static final Map<String, Object> ACCOUNT = claim("account", "1");
    private static final String DOCUMENT = "{\"id\":\"1\"}";

    private final AtomicLong nanos = new AtomicLong();
    private final EntityTags tags = new EntityTags(nanos::get);

    private static Map<String, Object> claim(String entity, String id) {
        return Map.of("entity", entity, "id", id, "version", 7L);
    }

    @Test
    void aTagIsUnknownUntilTheCrmTellsIt() {
        assertThat(tags.known(ACCOUNT)).isNull();
        assertThat(tags.told(ACCOUNT, "\"a\"")).isEqualTo("\"a\"");
        assertThat(tags.known(ACCOUNT)).isEqualTo("\"a\"");
        assertThat(tags.known(claim("customer", "1"))).isNull();
    }

    @Test
    void theAnswerToAPatchTellsTheNextTagOrNone() {
        tags.told(ACCOUNT, "\"a\"");
        tags.sent(ACCOUNT, "\"b\"");
        assertThat(tags.known(ACCOUNT)).isEqualTo("\"b\"");
        tags.sent(ACCOUNT, null);
        assertThat(tags.known(ACCOUNT)).isNull();
    }

    @Test
    void aRefusedTagIsForgotten() {
        tags.told(ACCOUNT, "\"a\"");
        tags.refused(ACCOUNT, "\"a\"");
        assertThat(tags.known(ACCOUNT)).isNull();
    }

    /** A CRM may answer a key that it knows as it did the first time, whatever the PATCH says by now. */
    @Test
    void theSameForTheSameTagHasTheSameKeyAndNothingElseHas() {
        String key = tags.key(ACCOUNT, "\"a\"", DOCUMENT);
        assertThat(key).matches("account/1/7/[0-9a-f]{16}/\"a\"").isEqualTo(tags.key(ACCOUNT, "\"a\"", DOCUMENT));
        assertThat(tags.key(ACCOUNT, EntityTags.NONE, DOCUMENT)).matches("account/1/7/[0-9a-f]{16}");
        assertThat(tags.key(ACCOUNT, "\"b\"", DOCUMENT)).as("for another version of the record").isNotEqualTo(key);
        assertThat(tags.key(ACCOUNT, "\"a\"", "{\"id\":\"1\",\"bookedBalance\":1}")).as("after a restore of the ledger").isNotEqualTo(key);
    }

    @Test
    void aCrmWithoutTagsIsAskedAgainAfterTenMinutesForEachKindOfEntity() {
        assertThat(tags.told(ACCOUNT, null)).isEqualTo(EntityTags.NONE);
        assertThat(tags.known(claim("account", "2"))).isEqualTo(EntityTags.NONE);
        assertThat(tags.known(claim("customer", "1"))).isNull();
        nanos.addAndGet(Duration.ofMinutes(10).toNanos());
        assertThat(tags.known(ACCOUNT)).isNull();
    }

    @Test
    void aCrmThatRefusesTheTagThatItTellsForOneRecordAndAnotherIsTakenAsOneWithoutTags() {
        var other = claim("account", "2");
        assertThat(tellAndRefuse(ACCOUNT)).isEqualTo(EntityTags.NONE);
        assertThat(tags.known(other)).as("it may be about the record").isNull();
        assertThat(tellAndRefuse(ACCOUNT)).isEqualTo(EntityTags.NONE);
        assertThat(tags.known(other)).as("about the same record").isNull();
        assertThat(tellAndRefuse(other)).isEqualTo(EntityTags.NONE);
        assertThat(tags.known(claim("account", "3"))).isEqualTo(EntityTags.NONE);
        assertThat(tags.known(claim("customer", "1"))).as("another kind").isNull();
    }

    /** Returns the tag that goes with the next PATCH. */
    private String tellAndRefuse(Map<String, Object> claim) {
        tags.told(claim, "W/\"a\"");
        tags.refused(claim, "W/\"a\"");
        return tags.told(claim, "W/\"a\"");
    }
}
