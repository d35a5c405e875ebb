package dev.concordat.bench;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Utils;

/** What the tables have to hold in the end, computed without any contestant: of each field, the value of its newest valid change. */
final class Expected {
    static final int PARTITIONS = 6;

    /** The last undisturbed change of a partition and region: once it is visible, so are all before it. */
    record Sentinel(String region, String id, String email) {
    }

    /** What differs: rows that are wrong, missing or too many, and valid changes of which an effect is missing. */
    record Difference(long rows, long changes) {
    }

    private static final class Row {
        private final String[] values = new String[Customer.FIELDS.size()];
        private final long[] versions = new long[Customer.FIELDS.size()];
        private boolean seen;
    }

    private final Map<String, Row> rows = new HashMap<>();
    private final Map<String, Sentinel> sentinels = new TreeMap<>();
    private long valid;
    private long sent;

    static Expected of(PeerTraffic traffic) throws Exception {
        var expected = new Expected();
        traffic.each(expected::take);
        return expected;
    }

    static int partition(String key) {
        return Utils.toPositive(Utils.murmur2(key.getBytes(java.nio.charset.StandardCharsets.UTF_8))) % PARTITIONS;
    }

    static String region(String country) {
        return country.equals("GB") ? "uk" : country.equals("US") ? "us" : "eu";
    }

    private void take(PeerTraffic.Sending sending) throws Exception {
        sent++;
        if (!sending.valid()) {
            return;
        }
        valid++;
        String[] values = Customer.flat(PeerTraffic.after(PeerTraffic.read(sending.body())));
        Row row = rows.computeIfAbsent(values[0], id -> new Row());
        for (int i = 0; i < values.length; i++) {
            if (values[i] != null && sending.emission().version() > row.versions[i]) {
                row.values[i] = values[i];
                row.versions[i] = sending.emission().version();
            }
        }
        if (!sending.disturbed()) {
            String region = region(row.values[Customer.RESIDENCY]);
            sentinels.put(region + partition(values[0]), new Sentinel(region, values[0], values[Customer.EMAIL]));
        }
    }

    /** How many records the topic has. */
    long sent() {
        return sent;
    }

    long valid() {
        return valid;
    }

    long customers() {
        return rows.size();
    }

    List<Sentinel> sentinels() {
        return List.copyOf(sentinels.values());
    }

    /** Compares with what stands in the tables, field by field. */
    Difference compare(List<Connection> connections, String select) throws SQLException {
        rows.values().forEach(row -> row.seen = false);
        long wrong = 0;
        Set<String> lost = new HashSet<>();
        for (Connection connection : connections) {
            connection.setAutoCommit(false);
            try (var statement = connection.createStatement()) {
                statement.setFetchSize(2_000);
                var found = statement.executeQuery(select);
                while (found.next()) {
                    Row row = rows.get(found.getString(1));
                    if (row == null || row.seen) {
                        wrong++;
                        continue;
                    }
                    row.seen = true;
                    boolean same = true;
                    for (int i = 1; i < row.values.length; i++) {
                        String value = i == row.values.length - 1 ? consent(found.getObject(i + 1)) : found.getString(i + 1);
                        if (!Objects.equals(row.values[i], value)) {
                            same = false;
                            lost.add(found.getString(1) + "@" + row.versions[i]);
                        }
                    }
                    wrong += same ? 0 : 1;
                }
            } finally {
                connection.setAutoCommit(true);
            }
        }
        var missing = new ArrayList<String>();
        rows.forEach((id, row) -> {
            if (!row.seen) {
                missing.add(id);
                for (int i = 0; i < row.values.length; i++) {
                    if (row.values[i] != null) {
                        lost.add(id + "@" + row.versions[i]);
                    }
                }
            }
        });
        return new Difference(wrong + missing.size(), lost.size());
    }

    private static String consent(Object value) {
        return value == null ? null : value.toString();
    }
}
