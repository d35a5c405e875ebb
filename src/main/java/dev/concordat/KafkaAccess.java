package dev.concordat;

import dev.concordat.ledger.KafkaClient;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.component.kafka.KafkaConfiguration;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** How what makes and reads topics beside the routes reaches Kafka: as {@code camel.component.kafka.*} tells Camel to, with TLS and SASL. */
final class KafkaAccess {
    private static final String NAME = "concordat-check";
    /** What parts the words of a login. */
    private static final Pattern BETWEEN = Pattern.compile("[\\s\"'=;,]+");
    /** A shorter one may stand in any sentence. */
    private static final int SHORTEST_SECRET = 4;

    private final KafkaConfiguration camel;

    private KafkaAccess(KafkaConfiguration camel) {
        this.camel = camel;
    }

    /** @throws BridgeException with every finding about keys of Camel's components */
    static KafkaAccess of(Settings settings) {
        try (var camel = new DefaultCamelContext()) {
            camel.getPropertiesComponent().setInitialProperties(settings.all());
            CamelKeys.tell(camel, settings);
            return new KafkaAccess(camel.getComponent("kafka", KafkaComponent.class).getConfiguration());
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /**
     * Makes a consumer and a producer as the routes will, and lets go of them at once. Camel would try for ever to make a consumer that Kafka's client
     * refuses to be, while the bridge says that it runs.
     *
     * @throws BridgeException with all that Kafka's clients refuse
     */
    void check() {
        var findings = new LinkedHashSet<String>();
        refusal(camel::createConsumerProperties, all -> {
            all.put(ConsumerConfig.GROUP_ID_CONFIG, NAME);
            new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer()).close(Duration.ZERO);
        }, findings);
        refusal(camel::createProducerProperties, all -> new KafkaProducer<>(all).close(Duration.ZERO), findings);
        if (!findings.isEmpty()) {
            throw new BridgeException(String.join("\n", findings));
        }
    }

    private void refusal(Supplier<Properties> properties, Consumer<Properties> client, Set<String> findings) {
        var all = new Properties();
        try {
            all.putAll(properties.get());
            all.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, brokers());
            all.put(CommonClientConfigs.CLIENT_ID_CONFIG, NAME);
            client.accept(all);
        } catch (KafkaException | IllegalArgumentException e) {
            findings.add(refused(all, e).getMessage());
        }
    }

    /**
     * @param own settings of this client alone, which count more
     * @throws BridgeException when the settings are none that Kafka takes
     */
    Admin admin(Map<String, Object> own) {
        var properties = properties(AdminClientConfig.configNames(), own);
        try {
            return Admin.create(properties);
        } catch (KafkaException e) {
            throw refused(properties, e);
        }
    }

    /**
     * @param own settings of this client alone, which count more
     * @throws BridgeException when the settings are none that Kafka takes
     */
    KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> own) {
        var properties = properties(ConsumerConfig.configNames(), own);
        try {
            return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        } catch (KafkaException e) {
            throw refused(properties, e);
        }
    }

    /** What to say of a failure while Camel started: a route's own settings may not go with those of all. What Kafka's client did not refuse stays as it is. */
    RuntimeException refused(RuntimeException failure) {
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof ConfigException refusal) {
                return refused(properties(ConsumerConfig.configNames(), Map.of()), refusal);
            }
        }
        return failure;
    }

    private static BridgeException refused(Properties properties, RuntimeException e) {
        Throwable first = e;
        while (first.getCause() instanceof RuntimeException cause) {
            first = cause;
        }
        // As of a file that cannot be read as a store of keys.
        var reason = first.getCause() == null ? "" : " (" + first.getCause().getClass().getSimpleName() + ": " + first.getCause().getMessage() + ")";
        return new BridgeException("Kafka's client does not take what 'concordat.kafka.brokers' [" + properties.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG)
                + "] and 'camel.component.kafka.*' say: " + masked(properties, first.getMessage() + reason), e);
    }

    /** Without any word of a secret: what cannot be read as a login is told with what was found in its place. */
    private static String masked(Properties properties, String said) {
        var secrets = new HashSet<String>();
        properties.forEach((name, value) -> {
            if (isSecret(name.toString())) {
                secrets.add(value.toString());
                BETWEEN.splitAsStream(value.toString()).forEach(secrets::add);
            }
        });
        return secrets.stream().filter(word -> word.length() >= SHORTEST_SECRET).sorted((one, other) -> other.length() - one.length())
                .reduce(said, (text, word) -> text.replace(word, "***"));
    }

    /** Of a setting that is none of Kafka's own nobody knows. */
    private static boolean isSecret(String name) {
        var known = ConsumerConfig.configDef().configKeys().get(name);
        return known == null ? !ProducerConfig.configNames().contains(name) && !AdminClientConfig.configNames().contains(name)
                : known.type == ConfigDef.Type.PASSWORD;
    }

    private Properties properties(Set<String> known, Map<String, Object> own) {
        var properties = KafkaClient.properties(camel, brokers(), known);
        properties.putAll(own);
        return properties;
    }

    private String brokers() {
        return Objects.requireNonNullElse(camel.getBrokers(), "");
    }
}
