package dev.concordat;

import java.util.Collection;
import java.util.Set;
import org.apache.camel.Route;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.support.LoggingExceptionHandler;

/** Keeps routes from telling of what they give up because Camel or they themselves stop as of an error: it is taken up again by those that start next. */
final class QuietStop extends LifecycleStrategySupport {
    private volatile Set<Route> going = Set.of();

    /** Says which routes are about to be replaced. */
    void go(Set<Route> routes) {
        going = routes;
    }

    @Override
    public void onRoutesAdd(Collection<Route> routes) {
        for (Route route : routes) {
            // One that somebody has set stays.
            if (route.getConsumer() instanceof DefaultConsumer consumer && consumer.getExceptionHandler().getClass() == LoggingExceptionHandler.class) {
                consumer.setExceptionHandler(new WhileRunning(route, consumer.getClass()));
            }
        }
    }

    private final class WhileRunning extends LoggingExceptionHandler {
        private final Route route;

        WhileRunning(Route route, Class<?> owner) {
            super(route.getCamelContext(), owner);
            this.route = route;
        }

        @Override
        protected boolean isSuppressLogging() {
            return !route.getCamelContext().isRunAllowed() || going.contains(route) || YieldToNewer.yields(route);
        }
    }
}
