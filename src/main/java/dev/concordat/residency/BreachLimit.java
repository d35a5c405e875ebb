package dev.concordat.residency;

import dev.concordat.change.Change;
import dev.concordat.change.Outcome;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the intake back while too large a share of the changes is in breach: the cause is then one, at the source or in the contract, and
 * a quarantine with every change in it would help nobody. What is held waits in Kafka and is judged again at each trial; it goes on when
 * a trial passes, or when an operator lets it through.
 */
public final class BreachLimit {
    private static final Logger LOG = LoggerFactory.getLogger(BreachLimit.class);
    private static final String HOLD = """
            INSERT INTO concordat.held AS h (since, changes, breached) VALUES (?, ?, ?)
            ON CONFLICT (one) DO UPDATE SET since = EXCLUDED.since, changes = EXCLUDED.changes, breached = EXCLUDED.breached,
              resumed_at = NULL, ended_at = NULL
            WHERE h.resumed_at IS NOT NULL OR h.ended_at IS NOT NULL""";
    private static final String RESUMES = "SELECT resumes FROM concordat.held";
    private static final String END = "UPDATE concordat.held SET ended_at = ? WHERE resumed_at IS NULL AND ended_at IS NULL";

    /** Windows. */
    private static final int FORGOTTEN_AFTER = 3;

    private final DataSource directory;
    private final Terms terms;
    private final Clock clock;
    private final Deque<Seen> window = new ArrayDeque<>();
    /** When each batch that is held was tried last, by its first receipt: every consumer of the intake may have one. */
    private final Map<String, Instant> held = new HashMap<>();
    private volatile Instant heldSince;
    /** How often an operator had let changes through when this bridge began to hold. */
    private long resumesBefore;
    private boolean letThrough;
    /** Until the first batch has passed: the bridge before this one may have been stopped while it held. */
    private boolean fresh = true;

    /**
     * When to hold back.
     *
     * @param percent share of the changes in breach from which the intake is held; 0 for never
     * @param least   with fewer changes in the window nothing is held
     */
    public record Terms(int percent, int least, Duration window) {
        private boolean exceeded(long changes, long breached) {
            return changes >= least && tooMany(changes, breached);
        }

        private boolean tooMany(long changes, long breached) {
            return percent > 0 && breached * 100 >= changes * percent;
        }
    }

    private record Seen(Instant at, long changes, long breached) {
    }

    public BreachLimit(DataSource directory, Terms terms, Clock clock) {
        this.directory = directory;
        this.terms = terms;
        this.clock = clock;
    }

    /** Since when this bridge holds the intake; null where it does not. */
    public Instant heldSince() {
        return heldSince;
    }

    /**
     * Hands a judged batch on.
     *
     * @throws HeldBack when it is not let in now
     */
    public synchronized List<Change> hold(List<Change> judged) throws SQLException {
        Instant now = clock.instant();
        while (!window.isEmpty() && window.peekFirst().at.isBefore(now.minus(terms.window))) {
            window.removeFirst();
        }
        // What an operator or a customer's coming brought back was counted when it came first.
        long changes = judged.stream().filter(change -> !change.receipt().isFurther()).count();
        long breached = judged.stream().filter(change -> !change.receipt().isFurther() && change.outcome() == Outcome.QUARANTINED).count();
        long all = changes + window.stream().mapToLong(Seen::changes).sum();
        long wrong = breached + window.stream().mapToLong(Seen::breached).sum();
        // One that was held when its consumer ended is not tried again.
        held.values().removeIf(tried -> tried.isBefore(now.minus(terms.window.multipliedBy(FORGOTTEN_AFTER))));
        String first = judged.isEmpty() ? "" : judged.get(0).receipt().position();
        boolean exceeded = terms.exceeded(all, wrong);
        // What is held is judged by itself: in the meantime the window loses what it was held for, and gets nothing new.
        boolean toBlame = held.containsKey(first) ? terms.tooMany(changes, breached) : exceeded;
        // A batch without breaches never is.
        if (breached > 0 && toBlame) {
            if (!letThrough && !resumed()) {
                held.put(first, now);
                say(now, all, wrong);
                throw new HeldBack();
            }
            letThrough = true;
        } else if (held.isEmpty() || held.size() == 1 && held.containsKey(first)) {
            // What passes beside one that is held says nothing of it.
            letThrough &= exceeded;
            end(now);
        }
        held.remove(first);
        if (held.isEmpty()) {
            heldSince = null;
        }
        window.addLast(new Seen(now, changes, breached));
        return judged;
    }

    private boolean resumed() throws SQLException {
        if (heldSince == null) {
            return false;
        }
        boolean resumed = resumes() > resumesBefore;
        if (resumed) {
            LOG.info("intake goes on: an operator lets it through");
        }
        return resumed;
    }

    private long resumes() throws SQLException {
        try (var connection = directory.getConnection(); var rows = connection.createStatement().executeQuery(RESUMES)) {
            return rows.next() ? rows.getLong(1) : 0;
        }
    }

    /** Says at each trial that the intake is held: another bridge, of which a trial has passed, may have said that it goes on. */
    private void say(Instant now, long changes, long breached) throws SQLException {
        boolean first = heldSince == null;
        if (first) {
            resumesBefore = resumes();
        }
        try (var connection = directory.getConnection(); var statement = connection.prepareStatement(HOLD)) {
            statement.setTimestamp(1, Timestamp.from(first ? now : heldSince));
            statement.setLong(2, changes);
            statement.setLong(3, breached);
            statement.executeUpdate();
        }
        if (first) {
            heldSince = now;
            LOG.warn("intake is held: {} of {} changes are in breach; it goes on when a trial passes, or with: concordat intake resume", breached,
                    changes);
        }
    }

    private void end(Instant now) throws SQLException {
        if (heldSince == null && !fresh) {
            return;
        }
        try (var connection = directory.getConnection(); var statement = connection.prepareStatement(END)) {
            statement.setTimestamp(1, Timestamp.from(now));
            if (statement.executeUpdate() > 0) {
                LOG.info("intake goes on: a trial passed");
            }
        }
        fresh = false;
    }
}
