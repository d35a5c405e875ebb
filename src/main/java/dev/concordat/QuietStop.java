package dev.concordat;

import java.util.Collection;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.support.LoggingExceptionHandler;

/** Keeps routes from telling of what they give up because Camel stops as of an error: it is taken up again at the next start. */
final class QuietStop extends LifecycleStrategySupport {
    @Override
    public void onRoutesAdd(Collection<Route> routes) {
        for (Route route : routes) {
            // One that somebody has set stays.
            if (route.getConsumer() instanceof DefaultConsumer consumer && consumer.getExceptionHandler().getClass() == LoggingExceptionHandler.class) {
                consumer.setExceptionHandler(new WhileRunning(route.getCamelContext(), consumer.getClass()));
            }
        }
    }

    private static final class WhileRunning extends LoggingExceptionHandler {
        private final CamelContext camel;

        WhileRunning(CamelContext camel, Class<?> owner) {
            super(camel, owner);
            this.camel = camel;
        }

        @Override
        protected boolean isSuppressLogging() {
            return !camel.isRunAllowed();
        }
    }
}
