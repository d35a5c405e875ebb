package dev.concordat;

import javax.net.ssl.SSLContext;
import org.apache.activemq.broker.Broker;
import org.apache.activemq.broker.BrokerFilter;
import org.apache.activemq.broker.BrokerPlugin;
import org.apache.activemq.broker.BrokerService;
import org.apache.activemq.broker.ConnectionContext;
import org.apache.activemq.broker.SslContext;
import org.apache.activemq.command.ConnectionInfo;

/** An ActiveMQ that wants the password {@code right}. */
final class TestBroker implements AutoCloseable {
    final int port;
    private final BrokerService broker = new BrokerService();

    /** @param at a port; 0 for any */
    TestBroker(int at) throws Exception {
        this("tcp", at, null);
    }

    /** With TLS. */
    TestBroker(SSLContext tls) throws Exception {
        this("ssl", 0, tls);
    }

    private TestBroker(String scheme, int at, SSLContext tls) throws Exception {
        if (tls != null) {
            var context = new SslContext();
            context.setSSLContext(tls);
            broker.setSslContext(context);
        }
        broker.setPersistent(false);
        broker.setUseJmx(false);
        broker.setUseShutdownHook(false);
        broker.setPlugins(new BrokerPlugin[] {Login::new});
        var door = broker.addConnector(scheme + "://127.0.0.1:" + at);
        broker.start();
        broker.waitUntilStarted();
        port = door.getPublishableConnectURI().getPort();
    }

    @Override
    public void close() throws Exception {
        broker.stop();
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
