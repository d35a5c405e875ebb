package dev.concordat.ledger;

import dev.concordat.change.OnceAMinute;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.io.IOException;
import java.time.Clock;
import org.apache.activemq.ActiveMQSession;
import org.apache.activemq.command.ActiveMQMessage;
import org.apache.activemq.transaction.Synchronization;
import org.apache.camel.Exchange;
import org.apache.camel.component.jms.JmsMessage;
import org.messaginghub.pooled.jms.JmsPoolSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the messages of one region's quarantine queue, and tells of those that are none of the bridge: they are set aside in the queue
 * {@code <region>.quarantine.unread}, counted (metric {@code concordat.quarantine.unread}), and said once a minute. Nothing of what stands in them is told.
 */
public final class Keeper {
    /** Property of a message that was set aside: why. */
    static final String REASON = "concordatUnread";

    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);

    private final String region;
    private final Counter counter;
    private final OnceAMinute line;
    private long unsaid;

    public Keeper(String region, MeterRegistry metrics, Clock clock) {
        this.region = region;
        counter = Counter.builder("concordat.quarantine.unread").tag("region", region)
                .description("Messages of the quarantine queue that are none of the bridge; they are set aside in the queue <region>.quarantine.unread")
                .register(metrics);
        line = new OnceAMinute(clock);
    }

    /** What speaks against a message being one of the bridge's; null where nothing does. */
    public String objection(Message message) {
        try {
            String text = text(message);
            return text == null ? "it should be a text message with a text" : MessageCheck.objection(text);
        } catch (JMSException e) {
            return "it should be a text message whose text can be read";
        }
    }

    /** The changes of a message, as {@link QuarantineMessage#json} wrote them; null where it is of another kind. */
    public String text(Message message) throws JMSException {
        return message instanceof TextMessage text ? text.getText() : null;
    }

    /** What the ledger said against a message, without the words in which it may have told values. */
    public String refusal(Exception failure) {
        return "the ledger should be able to keep it and refuses it (SQLSTATE " + Verdicts.sqlState(failure) + ")";
    }

    /** Writes upon a message why it is set aside; the rest of it stays as it came. */
    public void mark(Message message, String reason) {
        if (message instanceof ActiveMQMessage received) {
            try {
                received.setProperty(REASON, reason);
            } catch (IOException e) {
                // Its properties cannot be read: it is moved without.
            }
        }
    }

    /** Tells of a message that was set aside, once the broker has committed that: one whose transaction is taken back comes anew. */
    public void tellOnceCommitted(Exchange exchange, String reason) throws JMSException {
        JmsMessage message = exchange.getMessage(JmsMessage.class);
        String id = message.getJmsMessage().getJMSMessageID();
        Session session = ((JmsPoolSession) message.getJmsSession()).getInternalSession();
        ((ActiveMQSession) session).getTransactionContext().addSynchronization(new Synchronization() {
            @Override
            public void afterCommit() {
                tell(id, reason);
            }
        });
    }

    synchronized void tell(String message, String reason) {
        counter.increment();
        unsaid++;
        if (line.isDue()) {
            LOG.error("what is no message of the bridge is set aside: queue={}.quarantine.unread message={} reason=[{}] messages={} since the last such line",
                    region, message, reason, unsaid);
            unsaid = 0;
        }
    }
}
