package dev.concordat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** Which name may be meant by one that is not known. */
final class Spelling {
    /** A name is near another one with a slip in so many of its signs. */
    private static final int SIGNS_A_SLIP = 4;

    private Spelling() {
    }

    static Optional<String> nearest(Stream<String> names, String written) {
        return names.filter(name -> slips(name, written) <= Math.max(2, written.length() / SIGNS_A_SLIP))
                .min(Comparator.<String>comparingInt(name -> slips(name, written)).thenComparing(Comparator.naturalOrder()));
    }

    /** Whether the name is meant, where many others may be as well. */
    static boolean isMeant(String name, String written) {
        return slips(name, written) <= name.length() / SIGNS_A_SLIP;
    }

    /** How many signs have to be put in, left out or changed to make one word of the other. */
    private static int slips(String one, String other) {
        int[] before = new int[other.length() + 1];
        Arrays.setAll(before, column -> column);
        for (int row = 1; row <= one.length(); row++) {
            int[] now = new int[before.length];
            now[0] = row;
            for (int column = 1; column < now.length; column++) {
                int change = before[column - 1] + (one.charAt(row - 1) == other.charAt(column - 1) ? 0 : 1);
                now[column] = Math.min(change, 1 + Math.min(before[column], now[column - 1]));
            }
            before = now;
        }
        return before[other.length()];
    }
}
