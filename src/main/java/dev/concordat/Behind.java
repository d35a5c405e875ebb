package dev.concordat;

import dev.concordat.audit.Pause;
import dev.concordat.ledger.KafkaProgress;
import dev.concordat.ledger.Progress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How long ago what stands unread in the intake or in a lane's topic was written: what an audit must not miss in a ledger yet. */
final class Behind {
    private static final Logger LOG = LoggerFactory.getLogger(Behind.class);
    private static final Duration STEP = Duration.ofSeconds(10);
    private static final Duration A_WHILE = KafkaProgress.STILL.plusMillis(100);
    private static final Duration LONGEST = Duration.ofDays(365);

    private final Progress progress;
    private final List<String> routes;
    private final Clock clock;
    private final Pause pause;

    Behind(Progress progress, Collection<String> regions, Clock clock) {
        this(progress, regions, clock, Pause.SLEEP);
    }

    Behind(Progress progress, Collection<String> regions, Clock clock, Pause pause) {
        this.progress = progress;
        this.routes = Stream.concat(Stream.of("receive"), regions.stream().map(region -> "apply-" + region)).toList();
        this.clock = clock;
        this.pause = pause;
    }

    /**
     * By how much longer than it should, what stands there may have been under way: nothing where all is read that was written longer ago than it may
     * take, else at most twice the truth. Empty where Kafka does not say.
     *
     * @param mayTake how long a change may be under way
     */
    Optional<Duration> longerThan(Duration mayTake) {
        Instant due = clock.instant().minus(mayTake);
        try {
            Duration longer = Duration.ZERO;
            for (String route : routes) {
                while (longer.compareTo(LONGEST) < 0 && !passed(route, due.minus(longer))) {
                    longer = longer.isZero() ? STEP : longer.multipliedBy(2);
                }
            }
            return Optional.of(longer);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (RuntimeException e) {
            LOG.debug("how far routes are behind", e);
            return Optional.empty();
        }
    }

    /** At an end of a transaction, which is no record, a route seems to stand behind until it was looked at for a while. */
    private boolean passed(String route, Instant time) throws InterruptedException {
        var offsets = progress.at(route, time);
        if (progress.passed(route, offsets)) {
            return true;
        }
        pause.take(A_WHILE);
        return progress.passed(route, offsets);
    }
}
