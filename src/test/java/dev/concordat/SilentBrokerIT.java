package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.ActiveMQConnection;
import org.apache.activemq.broker.BrokerService;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.component.activemq6.ActiveMQComponent;
import org.apache.camel.component.jms.JmsConsumer;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.component.scheduler.SchedulerConsumer;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.messaginghub.pooled.jms.JmsPoolConnection;
import org.messaginghub.pooled.jms.JmsPoolConnectionFactory;
import org.springframework.jms.listener.DefaultMessageListenerContainer;

/** ActiveMQ takes connections and says nothing, or nothing more; nor is there a ledger. */
@Timeout(300)
class SilentBrokerIT {
    private static final List<String> REGIONS = List.of("eu", "uk");
    @RegisterExtension
    private final Said said = new Said(SchedulerConsumer.class, Brokers.class);

    @Test
    void aStopThatHasToBeForcedFillsNoLog() throws Exception {
        try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress()); var camel = RouteGround.context(REGIONS, Map.of())) {
            var pool = pool(silent.getLocalPort());
            start(camel, pool);
            // Each look for replays is in the middle of its tries, and is refused by Camel instead of being tried again.
            var waiting = camel.getRegistry().lookupByNameAndType("waiting", Waiting.class);
            await().atMost(Duration.ofMinutes(2)).until(() -> REGIONS.stream().allMatch(region -> waiting.has("replay-" + region)));
            await().atMost(Duration.ofMinutes(2)).until(() -> !said.lines().isEmpty());
            assertThat(said.lines()).first().asString().startsWith("WARN ActiveMQ at [tcp://127.0.0.1:" + silent.getLocalPort()
                    + "] ('concordat.activemq.url') does not answer, what is in breach waits until it does: cause=[").containsIgnoringCase("time");
            camel.stop();
            pool.stop();
            assertThat(said.lines()).hasSizeBetween(1, 20);
        }
    }

    @Test
    void aStopDoesNotWaitForABrokerThatTookAConnectionAndIsGone() throws Exception {
        try (var camel = RouteGround.context(REGIONS, Map.of())) {
            var broker = new BrokerService();
            broker.setPersistent(false);
            broker.setUseJmx(false);
            broker.setUseShutdownHook(false);
            var door = broker.addConnector("tcp://127.0.0.1:0");
            broker.start();
            var pool = pool(door.getPublishableConnectURI().getPort());
            // So that all listeners begin with the connection that has lost its broker.
            pool.setMaxConnections(1);
            var connection = (ActiveMQConnection) ((JmsPoolConnection) pool.createConnection()).getConnection();
            broker.stop();
            await().atMost(Duration.ofMinutes(1)).until(() -> !connection.getTransport().isConnected());
            start(camel, pool);
            await().atMost(Duration.ofMinutes(1)).until(() -> listens(camel.getRoute("keep-eu")) && listens(camel.getRoute("keep-uk")));
            camel.stop();
            pool.stop();
        }
    }

    private static JmsPoolConnectionFactory pool(int port) {
        return Brokers.open(RouteGround.settings(Map.of("concordat.activemq.url", "tcp://127.0.0.1:" + port)), Clock.systemUTC());
    }

    /** Starts what has to be forced to stop. */
    private static void start(CamelContext camel, JmsPoolConnectionFactory pool) throws Exception {
        camel.getComponent("activemq6", ActiveMQComponent.class).setConnectionFactory(pool);
        load(camel);
        camel.getShutdownStrategy().setTimeUnit(TimeUnit.MILLISECONDS);
        camel.getShutdownStrategy().setTimeout(1);
        camel.start();
    }

    private static boolean listens(Route route) throws Exception {
        var listener = ((JmsConsumer) route.getConsumer()).getListenerContainer();
        return ((DefaultMessageListenerContainer) listener).getActiveConsumerCount() > 0;
    }

    private static void load(CamelContext camel) throws Exception {
        camel.getComponent("kafka", KafkaComponent.class).getConfiguration().setBrokers("127.0.0.1:1");
        RouteGround.load(camel);
        String routes = Files.readString(Path.of("routes", "lane", "quarantine.camel.yaml"));
        for (String region : REGIONS) {
            PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("quarantine-" + region + ".camel.yaml", routes.replace("{{region}}", region)));
        }
    }
}
