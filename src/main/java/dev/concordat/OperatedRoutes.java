package dev.concordat;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apache.camel.ServiceStatus;
import org.apache.camel.impl.engine.DefaultRouteController;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts and stops routes for whoever asks, as an operator over JMX, and tells of it in the log; not of what the bridge does of itself.
 *
 * <p>A route that is stopped is not suspended: Camel would resume what it has thrown away then, and call a route started that reads nothing.
 */
final class OperatedRoutes extends DefaultRouteController {
    private static final Logger LOG = LoggerFactory.getLogger(OperatedRoutes.class);

    private final ThreadLocal<Boolean> ofItself = ThreadLocal.withInitial(() -> false);
    private final ReentrantLock one = new ReentrantLock();
    private final StoppingRoutes stopping;

    OperatedRoutes(StoppingRoutes stopping) {
        this.stopping = stopping;
    }

    /** What is done to a route. */
    private interface Act {
        void run() throws Exception;
    }

    /** Does what starts and stops routes without anybody having asked for it; one such thing at a time. */
    <T> T ofItself(Supplier<T> work) {
        one.lock();
        ofItself.set(true);
        try {
            return work.get();
        } finally {
            ofItself.remove();
            one.unlock();
        }
    }

    private void told(String route, Act act) throws Exception {
        ServiceStatus before = getRouteStatus(route);
        act.run();
        ServiceStatus after = getRouteStatus(route);
        if (before != after && !ofItself.get()) {
            LOG.info("state of a route changed by hand: route={} from={} to={}", route, before, after);
        }
    }

    private void stopped(String route, Act act) throws Exception {
        var running = Optional.ofNullable(getCamelContext().getRoute(route));
        var stop = stopping.begin(running.stream().toList());
        try (stop) {
            told(route, act);
        }
    }

    @Override
    public void startRoute(String route) throws Exception {
        told(route, () -> super.startRoute(route));
    }

    @Override
    public void stopRoute(String route) throws Exception {
        stopped(route, () -> super.stopRoute(route));
    }

    @Override
    public void stopRoute(String route, Throwable cause) throws Exception {
        stopped(route, () -> super.stopRoute(route, cause));
    }

    @Override
    public void stopRoute(String route, long timeout, TimeUnit unit) throws Exception {
        stopped(route, () -> super.stopRoute(route, timeout, unit));
    }

    @Override
    public boolean stopRoute(String route, long timeout, TimeUnit unit, boolean abortAfterTimeout) throws Exception {
        stopped(route, () -> super.stopRoute(route, timeout, unit, abortAfterTimeout));
        return getRouteStatus(route) == ServiceStatus.Stopped;
    }

    @Override
    public void suspendRoute(String route) throws Exception {
        refuseToSuspend(route);
        told(route, () -> super.suspendRoute(route));
    }

    @Override
    public void suspendRoute(String route, long timeout, TimeUnit unit) throws Exception {
        refuseToSuspend(route);
        told(route, () -> super.suspendRoute(route, timeout, unit));
    }

    private void refuseToSuspend(String route) {
        ServiceStatus status = getRouteStatus(route);
        if (status != null && status.isStopped()) {
            throw new IllegalStateException("route [" + route + "] is stopped; it should be started before it is suspended");
        }
    }

    @Override
    public void resumeRoute(String route) throws Exception {
        told(route, () -> super.resumeRoute(route));
    }
}
