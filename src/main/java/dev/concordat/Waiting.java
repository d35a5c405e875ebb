package dev.concordat;

import dev.concordat.ledger.Certificates;
import dev.concordat.ledger.Ledgers;
import dev.concordat.ledger.Refusal;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.support.SynchronizationAdapter;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;

/** Notes which routes wait for a part that is down: called before every further try, cleared when the exchange is done. */
public final class Waiting implements Processor {
    private static final Logger LOG = LoggerFactory.getLogger(Waiting.class);

    private final Clock clock;
    /** By exchange: a route may have several consumers. */
    private final Map<String, Wait> waits = new ConcurrentHashMap<>();

    /**
     * Since when a route waits, at which of its steps, where that is known, and what the bridge itself says of it, or the kind of failure, with the topic or the
     * right that is missing, the database to which an address leads instead, or that a certificate is not trusted; never another message, which may hold values.
     */
    public record Wait(String route, String step, Instant since, String cause) {
        HealthCheckResultBuilder describe(HealthCheckResultBuilder health) {
            if (step != null) {
                health.detail("waiting.step", step);
            }
            return health.detail("waiting.route", route).detail("waiting.since", since.toString()).detail("waiting.cause", cause);
        }
    }

    Waiting(Clock clock) {
        this.clock = clock;
    }

    @Override
    public void process(Exchange exchange) {
        String route = exchange.getFromRouteId();
        String waiter = exchange.getExchangeId();
        var failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        boolean first = !has(route);
        var wait = new Wait(route, exchange.getExchangeExtension().getHistoryNodeId(), clock.instant(), kind(failure));
        if (waits.putIfAbsent(waiter, wait) != null) {
            return;
        }
        if (first) {
            LOG.warn("route waits for a part: route={} step={} cause={}", route, wait.step == null ? "unknown" : wait.step, wait.cause);
            LOG.debug("route waits", failure);
        }
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onComplete(Exchange done) {
                if (waits.remove(waiter) != null && !has(route)) {
                    LOG.info("route goes on: route={}", route);
                }
            }

            /** As where the bridge stops: it has not gone on. */
            @Override
            public void onFailure(Exchange given) {
                waits.remove(waiter);
            }
        });
    }

    private static String kind(Throwable failure) {
        if (failure == null) {
            return "unknown";
        }
        String outer = failure.getClass().getSimpleName();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof TopicAuthorizationException denied) {
                return outer + " " + denied.unauthorizedTopics();
            }
            if (cause instanceof java.sql.SQLException sql && sql.getSQLState() != null) {
                String kind = outer + " SQLSTATE " + sql.getSQLState();
                return Refusal.missingRight(sql).or(() -> Ledgers.contradiction(failure)).or(() -> Certificates.objection(failure))
                        .map(said -> kind + ", " + said).orElse(kind);
            }
        }
        Throwable root = NestedExceptionUtils.getMostSpecificCause(failure);
        if (root instanceof BridgeException) {
            return root.getMessage();
        }
        return root.getClass() == failure.getClass() ? outer : outer + " by " + root.getClass().getSimpleName();
    }

    /** The routes of a region's lane that wait now. */
    public List<Wait> of(String region) {
        return waits.values().stream().filter(wait -> wait.route.endsWith("-" + region)).toList();
    }

    /** The routes that wait now and are of no lane. */
    public List<Wait> ofNone(Collection<String> regions) {
        return waits.values().stream().filter(wait -> regions.stream().noneMatch(region -> wait.route.endsWith("-" + region))).toList();
    }

    /** Whether a route waits for a part. */
    public boolean has(String route) {
        return waits.values().stream().anyMatch(wait -> wait.route.equals(route));
    }

    /** All routes that wait now. */
    public List<Wait> all() {
        return List.copyOf(waits.values());
    }
}
