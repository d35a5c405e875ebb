package dev.concordat.bench;

import dev.concordat.bench.Expected.Sentinel;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One contestant takes one topic. The clock runs from the moment the broker has given it partitions, which is after its start, until the
 * last change of each partition and region can be read in the table by another connection.
 */
final class Run implements AutoCloseable {
    /**
     * What was measured.
     *
     * @param changes     of the topic
     * @param early       of them, written when the clock began: of consumers that join one after the other, the first works by then
     * @param start       seconds from launch to the first partitions
     * @param seconds     from then until all is visible; not a number where it never was
     * @param processor   seconds of the contestant's process meanwhile
     * @param postgres    seconds of PostgreSQL meanwhile
     * @param died        why it works no more, or null
     */
    record Result(Contestant contestant, boolean dirty, long changes, long early, double start, double seconds, double processor, double postgres,
            long rows, Expected.Difference difference, String died) {
        double perSecond() {
            return (changes - early) / seconds;
        }

        double microsPerChange() {
            return processor / (changes - early) * 1e6;
        }

        double postgresMicrosPerChange() {
            return postgres / (changes - early) * 1e6;
        }
    }

    private static final int LOOK_MILLIS = 20;
    private static final long STALLED_NANOS = 90_000_000_000L;
    private static final int SETTLE_TRIES = 10;

    private final Contestant contestant;
    private final Servers servers;
    private final Expected expected;
    private final String topic;
    private final String select;
    private final Map<String, Connection> connections = new LinkedHashMap<>();
    private final List<Look> looks = new ArrayList<>();

    /** Finds how many of a database's last changes can be read. */
    private record Look(PreparedStatement found, int wanted) {
    }

    Run(Contestant contestant, Servers servers, Expected expected, String topic) throws SQLException {
        this(contestant, servers, expected, topic, contestant.select());
    }

    /** @param select reads the rows that the topic's changes are about, as those of {@link Customer} */
    Run(Contestant contestant, Servers servers, Expected expected, String topic, String select) throws SQLException {
        this.select = select;
        this.contestant = contestant;
        this.servers = servers;
        this.expected = expected;
        this.topic = topic;
        servers.emptyTable();
        for (String database : contestant.databases()) {
            connections.put(database, servers.connect(database));
        }
        if (contestant.connect()) {
            keepWhatIsAbsent(connections.get(Servers.PLAIN));
        }
        Map<String, List<Sentinel>> last = expected.sentinels().stream()
                .collect(Collectors.groupingBy(each -> contestant.database(each.region())));
        for (var each : last.entrySet()) {
            Connection connection = connections.get(each.getKey());
            lookByKey(connection);
            PreparedStatement look = connection.prepareStatement("SELECT count(*) FROM unnest(?::text[], ?::text[]) AS s (id, email) "
                    + "CROSS JOIN LATERAL (SELECT FROM " + contestant.table() + " WHERE id = s.id AND email = s.email OFFSET 0) AS found");
            look.setArray(1, connection.createArrayOf("text", each.getValue().stream().map(Sentinel::id).toArray()));
            look.setArray(2, connection.createArrayOf("text", each.getValue().stream().map(Sentinel::email).toArray()));
            looks.add(new Look(look, each.getValue().size()));
        }
    }

    /**
     * By the table's key, for each row that is looked for. On a table that was empty when the statement was planned, the planner would read
     * it whole, also by its index; that would be told as the contestant's cost.
     */
    private static void lookByKey(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("SET enable_seqscan = off");
        }
    }

    /** The sink writes null for what an update does not carry. This puts back what stood there. */
    static void keepWhatIsAbsent(Connection connection) throws SQLException {
        String fields = Customer.FIELDS.stream().skip(1)
                .map(field -> "NEW.\"%1$s\" := coalesce(NEW.\"%1$s\", OLD.\"%1$s\");".formatted(field)).collect(Collectors.joining("\n"));
        try (var statement = connection.createStatement()) {
            statement.execute("CREATE OR REPLACE FUNCTION keep_absent() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN " + fields
                    + " RETURN NEW; END $$");
            statement.execute("CREATE TRIGGER keep_absent BEFORE UPDATE ON customer FOR EACH ROW EXECUTE FUNCTION keep_absent()");
        }
    }

    Result measure(boolean dirty) throws Exception {
        long there = rows();
        long launched = System.nanoTime();
        Connection any = connections.values().iterator().next();
        try (var process = Launch.of(contestant, servers, topic)) {
            String died = untilItConsumes(process);
            long early = rows() - there;
            if (died == null && early == expected.customers()) {
                died = "wrote more than can be counted before it was at rest";
            }
            long begun = System.nanoTime();
            double processor = ProcessorTime.of(process.handle());
            double postgres = ProcessorTime.ofPostgres(any);
            died = died == null ? untilAllIn(process, begun) : died;
            double seconds = died == null ? (System.nanoTime() - begun) / 1e9 : Double.NaN;
            processor = ProcessorTime.of(process.handle()) - processor;
            postgres = ProcessorTime.ofPostgres(any) - postgres;
            var difference = settled();
            return new Result(contestant, dirty, expected.sent(), early, (begun - launched) / 1e9, seconds, processor, postgres,
                    expected.customers(), difference, died);
        }
    }

    /** Returns null once it consumes, or why it never will. */
    private String untilItConsumes(Launch process) throws Exception {
        return process.consumes(servers, contestant, topic) ? null : "did not start: " + process.cause();
    }

    /** Returns null once all is visible, or why it will never be. */
    private String untilAllIn(Launch process, long begun) throws Exception {
        long shown = begun;
        long moved = begun;
        long written = -1;
        while (!allIn()) {
            Thread.sleep(LOOK_MILLIS);
            long now = System.nanoTime();
            if (now - shown > 1_000_000_000L) {
                shown = now;
                long rows = written();
                moved = rows > written ? now : moved;
                written = rows;
                System.err.printf("\r  %s on %s: %,d rows written after %.0f s   ", contestant.word(), topic, rows, (now - begun) / 1e9);
                if (process.dead()) {
                    return "stopped after " + Math.round((now - begun) / 1e9) + " s: " + process.cause();
                }
                if (now - moved > STALLED_NANOS) {
                    return "stalled: " + process.cause();
                }
            }
        }
        return null;
    }

    /** Asks one database at a time: what this costs PostgreSQL is told as the contestant's, and some have one database alone. */
    private boolean allIn() throws SQLException {
        for (Look look : looks) {
            try (var row = look.found.executeQuery()) {
                row.next();
                if (row.getInt(1) < look.wanted) {
                    return false;
                }
            }
        }
        return true;
    }

    /** How many customers there are. Each topic begins with a row for each, so as long as not all of them are there, as many changes are written. */
    private long rows() throws SQLException {
        long sum = 0;
        for (Connection connection : connections.values()) {
            try (var statement = connection.createStatement(); var row = statement.executeQuery("SELECT count(*) FROM " + contestant.table())) {
                row.next();
                sum += row.getLong(1);
            }
        }
        return sum;
    }

    /** Roughly how many row versions there are, by PostgreSQL's statistics. */
    private long written() throws SQLException {
        long sum = 0;
        for (Connection connection : connections.values()) {
            try (var statement = connection.createStatement(); var row = statement.executeQuery(
                    "SELECT n_tup_ins + n_tup_upd FROM pg_stat_user_tables WHERE relid = '" + contestant.table() + "'::regclass")) {
                row.next();
                sum += row.getLong(1);
            }
        }
        return sum;
    }

    /** What differs once nothing changes any more. */
    private Expected.Difference settled() throws Exception {
        var difference = expected.compare(new ArrayList<>(connections.values()), select);
        for (int i = 0; i < SETTLE_TRIES && difference.rows() > 0; i++) {
            Thread.sleep(1_000);
            var later = expected.compare(new ArrayList<>(connections.values()), select);
            boolean same = later.equals(difference);
            difference = later;
            if (same && i > 1) {
                break;
            }
        }
        return difference;
    }

    @Override
    public void close() throws SQLException, IOException {
        for (Connection connection : connections.values()) {
            connection.close();
        }
    }
}
