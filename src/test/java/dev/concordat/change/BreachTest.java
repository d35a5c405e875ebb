package dev.concordat.change;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BreachTest {
    @ParameterizedTest
    @CsvSource({"/after/tags/0, /after/tags/*", "/after/tags/17/name, /after/tags/*/name", "/after/lists/1/2, /after/lists/*/*",
            "/after/line2, /after/line2", "/after/phone, /after/phone", "'', ''"})
    void aGroupKnowsNoIndex(String pointer, String path) {
        var breach = new Breach("schema", "customer/1.0.0", pointer, "type", "`" + pointer + "` should be a text");

        assertThat(breach.group()).isEqualTo(new Breach.Group("customer/1.0.0", "schema", "type", path));
        assertThat(breach.groupSentence()).isEqualTo("`" + path + "` should be a text");
    }

    @Test
    void aGroupHasAKeyThatStays() {
        assertThat(new Breach("schema", "customer/1.0.0", "/after/tags/3", "type", "").group().key())
                .isEqualTo("customer/1.0.0 schema type /after/tags/*");
    }
}
