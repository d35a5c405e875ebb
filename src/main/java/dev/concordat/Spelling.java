package dev.concordat;

import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** Which name may be meant by one that is not known. */
public final class Spelling {
    /** A name is near another one with a slip in so many of its signs. */
    private static final int SIGNS_A_SLIP = 4;

    private Spelling() {
    }

    public static Optional<String> nearest(Stream<String> names, String written) {
        return names.filter(name -> slips(name, written) <= Math.max(2, written.length() / SIGNS_A_SLIP))
                .min(Comparator.<String>comparingInt(name -> slips(name, written)).thenComparing(Comparator.naturalOrder()));
    }

    /** Whether the name is meant, where many others may be as well; nobody slips in the first sign. */
    static boolean isMeant(String name, String written) {
        return written.regionMatches(true, 0, name, 0, 1) && slips(name, written) <= name.length() / SIGNS_A_SLIP;
    }

    /** How many signs have to be put in, left out, changed or changed with their neighbour to make one word of the other. */
    private static int slips(String one, String other) {
        int[][] slips = new int[one.length() + 1][other.length() + 1];
        for (int row = 0; row <= one.length(); row++) {
            for (int column = 0; column <= other.length(); column++) {
                slips[row][column] = row == 0 || column == 0 ? row + column : slips(slips, row, column, one, other);
            }
        }
        return slips[one.length()][other.length()];
    }

    private static int slips(int[][] before, int row, int column, String one, String other) {
        boolean same = one.charAt(row - 1) == other.charAt(column - 1);
        int least = Math.min(before[row - 1][column - 1] + (same ? 0 : 1), 1 + Math.min(before[row - 1][column], before[row][column - 1]));
        boolean swapped = row > 1 && column > 1 && one.charAt(row - 1) == other.charAt(column - 2) && one.charAt(row - 2) == other.charAt(column - 1);
        return swapped ? Math.min(least, before[row - 2][column - 2] + 1) : least;
    }
}
