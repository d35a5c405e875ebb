package dev.concordat.crm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class EntityTagsTest {
    private static final Map<String, Object> ACCOUNT = claim("account", "1");
    private static final String KEY = "account/1/7";

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
    void aRefusedTagIsForgottenAndTheNextPatchHasAKeyOfItsOwnUntilOneIsTaken() {
        tags.told(ACCOUNT, "\"a\"");
        assertThat(tags.key(ACCOUNT)).isEqualTo(KEY);
        tags.refused(ACCOUNT, "\"a\"");
        assertThat(tags.known(ACCOUNT)).isNull();
        tags.told(ACCOUNT, "\"b\"");
        assertThat(tags.key(ACCOUNT)).isEqualTo(KEY + "/\"b\"");
        tags.sent(ACCOUNT, "\"c\"");
        assertThat(tags.key(ACCOUNT)).isEqualTo(KEY);
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
    void aCrmThatRefusesTheTagThatItTellsIsTakenAsOneWithoutTags() {
        tags.told(ACCOUNT, "W/\"a\"");
        tags.refused(ACCOUNT, "W/\"a\"");
        assertThat(tags.told(ACCOUNT, "W/\"a\"")).isEqualTo(EntityTags.NONE);
        assertThat(tags.known(ACCOUNT)).isEqualTo(EntityTags.NONE);
    }
}
