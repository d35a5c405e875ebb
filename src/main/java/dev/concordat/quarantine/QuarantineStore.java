package dev.concordat.quarantine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.concordat.BridgeException;
import dev.concordat.change.Breach;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.postgresql.util.PSQLState;

/** The quarantined changes of all regions, each kept in its own region's database; the verbs are the transitions. */
public final class QuarantineStore {
    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final String COLUMNS = "number, source, id, subject, direction, contract, rule, breaches, state, attempts, "
            + "changed_at, quarantined_at, state_at, reason, octet_length(original) AS size";

    private static final String GROUPS = """
            SELECT contract, rule, breaches -> 0 ->> 'keyword' AS keyword, breaches -> 0 ->> 'pointer' AS pointer,
                   min(breaches -> 0 ->> 'sentence') AS sentence, max(breaches -> 0 ->> 'sentence') AS other, count(*) AS changes, max(number) AS example,
                   min(quarantined_at) AS oldest, max(quarantined_at) AS newest
            FROM concordat.quarantine WHERE %s GROUP BY 1, 2, 3, 4, split_part(breaches -> 0 ->> 'sentence', ';', 1)""";

    /** Changes that are held at once; each may have some megabytes. */
    private static final int PAGE = 20;
    private static final String ORIGINALS = "SELECT number, direction, source, id, receipt, rule, original FROM concordat.quarantine "
            + "WHERE state = 'quarantined' AND number > ? ORDER BY number LIMIT " + PAGE;

    private static final String REPLAY = "UPDATE concordat.quarantine SET state = 'replaying', state_at = clock_timestamp(), "
            + "claimed_till = '-infinity' WHERE state = 'quarantined'";

    private static final String DISCARD = "UPDATE concordat.quarantine SET state = 'discarded', state_at = clock_timestamp(), reason = ? "
            + "WHERE state = 'quarantined'";

    /** So many are sent back or discarded in one transaction: one of millions would take longer than a statement may. */
    private static final int PORTION = 5_000;
    /**
     * Locks the rows of a portion in the order of keepers, who may be about to lock the same ones: of two orders, each might wait for the other. What
     * another's verb, or a keeper, has changed until its row is locked is judged as it is then.
     */
    private static final String IN_PORTIONS = """
            WITH portion AS (
              SELECT number FROM concordat.quarantine WHERE state = 'quarantined'%1$s AND number > ? ORDER BY number LIMIT ?
            ), held AS (
              SELECT number FROM concordat.quarantine WHERE number = ANY (ARRAY(SELECT number FROM portion)) AND state = 'quarantined'%1$s
              ORDER BY id, source FOR UPDATE
            ), changed AS (
              %2$s AND number = ANY (ARRAY(SELECT number FROM held)) RETURNING number
            )
            SELECT (SELECT coalesce(max(number), 0) FROM portion) AS last, (SELECT count(*) FROM changed) AS changed""";

    /** SQLSTATE classes of a database that is away, has no room, or was stopped; a pool that has no connection in time tells none. */
    private static final List<String> AWAY = List.of("08", "53", "57");

    private final Map<String, DataSource> ledgers;

    /**
     * One quarantined change without its bytes.
     *
     * @param name     region and number, such as {@code eu-17}: what an operator calls it
     * @param state    {@code quarantined}, {@code replaying}, {@code replayed} or {@code discarded}
     * @param attempts how often it was replayed and came back in breach
     * @param stateAt  since when it is in its state
     * @param reason   of the state; null for none
     * @param size     of the original, in bytes
     */
    public record Entry(
            String name, String region, String source, String id, String subject, String direction, String contract, String rule,
            List<Breach> breaches, String state, int attempts, Instant changedAt, Instant quarantinedAt, Instant stateAt,
            String reason, long size) {
    }

    public QuarantineStore(Map<String, DataSource> ledgers) {
        this.ledgers = ledgers;
    }

    /** The newest changes in a state. */
    public Found<Entry> list(String state, Selection which, int limit) {
        if (limit < 1) {
            throw new BridgeException("the limit [" + limit + "] should be a whole number from 1");
        }
        var found = ofEach(which.region(), (name, ledger) -> query(name, ledger, "SELECT " + COLUMNS + " FROM concordat.quarantine WHERE state = ?"
                + which.sql() + " ORDER BY number DESC LIMIT " + limit, joined(List.of(state), which.parameters())));
        return found.with(found.entries().stream().sorted(Comparator.comparing(Entry::quarantinedAt).reversed()).limit(limit).toList());
    }

    /** The changes in a state by their cause, the most frequent first. */
    public Found<Cause> groups(String state, Selection which) {
        Map<String, Cause> causes = new HashMap<>();
        var found = ofEach(which.region(), (name, ledger) -> read(name, ledger, GROUPS.formatted("state = ?" + which.sql()),
                joined(List.of(state), which.parameters()), row -> cause(name, row)));
        found.entries().forEach(cause -> causes.merge(cause.key(), cause, Cause::and));
        return found.with(causes.values().stream().sorted(Comparator.comparingLong(Cause::changes).reversed().thenComparing(Cause::key)).toList());
    }

    /** A region whose ledger is away hides none of the others. */
    private <T> Found<T> ofEach(String region, BiFunction<String, DataSource, List<T>> reading) {
        var entries = new ArrayList<T>();
        var unread = new ArrayList<String>();
        var regions = region == null ? ledgers.keySet() : Set.of(region);
        for (String each : regions) {
            try {
                entries.addAll(reading.apply(each, ledgers.get(each)));
            } catch (BridgeException e) {
                unread.add(e.getMessage());
            }
        }
        return new Found<>(entries, unread, regions.size() == unread.size());
    }

    private static Cause cause(String region, ResultSet row) throws SQLException {
        String rule = row.getString("rule");
        String contract = row.getString("contract");
        String pointer = row.getString("pointer");
        String keyword = row.getString("keyword");
        String sentence = row.getString("sentence");
        boolean readable = pointer != null && keyword != null && sentence != null;
        var breach = readable ? new Breach(rule, contract, pointer, keyword, sentence) : unreadable(rule, contract);
        boolean same = !readable || sentence.equals(row.getString("other"));
        return Cause.of(breach, same, row.getLong("changes"), instant(row, "oldest"), instant(row, "newest"), region + "-" + row.getLong("example"));
    }

    /** The cause of one change, in whatever state it is, by its name, such as {@code eu-17}. */
    public Optional<Cause> cause(String name) {
        var key = key(name);
        return read(key.region, ledger(key), GROUPS.formatted("number = ?"), List.of(key.number), row -> cause(key.region, row)).stream().findFirst();
    }

    /** One change by its name, such as {@code eu-17}. */
    public Optional<Entry> find(String name) {
        var key = key(name);
        return query(key.region, ledger(key), "SELECT " + COLUMNS + " FROM concordat.quarantine WHERE number = ?",
                List.of(key.number)).stream().findFirst();
    }

    /** The change's bytes as they came; for the operator's eyes only, they may hold classified values. */
    public Optional<byte[]> original(String name) {
        var key = key(name);
        return read(key.region, ledger(key), "SELECT original FROM concordat.quarantine WHERE number = ?", List.of(key.number),
                row -> row.getBytes(1)).stream().findFirst();
    }

    /**
     * A quarantined change as it came.
     *
     * @param name    as of {@link Entry}
     * @param receipt where it was received
     * @param rule    that it broke
     */
    public record Original(String name, String direction, String source, String id, String receipt, String rule, byte[] bytes) {
    }

    /**
     * Gives the changes that are quarantined, region by region and the oldest first, for as long as more are wanted; they may hold
     * classified values. A few at a time, so that neither memory nor a transaction has to last.
     *
     * @return why a region could not be read to its end, for each of those
     */
    public List<String> originals(Predicate<Original> each) {
        var wanted = new AtomicBoolean(true);
        return ofEach(null, (region, ledger) -> {
            long last = 0;
            for (boolean more = wanted.get(); more;) {
                var page = read(region, ledger, ORIGINALS, List.of(last), row -> original(region, row));
                wanted.set(page.stream().allMatch(each));
                more = wanted.get() && page.size() == PAGE;
                last = more ? key(page.get(PAGE - 1).name).number : last;
            }
            return List.of();
        }).unread();
    }

    private static Original original(String region, ResultSet row) throws SQLException {
        return new Original(region + "-" + row.getLong("number"), row.getString("direction"), row.getString("source"), row.getString("id"),
                row.getString("receipt"), row.getString("rule"), row.getBytes("original"));
    }

    /** Sends a quarantined change through the front door again, soon; returns whether it was this call that did it. */
    public boolean replay(String name) {
        return transition(name, REPLAY + " AND number = ?");
    }

    /**
     * Sends the quarantined changes of a region that are meant through the front door again.
     *
     * @param done is told how many, portion by portion: what is done stays done where a later portion fails
     */
    public void replayAll(String region, Selection which, IntConsumer done) {
        inPortions(region, which, Integer.MAX_VALUE, done, REPLAY);
    }

    /** Ends a quarantined change for good, with the operator's reason; returns whether it was this call that did it. */
    public boolean discard(String name, String reason) {
        return transition(name, DISCARD + " AND number = ?", reason);
    }

    /**
     * Ends the quarantined changes of a region that are meant for good, but no more than {@code most}.
     *
     * @param done as in {@link #replayAll}
     */
    public void discardAll(String region, Selection which, String reason, int most, IntConsumer done) {
        inPortions(region, which, most, done, DISCARD, reason);
    }

    /** @param last the greatest number of its rows; 0 where there was none */
    private record Portion(long last, int changed) {
    }

    private void inPortions(String region, Selection which, int most, IntConsumer told, String transition, Object... first) {
        String sql = IN_PORTIONS.formatted(which.sql(), transition);
        var portion = new Portion(0, 0);
        int done = 0;
        do {
            var parameters = joined(which.parameters(), List.of(portion.last, Math.min(PORTION, most - done)), which.parameters(), List.of(first));
            portion = read(region, ledgers.get(region), sql, parameters, row -> new Portion(row.getLong("last"), row.getInt("changed"))).get(0);
            done += portion.changed;
            told.accept(portion.changed);
        } while (portion.last > 0);
    }

    private static List<Object> joined(List<?>... parameters) {
        return Stream.of(parameters).<Object>flatMap(List::stream).toList();
    }

    /** How many changes wait in each region. */
    public Found<Long> waiting() {
        return ofEach(null, (name, ledger) -> read(name, ledger, "SELECT count(*) FROM concordat.quarantine WHERE state IN ('quarantined', "
                + "'replaying')", List.of(), row -> row.getLong(1)));
    }

    /** Where a change is by its name; it need not be there. */
    public String region(String name) {
        return key(name).region;
    }

    private record Key(String region, long number) {
    }

    private Key key(String name) {
        int dash = name == null ? -1 : name.lastIndexOf('-');
        if (dash < 1 || !name.substring(dash + 1).matches("[0-9]{1,18}") || !ledgers.containsKey(name.substring(0, dash))) {
            throw new BridgeException("[" + name + "] should be a region and a number, for example "
                    + ledgers.keySet().iterator().next() + "-17; `list` shows them");
        }
        return new Key(name.substring(0, dash), Long.parseLong(name.substring(dash + 1)));
    }

    private DataSource ledger(Key key) {
        return ledgers.get(key.region);
    }

    private boolean transition(String name, String sql, Object... first) {
        var key = key(name);
        var parameters = new ArrayList<Object>(List.of(first));
        parameters.add(key.number);
        return update(key.region, ledger(key), sql, parameters) == 1;
    }

    private static int update(String region, DataSource ledger, String sql, List<?> parameters) {
        try (var connection = ledger.getConnection(); var statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.size(); i++) {
                statement.setObject(i + 1, parameters.get(i));
            }
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw failed(region, e);
        }
    }

    private interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    private static <T> List<T> read(String region, DataSource ledger, String sql, List<?> parameters, Row<T> reader) {
        try (var connection = ledger.getConnection(); var statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.size(); i++) {
                statement.setObject(i + 1, parameters.get(i));
            }
            var found = new ArrayList<T>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(reader.read(rows));
                }
            }
            return found;
        } catch (SQLException e) {
            throw failed(region, e);
        }
    }

    private static BridgeException failed(String region, SQLException e) {
        String state = e.getSQLState();
        boolean away = state == null || AWAY.stream().anyMatch(state::startsWith);
        if (PSQLState.QUERY_CANCELED.getState().equals(state)) {
            return new BridgeException("the quarantine of region '" + region + "' takes longer than a statement of the bridge may; try again when its"
                    + " database has less to do", e);
        }
        return new BridgeException("the quarantine of region '" + region + "' " + (away ? "cannot be reached" : "is there, and its database refuses")
                + ": SQLSTATE " + state + (away ? "; 'concordat.ledger." + region + ".url' says where it is" : ""), e);
    }

    private static List<Entry> query(String region, DataSource ledger, String sql, List<?> parameters) {
        return read(region, ledger, sql, parameters, row -> new Entry(region + "-" + row.getLong("number"), region,
                row.getString("source"), row.getString("id"), row.getString("subject"), row.getString("direction"),
                row.getString("contract"), row.getString("rule"), breaches(row), row.getString("state"),
                row.getInt("attempts"), instant(row, "changed_at"), instant(row, "quarantined_at"), instant(row, "state_at"),
                row.getString("reason"), row.getLong("size")));
    }

    private static List<Breach> breaches(ResultSet row) throws SQLException {
        try {
            var breaches = JSON.readValue(row.getString("breaches"), new TypeReference<List<Breach>>() {
            });
            if (breaches != null && !breaches.isEmpty() && !breaches.contains(null)) {
                return breaches;
            }
        } catch (JsonProcessingException e) {
            // falls through: no array of breaches
        }
        return List.of(unreadable(row.getString("rule"), row.getString("contract")));
    }

    /** What is said of a row that somebody else has written: it hides none of the others. */
    private static Breach unreadable(String rule, String contract) {
        return new Breach(rule, contract, "", Cause.UNREADABLE, "column concordat.quarantine.breaches should be an array of at least one breach");
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        var timestamp = row.getTimestamp(column);
        return timestamp == null ? null : timestamp.toInstant();
    }
}
