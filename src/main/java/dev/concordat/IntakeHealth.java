package dev.concordat;

import dev.concordat.residency.BreachLimit;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import org.apache.camel.health.HealthCheckResultBuilder;

/**
 * Health of what is before the lanes: down while the intake is held because too many changes are in breach, while one of its routes waits, and from when
 * its topic was made anew.
 */
final class IntakeHealth extends Readiness {
    private final BreachLimit limit;
    private final Waiting waiting;
    private final Unread unread;
    private final Set<String> regions;

    IntakeHealth(BreachLimit limit, Waiting waiting, Unread unread, Collection<String> regions) {
        super("intake");
        this.limit = limit;
        this.waiting = waiting;
        this.unread = unread;
        this.regions = Set.copyOf(regions);
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        var since = limit.heldSince();
        var waits = waiting.ofNone(regions);
        if (since != null) {
            builder.detail("held.since", since.toString()).detail("held.cause", "too large a share of the changes is in breach").down();
        } else if (!waits.isEmpty()) {
            waits.get(0).describe(builder).down();
        } else if (unread.madeAnew()) {
            builder.detail("topic", "was deleted and made anew; start the bridge again").down();
        } else {
            builder.up();
        }
    }
}
