package dev.concordat;

import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.messaginghub.pooled.jms.JmsPoolConnectionFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;

/** Connections to the broker of the quarantine queues. */
final class Brokers {
    private static final Logger LOG = LoggerFactory.getLogger(Brokers.class);
    /** Milliseconds. A broker that hangs is one that is away: whoever waits for it tells so, and sends again. */
    private static final int PATIENCE = 10_000;
    /** Milliseconds for each of the first answers upon a connection. Whoever stops waits for both, and for the connection's end. */
    private static final int FIRST_PATIENCE = 3_000;
    private static final String RECONNECTING = ")?maxReconnectDelay=2000&timeout=5000&startupMaxReconnectAttempts=2"
            + "&nested.connectionTimeout=5000&nested.negotiateTimeout=" + FIRST_PATIENCE + "&nested.wireFormat.maxInactivityDuration=";

    private Brokers() {
    }

    /** @throws BridgeException where the broker is there and refuses the login; one that is away is waited for */
    static JmsPoolConnectionFactory open(Settings settings) {
        return open(settings, PATIENCE);
    }

    /** @param patience in milliseconds, for each answer of the broker */
    static JmsPoolConnectionFactory open(Settings settings, int patience) {
        var broker = new ActiveMQConnectionFactory("failover:(" + settings.text("concordat.activemq.url") + RECONNECTING + patience);
        if (settings.has("concordat.activemq.user")) {
            broker.setUserName(settings.text("concordat.activemq.user"));
            broker.setPassword(settings.text("concordat.activemq.password"));
        }
        broker.setSendTimeout(patience);
        broker.setConnectResponseTimeout(Math.min(patience, FIRST_PATIENCE));
        broker.setCloseTimeout(patience);
        tryLogin(broker);
        // What cannot be kept now is delivered again until it can; nothing goes to a dead letter queue.
        broker.getRedeliveryPolicy().setMaximumRedeliveries(-1);
        // A message is many changes.
        broker.getPrefetchPolicy().setQueuePrefetch(5);
        var pool = new JmsPoolConnectionFactory();
        pool.setConnectionFactory(broker);
        pool.setMaxConnections(4);
        return pool;
    }

    private static void tryLogin(ActiveMQConnectionFactory broker) {
        try (var connection = broker.createConnection()) {
            connection.start();
        } catch (JMSSecurityException e) {
            throw new BridgeException("ActiveMQ at 'concordat.activemq.url' refuses the login; 'concordat.activemq.user' and 'concordat.activemq.password'"
                    + " should be those of a user that it knows", e);
        } catch (JMSException e) {
            LOG.warn("ActiveMQ does not answer, what is in breach waits until it does: cause=[{}]",
                    NestedExceptionUtils.getMostSpecificCause(e).toString());
        }
    }
}
