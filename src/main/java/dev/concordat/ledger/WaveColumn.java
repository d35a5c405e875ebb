package dev.concordat.ledger;

import dev.concordat.contract.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
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
    /**
     * The columns of an entity: where each change comes from and what it is, then the values and versions of its fields.
     *
     * @param versioned for each place of {@code versions} the position of its field, or -1 where none of the fields has it
     */
    static List<WaveColumn> of(List<Field> fields, int[] versioned) {
        var columns = new ArrayList<>(List.of(
                new WaveColumn("ord", "unnest(:#ord::integer[]) AS ord", records -> IntStream.rangeClosed(1, records.size()).toArray()),
                flag("returned", LaneRecord::returned), flag("again", LaneRecord::again),
                text("receipt", "text", LaneRecord::receipt), text("contract", "text", LaneRecord::contract),
                text("outcome", "text", LaneRecord::outcome), text("parent", "text", LaneRecord::parent),
                text("source", "text", LaneRecord::source), text("event", "text", LaneRecord::id),
                text("subject", "text", LaneRecord::subject), text("changed_at", "timestamptz", LaneRecord::time),
                new WaveColumn("version", "unnest(:#version::bigint[]) AS version",
                        records -> records.stream().mapToLong(LaneRecord::version).toArray())));
        columns.add(text("versions", "bigint[]", each -> each.versions(versioned)));
        for (int i = 0; i < fields.size(); i++) {
            int position = i;
            columns.add(new WaveColumn("field" + i, "unnest(:#field" + i + "::text[])::" + fields.get(i).type().sql() + " AS \"" + fields.get(i).name() + '"',
                    records -> texts(records, each -> each.value(position))));
        }
        return List.copyOf(columns);
    }

    private static WaveColumn text(String name, String type, Function<LaneRecord, String> value) {
        return new WaveColumn(name, "unnest(:#" + name + "::text[])::" + type + " AS " + name, records -> texts(records, value));
    }

    private static String[] texts(List<LaneRecord> records, Function<LaneRecord, String> value) {
        var texts = new String[records.size()];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = value.apply(records.get(i));
        }
        return texts;
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
