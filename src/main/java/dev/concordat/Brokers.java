package dev.concordat;

import dev.concordat.change.OnceAMinute;
import dev.concordat.ledger.Certificates;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.messaginghub.pooled.jms.JmsPoolConnectionFactory;
import org.messaginghub.pooled.jms.pool.PooledConnectionKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;

/** Connections to the broker of the quarantine queues; says once a minute that it is away, and then that it is back. */
final class Brokers {
    private static final Logger LOG = LoggerFactory.getLogger(Brokers.class);
    private static final String URL = "concordat.activemq.url";
    /** Milliseconds. A broker that hangs is one that is away: whoever waits for it tells so, and sends again. */
    private static final int PATIENCE = 10_000;
    /** Milliseconds for each of the first answers upon a connection. Whoever stops waits for both, and for the connection's end. */
    private static final int FIRST_PATIENCE = 3_000;
    /** Milliseconds that a goodbye may take: whoever stops waits for that of each connection. */
    private static final int LAST_PATIENCE = 1_000;
    /**
     * Tries each broker once, upon which the connection has failed and whoever used it makes another. One that went on trying would keep its users waiting, a stop
     * among them, for as long as there is no broker.
     */
    private static final String ONCE = ")?maxReconnectAttempts=1&startupMaxReconnectAttempts=1&nested.connectionTimeout=" + FIRST_PATIENCE
            + "&nested.negotiateTimeout=" + FIRST_PATIENCE + "&nested.wireFormat.maxInactivityDuration=";

    /** What follows an address: it may hold a login, and says nothing of where the broker is. */
    private static final Pattern PARAMETERS = Pattern.compile("\\?[^,)]*");

    private final String url;
    private final OnceAMinute line;
    private final AtomicBoolean away = new AtomicBoolean();

    private Brokers(String url, Clock clock) {
        this.url = url;
        this.line = new OnceAMinute(clock);
    }

    /** Opens a pool; does not wait for the broker to be there. */
    static JmsPoolConnectionFactory open(Settings settings, Clock clock) {
        return open(settings, clock, PATIENCE);
    }

    /** @param patience in milliseconds, for each answer of the broker */
    static JmsPoolConnectionFactory open(Settings settings, Clock clock, int patience) {
        var pool = new Brokers(settings.text(URL), clock).pool();
        pool.setConnectionFactory(broker(settings, patience));
        pool.setMaxConnections(4);
        return pool;
    }

    private static String address(String url) {
        return PARAMETERS.matcher(url).replaceAll("");
    }

    private static ActiveMQConnectionFactory broker(Settings settings, int patience) {
        var broker = new ActiveMQConnectionFactory("failover:(" + settings.text(URL) + ONCE + patience);
        if (settings.has("concordat.activemq.user")) {
            broker.setUserName(settings.text("concordat.activemq.user"));
            broker.setPassword(settings.text("concordat.activemq.password"));
        }
        broker.setSendTimeout(patience);
        broker.setConnectResponseTimeout(Math.min(patience, FIRST_PATIENCE));
        broker.setCloseTimeout(LAST_PATIENCE);
        // What cannot be kept now is delivered again until it can; nothing goes to a dead letter queue.
        broker.getRedeliveryPolicy().setMaximumRedeliveries(-1);
        // A message is many changes.
        broker.getPrefetchPolicy().setQueuePrefetch(5);
        return broker;
    }

    /** What stands against a start: the broker is there, and refuses the login or is not trusted. One that is away is waited for. */
    static List<String> findings(Settings settings) {
        String url = settings.text(URL);
        try (var connection = broker(settings, PATIENCE).createConnection()) {
            connection.start();
        } catch (JMSSecurityException e) {
            return List.of("ActiveMQ at '" + URL + "' [" + address(url) + "] refuses the login;"
                    + " 'concordat.activemq.user' and 'concordat.activemq.password' should be those of a user that it knows");
        } catch (JMSException e) {
            LOG.debug("first connection", e);
            return objection(url, e).map(said -> "ActiveMQ at '" + URL + "' [" + address(url) + "]: " + said + "; " + Certificates.BY_JAVA).stream().toList();
        }
        return List.of();
    }

    private static Optional<String> objection(String url, JMSException failure) {
        return Certificates.objection(failure).or(() -> Handshake.objection(url, FIRST_PATIENCE));
    }

    /** Its connections are with a broker that has answered: whoever asks for one hears at once where there is none. */
    private JmsPoolConnectionFactory pool() {
        return new JmsPoolConnectionFactory() {
            @Override
            protected Connection createProviderConnection(PooledConnectionKey user) throws JMSException {
                return started(super.createProviderConnection(user));
            }
        };
    }

    private Connection started(Connection connection) throws JMSException {
        try {
            connection.start();
            if (away.getAndSet(false)) {
                LOG.info("ActiveMQ at [{}] answers again", address(url));
            }
            return connection;
        } catch (JMSException e) {
            connection.close();
            if (!(e instanceof JMSSecurityException) && line.isDue()) {
                away.set(true);
                LOG.warn("ActiveMQ at [{}] ('{}') does not answer, what is in breach waits until it does: cause=[{}]", address(url), URL,
                        objection(url, e).orElseGet(() -> NestedExceptionUtils.getMostSpecificCause(e).toString()));
            }
            throw e;
        }
    }
}
