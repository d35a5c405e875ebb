package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concordat.faults.Proxy;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A broker that wants a login, and one that stops answering. */
@Timeout(300)
class BrokersIT {
    private static final int PATIENCE = 2_000;
    private static TestBroker broker;

    @TempDir
    private Path folder;
    @RegisterExtension
    private final Said said = new Said(Brokers.class);

    @BeforeAll
    static void start() throws Exception {
        broker = new TestBroker(0);
    }

    @AfterAll
    static void stop() throws Exception {
        broker.close();
    }

    private static Settings settings(int at, String password) {
        return Settings.read(Path.of("config/application.properties"), Map.of()).with("concordat.activemq.url", "tcp://127.0.0.1:" + at)
                .with("concordat.activemq.user", "bridge").with("concordat.activemq.password", password);
    }

    @Test
    void aLoginThatTheBrokerRefusesStandsAgainstTheStart() {
        assertThat(Brokers.findings(settings(broker.port, "wrong-secret"))).containsExactly("ActiveMQ at 'concordat.activemq.url' [tcp://127.0.0.1:" + broker.port + "] refuses the"
                + " login; 'concordat.activemq.user' and 'concordat.activemq.password' should be those of a user that it knows");
        assertThat(Brokers.findings(settings(broker.port, "right"))).isEmpty();
    }

    @Test
    void aBrokerThatIsAwayIsWaitedForAndItsReturnIsSaid() throws Exception {
        int at = FreePort.any();
        String address = "tcp://127.0.0.1:" + at;
        var settings = settings(at, "right").with("concordat.activemq.url", address + "?wireFormat.cacheEnabled=true");
        assertThat(Brokers.findings(settings)).isEmpty();
        var pool = Brokers.open(settings, Clock.systemUTC(), PATIENCE);
        assertThatThrownBy(pool::createConnection).isInstanceOf(JMSException.class);
        String away = "WARN ActiveMQ at [" + address + "] ('concordat.activemq.url') does not answer, what is in breach waits until it does: "
                + "cause=[java.net.ConnectException: Connection refused]";
        assertThat(said.lines()).containsExactly(away);
        try (var late = new TestBroker(at)) {
            pool.createConnection().close();
            assertThat(said.lines()).containsExactly(away, "INFO ActiveMQ at [" + address + "] answers again");
        } finally {
            pool.stop();
        }
    }

    @Test
    void aBrokerThatIsNotTrustedStandsAgainstTheStartAndIsNamed() throws Exception {
        try (var untrusted = new TestBroker(TlsServer.context(TlsServer.key(folder.resolve("broker"), "ip:127.0.0.1")))) {
            String address = "ssl://127.0.0.1:" + untrusted.port;
            var settings = settings(untrusted.port, "right").with("concordat.activemq.url", address);
            assertThat(Brokers.findings(settings)).containsExactly("ActiveMQ at 'concordat.activemq.url' [" + address + "]: certificate not trusted"
                    + " (SunCertPathBuilderException); the server's certificate should be valid, name the host and be signed by an authority that Java trusts");
            var pool = Brokers.open(settings, Clock.systemUTC(), PATIENCE);
            assertThatThrownBy(pool::createConnection).isInstanceOf(JMSException.class);
            pool.stop();
            assertThat(said.lines()).containsExactly("WARN ActiveMQ at [" + address + "] ('concordat.activemq.url') does not answer, what is in breach waits"
                    + " until it does: cause=[certificate not trusted (SunCertPathBuilderException)]");
        }
    }

    @Test
    void whoSendsToABrokerThatHangsIsToldSo() throws Exception {
        try (var proxy = new Proxy(List.of(broker.port))) {
            var pool = Brokers.open(settings(proxy.port(), "right"), Clock.systemUTC(), PATIENCE);
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
}
