package dev.concordat.crm;

import dev.concordat.change.OnceAMinute;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the webhooks that the bridge could not take when they came (metric {@code concordat.webhooks.turned.away}, by reason), and says so once a
 * minute: a bridge that does not get on turns away hundreds a second.
 */
public final class TurnedAway {
    private static final Logger LOG = LoggerFactory.getLogger(TurnedAway.class);

    private final Map<Reason, Counter> counters = new EnumMap<>(Reason.class);
    private final OnceAMinute line;
    private long unsaid;

    /** Why one was turned away; as a tag in small letters. */
    enum Reason {
        /** Those before it wait too long to be handled, as while Kafka or the directory is away. */
        STANDSTILL,
        /** The bodies that are under way leave no room for it. */
        ROOM,
        /** Its body came too slowly. */
        SLOW
    }

    public TurnedAway(Clock clock, MeterRegistry metrics) {
        line = new OnceAMinute(clock);
        for (Reason reason : Reason.values()) {
            counters.put(reason, Counter.builder("concordat.webhooks.turned.away").tag("reason", name(reason))
                    .description("Webhooks that the bridge could not take when they came; their sender sends them again").register(metrics));
        }
    }

    private static String name(Reason reason) {
        return reason.name().toLowerCase(Locale.ROOT);
    }

    synchronized void count(Reason reason) {
        counters.get(reason).increment();
        unsaid++;
        if (line.isDue()) {
            LOG.warn("webhooks turned away, to be sent again: reason={} changes={} since the last such line", name(reason), unsaid);
            unsaid = 0;
        }
    }
}
