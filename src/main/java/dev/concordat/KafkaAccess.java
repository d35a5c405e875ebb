package dev.concordat;

import dev.concordat.ledger.KafkaClient;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PropertyBindingSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** How what makes and reads topics beside the routes reaches Kafka: as {@code camel.component.kafka.*} tells Camel to, with TLS and SASL. */
final class KafkaAccess {
    private static final String COMPONENT = "camel.component.kafka.";

    private KafkaAccess() {
    }

    /**
     * @param own settings of this client alone, which count more
     * @throws BridgeException when the settings are none that Kafka takes
     */
    static Admin admin(Settings settings, Map<String, Object> own) {
        var properties = properties(settings, AdminClientConfig.configNames(), own);
        try {
            return Admin.create(properties);
        } catch (KafkaException e) {
            throw unreachable(e);
        }
    }

    /**
     * @param own settings of this client alone, which count more
     * @throws BridgeException when the settings are none that Kafka takes
     */
    static KafkaConsumer<byte[], byte[]> consumer(Settings settings, Map<String, Object> own) {
        var properties = properties(settings, ConsumerConfig.configNames(), own);
        try {
            return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        } catch (KafkaException e) {
            throw unreachable(e);
        }
    }

    private static BridgeException unreachable(KafkaException e) {
        Throwable first = e;
        while (first.getCause() instanceof KafkaException cause) {
            first = cause;
        }
        return new BridgeException("Kafka cannot be reached as 'concordat.kafka.brokers' and '" + COMPONENT + "*' say: " + first.getMessage(), e);
    }

    private static Properties properties(Settings settings, Set<String> known, Map<String, Object> own) {
        try (var camel = new DefaultCamelContext()) {
            camel.getPropertiesComponent().setInitialProperties(settings.all());
            var component = new KafkaComponent(camel);
            Map<String, Object> told = new HashMap<>();
            // What names a bean is for the routes.
            settings.all().forEach((key, value) -> {
                if (key.toString().startsWith(COMPONENT) && !value.toString().startsWith("#")) {
                    told.put(key.toString().substring(COMPONENT.length()), value);
                }
            });
            PropertyBindingSupport.build().withCamelContext(camel).withTarget(component).withProperties(told).withIgnoreCase(true)
                    .withConfigurer(component.getComponentPropertyConfigurer()).bind();
            var properties = KafkaClient.properties(component.getConfiguration(), settings.text("concordat.kafka.brokers"), known);
            properties.putAll(own);
            return properties;
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
