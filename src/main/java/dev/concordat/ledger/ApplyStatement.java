package dev.concordat.ledger;

import static java.util.stream.Collectors.joining;

import dev.concordat.change.Change;
import dev.concordat.contract.Contract;
import dev.concordat.contract.Field;
import dev.concordat.contract.Owner;
import dev.concordat.contract.Parent;
import dev.concordat.contract.StatusAlignment;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The one SQL statement that applies a wave of changes of an entity to the ledger, compiled from the entity's contract.
 *
 * <p>Its parameters are arrays, one for each {@link WaveColumn}, with a place for each change; a wave has at most one change for each id.
 * The statement judges every change against the ledger as it stands, writes the accepted ones with their inbox rows, and returns for each
 * its {@code verdict}. Only columns of fields that the CRM owns stand in the write. Each field has a version beside the
 * row ({@code versions}), so that a late change sets what no newer one has set.
 */
public final class ApplyStatement {
    private final Contract contract;
    private final Function<String, Contract> contracts;
    private final List<Field> fields;
    private final FieldVersions versions;
    private final List<String> blocking;
    private final FieldPositions positions;
    private final List<WaveColumn> columns;
    private final String sql;
    private final String prepared;
    private final PlainStatement plain;

    /**
     * @param contracts the contract of an entity, for what the changed entity hangs on or what hangs on it
     * @param places    of the columns in {@code versions}
     * @param blocking  under which statuses the row may have been blocked
     */
    ApplyStatement(Contract contract, Function<String, Contract> contracts, VersionPlaces places, BlockingStatuses blocking) {
        this.contract = contract;
        this.contracts = contracts;
        this.fields = VersionPlaces.versioned(contract);
        this.versions = new FieldVersions(contract.entity(), fields, places);
        this.blocking = blocking.of(contract);
        var taken = contract.fields().stream().filter(field -> field.key() || field.owner() == Owner.CRM).toList();
        var byColumn = new HashMap<String, Integer>();
        taken.forEach(field -> byColumn.put(field.column(), byColumn.size()));
        this.positions = new FieldPositions(taken.stream().map(Field::name).toList());
        int[] versioned = places.columns(contract.entity()).stream().mapToInt(column -> byColumn.getOrDefault(column, -1)).toArray();
        this.columns = WaveColumn.ofJudged(taken, versioned);
        this.sql = compile();
        this.prepared = WaveColumn.prepared(sql);
        this.plain = new PlainStatement(contract, contracts, taken, places);
    }

    String entity() {
        return contract.entity();
    }

    /** From which it was compiled. */
    Contract contract() {
        return contract;
    }

    /** The statement, with named parameters. */
    String sql() {
        return sql;
    }

    /** The statement as JDBC takes it, with question marks. */
    String prepared() {
        return prepared;
    }

    /** Applies those that need no judging. */
    PlainStatement plain() {
        return plain;
    }

    /** Reads what admit wrote of a change, with the fields whose values the statement takes. */
    LaneRecord read(String subject, byte[] bytes, int changeAt) throws IOException {
        return LaneRecord.read(subject, bytes, changeAt, positions);
    }

    /** Takes a change straight from admit, with the fields whose values the statement takes. */
    LaneRecord take(Change change) throws IOException {
        return LaneRecord.of(change, positions);
    }

    /** The statement's parameters in the order of its question marks. */
    List<Object> parameters(List<LaneRecord> records) {
        var parameters = new ArrayList<Object>(columns.size() + 1);
        columns.forEach(column -> parameters.add(column.values().apply(records)));
        boolean mayPark = contract.parent().isPresent() || records.stream().anyMatch(each -> each.parent() != null);
        parameters.add(mayPark ? records.stream().map(LaneRecord::original).toArray(byte[][]::new) : new byte[0][]);
        return parameters;
    }

    private String compile() {
        return """
                WITH incoming AS NOT MATERIALIZED (
                  SELECT %s
                ),
                judged AS MATERIALIZED (
                  SELECT CASE
                    WHEN n.receipt IN (i.receipt, p.receipt, q.receipt, d.receipt, g.receipt) THEN 'repeated'
                    WHEN i.receipt IS NOT NULL OR p.receipt IS NOT NULL THEN 'duplicate'
                    WHEN n.outcome IS NOT NULL THEN n.outcome
                    WHEN n.misplaced IS NOT NULL AND (%s) THEN n.misplaced
                %s    WHEN %s THEN 'version-conflict'
                %s    WHEN t.%s IS NOT NULL AND NOT w.newer THEN 'superseded'
                    ELSE 'applied' END AS verdict, %s AS aligns, %s%sn.*
                  FROM incoming n
                  -- Each row by its key, whatever the tables hold: OFFSET 0 keeps the planner from reading a table whole.
                  LEFT JOIN LATERAL (SELECT * FROM %s WHERE %s = n.%s OFFSET 0 FOR NO KEY UPDATE) t ON true
                  CROSS JOIN LATERAL (SELECT %s AS newer OFFSET 0) w
                  -- What brings something newer was not applied yet, unless its id stands for another change of its time: the inbox's key tells that.
                  LEFT JOIN LATERAL (SELECT receipt FROM concordat.inbox WHERE changed_at = n.changed_at AND source = n.source AND id = n.event
                                     AND hashtextextended(id, 0) = hashtextextended(n.event, 0)
                                     AND hashtextextended(source, hashtextextended(id, 1))
                                       = hashtextextended(n.source, hashtextextended(n.event, 1))
                                     %sOFFSET 0) i ON true
                  LEFT JOIN LATERAL (SELECT receipt FROM concordat.parked
                                     WHERE source = n.source AND id = n.event AND NOT n.returned OFFSET 0) p ON true
                  -- What came back from there and was sent back no more has ended there again.
                  LEFT JOIN LATERAL (SELECT receipt FROM concordat.quarantine
                                     WHERE source = n.source AND id = n.event AND (NOT n.returned OR state IN ('quarantined', 'discarded')) OFFSET 0) q ON true
                  -- A topic that was made anew has its positions again.
                  LEFT JOIN LATERAL (SELECT receipt FROM concordat.duplicate
                                     WHERE receipt = n.receipt AND id = n.event AND source = n.source OFFSET 0) d ON true
                  -- What was parked here and goes on, in another region perhaps.
                  LEFT JOIN LATERAL (SELECT receipt FROM concordat.resumed
                                     WHERE receipt = n.receipt AND id = n.event AND source = n.source AND NOT n.returned OFFSET 0) g ON true
                %s),
                written AS (
                %s),
                recorded AS (
                  INSERT INTO concordat.inbox (source, id, subject, outcome, contract, receipt, changed_at)
                  SELECT source, event, subject, verdict, contract, receipt, changed_at FROM judged
                  WHERE verdict IN ('applied', 'superseded', 'filtered')
                ),
                waiting AS (
                  INSERT INTO concordat.parked (source, id, subject, parent, contract, receipt, original, changed_at)
                  SELECT source, event, subject, coalesce(parent, %s), contract, receipt, original, changed_at
                  FROM judged
                  -- Read only where there is something to park.
                  JOIN unnest(CASE WHEN EXISTS (SELECT FROM judged WHERE verdict = 'parked') THEN :#originals::bytea[] END)
                    WITH ORDINALITY AS o(original, ord) USING (ord)
                  WHERE verdict = 'parked'
                  ON CONFLICT DO NOTHING
                ),
                again AS (
                  INSERT INTO concordat.duplicate (receipt, source, id)
                  SELECT receipt, source, event FROM judged
                  WHERE verdict = 'duplicate'
                  ON CONFLICT DO NOTHING
                )
                SELECT verdict, extract(epoch FROM clock_timestamp() - changed_at)::float8 AS age FROM judged
                %sORDER BY ord
                """.formatted(
                columns.stream().map(WaveColumn::sql).collect(joining(",\n         ")), residencyNewer(), parentVerdicts(), versions.conflicts(), closingVerdict(),
                key(), aligns(), flagBefore(), each(f -> versions.left(f) + " AS left_" + f + ", ", ""),
                contract.table(), key(), quoted(contract.key().name()), versions.newer(), lookedUp(), parentJoin(), write(), parentId(),
                dependents());
    }

    private String key() {
        return contract.key().column();
    }

    private static String quoted(String field) {
        return '"' + field + '"';
    }

    private String each(Function<Integer, String> part, String delimiter) {
        return IntStream.range(0, fields.size()).mapToObj(part::apply).collect(joining(delimiter));
    }

    private String residencyNewer() {
        return IntStream.range(0, fields.size()).filter(f -> fields.get(f).name().equals(Change.RESIDENCY)).mapToObj(versions::newer)
                .findFirst().orElse("false");
    }

    private String statusNewer() {
        return contract.statusAlignment().map(alignment -> versions.newer(position(alignment))).orElse("false");
    }

    /** Whether the status that the change brings blocks what hangs on the entity, or frees it of what the status before blocked. */
    private String aligns() {
        return contract.statusAlignment().map(alignment -> "(" + statusNewer() + ") AND (" + blocked(alignment) + " OR "
                + freed(alignment, "n." + quoted(alignment.field())) + ")").orElse("false");
    }

    private int position(StatusAlignment alignment) {
        return IntStream.range(0, fields.size()).filter(f -> fields.get(f).name().equals(alignment.field())).findFirst()
                .orElseThrow();
    }

    private String closingVerdict() {
        return contract.statusAlignment().map(alignment -> """
                    WHEN %s AND n.%s IN (%s) AND EXISTS (SELECT FROM %s d WHERE d.%s = t.%s AND d.%s <> 0)
                      THEN 'status-misaligned'
                """.formatted(statusNewer(), quoted(alignment.field()), literals(alignment.closing()), table(alignment),
                foreignKey(alignment), key(), alignment.balanceColumn())).orElse("");
    }

    private String table(StatusAlignment alignment) {
        return contracts.apply(alignment.dependents()).table();
    }

    private String foreignKey(StatusAlignment alignment) {
        return contracts.apply(alignment.dependents()).parent().orElseThrow().column();
    }

    private static String literals(List<String> values) {
        return values.stream().map(value -> "'" + value.replace("'", "''") + "'").collect(joining(", "));
    }

    private Contract contractOf(Parent parent) {
        return contracts.apply(parent.entity());
    }

    private String parentVerdicts() {
        return contract.parent().map(parent -> """
                    WHEN t.%s IS NOT NULL AND t.%s IS DISTINCT FROM n."%s" THEN 'account-owner-mismatch'
                    WHEN o.%s IS NULL THEN 'parked'
                """.formatted(key(), parent.column(), parent.field(), contractOf(parent).key().column())).orElse("");
    }

    private String parentJoin() {
        return contract.parent().map(parent -> "  LEFT JOIN LATERAL (SELECT * FROM %s WHERE %s = n.\"%s\" OFFSET 0%s) o ON true\n"
                .formatted(contractOf(parent).table(), contractOf(parent).key().column(), parent.field(),
                        // A change of the parent's status and this one see each other, whichever is first.
                        parentsFlag().isPresent() ? " FOR SHARE" : "")).orElse("");
    }

    /** When the inbox is looked into: always where a change may be parked, because what is parked leaves no row whose key could tell. */
    private String lookedUp() {
        return contract.parent().isPresent() ? "" : "AND (n.again OR n.outcome IS NOT NULL OR NOT w.newer) ";
    }

    private String parentId() {
        return contract.parent().map(parent -> quoted(parent.field())).orElse(quoted(contract.key().name()));
    }

    private String write() {
        String parentColumn = contract.parent().map(parent -> parent.column() + ", ").orElse("");
        String parentValue = contract.parent().map(parent -> "n.\"" + parent.field() + "\", ").orElse("");
        return """
                  INSERT INTO %s AS t (%s, %s%s, %sversions)
                  SELECT n.%s, %s%s, %sn.versions
                  FROM judged n WHERE n.verdict = 'applied'
                  ON CONFLICT (%s) DO UPDATE SET
                    %s,
                    %sversions = %s
                """.formatted(contract.table(), key(), parentColumn, each(f -> fields.get(f).column(), ", "), flag().map(flag -> flag + ", ").orElse(""),
                quoted(contract.key().name()), parentValue, each(f -> "n.left_" + f, ", "), flagValue(), key(),
                each(versions::written, ",\n    "), flagUpdate(), versions.written());
    }

    /** The flag that blocks postings: on the customer by its status, on a new account by its customer's flag. */
    private Optional<String> flag() {
        return contract.statusAlignment().map(StatusAlignment::flagColumn).or(this::parentsFlag);
    }

    private Optional<String> parentsFlag() {
        return contract.parent().flatMap(parent -> contractOf(parent).statusAlignment())
                .filter(alignment -> alignment.dependents().equals(contract.entity())).map(StatusAlignment::flagColumn);
    }

    private String flagBefore() {
        return contract.statusAlignment().map(alignment -> "t." + alignment.flagColumn()).or(() -> parentsFlag().map(flag -> "t." + flag + ", o." + flag))
                .map(flags -> "coalesce(" + flags + ", false) AS flag_before, ").orElse("");
    }

    private String flagValue() {
        return contract.statusAlignment().map(alignment -> "CASE WHEN n.aligns THEN " + blocked(alignment) + " ELSE n.flag_before END, ")
                .or(() -> parentsFlag().map(flag -> "n.flag_before, ")).orElse("");
    }

    /** Whether the status that a change ({@code n}) brings blocks postings. */
    static String blocked(StatusAlignment alignment) {
        return "coalesce(n." + quoted(alignment.field()) + " IN (" + literals(alignment.blocking()) + "), false)";
    }

    private String flagUpdate() {
        return contract.statusAlignment().map(alignment -> versions.written(position(alignment), alignment.flagColumn(),
                " AND (EXCLUDED." + alignment.flagColumn() + " OR "
                + freed(alignment, "EXCLUDED." + fields.get(position(alignment)).column()) + ")") + ",\n    ").orElse("");
    }

    /**
     * Whether the status that the row has ({@code t}) blocks postings, or may have when it came, and another one comes: else a block is the ledger's own,
     * and no status that stays free lifts it.
     *
     * @param coming the status that comes
     */
    private String freed(StatusAlignment alignment, String coming) {
        String standing = "t." + fields.get(position(alignment)).column();
        return "coalesce(%1$s IN (%2$s) OR %1$s IN (%3$s) AND %1$s IS DISTINCT FROM %4$s, false)".formatted(standing, literals(alignment.blocking()),
                literals(blocking), coming);
    }

    /**
     * A status that blocks the customer blocks all accounts in the same transaction; one that frees it frees them. It is done by a function,
     * because that sees an account which another transaction has written while this one waited for the customer, and a balance that came
     * while it waited for an account: then the statement fails and is judged anew.
     */
    private String dependents() {
        return contract.statusAlignment().map(alignment -> """
                CROSS JOIN (
                  -- Not called for nobody: that takes longer than to judge ten changes.
                  SELECT CASE WHEN count(*) = 0 THEN 0
                    ELSE concordat.align_%1$s(array_agg(%2$s), array_agg(%3$s IN (%4$s)), array_agg(%3$s IN (%5$s))) END AS aligned
                  FROM judged WHERE verdict = 'applied' AND aligns
                ) dependents WHERE aligned >= 0
                """.formatted(alignment.dependents(), quoted(contract.key().name()), quoted(alignment.field()), literals(alignment.blocking()),
                literals(alignment.closing()))).orElse("");
    }

    /** The function that {@link #dependents} calls; empty where nothing hangs on the entity's status. */
    Optional<String> alignment() {
        return contract.statusAlignment().map(alignment -> """
                CREATE OR REPLACE FUNCTION concordat.align_%1$s(ids text[], blocked boolean[], closed boolean[]) RETURNS bigint
                LANGUAGE plpgsql AS $$
                DECLARE
                  aligned bigint;
                BEGIN
                  UPDATE %2$s d SET %3$s = s.blocked FROM unnest(ids, align_%1$s.blocked) AS s(id, blocked)
                  WHERE d.%4$s = s.id AND d.%3$s IS DISTINCT FROM s.blocked;
                  GET DIAGNOSTICS aligned = ROW_COUNT;
                  IF EXISTS (SELECT FROM (SELECT d.%5$s AS balance FROM unnest(ids, align_%1$s.closed) AS s(id, closed)
                                          JOIN %2$s d ON d.%4$s = s.id WHERE s.closed OFFSET 0 FOR SHARE OF d) l WHERE balance <> 0) THEN
                    RAISE EXCEPTION 'a balance came while its customer was closed' USING ERRCODE = 'serialization_failure';
                  END IF;
                  RETURN aligned;
                END $$;
                """.formatted(alignment.dependents(), table(alignment), alignment.flagColumn(), foreignKey(alignment),
                alignment.balanceColumn()));
    }
}
