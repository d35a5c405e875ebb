package dev.concordat;

import org.apache.activemq.ActiveMQConnectionFactory;
import org.messaginghub.pooled.jms.JmsPoolConnectionFactory;

/** Connections to the broker of the quarantine queues. */
final class Brokers {
    private Brokers() {
    }

    static JmsPoolConnectionFactory open(Settings settings) {
        var broker = new ActiveMQConnectionFactory("failover:(" + settings.text("concordat.activemq.url")
                + ")?maxReconnectDelay=2000&timeout=5000&startupMaxReconnectAttempts=2");
        if (settings.has("concordat.activemq.user")) {
            broker.setUserName(settings.text("concordat.activemq.user"));
            broker.setPassword(settings.text("concordat.activemq.password"));
        }
        // What cannot be kept now is delivered again until it can; nothing goes to a dead letter queue.
        broker.getRedeliveryPolicy().setMaximumRedeliveries(-1);
        // A message is many changes.
        broker.getPrefetchPolicy().setQueuePrefetch(5);
        var pool = new JmsPoolConnectionFactory();
        pool.setConnectionFactory(broker);
        pool.setMaxConnections(4);
        return pool;
    }
}
