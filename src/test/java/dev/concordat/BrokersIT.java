package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concordat.faults.Proxy;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.activemq.broker.Broker;
import org.apache.activemq.broker.BrokerFilter;
import org.apache.activemq.broker.BrokerPlugin;
import org.apache.activemq.broker.BrokerService;
import org.apache.activemq.broker.ConnectionContext;
import org.apache.activemq.command.ConnectionInfo;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A broker that wants a login, and one that stops answering. */
@Timeout(300)
class BrokersIT {
    private static final int PATIENCE = 2_000;
    private static BrokerService broker;
    private static int port;

    @BeforeAll
    static void start() throws Exception {
        broker = new BrokerService();
        broker.setPersistent(false);
        broker.setUseJmx(false);
        broker.setUseShutdownHook(false);
        broker.setPlugins(new BrokerPlugin[] {Login::new});
        var door = broker.addConnector("tcp://127.0.0.1:0");
        broker.start();
        broker.waitUntilStarted();
        port = door.getPublishableConnectURI().getPort();
    }

    @AfterAll
    static void stop() throws Exception {
        broker.stop();
    }

    private static Settings settings(int at, String password) {
        return Settings.read(Path.of("config/application.properties"), Map.of()).with("concordat.activemq.url", "tcp://127.0.0.1:" + at)
                .with("concordat.activemq.user", "bridge").with("concordat.activemq.password", password);
    }

    @Test
    void aLoginThatTheBrokerRefusesEndsTheStart() {
        assertThatThrownBy(() -> Brokers.open(settings(port, "wrong-secret"), PATIENCE)).isInstanceOf(BridgeException.class)
                .hasMessage("ActiveMQ at 'concordat.activemq.url' refuses the login; 'concordat.activemq.user' and 'concordat.activemq.password' should be"
                        + " those of a user that it knows");
    }

    @Test
    void aBrokerThatIsAwayIsWaitedFor() {
        Brokers.open(settings(FreePort.any(), "right"), PATIENCE).stop();
    }

    @Test
    void whoSendsToABrokerThatHangsIsToldSo() throws Exception {
        try (var proxy = new Proxy(List.of(port))) {
            var pool = Brokers.open(settings(proxy.port(), "right"), PATIENCE);
            try (var connection = pool.createConnection(); var session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
                var producer = session.createProducer(session.createQueue("eu.quarantine"));
                producer.send(session.createTextMessage("before"));
                assertThat(proxy.silence()).isPositive();
                assertThatThrownBy(() -> producer.send(session.createTextMessage("during"))).isInstanceOf(JMSException.class);
            } finally {
                pool.stop();
            }
        }
    }

    /** As ActiveMQ's own plugins refuse one. */
    private static final class Login extends BrokerFilter {
        Login(Broker next) {
            super(next);
        }

        @Override
        public void addConnection(ConnectionContext context, ConnectionInfo info) throws Exception {
            if (!"right".equals(info.getPassword())) {
                throw new SecurityException("User name [" + info.getUserName() + "] or password is invalid.");
            }
            super.addConnection(context, info);
        }
    }
}
