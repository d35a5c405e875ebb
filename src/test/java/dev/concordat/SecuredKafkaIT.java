package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.concordat.change.Sent;
import dev.concordat.faults.KafkaNode;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import kafka.server.KafkaRaftServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Kafka that wants TLS and a login, as a bank's does, and whatever of ours connects to it. */
class SecuredKafkaIT {
    private static final String SECRET = "correct-horse";
    /** A settings file need not hold the password. */
    private static final String ELSEWHERE = "concordat.test.kafka.password";
    @TempDir
    private static Path folder;
    private static TestBed bed;
    private static KafkaRaftServer kafka;
    private static int port;

    @BeforeAll
    static void start() throws Exception {
        System.setProperty(ELSEWHERE, SECRET);
        bed = new TestBed();
        port = FreePort.any();
        TlsServer.key(store(), SECRET, "ip:127.0.0.1");
        String told = Integer.toString(port);
        var settings = new HashMap<>(KafkaNode.settings(folder.resolve("kafka"), Integer.toString(FreePort.any()),
                Integer.toString(FreePort.any()), told, told));
        settings.put("listener.security.protocol.map", "BROKER:PLAINTEXT,BRIDGE:SASL_SSL,CONTROLLER:PLAINTEXT");
        settings.put("listener.name.bridge.sasl.enabled.mechanisms", "PLAIN");
        settings.put("listener.name.bridge.plain.sasl.jaas.config", "org.apache.kafka.common.security.plain.PlainLoginModule required "
                + "user_bridge=\"" + SECRET + "\";");
        settings.put("ssl.keystore.location", store().toString());
        settings.put("ssl.keystore.password", SECRET);
        settings.put("ssl.key.password", SECRET);
        kafka = KafkaNode.start(folder.resolve("kafka"), settings);
    }

    @AfterAll
    static void stop() {
        kafka.shutdown();
        kafka.awaitShutdown();
        bed.close();
        System.clearProperty(ELSEWHERE);
    }

    private static Path store() {
        return folder.resolve("broker.p12");
    }

    private static Settings settings(String password) {
        return bed.settings().with("concordat.kafka.brokers", "127.0.0.1:" + port)
                .with("camel.component.kafka.security-protocol", "SASL_SSL")
                .with("camel.component.kafka.ssl-truststore-location", store().toString())
                .with("camel.component.kafka.ssl-truststore-type", "PKCS12")
                .with("camel.component.kafka.ssl-truststore-password", SECRET)
                .with("camel.component.kafka.sasl-mechanism", "PLAIN")
                .with("camel.component.kafka.sasl-jaas-config", "org.apache.kafka.common.security.plain.PlainLoginModule required "
                        + "username=\"bridge\" password=\"" + password + "\";");
    }

    @Test
    void aChangeGoesThroughItAndAllThatReadsTopicsConnects() throws Exception {
        var settings = settings("{{sys:" + ELSEWHERE + "}}");
        try (var bridge = Bridge.start(settings, Clock.systemUTC()); var lag = new IntakeLag(bridge.kafka(), settings, bridge.directory())) {
            var webhooks = new Webhooks(URI.create("http://127.0.0.1:" + bed.webhookPort + "/webhooks/crm"), TestBed.SECRET);
            byte[] change = Sent.newCustomer("C-secured", "DE").json().getBytes(StandardCharsets.UTF_8);
            // Signed anew each time: Kafka may take what it does not confirm in time, and the webhook is sent again.
            var tries = new AtomicInteger();
            await().atMost(Duration.ofMinutes(5)).ignoreExceptions().until(() -> webhooks.send(webhooks.of("w-" + tries.incrementAndGet(), change), "Content-Type",
                    "application/cloudevents+json").get().statusCode() == 202);
            await().atMost(Duration.ofMinutes(5)).until(() -> "1".equals(
                    bed.query("ledger_eu", "SELECT count(*) FROM ledger.customer WHERE id = 'C-secured'")) && lag.read() == 0);
            var seen = new ArrayList<String>();
            new KeptRecords(() -> settings, () -> settings).received(past -> seen.add(past.change().envelope().subject()));
            assertThat(seen).isNotEmpty().containsOnly("customer/C-secured");
            // What goes straight asks how far the lanes are; before it knows, nothing does.
            await().atMost(Duration.ofMinutes(5)).until(() -> bridge.metrics().get("concordat.lane.straight").tag("region", "eu").gauge().value() == 1);
        }
    }

    @Test
    void aWrongLoginStopsTheStartAndIsNotTold() {
        assertThatThrownBy(() -> Bridge.start(settings("wrong-password"), Clock.systemUTC())).isInstanceOf(BridgeException.class)
                .hasMessageContaining("Kafka at [127.0.0.1:" + port + "] ('concordat.kafka.brokers') refuses the login: Authentication failed")
                .hasMessageNotContaining("concordat.kafka.partitions")
                .hasMessageNotContainingAny("wrong-password", SECRET);
        var unreadable = settings(SECRET).with("camel.component.kafka.ssl-truststore-location", folder.resolve("none.p12").toString());
        assertThatThrownBy(() -> Bridge.start(unreadable, Clock.systemUTC())).isInstanceOf(BridgeException.class)
                .hasMessageContaining("camel.component.kafka.*").hasMessageContaining("none.p12");
    }

    @Test
    void whatCamelOrKafkasClientsDoNotTakeStopsTheStartAndIsNotShown() {
        for (String key : List.of("camel.component.kafka.sasl-jaas-cnfig", "camel.main.nmae")) {
            assertThatThrownBy(() -> Bridge.start(settings(SECRET).with(key, SECRET), Clock.systemUTC())).isInstanceOf(BridgeException.class)
                    .hasMessageStartingWith("key '" + key + "' is not known to Camel; 'camel.").hasMessageNotContaining(SECRET);
        }
        assertThatThrownBy(() -> Bridge.start(settings(SECRET).with("camel.component.kafka.session-timeout-ms", "400"), Clock.systemUTC()))
                .isInstanceOf(BridgeException.class).hasMessageContaining("Heartbeat must be set lower than the session timeout");
        // A route's own delivery time is shorter than that of all.
        assertThatThrownBy(() -> Bridge.start(settings(SECRET).with("camel.component.kafka.request-timeout-ms", "8000"), Clock.systemUTC()))
                .isInstanceOf(BridgeException.class).hasMessageContaining("delivery.timeout.ms should be equal to or larger than linger.ms + request.timeout.ms");
    }

    @Test
    void topicsAreLookedAtWhoeverMakesThem() {
        assertThatThrownBy(() -> Bridge.start(settings(SECRET).with("concordat.kafka.partitions", "0").with("concordat.refetch.topic", "nobody.made.it"),
                Clock.systemUTC())).isInstanceOf(BridgeException.class).hasMessageContaining("topic 'nobody.made.it' is missing; it should be made");
    }
}
