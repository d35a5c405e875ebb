package dev.concordat;

import dev.concordat.ledger.Progress;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.camel.util.concurrent.CamelThreadFactory;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * For how long changes have been standing unread in the intake and in the lanes' topics, looked for every five seconds. Whatever the reason, a topic
 * that is not read is seen here: a route that waits, partitions that somebody else holds, a bridge that has too much to do.
 */
final class Unread implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Unread.class);
    private static final String INTAKE = "receive";
    private static final Duration PAUSE = Duration.ofSeconds(5);
    /** Kafka has not answered for so long where it counts as away. */
    private static final Duration SILENT = Duration.ofSeconds(15);
    private static final Duration SAID_AFTER = Duration.ofMinutes(1);

    /** A second. */
    private static final double NANOS = 1e9;

    private final Progress progress;
    private final LongSupplier nanos;
    private final List<Topic> topics = new ArrayList<>();
    private volatile boolean madeAnew;
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(new CamelThreadFactory("#name#", "look-for-unread", true));
    /** Null as long as Kafka has not. */
    private volatile Long answered;

    /** @param nanos a time that no clock is set by */
    Unread(Progress progress, LongSupplier nanos) {
        this.progress = progress;
        this.nanos = nanos;
    }

    void bind(Collection<String> regions, MeterRegistry registry) {
        var intake = new Topic(INTAKE);
        topics.add(intake);
        Gauge.builder("concordat.intake.unread", intake, Topic::seconds).baseUnit("seconds")
                .description("For how long the oldest change that is not counted yet has been standing in the intake at least").register(registry);
        for (String region : regions) {
            var lane = new Topic("apply-" + region);
            topics.add(lane);
            Gauge.builder("concordat.lane.unread", lane, Topic::seconds).baseUnit("seconds").tag("region", region)
                    .description("For how long the oldest change that is not through has been standing in the lane's topic at least").register(registry);
        }
        Gauge.builder("concordat.kafka.up", this, Unread::kafka).description("1 while Kafka says how far its topics are").register(registry);
    }

    void start() {
        looks.scheduleWithFixedDelay(this::look, 0, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }

    void look() {
        try {
            topics.forEach(Topic::look);
            lookWhetherMadeAnew();
        } catch (RuntimeException e) {
            // As while the intake's route is made anew.
            LOG.debug("whether the intake's topic is another one", e);
        } catch (Error e) {
            LOG.error("what stands unread could not be looked for; that is tried again", e);
        }
    }

    private void lookWhetherMadeAnew() {
        if (!madeAnew && progress.madeAnew(INTAKE)) {
            madeAnew = true;
            LOG.error("the intake's topic was deleted and made anew while the bridge runs: its positions are those of the one before, so that a change may be"
                    + " taken for one that came already; start the bridge again, it tells them apart then");
        }
    }

    /** Whether the intake's topic is another one than at the start, which only a further start takes into account. */
    boolean madeAnew() {
        return madeAnew;
    }

    private double kafka() {
        return answered == null ? Double.NaN : nanos.getAsLong() - answered > SILENT.toNanos() ? 0 : 1;
    }

    /** What one route reads. */
    private final class Topic {
        private final String route;
        private Map<TopicPartition, Long> ends;
        /** Null as long as Kafka has not answered. */
        private volatile Long since;
        private volatile boolean unread;
        private boolean said;

        Topic(String route) {
            this.route = route;
        }

        /** All that stood there at one look has to be read at a later one. */
        void look() {
            long now = nanos.getAsLong();
            try {
                unread = ends != null && !progress.passed(route, ends);
                if (!unread) {
                    ends = progress.ends(route);
                    since = now;
                }
                answered = now;
            } catch (RuntimeException e) {
                LOG.debug("what route {} has not read", route, e);
            }
            if (unread && !said && now - since > SAID_AFTER.toNanos()) {
                LOG.warn("changes stand unread: route={} seconds={}", route, TimeUnit.NANOSECONDS.toSeconds(now - since));
                said = true;
            } else if (said && !unread) {
                LOG.info("changes are read again: route={}", route);
                said = false;
            }
        }

        private double seconds() {
            return since == null ? Double.NaN : unread ? (nanos.getAsLong() - since) / NANOS : 0;
        }
    }

    @Override
    public void close() {
        looks.shutdownNow();
    }
}
