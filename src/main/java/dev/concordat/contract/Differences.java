package dev.concordat.contract;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Collects what differs. */
final class Differences {
    private static final String NONE = "none";
    private static final int SHORT = 60;

    private final List<Difference> found = new ArrayList<>();

    List<Difference> found() {
        return List.copyOf(found);
    }

    /** What one method tells another about a difference: its kind, where it is, what was and is there. */
    record Seen(String code, Place at, Object before, Object after) {
    }

    void add(Seen seen, Sides sides, String meaning, Verdict... verdicts) {
        Place place = seen.at();
        found.add(new Difference(seen.code(), place.path(), place.line(), place.column(), words(seen.before()), words(seen.after()),
                EnumSet.copyOf(Arrays.asList(verdicts)), sides.producer(), Character.toUpperCase(meaning.charAt(0))
                        + meaning.substring(1)));
    }

    private static String words(Object value) {
        String words = plain(value).replaceAll("\\s+", " ").strip();
        return words.length() <= SHORT ? words : words.substring(0, SHORT - 1).stripTrailing() + "…";
    }

    private static String plain(Object value) {
        if (value == null) {
            return NONE;
        }
        if (value instanceof BigDecimal number) {
            return number.toPlainString();
        }
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream().map(entry -> entry.getKey() + ": " + plain(entry.getValue()))
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        return value instanceof Collection<?> list
                ? list.stream().map(Differences::plain).collect(Collectors.joining(", ", "[", "]")) : String.valueOf(value);
    }
}
