package dev.concordat;

import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultPollingConsumerPollStrategy;

/**
 * Lets a scheduler look for work until Camel stops. From the moment in which Camel forces a stop it refuses each exchange at once, and a greedy scheduler, which
 * takes that for work done, would go on without a pause.
 */
public final class PollsUntilStop extends DefaultPollingConsumerPollStrategy {
    @Override
    public boolean begin(Consumer consumer, Endpoint endpoint) {
        return !endpoint.getCamelContext().isStopping();
    }
}
