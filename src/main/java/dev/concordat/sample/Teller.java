package dev.concordat.sample;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Books postings in the ledgers as soon as their accounts are there. A ledger that is down is tried again; what was
 * booked before a restart is not booked twice.
 */
public final class Teller implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Teller.class);
    private static final long PAUSE_MS = 200;
    private static final int BATCH = 200;
    /** check_violation, no_data_found */
    private static final Set<String> REFUSED = Set.of("23514", "P0002");
    /** Classes of states: connection, rollback, resources, in use, shutdown, system. */
    private static final Set<String> TRANSIENT = Set.of("08", "40", "53", "55", "57", "58");

    private final Map<String, DataSource> ledgers;
    private final Map<String, List<Posting>> open = new LinkedHashMap<>();
    private final AtomicInteger booked = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final CountDownLatch done;
    private final Set<String> away = new HashSet<>();
    private final int total;
    private volatile IllegalStateException failure;
    private final Thread thread = new Thread(this::work, "teller");

    /** @param ledgers by region */
    public Teller(Map<String, DataSource> ledgers, Stream<Posting> postings) {
        this.ledgers = Map.copyOf(ledgers);
        postings.forEach(posting -> open.computeIfAbsent(posting.region(), region -> new ArrayList<>()).add(posting));
        this.total = open.values().stream().mapToInt(List::size).sum();
        this.done = new CountDownLatch(total == 0 ? 0 : 1);
        thread.setDaemon(true);
    }

    public Teller start() {
        thread.start();
        return this;
    }

    public int booked() {
        return booked.get();
    }

    public int total() {
        return total;
    }

    /** False if postings were still open when the time was over; throws what made booking impossible. */
    public boolean awaitDone(long time, TimeUnit unit) throws InterruptedException {
        boolean ended = done.await(time, unit);
        if (failure != null) {
            throw failure;
        }
        return ended;
    }

    @Override
    public void close() throws InterruptedException {
        closed.countDown();
        thread.join();
    }

    private void work() {
        try {
            do {
                open.forEach(this::bookWhatCanBe);
                open.values().removeIf(List::isEmpty);
            } while (!open.isEmpty() && !closed.await(PAUSE_MS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IllegalStateException e) {
            failure = e;
        }
        if (open.isEmpty() || failure != null) {
            done.countDown();
        }
    }

    /** The ledger is away or overloaded and comes back; anything else does not heal by waiting. */
    private static boolean transientState(String state) {
        return state == null || TRANSIENT.contains(state.substring(0, 2));
    }

    private void bookWhatCanBe(String region, List<Posting> postings) {
        for (int from = 0; from < postings.size() && closed.getCount() > 0; ) {
            List<Posting> batch = postings.subList(from, Math.min(from + BATCH, postings.size()));
            try {
                List<Posting> waiting = book(ledgers.get(region), batch);
                booked.addAndGet(batch.size() - waiting.size());
                from += waiting.size();
                batch.clear();
                postings.addAll(from - waiting.size(), waiting);
                away.remove(region);
            } catch (SQLException e) {
                if (!transientState(e.getSQLState())) {
                    throw new IllegalStateException(
                            "the ledger of region '" + region + "' cannot book: SQL state " + e.getSQLState(), e);
                }
                if (away.add(region)) {
                    LOG.warn("Booking waits for the ledger region={} state={}", region, e.getSQLState());
                }
                return;
            }
        }
    }

    /** Returns what has to wait for its account. */
    private static List<Posting> book(DataSource ledger, List<Posting> batch) throws SQLException {
        try (Connection connection = ledger.getConnection()) {
            connection.setAutoCommit(true);
            Set<String> known = known(connection, batch);
            List<Posting> waiting = new ArrayList<>();
            try (PreparedStatement statement = connection.prepareStatement("SELECT ledger.book(?, ?, ?)")) {
                for (Posting posting : batch) {
                    if (!known.contains(posting.account()) || !book(statement, posting)) {
                        waiting.add(posting);
                    }
                }
            }
            return waiting;
        }
    }

    /** False if the ledger refuses it, as it does while the account is blocked. */
    private static boolean book(PreparedStatement statement, Posting posting) throws SQLException {
        statement.setString(1, posting.reference());
        statement.setString(2, posting.account());
        statement.setLong(3, posting.amount());
        try {
            statement.execute();
            return true;
        } catch (SQLException e) {
            if (REFUSED.contains(e.getSQLState())) {
                return false;
            }
            throw e;
        }
    }

    private static Set<String> known(Connection connection, List<Posting> batch) throws SQLException {
        Set<String> known = new HashSet<>();
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT id FROM ledger.account WHERE id = ANY (?)")) {
            statement.setArray(1, connection.createArrayOf("text", batch.stream().map(Posting::account).toArray()));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    known.add(rows.getString(1));
                }
            }
        }
        return known;
    }
}
