package dev.concordat.ledger;

import dev.concordat.change.Breach;
import dev.concordat.change.Breached;
import dev.concordat.change.ChangeReader;
import dev.concordat.change.Quarantined;
import dev.concordat.change.ReturnRecords;
import dev.concordat.contract.Contract;
import dev.concordat.residency.Directory;
import dev.concordat.residency.RegionChooser;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import javax.sql.DataSource;

/** The changes of one region that wait for their customer. */
public final class Parking {
    private static final int BATCH = 500;
    /** Of the changes that are held at once; so what is left out for its size leaves more than half of it. */
    private static final int MOST_BYTES = 2 * ChangeReader.MOST_KEPT;
    private static final int PARENTS = 2_000;
    private static final String NEXT_PARENTS = "SELECT DISTINCT parent FROM concordat.parked WHERE parent > ? ORDER BY parent LIMIT " + PARENTS;
    private static final String IN_QUARANTINE = "FROM concordat.quarantine q WHERE q.source = p.source AND q.id = p.id AND q.state ";
    /** Left behind by a crash between quarantine and leaving: it is not to be resumed. One that is replayed waits for its customer. */
    private static final String QUARANTINED = "EXISTS (SELECT " + IN_QUARANTINE + "IN ('quarantined', 'discarded') AND q.receipt = p.receipt)";
    /**
     * Of one that was replayed and did not find its customer either: it comes back to quarantine, once for each time that it waited. Also where a further
     * sending of it waited already: that is what is kept then, and the replayed one has gone into it.
     */
    private static final String RETURN_RECEIPT = "(SELECT p.receipt || '+' || extract(epoch FROM p.parked_at) " + IN_QUARANTINE + "= 'replayed')";

    /** Not by their time, as the limit would have it: then all that came before would be read. */
    private static final String OF_PARENTS =
            "(SELECT * FROM concordat.parked WHERE parent = ANY (?) OFFSET 0) p WHERE state = 'parked' AND NOT " + QUARANTINED;
    private static final String LEFT_BEHIND = "DELETE FROM concordat.parked p WHERE parent = ANY (?) AND state = 'parked' AND " + QUARANTINED;
    private static final String LEAVE = """
            WITH gone AS (
              DELETE FROM concordat.parked p USING unnest(?, ?, ?) AS these (source, id, parked_at)
              WHERE p.source = these.source AND p.id = these.id AND p.parked_at IN (these.parked_at::timestamptz, '-infinity')
              RETURNING p.receipt, p.source, p.id, p.state
            )
            INSERT INTO concordat.resumed (receipt, source, id) SELECT receipt, source, id FROM gone WHERE state <> 'orphan' ON CONFLICT DO NOTHING""";
    private static final String OVERDUE = "concordat.parked p WHERE parked_at < now() - make_interval(secs => ?)";
    /** When it is, if anything has become overdue since the moment before which all has been looked at. */
    private static final String NEWLY_OVERDUE = "SELECT now() FROM concordat.parked WHERE parked_at < now() - make_interval(secs => ?) AND parked_at >= ? LIMIT 1";

    private final String region;
    private final DataSource ledger;
    private final Directory directory;
    private final Supplier<Contract> customers;
    private final Duration orphanAfter;
    private final Backlog backlog;
    /** What was overdue then cannot have a customer who still stands in Kafka; by the ledger's clock. */
    private Instant readTo = Instant.EPOCH;
    /** Since when what stood in Kafka then is waited for; null while nothing is. */
    private Instant awaited;
    /** The customer up to which the look before went; empty where the next one begins anew. */
    private String lookedTo = "";

    /**
     * One parked change; the bytes are the change as it came.
     *
     * @param returnReceipt of one that quarantine has replayed, else null
     * @param quarantined   whether it is in quarantine already
     * @param state         whether it is resumed when its customer comes
     * @param parkedAt      as the ledger writes it
     * @param read          whether it was overdue already when what has been read of Kafka began to be
     */
    public record Parked(
            String source, String id, String subject, String parent, String contract, String receipt, byte[] original,
            String changedAt, String returnReceipt, boolean quarantined, State state, String parkedAt, boolean read)
            implements ReturnRecords.Returned {
    }

    /** As the ledger names them; see the comment of its column. */
    enum State {
        PARKED, OVERDUE, ORPHAN;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private record Key(String source, String id) {
        static Key of(Parked parked) {
            return new Key(parked.source, parked.id);
        }
    }

    /**
     * @param customers   the contract in force of customers
     * @param orphanAfter how long a change waits for its customer
     * @param backlog     by which the customer may still be on the way
     */
    public Parking(String region, DataSource ledger, Directory directory, Supplier<Contract> customers, Duration orphanAfter, Backlog backlog) {
        this.region = region;
        this.ledger = ledger;
        this.directory = directory;
        this.customers = customers;
        this.orphanAfter = orphanAfter;
        this.backlog = backlog;
    }

    /**
     * Changes whose customer has come: into this ledger, or into the directory as one of another region. Each call looks for the next part
     * of the customers that are waited for, so that a look costs the same however many there are.
     */
    public synchronized List<Parked> resumable() throws SQLException {
        try (Connection connection = ledger.getConnection()) {
            var parents = texts(connection, NEXT_PARENTS, lookedTo);
            var come = come(connection, parents);
            var found = come.isEmpty() ? List.<Parked>of() : ofParents(connection, array(connection, come));
            boolean full = found.size() == BATCH || found.stream().mapToInt(each -> each.original.length).sum() >= ChangeReader.MOST_KEPT;
            // Where it is, more may wait for the same customers.
            if (!full) {
                lookedTo = parents.size() < PARENTS ? "" : parents.get(PARENTS - 1);
            }
            return found;
        }
    }

    /** Those whose customers have come; what is in quarantine already leaves. */
    private static List<Parked> ofParents(Connection connection, Array come) throws SQLException {
        try (var statement = connection.prepareStatement(LEFT_BEHIND)) {
            statement.setArray(1, come);
            statement.executeUpdate();
        }
        return parked(connection, OF_PARENTS, come, Instant.EPOCH);
    }

    /**
     * Changes that have waited too long and whose customer has still not come. Not before what stood in Kafka when they became overdue has been read:
     * after a stop, or with a ledger away for long, their customer may stand there.
     */
    public List<Parked> orphans() throws SQLException {
        try (Connection connection = ledger.getConnection()) {
            double seconds = orphanAfter.toMillis() / 1000.0;
            var overdue = parked(connection, OVERDUE, seconds, readTo(connection, seconds).minus(orphanAfter));
            var orphans = decide(connection, overdue.stream().filter(each -> each.read && !each.quarantined && each.state != State.ORPHAN).toList());
            return overdue.stream().filter(each -> each.quarantined || each.state == State.ORPHAN || orphans.contains(Key.of(each))).toList();
        }
    }

    private Instant readTo(Connection connection, double seconds) throws SQLException {
        // Not the lock of those that resume: Kafka may take its time.
        synchronized (backlog) {
            if (awaited == null) {
                Instant overdue = newlyOverdue(connection, seconds);
                if (overdue != null) {
                    backlog.begin();
                    awaited = overdue;
                }
            }
            if (awaited != null && backlog.read()) {
                readTo = awaited;
                awaited = null;
            }
            return readTo;
        }
    }

    private Instant newlyOverdue(Connection connection, double seconds) throws SQLException {
        try (var statement = connection.prepareStatement(NEWLY_OVERDUE)) {
            statement.setDouble(1, seconds);
            statement.setObject(2, utc(readTo.minus(orphanAfter)));
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? rows.getObject(1, OffsetDateTime.class).toInstant() : null;
            }
        }
    }

    /**
     * Which of them are orphans. They are marked before their customers are looked for a last time, so whoever resumed one had read it, and seen its
     * customer, before that; and it stays one once that is said, whoever comes then.
     */
    private Set<Key> decide(Connection connection, List<Parked> overdue) throws SQLException {
        var late = without(connection, overdue);
        move(connection, late, State.PARKED, State.OVERDUE);
        return move(connection, without(connection, late), State.OVERDUE, State.ORPHAN);
    }

    /** Those whose customer has not come; the others are to be resumed. */
    private List<Parked> without(Connection connection, List<Parked> parked) throws SQLException {
        var come = come(connection, parked.stream().map(Parked::parent).distinct().toList());
        move(connection, parked.stream().filter(each -> come.contains(each.parent)).toList(), State.OVERDUE, State.PARKED);
        return parked.stream().filter(each -> !come.contains(each.parent)).toList();
    }

    private static Set<Key> move(Connection connection, List<Parked> parked, State from, State to) throws SQLException {
        var moved = new HashSet<Key>();
        if (!parked.isEmpty()) {
            try (var statement = connection.prepareStatement("UPDATE concordat.parked p SET state = ? FROM unnest(?, ?) AS these (source, id) "
                    + "WHERE p.source = these.source AND p.id = these.id AND p.state = ? RETURNING p.source, p.id")) {
                statement.setString(1, to.word());
                statement.setArray(2, array(connection, parked.stream().map(Parked::source).toList()));
                statement.setArray(3, array(connection, parked.stream().map(Parked::id).toList()));
                statement.setString(4, from.word());
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        moved.add(new Key(rows.getString(1), rows.getString(2)));
                    }
                }
            }
        }
        return moved;
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    /** Which of these customers are in this ledger, or in the directory as customers of another region. */
    private Set<String> come(Connection connection, List<String> parents) throws SQLException {
        if (parents.isEmpty()) {
            return Set.of();
        }
        var places = directory.find(parents.stream().map(id -> new Directory.Key(RegionChooser.CUSTOMER, id)).toList());
        var here = places.entrySet().stream().filter(entry -> entry.getValue().region().equals(region)).map(entry -> entry.getKey().id()).toList();
        var contract = customers.get();
        var come = new HashSet<>(texts(connection, "SELECT " + contract.key().column() + " FROM " + contract.table()
                + " WHERE " + contract.key().column() + " = ANY (?)", array(connection, here)));
        places.forEach((key, place) -> {
            if (!place.region().equals(region)) {
                come.add(key.id());
            }
        });
        return come;
    }

    /** Ends the waiting of all that is parked now: what can be resumed still is, the rest are orphans. For when nothing more will come. */
    public static void endWaiting(DataSource ledger) throws SQLException {
        try (Connection connection = ledger.getConnection(); var statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE concordat.parked SET parked_at = '-infinity'");
        }
    }

    /** Orphans as they go to quarantine. */
    public List<Breached> describe(List<Parked> orphans) {
        return orphans.stream().map(Parking::breached).toList();
    }

    private static Breached breached(Parked parked) {
        String entity = parked.subject.substring(0, parked.subject.indexOf('/'));
        var breach = new Breach("orphan", parked.contract, entity.equals(RegionChooser.CUSTOMER) ? "" : "/after/customer", "orphan",
                entity.equals(RegionChooser.CUSTOMER)
                        ? "A change of a customer should follow the change that creates the customer; none has come"
                        : "`/after/customer` should name a customer that exists; none with this id has come");
        var quarantined = new Quarantined(parked.source, parked.id, parked.subject, Quarantined.CRM_TO_LEDGER, parked.contract, breach.rule(), List.of(breach),
                parked.returnReceipt == null ? parked.receipt : parked.returnReceipt, parked.returnReceipt != null, parked.changedAt);
        return new Breached(quarantined.bookedUnder(parked.receipt), parked.original);
    }

    /** Takes changes out of parking, once they are on their way elsewhere; none that was parked anew since, as after a replay. What is resumed is noted. */
    public void leave(List<Parked> parked) throws SQLException {
        try (Connection connection = ledger.getConnection(); var statement = connection.prepareStatement(LEAVE)) {
            statement.setArray(1, array(connection, parked.stream().map(Parked::source).toList()));
            statement.setArray(2, array(connection, parked.stream().map(Parked::id).toList()));
            statement.setArray(3, array(connection, parked.stream().map(Parked::parkedAt).toList()));
            statement.executeUpdate();
        }
    }

    private static Array array(Connection connection, Collection<String> texts) throws SQLException {
        return connection.createArrayOf("text", texts.toArray());
    }

    private static List<String> texts(Connection connection, String sql, Object parameter) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            statement.setObject(1, parameter);
            var found = new ArrayList<String>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(rows.getString(1));
                }
            }
            return found;
        }
    }

    private static List<Parked> parked(Connection connection, String from, Object parameter, Instant readTo) throws SQLException {
        String sql = "SELECT source, id, subject, parent, contract, receipt, original, to_char(changed_at AT TIME ZONE 'UTC', "
                + "'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), " + RETURN_RECEIPT + ", " + QUARANTINED + ", state, parked_at::text, parked_at < ? FROM (SELECT *, "
                + "sum(octet_length(original)) OVER (ORDER BY parked_at, source, id) AS bytes FROM (SELECT p.* FROM " + from
                + " ORDER BY parked_at, source, id LIMIT " + BATCH + ") part) p WHERE bytes <= " + MOST_BYTES + " ORDER BY parked_at, source, id";
        try (var statement = connection.prepareStatement(sql)) {
            statement.setObject(1, utc(readTo));
            statement.setObject(2, parameter);
            var found = new ArrayList<Parked>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(new Parked(rows.getString(1), rows.getString(2), rows.getString(3), rows.getString(4),
                            rows.getString(5), rows.getString(6), rows.getBytes(7), rows.getString(8), rows.getString(9), rows.getBoolean(10),
                            State.valueOf(rows.getString(11).toUpperCase(Locale.ROOT)), rows.getString(12), rows.getBoolean(13)));
                }
            }
            return found;
        }
    }
}
