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
    /** How much of what two long texts have in common is shown before they part. */
    private static final int LEAD = 20;

    private final List<Difference> found = new ArrayList<>();

    List<Difference> found() {
        return List.copyOf(found);
    }

    /** What one method tells another about a difference: its kind, where it is, what was and is there. */
    record Seen(String code, Place at, Object before, Object after) {
    }

    void add(Seen seen, Sides sides, String meaning, Verdict... verdicts) {
        Place place = seen.at();
        String before = words(seen.before());
        String after = words(seen.after());
        boolean spaced = before.equals(after) && !plain(seen.before()).equals(plain(seen.after()));
        int from = from(before, after);
        found.add(new Difference(seen.code(), place.path(), place.line(), place.column(), shortened(before, from),
                shortened(after, from) + (spaced ? " (other white space)" : ""), EnumSet.copyOf(Arrays.asList(verdicts)), sides.producer(),
                Character.toUpperCase(meaning.charAt(0)) + meaning.substring(1)));
    }

    private static String words(Object value) {
        return plain(value).replaceAll("\\s+", " ").strip();
    }

    /** From which sign on two texts are shown, so that in what is left of long ones can be seen where they part. */
    private static int from(String one, String other) {
        int parting = Math.max(0, Arrays.mismatch(one.toCharArray(), other.toCharArray()));
        if (parting < SHORT - LEAD) {
            return 0;
        }
        int word = one.indexOf(' ', parting - LEAD) + 1;
        return word > 0 && word <= parting ? word : parting - LEAD;
    }

    private static String shortened(String words, int from) {
        if (words.length() <= SHORT) {
            return words;
        }
        boolean whole = words.length() - from <= SHORT;
        return (from > 0 ? "…" : "") + (whole ? words.substring(from) : words.substring(from, from + SHORT - 1).stripTrailing() + "…");
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
