package dev.concordat.tool;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.contract.Formats;
import dev.concordat.contract.Type;
import java.math.BigInteger;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What was seen of one field: types, forms and lengths, and values only while they are few. */
final class FieldSamples {
    private static final int FEW = 20;
    private static final int SHORT = 40;
    private static final int DEEPEST = 16;
    private static final int MOST_PARTS = 500;
    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final List<String> OWN_FORMATS = List.of("email", "e164", "iban", "iso-3166-alpha-2", "iso-4217", "date", "date-time");

    private final int depth;
    private final Set<Type> types = EnumSet.noneOf(Type.class);
    private final Set<String> formats = new LinkedHashSet<>(OWN_FORMATS);
    private final Map<String, Integer> values = new LinkedHashMap<>();
    private final Map<String, FieldSamples> parts = new LinkedHashMap<>();
    private FieldSamples items;
    private boolean many;
    private long seen;
    private long complete;
    private long nulls;
    private long objects;
    private int shortest = Integer.MAX_VALUE;
    private int longest;
    private int bits;
    private final Set<Type> cells = EnumSet.noneOf(Type.class);

    FieldSamples(int depth) {
        this.depth = depth;
        formats.add("uuid");
    }

    /**
     * Takes a value.
     *
     * @param whole whether its record had all fields of the entity
     * @param cell  whether it came as a text because everything there is a text
     */
    void saw(JsonNode value, boolean whole, boolean cell) {
        seen++;
        complete += whole ? 1 : 0;
        if (value.isNull()) {
            nulls++;
        } else if (value.isTextual()) {
            text(value.textValue(), cell);
        } else if (value.isObject()) {
            types.add(Type.OBJECT);
            object(value, cell);
        } else if (value.isArray()) {
            types.add(Type.ARRAY);
            items = items == null ? new FieldSamples(depth + 1) : items;
            value.forEach(element -> items.saw(element, true, cell));
        } else if (value.isBoolean()) {
            types.add(Type.BOOLEAN);
        } else {
            types.add(value.isIntegralNumber() ? Type.INTEGER : Type.NUMBER);
            bits = Math.max(bits, value.isIntegralNumber() ? value.bigIntegerValue().bitLength() : 0);
        }
    }

    private void object(JsonNode value, boolean cell) {
        objects++;
        if (depth < DEEPEST) {
            value.properties().forEach(part -> part(part.getKey()).saw(part.getValue(), true, cell));
        }
    }

    private FieldSamples part(String name) {
        if (parts.size() >= MOST_PARTS && !parts.containsKey(name)) {
            return new FieldSamples(depth + 1);
        }
        return parts.computeIfAbsent(name, own -> new FieldSamples(depth + 1));
    }

    private void text(String text, boolean cell) {
        if (cell) {
            cell(text);
        } else {
            types.add(Type.STRING);
        }
        int length = text.codePointCount(0, text.length());
        shortest = Math.min(shortest, length);
        longest = Math.max(longest, length);
        formats.removeIf(format -> text.isEmpty() || !is(format, text));
        if (!many) {
            values.merge(text, 1, Integer::sum);
            if (values.size() > FEW || length > SHORT) {
                many = true;
                values.clear();
            }
        }
    }

    private static boolean is(String format, String text) {
        return format.equals("uuid") ? UUID.matcher(text).matches() : Formats.matches(format, text);
    }

    private void cell(String text) {
        if (ColumnTypes.WHOLE.matcher(text).matches()) {
            cells.add(Type.INTEGER);
            bits = Math.max(bits, new BigInteger(text).bitLength());
        } else if (ColumnTypes.NUMBER.matcher(text).matches()) {
            cells.add(Type.NUMBER);
        } else {
            cells.add(text.equals("true") || text.equals("false") ? Type.BOOLEAN : Type.STRING);
        }
    }

    /** What holds all values; a text where they have nothing else in common. */
    Type type() {
        Set<Type> all = EnumSet.noneOf(Type.class);
        all.addAll(types);
        all.addAll(cells);
        if (all.equals(EnumSet.of(Type.INTEGER, Type.NUMBER))) {
            return Type.NUMBER;
        }
        Type type = all.size() == 1 ? all.iterator().next() : Type.STRING;
        return type != Type.STRING || types.size() > 1 ? type : formats.contains("date") && longest > 0 ? Type.DATE
                : formats.contains("date-time") && longest > 0 ? Type.TIMESTAMP : Type.STRING;
    }

    /** Whether all values came as texts because everything there was a text. */
    boolean onlyCells() {
        return types.isEmpty();
    }

    /** Whether no type holds all values. */
    boolean mixed() {
        return types.size() > 1 && !types.equals(EnumSet.of(Type.INTEGER, Type.NUMBER));
    }

    /** What every text was, such as {@code email}; empty where nothing is known. */
    String format() {
        return longest == 0 || type() != Type.STRING ? "" : formats.stream().findFirst().orElse("");
    }

    long seen() {
        return seen;
    }

    /** Whether each of so many whole records had a value, and none took it away. */
    boolean always(long wholeRecords, long records) {
        return nulls == 0 && seen > 0 && (wholeRecords > 0 ? complete == wholeRecords : seen == records);
    }

    /** Shortest text, in characters. */
    int shortest() {
        return shortest;
    }

    /** Longest text, in characters. */
    int longest() {
        return longest;
    }

    boolean fitsLong() {
        return bits < Long.SIZE;
    }

    /** How often each value was seen; empty where there are many. */
    Map<String, Integer> values() {
        return values;
    }

    /** Parts of the objects. */
    Map<String, FieldSamples> parts() {
        return parts;
    }

    long objects() {
        return objects;
    }

    /** What the lists hold; null where none held anything. */
    FieldSamples items() {
        return items;
    }
}
