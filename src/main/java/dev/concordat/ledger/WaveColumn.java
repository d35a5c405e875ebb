package dev.concordat.ledger;

import dev.concordat.change.UtcTime;
import dev.concordat.contract.Field;
import dev.concordat.contract.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A column of what a wave hands to its statement: an array with a place for each change.
 *
 * <p>Arrays go to the ledger as they are; a document of JSON would have to be parsed there again, at a third of the ledger's time.
 *
 * @param parameter name of the statement's parameter
 * @param sql       the column, as it stands in the list of a {@code SELECT}
 * @param values    the array
 */
record WaveColumn(String parameter, String sql, Function<List<LaneRecord>, Object> values) {
    private static final Pattern PARAMETER = Pattern.compile(":#\\w+");
    private static final String[] NONE = {};

    /** The columns from which an entity's changes are judged: where each comes from and what it is, the versions and values of its fields. */
    static List<WaveColumn> ofJudged(List<Field> fields, int[] versioned) {
        var columns = new ArrayList<>(List.of(
                new WaveColumn("ord", "unnest(:#ord::integer[]) AS ord", records -> IntStream.rangeClosed(1, records.size()).toArray()),
                flag("returned", LaneRecord::returned), flag("again", LaneRecord::again),
                text("outcome", "text", LaneRecord::outcome),
                text("misplaced", "text", each -> each.misplaced() == null ? null : each.misplaced().rule()), text("parent", "text", LaneRecord::parent),
                text("subject", "text", LaneRecord::subject), text("versions", "bigint[]", each -> each.versions(versioned))));
        columns.addAll(ofDelivery());
        columns.addAll(ofFields(fields));
        return List.copyOf(columns);
    }

    /** Where a change comes from, and what tells it from others. */
    static List<WaveColumn> ofDelivery() {
        return List.of(text("receipt", "text", LaneRecord::receipt), text("contract", "text", LaneRecord::contract),
                text("source", "text", LaneRecord::source), text("event", "text", LaneRecord::id),
                new WaveColumn("changed_at", "timestamptz 'epoch' + unnest(:#changed_at::bigint[]) * interval '1 microsecond' AS changed_at",
                        records -> records.stream().mapToLong(LaneRecord::micros).toArray()),
                number("version", LaneRecord::version));
    }

    /** The values of fields. */
    static List<WaveColumn> ofFields(List<Field> fields) {
        return IntStream.range(0, fields.size()).mapToObj(i -> new WaveColumn("field" + i,
                "unnest(:#field" + i + "::text[])::" + fields.get(i).type().sql() + " AS \"" + fields.get(i).name() + '"',
                values(fields.get(i).type(), i))).toList();
    }

    private static Function<List<LaneRecord>, Object> values(Type type, int field) {
        return type == Type.TIMESTAMP ? records -> texts(records, each -> UtcTime.toMicroseconds(each.value(field)))
                : records -> texts(records, each -> each.value(field));
    }

    static WaveColumn number(String name, ToLongFunction<LaneRecord> value) {
        return new WaveColumn(name, "unnest(:#" + name + "::bigint[]) AS " + name, records -> records.stream().mapToLong(value).toArray());
    }

    /** A statement as JDBC takes it: with question marks instead of named parameters. */
    static String prepared(String sql) {
        return PARAMETER.matcher(sql).replaceAll("?");
    }

    private static WaveColumn text(String name, String type, Function<LaneRecord, String> value) {
        return new WaveColumn(name, "unnest(:#" + name + "::text[])::" + type + " AS " + name, records -> texts(records, value));
    }

    /** Empty where all are null: to unnest nothing gives as many nulls as the other columns have rows. */
    private static String[] texts(List<LaneRecord> records, Function<LaneRecord, String> value) {
        var texts = new String[records.size()];
        boolean any = false;
        for (int i = 0; i < texts.length; i++) {
            texts[i] = value.apply(records.get(i));
            any |= texts[i] != null;
        }
        return any ? texts : NONE;
    }

    private static WaveColumn flag(String name, Predicate<LaneRecord> value) {
        return new WaveColumn(name, "unnest(:#" + name + "::boolean[]) AS " + name, records -> {
            var flags = new boolean[records.size()];
            for (int i = 0; i < flags.length; i++) {
                flags[i] = value.test(records.get(i));
            }
            return flags;
        });
    }
}
