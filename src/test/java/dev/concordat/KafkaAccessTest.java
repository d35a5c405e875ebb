package dev.concordat;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nothing answers at the address: what Kafka's clients refuse, they refuse before they connect. */
class KafkaAccessTest {
    private static final String SAID = "Kafka's client does not take what 'concordat.kafka.brokers' [127.0.0.1:1] and 'camel.component.kafka.*' say: ";
    private static final Settings SHIPPED = Settings.read(Path.of("config/application.properties"), Map.of("CONCORDAT_KAFKA_BROKERS", "127.0.0.1:1"));

    @Test
    void theShippedSettingsPass() {
        assertThatCode(() -> KafkaAccess.of(SHIPPED).check()).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"session-timeout-ms|400|Heartbeat must be set lower than the session timeout",
        "auto-offset-reset|first|Invalid value first for configuration auto.offset.reset: String must be one of: latest, earliest, none",
        "compression-codec|zip|Invalid value zip for configuration compression.type: String must be one of: none, gzip, snappy, lz4, zstd",
        "delivery-timeout-ms|1000|delivery.timeout.ms should be equal to or larger than linger.ms + request.timeout.ms"})
    void whatAClientOfTheRoutesWouldRefuseIsAFinding(String key, String value, String said) {
        assertThatThrownBy(() -> KafkaAccess.of(SHIPPED.with("camel.component.kafka." + key, value)).check())
                .isInstanceOf(BridgeException.class).hasMessage(SAID + said);
    }

    @Test
    void consumerAndProducerAreToldAtOnce() {
        assertThatThrownBy(() -> KafkaAccess.of(SHIPPED.with("camel.component.kafka.session-timeout-ms", "400")
                .with("camel.component.kafka.delivery-timeout-ms", "1000")).check()).isInstanceOf(BridgeException.class)
                .hasMessage(SAID + "Heartbeat must be set lower than the session timeout\n"
                        + SAID + "delivery.timeout.ms should be equal to or larger than linger.ms + request.timeout.ms");
    }

    @Test
    void aLoginThatCannotBeReadIsNotShown() {
        var settings = SHIPPED.with("camel.component.kafka.security-protocol", "SASL_PLAINTEXT").with("camel.component.kafka.sasl-mechanism", "PLAIN");
        assertThatThrownBy(() -> KafkaAccess.of(settings.with("camel.component.kafka.sasl-jaas-config",
                "org.apache.kafka.common.security.plain.PlainLoginModule hunter2 username=\"bridge\";")).check()).isInstanceOf(BridgeException.class)
                .hasMessage(SAID + "Invalid login module control flag '***' in JAAS config");
    }

    @Test
    void whyAStoreOfKeysCannotBeReadIsTold(@TempDir Path folder) throws Exception {
        Path store = folder.resolve("kafka.p12");
        var keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        try (var out = Files.newOutputStream(store)) {
            keys.store(out, "right-password".toCharArray());
        }
        var settings = SHIPPED.with("camel.component.kafka.security-protocol", "SSL").with("camel.component.kafka.ssl-truststore-location", store.toString())
                .with("camel.component.kafka.ssl-truststore-type", "PKCS12").with("camel.component.kafka.ssl-truststore-password", "wrong-password");
        assertThatThrownBy(() -> KafkaAccess.of(settings).check()).isInstanceOf(BridgeException.class)
                .hasMessageStartingWith(SAID + "Failed to load SSL keystore " + store + " of type PKCS12 (IOException: ")
                .hasMessageNotContaining("wrong-password");
        assertThatThrownBy(() -> KafkaAccess.of(settings.with("camel.component.kafka.ssl-truststore-location", folder.resolve("none.p12").toString())).check())
                .isInstanceOf(BridgeException.class).hasMessageStartingWith(SAID)
                .hasMessageEndingWith(" (NoSuchFileException: " + folder.resolve("none.p12") + ")");
    }
}
