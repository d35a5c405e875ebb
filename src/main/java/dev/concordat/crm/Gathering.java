package dev.concordat.crm;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * When what the ledgers have noted is gathered into their outboxes: at once, but for a minute at most not while a lane could not tell the CRM of it
 * anyway, because it claims all that it has room for, or leaves the CRM alone. Gathering takes from the ledger what its own work may need then, and
 * what has waited together is one row for each entity.
 */
public final class Gathering {
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

    private final LongSupplier nanos;
    /** Lanes whose last claim got all that it had room for. */
    private final Map<String, Boolean> busy = new ConcurrentHashMap<>();
    /** When all that was noted had been gathered, by lane. */
    private final Map<String, Long> all = new ConcurrentHashMap<>();

    /** @param nanos since whenever */
    public Gathering(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Hears how many entities a lane has claimed, of how many that it had room for. */
    public void claimed(int entities, int room, String region) {
        busy.put(region, entities >= room);
    }

    /** Whether a lane gathers now. */
    public boolean isDue(String region) {
        Long last = all.get(region);
        return !busy.getOrDefault(region, false) || last == null || nanos.getAsLong() - last >= LONGEST_WAIT.toNanos();
    }

    /**
     * Hears how many rows a lane has gathered.
     *
     * @return whether there may be more
     */
    public boolean gathered(int rows, String region) {
        if (rows == 0) {
            all.put(region, nanos.getAsLong());
        }
        return rows > 0;
    }
}
