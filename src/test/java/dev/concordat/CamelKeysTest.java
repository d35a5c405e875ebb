package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CamelKeysTest {
    private static final Settings SHIPPED = Settings.read(Path.of("config/application.properties"), Map.of());

    private static void tell(Settings settings) throws Exception {
        try (var camel = new DefaultCamelContext()) {
            camel.getPropertiesComponent().setInitialProperties(settings.all());
            CamelKeys.tell(camel, settings);
        }
    }

    @Test
    void whatCamelDoesNotTakeIsToldAtOnceAndNotShown() {
        var settings = SHIPPED.with("camel.component.kafka.securty-protocol", "hunter2").with("camel.component.kafka.saslJaasCnfig", "hunter2")
                .with("camel.component.http.nonsense", "hunter2").with("camel.component.kafka.configuration.nonsense", "hunter2")
                .with("camel.component.kafka.kafka-clent-factory", "#hunter2").with("camel.component.kafak.brokers", "hunter2")
                .with("camel.component.kafka.allow-manual-commit", "hunter2").with("camel.component.kafka.poll-timeout-ms", "hunter2")
                .with("camel.component.kafka.session-timeout-ms", "10000 ").with("camel.component.kafka.linger-ms", "")
                .with("camel.component.kafka.ssl-key-password", "hunter2{{env:CONCORDAT_NOWHERE}}")
                .with("camel.component.kafka.additional-properties.client.rack", "hunter2").with("camel.component.platform-http.engine", "hunter2")
                .with("camel.mian.name", "hunter2").with("camel.nonsense", "hunter2").with("camel.route-contoller.enabled", "hunter2")
                .with("camel.main.nmae", "hunter2").with("camel.main.extra-shutdown-timeout", "hunter2").with("camel.main.log-mask", "hunter2")
                .with("camel.server.foo", "hunter2").with("camel.health.nonsense", "hunter2").with("camel.main.startup-summary-level", "hunter2")
                .with("camel.main.description", "").with("camel.metrics.bindrs", "hunter2").with("camel.threadpool.nonsense[a].pool-size", "hunter2")
                .with("camel.route-controller.back-off-multiplier", "hunter2");
        assertThatThrownBy(() -> tell(settings)).isInstanceOf(BridgeException.class).hasMessage("""
                key 'camel.component.http.nonsense' is not known to Camel; what may stand after 'camel.component.http.' is in Camel's documentation
                key 'camel.component.kafak.brokers' is not known to Camel; it should name a component that there is, and an option, as in \
                'camel.component.kafka.security-protocol'
                'camel.component.kafka.additional-properties.client.rack' should be 'camel.component.kafka.additional-properties[client.rack]'
                'camel.component.kafka.allow-manual-commit' should be true or false
                key 'camel.component.kafka.configuration.nonsense' is not known to Camel; what may stand after 'camel.component.kafka.configuration.' is in \
                Camel's documentation
                key 'camel.component.kafka.kafka-clent-factory' is not known to Camel; 'camel.component.kafka.kafka-client-factory' is
                'camel.component.kafka.linger-ms' is empty; it should have a value, or be left out
                'camel.component.kafka.poll-timeout-ms' should be a whole number, or a time such as 10s, without blanks
                key 'camel.component.kafka.saslJaasCnfig' is not known to Camel; 'camel.component.kafka.sasl-jaas-config' is
                key 'camel.component.kafka.securty-protocol' is not known to Camel; 'camel.component.kafka.security-protocol' is
                'camel.component.kafka.session-timeout-ms' should be a whole number, or a time such as 10s, without blanks
                'camel.component.kafka.ssl-key-password': {{env:CONCORDAT_NOWHERE}} should stand for a value; there is none
                'camel.component.platform-http.engine' should be a value that Camel takes for it, or a bean that there is, as #name
                key 'camel.health.nonsense' is not known to Camel; what may stand after 'camel.health.' is in Camel's documentation
                'camel.main.description' is empty; it should have a value, or be left out
                'camel.main.extra-shutdown-timeout' should be a whole number, or a time such as 10s, without blanks
                'camel.main.log-mask' should be true or false
                key 'camel.main.nmae' is not known to Camel; 'camel.main.name' is
                'camel.main.startup-summary-level' should be a value that Camel takes for it, or a bean that there is, as #name
                key 'camel.metrics.bindrs' is not known to Camel; 'camel.metrics.binders' is
                key 'camel.mian.name' is not known to Camel; 'camel.main.name' may be
                key 'camel.nonsense' is not known to Camel; what may stand after 'camel.' is in Camel's documentation
                key 'camel.route-contoller.enabled' is not known to Camel; 'camel.route-controller.enabled' may be
                'camel.route-controller.back-off-multiplier' should be a value that Camel takes for it, or a bean that there is, as #name
                key 'camel.server.foo' is not known to Camel; what may stand after 'camel.server.' is in Camel's documentation
                key 'camel.threadpool.nonsense[a].pool-size' is not known to Camel; what may stand after 'camel.threadpool.' is in Camel's documentation""");
    }

    /** Camel says of each option of its groups what it is without a setting. */
    @Test
    void allOptionsThatCamelKnowsPass() throws Exception {
        var settings = SHIPPED.with("camel.beans.a", "x").with("camel.globalOptions[a]", "x").with("camel.routeTemplate[0].a", "x").with("camel.Main.name", "x")
                .with("camel.threadpool.config[a].pool-size", "1").with("camel.rest.api-properties[a.b]", "x").with("camel.main.extra.shutdown.timeout", "1");
        try (var in = Main.class.getResourceAsStream("/META-INF/camel-main-configuration-metadata.json")) {
            for (var option : new ObjectMapper().readTree(in).path("properties")) {
                settings = settings.with(option.path("name").asText(), value(option));
            }
        }
        var all = settings;
        assertThat(all.all()).containsKey("camel.main.shutdownTimeout").containsKey("camel.server.maxBodySize");
        assertThatCode(() -> tell(all)).doesNotThrowAnyException();
    }

    private static String value(JsonNode option) {
        return !option.path("defaultValue").isMissingNode() ? option.path("defaultValue").asText().replaceFirst("^[A-Z]\\w+\\.", "") : switch (option.path("type").asText()) {
            case "boolean" -> "true";
            case "integer", "number" -> "1";
            case "string" -> "x";
            default -> "#bean";
        };
    }

    @Test
    void whatCamelTakesPassesInEverySpelling() {
        assertThatCode(() -> tell(SHIPPED.with("camel.component.kafka.sessionTimeoutMs", "1m30s").with("camel.component.kafka.reconnect-backoff-ms", "-1")
                .with("camel.component.kafka.additional-properties[client.rack]", "r1").with("camel.component.kafka.additionalProperties[client.dns.lookup]", "x")
                .with("camel.component.kafka.configuration.client-id", "c").with("camel.component.kafka.retries", "{{concordat.batch.size}}")))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"camel.main.nmae|hunter2|key 'camel.main.nmae' is not known to Camel; 'camel.main.name' is",
        "camel.main.log-mask|hunter2|'camel.main.log-mask' should be true or false",
        "camel.dataformat.jackson.pretty-prnt|hunter2|key 'camel.dataformat.jackson.pretty-prnt' is not known to Camel; 'camel.dataformat.jackson.pretty-print' is",
        "camel.main.description|''|'camel.main.description' is not what Camel takes: value is empty"})
    void ofOtherKeysTheFirstThatStopsCamelIsTold(String key, String value, String sentence) {
        var properties = new Properties();
        properties.setProperty(key, value);
        var camel = new Main();
        camel.setOverrideProperties(properties);
        var failure = catchThrowableOfType(RuntimeException.class, camel::start);
        camel.stop();
        assertThat(CamelKeys.refused(SHIPPED.with(key, value), failure)).isInstanceOf(BridgeException.class).hasMessage(sentence).hasNoCause();
    }

    @Test
    void anotherFailureStaysAsItIs() {
        var failure = new IllegalArgumentException("of a route");
        assertThat(CamelKeys.refused(SHIPPED, failure)).isSameAs(failure);
    }
}
