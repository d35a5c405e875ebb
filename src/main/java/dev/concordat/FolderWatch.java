package dev.concordat;

import dev.concordat.contract.FileContent;
import dev.concordat.contract.Folder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.util.concurrent.CamelThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every second at what the files of a folder hold. What two looks in a row found is handed on, so that nothing is taken while it is being
 * written; what has been handed on and settled is not handed on again. It compares contents, so it does not matter how they came there.
 */
final class FolderWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FolderWatch.class);
    private static final int PAUSE_MILLIS = 1_000;
    private static final Duration LONG = Duration.ofSeconds(30);

    private final Path folder;
    private final Predicate<Path> which;
    private final Predicate<Map<Path, FileContent>> take;
    private final ScheduledExecutorService looks;
    private final LongSupplier nanos;
    private volatile long lookedAt;
    private volatile boolean taking;
    private Map<Path, FileContent> seen = Map.of();
    private Map<Path, FileContent> settled = Map.of();

    /**
     * @param what  the folder's files are
     * @param which files are looked at
     * @param take  is handed what the files hold, and says whether that is settled; what is not is handed on at the next look
     * @param nanos what System.nanoTime tells
     */
    FolderWatch(String what, Path folder, Predicate<Path> which, Predicate<Map<Path, FileContent>> take, LongSupplier nanos) {
        this.folder = folder;
        this.which = which;
        this.take = take;
        this.nanos = nanos;
        this.lookedAt = nanos.getAsLong();
        this.looks = Executors.newSingleThreadScheduledExecutor(new CamelThreadFactory("#name#", "watch-" + what, true));
    }

    /** Says what has been taken already. */
    void settle(Map<Path, FileContent> taken) {
        seen = taken;
        settled = taken;
    }

    void start() {
        lookedAt = nanos.getAsLong();
        looks.scheduleWithFixedDelay(this::look, PAUSE_MILLIS, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    void look() {
        try {
            var found = found(folder, which);
            lookedAt = nanos.getAsLong();
            if (found.equals(seen) && !found.equals(settled) && take(found)) {
                settled = found;
            }
            seen = found;
        } catch (RuntimeException e) {
            LOG.error("what is in [{}] could not be looked at: cause={}", folder, e.getClass().getSimpleName(), e);
        }
    }

    private boolean take(Map<Path, FileContent> found) {
        taking = true;
        try {
            return take.test(found);
        } finally {
            lookedAt = nanos.getAsLong();
            taking = false;
        }
    }

    /**
     * Says for how long no look has ended, where that is long, as what is edited meanwhile is not seen: a folder on the network may hang, or what was found takes
     * its time until it is in force or refused.
     */
    void tell(HealthCheckResultBuilder health) {
        boolean found = taking;
        var silence = Duration.ofNanos(nanos.getAsLong() - lookedAt);
        if (silence.compareTo(LONG) >= 0) {
            health.detail("looked", (found ? "what was found in [%s] is being taken into force for %d s; what is edited meanwhile comes after that"
                    : "no look at [%s] has ended for %d s; it should be a folder that can be read at once").formatted(folder, silence.toSeconds()));
        }
    }

    /** What the files of a folder hold now; nothing where it cannot be opened. */
    static Map<Path, FileContent> found(Path folder, Predicate<Path> which) {
        var contents = new LinkedHashMap<Path, FileContent>();
        try {
            Folder.files(folder, which).forEach(file -> contents.put(file, FileContent.of(file)));
        } catch (IOException e) {
            LOG.debug("[{}] cannot be opened", folder, e);
        }
        return contents;
    }

    @Override
    public void close() {
        looks.shutdownNow();
    }
}
