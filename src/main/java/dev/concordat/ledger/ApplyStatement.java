package dev.concordat.ledger;

import static java.util.stream.Collectors.joining;

import dev.concordat.contract.Contract;
import dev.concordat.contract.Field;
import dev.concordat.contract.Owner;
import dev.concordat.contract.Parent;
import dev.concordat.contract.StatusAlignment;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Compiles a contract into the one SQL statement that applies a wave of changes to the ledger.
 *
 * <p>Parameter {@code :#wave} is, as bytes, a JSON array of lane records with at most one change for each entity. The statement judges
 * every change against the ledger as it stands, writes the accepted ones with their inbox rows, and returns for each its
 * {@code verdict}. Only columns of fields that the CRM owns stand in the write. Each field has a version beside the row
 * ({@code versions}), so that a late change sets what no newer one has set.
 */
final class ApplyStatement {
    private final Contract contract;
    private final Function<String, Contract> contracts;
    private final List<Field> fields;

    private ApplyStatement(Contract contract, Function<String, Contract> contracts) {
        this.contract = contract;
        this.contracts = contracts;
        this.fields = contract.ownedBy(Owner.CRM).stream().filter(field -> !isParent(contract, field)).toList();
    }

    /** @param contracts the contract of an entity, for what the changed entity hangs on or what hangs on it */
    static String of(Contract contract, Function<String, Contract> contracts) {
        return new ApplyStatement(contract, contracts).sql();
    }

    private static boolean isParent(Contract contract, Field field) {
        return contract.parent().filter(parent -> parent.field().equals(field.name())).isPresent();
    }

    private String sql() {
        return """
                WITH wave AS MATERIALIZED (
                  SELECT convert_from(:#wave, 'UTF8') AS records
                ),
                incoming AS MATERIALIZED (
                  SELECT w.ord, l.returned, l.receipt, l.contract, l.outcome, l.parent, c.source, c.id AS event, c.subject,
                         c.time AS changed_at, c.sequence AS version, ARRAY[%s] AS versions, r.*
                  FROM wave, jsonb_array_elements(records::jsonb) WITH ORDINALITY AS w(record, ord),
                       LATERAL jsonb_to_record(record) AS l(contract text, receipt text, returned boolean, outcome text,
                                                            parent text, after jsonb, change jsonb),
                       LATERAL jsonb_to_record(l.change) AS c(source text, id text, subject text, time timestamptz,
                                                              sequence bigint, data jsonb),
                       LATERAL (SELECT coalesce(l.after, c.data->'after', '{}'::jsonb) AS after) a,
                       LATERAL jsonb_to_record(a.after) AS r(%s)
                ),
                first AS (
                  SELECT min(ord) AS ord FROM incoming GROUP BY source, event
                ),
                current AS (
                  SELECT t.* FROM %s t WHERE t.%s IN (SELECT %s FROM incoming) FOR NO KEY UPDATE
                ),
                judged AS MATERIALIZED (
                  SELECT CASE
                    WHEN i.receipt = n.receipt OR p.receipt = n.receipt THEN 'repeated'
                    WHEN i.receipt IS NOT NULL OR p.receipt IS NOT NULL OR f.ord IS NULL THEN 'duplicate'
                    WHEN n.outcome IS NOT NULL THEN n.outcome
                %s    WHEN %s THEN 'version-conflict'
                %s    WHEN t.%s IS NOT NULL AND NOT (%s) THEN 'superseded'
                    ELSE 'applied' END AS verdict, %s AS status_newer, n.*
                  FROM incoming n
                  LEFT JOIN first f ON f.ord = n.ord
                  LEFT JOIN current t ON t.%s = n.%s
                  LEFT JOIN concordat.inbox i ON i.source = n.source AND i.id = n.event
                  LEFT JOIN concordat.parked p ON p.source = n.source AND p.id = n.event AND NOT n.returned
                %s),
                written AS (
                %s),
                %srecorded AS (
                  INSERT INTO concordat.inbox (source, id, subject, outcome, contract, receipt, changed_at)
                  SELECT source, event, subject, verdict, contract, receipt, changed_at FROM judged
                  WHERE verdict IN ('applied', 'superseded', 'filtered')
                  ON CONFLICT DO NOTHING
                ),
                waiting AS (
                  INSERT INTO concordat.parked (source, id, subject, parent, contract, receipt, original, changed_at)
                  SELECT source, event, subject, coalesce(parent, %s), contract, receipt,
                         convert_to((w.record->'change')::text, 'UTF8'), changed_at
                  FROM judged
                  -- As json, not jsonb: what is parked keeps its bytes. Read only where there is something to park.
                  JOIN json_array_elements(CASE WHEN EXISTS (SELECT FROM judged WHERE verdict = 'parked')
                    THEN (SELECT records::json FROM wave) END) WITH ORDINALITY AS w(record, ord) USING (ord)
                  WHERE verdict = 'parked'
                  ON CONFLICT DO NOTHING
                ),
                again AS (
                  INSERT INTO concordat.duplicate (receipt, source, id)
                  SELECT receipt, source, event FROM judged WHERE verdict = 'duplicate' AND NOT returned
                  ON CONFLICT DO NOTHING
                )
                SELECT verdict, extract(epoch FROM clock_timestamp() - changed_at)::float8 AS age, returned
                FROM judged ORDER BY ord
                """.formatted(
                each(f -> "CASE WHEN jsonb_exists(a.after, '" + fields.get(f).name() + "') THEN c.sequence ELSE 0 END", ", "),
                recordColumns(), contract.table(), key(), quoted(contract.key()), parentVerdicts(), conflicts(), closingVerdict(),
                key(), anyNewer(), statusNewer(), key(), quoted(contract.key()),
                contract.parent().isPresent() ? "  LEFT " + parentJoin() : "", write(), dependents(), parentId());
    }

    private String key() {
        return contract.key().column();
    }

    private static String quoted(Field field) {
        return '"' + field.name() + '"';
    }

    private String each(Function<Integer, String> part, String delimiter) {
        return IntStream.range(0, fields.size()).mapToObj(part::apply).collect(joining(delimiter));
    }

    private String recordColumns() {
        return contract.fields().stream()
                .filter(field -> field.key() || field.owner() == Owner.CRM)
                .map(field -> quoted(field) + " " + sqlType(field)).collect(joining(", "));
    }

    private static String sqlType(Field field) {
        return switch (field.type()) {
            case STRING -> "text";
            case DATE -> "date";
            case TIMESTAMP -> "timestamptz";
            case INTEGER -> "bigint";
            case NUMBER -> "numeric";
            case BOOLEAN -> "boolean";
            case OBJECT, ARRAY -> "jsonb";
        };
    }

    /** The version of a field that the change sets; 0, and so never newer, where it does not set the field. */
    private static String incoming(int field) {
        return "n.versions[" + (field + 1) + "]";
    }

    private String standing(int field) {
        return "coalesce(t.versions[" + (field + 1) + "], 0)";
    }

    private String newer(int field) {
        return incoming(field) + " > " + standing(field);
    }

    private String anyNewer() {
        return each(this::newer, " OR ");
    }

    /** Another change has already set this version of a field, with other content. */
    private String conflicts() {
        return "n.version = ANY (t.versions) AND (" + each(f -> "(" + incoming(f) + " > 0 AND " + incoming(f) + " = " + standing(f) + " AND t."
                + fields.get(f).column() + " IS DISTINCT FROM n." + quoted(fields.get(f)) + ")", " OR ") + ")";
    }

    private String statusNewer() {
        return contract.statusAlignment().map(alignment -> newer(position(alignment))).orElse("false");
    }

    private int position(StatusAlignment alignment) {
        return IntStream.range(0, fields.size()).filter(f -> fields.get(f).name().equals(alignment.field())).findFirst()
                .orElseThrow();
    }

    private String closingVerdict() {
        return contract.statusAlignment().map(alignment -> """
                    WHEN %s AND n.%s IN (%s) AND EXISTS (SELECT FROM %s d WHERE d.%s = t.%s AND d.%s <> 0)
                      THEN 'status-misaligned'
                """.formatted(statusNewer(), quoted(alignment), literals(alignment.closing()), table(alignment),
                foreignKey(alignment), key(), alignment.balanceColumn())).orElse("");
    }

    private String table(StatusAlignment alignment) {
        return contracts.apply(alignment.dependents()).table();
    }

    private String foreignKey(StatusAlignment alignment) {
        return contracts.apply(alignment.dependents()).parent().orElseThrow().column();
    }

    private static String quoted(StatusAlignment alignment) {
        return '"' + alignment.field() + '"';
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
        return contract.parent().map(parent -> "JOIN " + contractOf(parent).table() + " o ON o."
                + contractOf(parent).key().column() + " = n.\"" + parent.field() + "\"\n").orElse("");
    }

    private String parentId() {
        return contract.parent().map(parent -> '"' + parent.field() + '"').orElse(quoted(contract.key()));
    }

    private String write() {
        String parentColumn = contract.parent().map(parent -> parent.column() + ", ").orElse("");
        String parentValue = contract.parent().map(parent -> "n.\"" + parent.field() + "\", ").orElse("");
        return """
                  INSERT INTO %s AS t (%s, %s%s, %sversions)
                  SELECT n.%s, %s%s, %sn.versions
                  FROM judged n%s WHERE n.verdict = 'applied'
                  ON CONFLICT (%s) DO UPDATE SET
                    %s,
                    %sversions = ARRAY[%s]::bigint[]
                """.formatted(contract.table(), key(), parentColumn, each(f -> fields.get(f).column(), ", "), flagColumn(),
                quoted(contract.key()), parentValue, each(f -> "n." + quoted(fields.get(f)), ", "), flagValue(), flagJoin(), key(),
                each(f -> fields.get(f).column() + " = CASE WHEN EXCLUDED.versions[" + (f + 1) + "] > " + standing(f)
                        + " THEN EXCLUDED." + fields.get(f).column() + " ELSE t." + fields.get(f).column() + " END", ",\n    "),
                flagUpdate(),
                each(f -> "greatest(EXCLUDED.versions[" + (f + 1) + "], " + standing(f) + ")", ", "));
    }

    /** The flag that blocks postings: on the customer by its status, on a new account by its customer's flag. */
    private Optional<String> flag() {
        return contract.statusAlignment().map(StatusAlignment::flagColumn).or(this::parentsFlag);
    }

    private Optional<String> parentsFlag() {
        return contract.parent().flatMap(parent -> contractOf(parent).statusAlignment())
                .filter(alignment -> alignment.dependents().equals(contract.entity())).map(StatusAlignment::flagColumn);
    }

    private String flagColumn() {
        return flag().map(flag -> flag + ", ").orElse("");
    }

    private String flagValue() {
        return contract.statusAlignment()
                .map(alignment -> "coalesce(n." + quoted(alignment) + " IN (" + literals(alignment.blocking()) + "), false), ")
                .or(() -> parentsFlag().map(flag -> "coalesce(o." + flag + ", false), ")).orElse("");
    }

    private String flagJoin() {
        return parentsFlag().isPresent() ? " " + parentJoin().strip() : "";
    }

    private String flagUpdate() {
        return contract.statusAlignment().map(alignment -> {
            int f = position(alignment);
            String flag = alignment.flagColumn();
            return flag + " = CASE WHEN EXCLUDED.versions[" + (f + 1) + "] > " + standing(f) + " THEN EXCLUDED." + flag
                    + " ELSE t." + flag + " END,\n    ";
        }).orElse("");
    }

    /** A status that blocks the customer blocks all accounts in the same transaction; one that frees it frees them. */
    private String dependents() {
        return contract.statusAlignment().map(alignment -> """
                dependents AS (
                  UPDATE %s d SET %s = n.%s IN (%s) FROM judged n
                  WHERE n.verdict = 'applied' AND n.status_newer AND d.%s = n.%s
                    AND d.%s IS DISTINCT FROM (n.%s IN (%s))
                ),
                """.formatted(table(alignment), alignment.flagColumn(), quoted(alignment),
                literals(alignment.blocking()), foreignKey(alignment), quoted(contract.key()),
                alignment.flagColumn(), quoted(alignment), literals(alignment.blocking()))).orElse("");
    }
}
