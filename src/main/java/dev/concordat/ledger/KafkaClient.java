package dev.concordat.ledger;

import java.util.Properties;
import java.util.Set;
import org.apache.camel.component.kafka.KafkaConfiguration;
import org.apache.kafka.clients.CommonClientConfigs;

/** Lets a client of Kafka's that is none of Camel's connect as Camel's do: to the same addresses, with the same TLS and SASL. */
public final class KafkaClient {
    private KafkaClient() {
    }

    /** @param known the settings that such a client knows */
    public static Properties properties(KafkaConfiguration camel, String brokers, Set<String> known) {
        var properties = new Properties();
        camel.createConsumerProperties().forEach((name, value) -> {
            if (known.contains(name)) {
                properties.put(name, value);
            }
        });
        properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, brokers);
        return properties;
    }
}
