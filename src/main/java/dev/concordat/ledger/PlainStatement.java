package dev.concordat.ledger;

import static java.util.stream.Collectors.joining;

import dev.concordat.contract.Contract;
import dev.concordat.contract.Field;
import dev.concordat.contract.Parent;
import dev.concordat.contract.StatusAlignment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The one SQL statement that applies the plain changes of a portion, compiled from the entity's contract: first deliveries that bring a row
 * which is not there yet, or are newer than everything that their row has. Nothing of them needs to be judged, so it asks for little.
 *
 * <p>It does to a plain change what {@link ApplyStatement} would do, and leaves alone what turns out not to be plain. Its parameters are
 * a number (see {@link Seen}), twice, and an array for each {@link WaveColumn} of the updates, then of the creates.
 */
final class PlainStatement {
    /** So many fields are told by the bits of one number. */
    private static final int FIELDS_IN_NUMBER = 62;
    /** See {@link Seen}. */
    private static final String NUMBERS = "concordat.quarantine_number_seq";
    private static final String NEWEST = "(SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM " + NUMBERS + ")";
    /** Of so many that have ended meanwhile it is not asked which they are; then nothing is plain. */
    private static final int MOST_ENDED = 2_000;

    private final Contract contract;
    private final Function<String, Contract> contracts;
    private final List<Field> taken;
    private final List<Field> versioned;
    private final VersionPlaces places;
    private final int status;
    private final List<WaveColumn> columns;
    private final String sql;
    private final String prepared;

    /**
     * @param contracts the contract of an entity, for what the changed entity hangs on
     * @param taken     the fields whose values stand in a {@link LaneRecord}, in their order
     */
    PlainStatement(Contract contract, Function<String, Contract> contracts, List<Field> taken, VersionPlaces places) {
        this.contract = contract;
        this.contracts = contracts;
        this.taken = taken;
        this.versioned = VersionPlaces.versioned(contract);
        this.places = places;
        this.status = contract.statusAlignment().map(alignment -> position(alignment.field())).orElse(-1);
        this.columns = columns();
        this.sql = late() + updates() + (contract.parent().isEmpty() ? creates() : "") + ended();
        this.prepared = WaveColumn.prepared(sql);
    }

    private int position(String field) {
        return IntStream.range(0, taken.size()).filter(i -> taken.get(i).name().equals(field)).findFirst().orElseThrow();
    }

    private List<WaveColumn> columns() {
        var all = new ArrayList<>(WaveColumn.ofDelivery());
        for (int i = 0; i < taken.size(); i += FIELDS_IN_NUMBER) {
            int from = i;
            all.add(WaveColumn.number("set" + i, each -> each.sets(from, FIELDS_IN_NUMBER)));
        }
        all.addAll(WaveColumn.ofFields(taken));
        return List.copyOf(all);
    }

    /**
     * Whether a change may be plain, as far as can be told without its ledger. One that changes the status, or is blocked from the beginning,
     * may not: accounts hang on it. Nor may one that would move its customer.
     */
    boolean takes(LaneRecord change) {
        return !change.again() && change.outcome() == null && change.misplaced() == null && (change.creates() ? contract.parent().isEmpty() && !isBlocked(change)
                : status < 0 || !change.sets(status));
    }

    private boolean isBlocked(LaneRecord change) {
        return contract.statusAlignment().filter(alignment -> alignment.blocking().contains(change.value(status))).isPresent();
    }

    /**
     * With named parameters. It returns one row: {@code applied}, the numbers of those it applied, with commas between, or null; and
     * {@code seen}, the newest number taken.
     */
    String sql() {
        return sql;
    }

    /** As JDBC takes it, with question marks. */
    String prepared() {
        return prepared;
    }

    /**
     * The statement's parameters in the order of its question marks; a change's number is its place in the list, from 0.
     *
     * @param seen see {@link Seen#before}
     */
    List<Object> parameters(List<LaneRecord> changes, long seen) {
        var parameters = new ArrayList<Object>(2 * columns.size() + 4);
        parameters.add(seen);
        parameters.add(seen);
        add(changes, false, parameters);
        if (contract.parent().isEmpty()) {
            add(changes, true, parameters);
        }
        return parameters;
    }

    private void add(List<LaneRecord> changes, boolean creates, List<Object> parameters) {
        int[] numbers = IntStream.range(0, changes.size()).filter(i -> changes.get(i).creates() == creates).toArray();
        List<LaneRecord> part = numbers.length == changes.size() ? changes : IntStream.of(numbers).mapToObj(changes::get).toList();
        parameters.add(numbers);
        columns.forEach(column -> parameters.add(column.values().apply(part)));
    }

    /** @param prefix of the parameters' names */
    private String incoming(String prefix) {
        String all = "unnest(:#ord::integer[]) AS ord,\n         " + columns.stream().map(WaveColumn::sql).collect(joining(",\n         "));
        return "SELECT " + all.replace(":#", ":#" + prefix);
    }

    private String updates() {
        String sets = each(field -> "%1$s = CASE WHEN %2$s THEN n.%3$s ELSE t.%1$s END".formatted(field.column(), isSet(field), quoted(field)),
                ",\n      ");
        String sameParent = contract.parent().map(this::sameParent).orElse("");
        // The row by its key, then by its place: a join by key could be planned as one that reads the table whole, while that is small. A
        // place is one of several where the table has partitions; IS TRUE keeps the key from being joined by.
        return """
                updated AS (
                  UPDATE %s t SET
                      %s,
                      versions = ARRAY[%s]::bigint[] || t.versions[%d:]
                  FROM (
                  SELECT * FROM (%s) n
                  CROSS JOIN LATERAL (SELECT ctid AS place%s FROM %s WHERE %s = n.%s OFFSET 0) r
                  WHERE %s%s
                  OFFSET 0) n
                  WHERE t.ctid = n.place AND (t.%s = n.%s) IS TRUE AND n.version > ALL (t.versions)
                  RETURNING n.ord, n.source, n.event, n.%s AS id, n.contract, n.receipt, n.changed_at
                ),
                """.formatted(contract.table(), sets, versions("coalesce(t.versions[%d], 0)"), places.columns(contract.entity()).size() + 1,
                incoming(""), contract.parent().map(parent -> ", " + parent.column() + " AS above").orElse(""), contract.table(),
                contract.key().column(), quoted(contract.key()), sameParent, fresh(), contract.key().column(),
                quoted(contract.key()), quoted(contract.key()));
    }

    private String sameParent(Parent parent) {
        Contract above = contracts.apply(parent.entity());
        return "r.above = n.\"%1$s\" AND EXISTS (SELECT FROM %2$s o WHERE o.%3$s = n.\"%1$s\" OFFSET 0)\n    AND ".formatted(parent.field(),
                above.table(), above.key().column());
    }

    private String creates() {
        String flag = contract.statusAlignment().map(StatusAlignment::flagColumn).map(column -> ", " + column).orElse("");
        String blocked = contract.statusAlignment().map(alignment -> ", " + ApplyStatement.blocked(alignment)).orElse("");
        return """
                fresh AS MATERIALIZED (
                  SELECT * FROM (%s) n WHERE %s
                ),
                created AS (
                  INSERT INTO %s (%s, %s%s, versions)
                  SELECT n.%s, %s%s, ARRAY[%s]::bigint[] FROM fresh n
                  ON CONFLICT (%s) DO NOTHING RETURNING %s AS id
                ),
                """.formatted(incoming("new_"), fresh(), contract.table(), contract.key().column(), each(Field::column, ", "), flag,
                quoted(contract.key()), each(field -> "n." + quoted(field), ", "), blocked, versions("0"), contract.key().column(),
                contract.key().column());
    }

    private String ended() {
        // IS TRUE makes the planner look for each id in a hash table, whatever it guesses of their number.
        String created = contract.parent().isPresent() ? "" : """
                  UNION ALL SELECT ord, source, event, %1$s, contract, receipt, changed_at FROM fresh
                  WHERE (%1$s IN (SELECT id FROM created)) IS TRUE
                """.formatted(quoted(contract.key()));
        return """
                ended AS MATERIALIZED (
                  SELECT * FROM updated
                %s),
                recorded AS (
                  INSERT INTO concordat.inbox (source, id, subject, outcome, contract, receipt, changed_at)
                  SELECT source, event, '%s/' || id, 'applied', contract, receipt, changed_at FROM ended
                )
                SELECT string_agg(ord::text, ',') AS applied, %s AS seen FROM ended
                """.formatted(created, contract.entity(), NEWEST);
    }

    /**
     * The deliveries that have ended in quarantine, or as duplicates, since the batch was begun: that can only be so where the statement begins
     * late and somebody else was through with its changes meanwhile (see {@link Seen}).
     */
    private static String late() {
        return """
                WITH late AS MATERIALIZED (
                  (SELECT receipt FROM concordat.quarantine WHERE number > :#seen::bigint ORDER BY number LIMIT %1$d)
                  UNION ALL (SELECT receipt FROM concordat.duplicate WHERE number > :#seen::bigint ORDER BY number LIMIT %1$d)
                ),
                """.formatted(MOST_ENDED);
    }

    /**
     * A further sending of a change that is parked is a duplicate; a delivery that has ended meanwhile has ended. OFFSET 0 has the parked ones looked
     * for by their key, IS NOT TRUE the late ones in a hash table, whatever the planner guesses of the tables.
     */
    private static String fresh() {
        return """
                NOT (EXISTS (SELECT FROM concordat.parked) AND EXISTS (SELECT FROM concordat.parked p
                        WHERE p.id = n.event AND p.source = n.source OFFSET 0))
                    AND (SELECT count(*) FROM late) < %d AND (n.receipt IN (SELECT receipt FROM late)) IS NOT TRUE""".formatted(MOST_ENDED);
    }

    /** @param otherwise what a place has that the change does not set; with a %d for the place */
    private String versions(String otherwise) {
        return places.columns(contract.entity()).stream().map(column -> {
            String standing = otherwise.formatted(places.of(contract.entity(), column));
            return versioned.stream().filter(field -> field.column().equals(column)).findFirst()
                    .map(field -> "CASE WHEN " + isSet(field) + " THEN n.version ELSE " + standing + " END").orElse(standing);
        }).collect(joining(", "));
    }

    private String isSet(Field field) {
        int position = position(field.name());
        return "n.set%d & %d <> 0".formatted(position / FIELDS_IN_NUMBER * FIELDS_IN_NUMBER, 1L << position % FIELDS_IN_NUMBER);
    }

    private String each(Function<Field, String> part, String delimiter) {
        return versioned.stream().map(part).collect(joining(delimiter));
    }

    private static String quoted(Field field) {
        return '"' + field.name() + '"';
    }
}
