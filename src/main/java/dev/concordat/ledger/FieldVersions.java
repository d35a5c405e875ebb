package dev.concordat.ledger;

import static java.util.stream.Collectors.joining;

import dev.concordat.contract.Field;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * What a statement says of the versions of an entity's fields: those of the change ({@code n}), those that the ledger's row ({@code t})
 * has, and those that it gets.
 */
final class FieldVersions {
    private final String entity;
    private final List<Field> fields;
    private final VersionPlaces places;

    /** @param fields by whose number the others ask */
    FieldVersions(String entity, List<Field> fields, VersionPlaces places) {
        this.entity = entity;
        this.fields = fields;
        this.places = places;
    }

    /** Whether the change brings anything newer than what the row has. */
    String newer() {
        return each(this::newer, " OR ");
    }

    /** Whether the change brings something newer for one field. */
    String newer(int field) {
        return incoming(field) + " > " + standing(field);
    }

    /** Another change has already set this version of a field, with other content. */
    String conflicts() {
        return "n.version = ANY (t.versions) AND (" + each(f -> "(" + incoming(f) + " > 0 AND " + incoming(f) + " = " + standing(f)
                + " AND t." + fields.get(f).column() + " IS DISTINCT FROM n.\"" + fields.get(f).name() + "\")", " OR ") + ")";
    }

    /** Sets a field's column to what the change brings, where that is newer. */
    String written(int field) {
        return written(field, fields.get(field).column(), "");
    }

    /** Sets a column to what the change brings, where that is newer for a field and {@code also} holds, which begins with AND. */
    String written(int field, String column, String also) {
        return column + " = CASE WHEN EXCLUDED.versions[" + place(field) + "] > " + standing(field) + also + " THEN EXCLUDED." + column
                + " ELSE t." + column + " END";
    }

    /** What a field has after the change: a row is checked by the ledger, and goes by its triggers, before it is known to be there. */
    String left(int field) {
        return "CASE WHEN " + newer(field) + " THEN n.\"" + fields.get(field).name() + "\" ELSE t." + fields.get(field).column() + " END";
    }

    /** The versions of a row after the write, also of fields that this contract does not have. */
    String written() {
        int all = places.columns(entity).size();
        return "ARRAY[" + IntStream.rangeClosed(1, all)
                .mapToObj(place -> "greatest(EXCLUDED.versions[" + place + "], " + standingAt(place) + ")").collect(joining(", "))
                + "]::bigint[] || t.versions[" + (all + 1) + ":]";
    }

    private String each(IntFunction<String> part, String delimiter) {
        return IntStream.range(0, fields.size()).mapToObj(part).collect(joining(delimiter));
    }

    /** The version of a field that the change sets; 0, and so never newer, where it does not set the field. */
    private String incoming(int field) {
        return "n.versions[" + place(field) + "]";
    }

    private String standing(int field) {
        return standingAt(place(field));
    }

    private static String standingAt(int place) {
        return "coalesce(t.versions[" + place + "], 0)";
    }

    private int place(int field) {
        return places.of(entity, fields.get(field).column());
    }
}
