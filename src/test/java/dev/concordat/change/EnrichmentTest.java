package dev.concordat.change;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnrichmentTest {
    private final Enrichment enrichment = Enrichment.ofCustomers();

    private Change enriched(Sent sent) {
        var change = sent.read();
        enrichment.enrich(change);
        return change;
    }

    @ParameterizedTest
    @CsvSource({"DE, DE", "de, DE", "DEU, DE", "gbr, GB", "XX, XX", "Germany, Germany", "D, D", "\u00df, \u00df", "\ufb01, \ufb01"})
    void aCountryIsBroughtIntoAlpha2OrLeftAsItIs(String written, String right) {
        var change = enriched(Sent.customer("C-1").set("residency", written));
        assertThat(change.after().get("residency").asText()).isEqualTo(right);
        assertThat(change.altered()).isEqualTo(!written.equals(right));
    }

    @ParameterizedTest
    @CsvSource({"DE, +4915123456789, +4915123456789", "DE, 0151 23456789, +4915123456789", "GB, (020) 7946 0958, +442079460958",
        "US, 212-736-5000, +12127365000", "DE, +44 20 7946 0958, +442079460958", "DE, 0044 20 7946 0958, +442079460958",
        "DEU, 0151 23456789, +4915123456789", "DE, 12, 12", "DE, call me, call me", "XX, 0151 23456789, 0151 23456789",
        "DE, +49 30 123456 ext. 12, +49 30 123456 ext. 12"})
    void aPhoneNumberIsBroughtIntoE164OrLeftAsItIs(String residency, String written, String right) {
        var change = enriched(Sent.customer("C-1").set("residency", residency).set("phone", written));
        assertThat(change.after().get("phone").asText()).isEqualTo(right);
    }

    @Test
    void aNationalNumberWithoutAResidencyStaysAsItIs() {
        assertThat(enriched(Sent.customer("C-1").set("phone", "0151 23456789")).altered()).isFalse();
        assertThat(enriched(Sent.customer("C-1").set("residency", 7).set("phone", "0151 23456789")).altered()).isFalse();
    }

    @Test
    void theCountryInsideTheAddressIsEnrichedAndTheBytesStayAsTheyCame() {
        var sent = Sent.customer("C-1").set("address", Map.of("city", "Bern", "country", "che"));
        var change = enriched(sent);
        assertThat(change.after().at("/address/country").asText()).isEqualTo("CH");
        assertThat(change.after().at("/address/city").asText()).isEqualTo("Bern");
        assertThat(change.altered()).isTrue();
        assertThat(change.original()).isEqualTo(sent.bytes());
    }

    @Test
    void valuesOfAnotherTypeAreLeftForTheContract() {
        var change = enriched(Sent.customer("C-1").set("phone", 49151).clear("residency").set("address", List.of("CHE")));
        assertThat(change.altered()).isFalse();
    }

    @Test
    void anotherEntityAndAChangeThatHasEndedAreLeftAlone() {
        assertThat(enriched(Sent.account("A-1", "C-1").set("residency", "DEU")).altered()).isFalse();
        var ended = Sent.customer("C-1").set("residency", "DEU").read();
        ended.end(Outcome.FILTERED);
        enrichment.enrich(ended);
        assertThat(ended.altered()).isFalse();
        var unread = Sent.customer("C-1").with("specversion", null).read();
        enrichment.enrich(unread);
        assertThat(unread.envelope()).isNull();
    }
}
