package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class OlderKafkaTest {
    @RegisterExtension
    private final Said said = new Said(Topics.class);

    @Test
    void whereKafkaCannotSayWhichRightsTheBridgeHasNobodyHasCheckedThem() throws Exception {
        try (var kafka = new OlderKafka("crm.changes", "crm.refetch", "eu.changes", "salesforce.changes")) {
            var settings = Settings.read(Path.of("config/application.properties"), Map.of("CONCORDAT_KAFKA_BROKERS", "127.0.0.1:" + kafka.port(),
                    "CONCORDAT_KAFKA_PARTITIONS", "0"));
            Topics.prepare(KafkaAccess.of(settings), settings, RouteFiles.look(settings.path("concordat.routes"), List.of("eu")));
            assertThat(said.lines()).containsExactly("WARN Kafka, as before 2.3, cannot tell what the bridge may read and write; nobody has checked it");
        }
    }
}
