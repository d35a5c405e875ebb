package dev.concordat.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormatsTest {
    @ParameterizedTest(name = "{0} [{1}] {2}")
    @CsvSource({
            "bic, UBSWCHZH80A, true", "bic, UBSWCHZH, true", "bic, DEUTDEFF500, true",
            "bic, UBSWCHZ, false", "bic, ubswchzh, false", "bic, UBSWXXZH, false", "bic, UBSWCHZH80, false", "bic, '', false",
            "lei, 529900T8BM49AURSDO55, true", "lei, HWUPKR0MPOU8FGXBT394, true", "lei, 5493001KJTIIGC8Y1R12, true",
            "lei, 529900T8BM49AURSDO56, false", "lei, 529900T8BM49AURSOD55, false", "lei, 529900T8BM49AURSDO5, false",
            "lei, 529900t8bm49aursdo55, false", "lei, 529900T8BM49AURSDO5A, false", "lei, 5299 00T8BM49AURSDO5, false",
            "iban, CH9300762011623852957, true", "iban, GB82WEST12345698765432, true",
            "iban, CH9300762011623852958, false", "iban, CH93 0076 2011 6238 5295 7, false", "iban, '', false",
            "e164, +41446681800, true", "e164, +4144668180012345678, false", "e164, 0446681800, false", "e164, +, false",
            "iso-3166-alpha-2, CH, true", "iso-3166-alpha-2, ch, false", "iso-3166-alpha-2, XX, false", "iso-3166-alpha-2, CHE, false",
            "iso-4217, CHF, true", "iso-4217, chf, false", "iso-4217, ABC, false"})
    void aTextIsOfAFormat(String format, String text, boolean right) {
        var schema = JsonNodeFactory.instance.objectNode().put("format", format);

        assertThat(Formats.compile(schema).validate(JsonNodeFactory.instance.textNode(text)).isEmpty()).isEqualTo(right);
    }
}
