package dev.concordat.change;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a change sets, read without a document being made of it: a text for each field, as the ledger reads it. Null is null, an object is
 * its JSON.
 *
 * @param values in the layout's places; one that is not set is null
 * @param set    the fields that are set: a bit for each place
 */
public record FieldValues(Layout layout, String[] values, long set) {
    /** So many fields can be told by bits. */
    public static final int MOST_FIELDS = 62;

    /** The places of an entity's fields. Two of the same fields are not the same: each belongs to the contract that made it. */
    public static final class Layout {
        private final List<String> names;
        private final Map<String, Integer> places;
        private final long texts;

        /**
         * @param names of the fields, in the order of their places
         * @param texts those whose values are texts in JSON: a bit for each place
         */
        public Layout(List<String> names, long texts) {
            this.names = List.copyOf(names);
            this.places = IntStream.range(0, names.size()).boxed().collect(Collectors.toUnmodifiableMap(names::get, place -> place));
            this.texts = texts;
        }

        public int size() {
            return names.size();
        }

        public String name(int place) {
            return names.get(place);
        }

        /** Null for what is no field. */
        public Integer place(String name) {
            return places.get(name);
        }
    }

    public boolean sets(int place) {
        return (set & 1L << place) != 0;
    }

    /** The text of a field; null where it is not set, or to something else. */
    public String text(String name) {
        Integer place = layout.place(name);
        return place == null || (layout.texts & 1L << place) == 0 ? null : values[place];
    }
}
