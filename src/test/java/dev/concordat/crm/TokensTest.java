package dev.concordat.crm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TokensTest {
    private final Tokens tokens = new Tokens(Map.of("eu", "key of eu".getBytes(UTF_8), "uk", "key of uk".getBytes(UTF_8)));

    @Test
    void theSameValueHasTheSameTokenEachTime() {
        assertThat(tokens.of("eu", "iban", "DE02500105170137075030")).isEqualTo(tokens.of("eu", "iban", "DE02500105170137075030"))
                .matches("tok_[0-9a-f]{32}");
    }

    @Test
    void anotherRegionFieldOrValueHasAnotherToken() {
        String token = tokens.of("eu", "iban", "DE02500105170137075030");
        assertThat(tokens.of("uk", "iban", "DE02500105170137075030")).isNotEqualTo(token);
        assertThat(tokens.of("eu", "taxId", "DE02500105170137075030")).isNotEqualTo(token);
        assertThat(tokens.of("eu", "iban", "DE02500105170137075031")).isNotEqualTo(token);
    }

    @Test
    void aRegionWithoutAKeyHasNoTokens() {
        assertThat(tokens.of("us", "iban", "DE02500105170137075030")).isNull();
    }

    @Test
    void theTokenIsTheHmacOfFieldAndValue() {
        assertThat(new Tokens(Map.of("eu", "key".getBytes(UTF_8))).of("eu", "f", "v")).isEqualTo("tok_52f3de1b7807532d2fff1d66b0d7636e");
    }
}
