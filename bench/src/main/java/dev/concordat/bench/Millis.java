package dev.concordat.bench;

import java.util.Collection;
import java.util.Locale;

/** How long things took, as cells of a Markdown table. */
final class Millis {
    private Millis() {
    }

    /** Median, 99th percentile and longest, in milliseconds. */
    static String cells(Collection<? extends Number> took) {
        double[] sorted = took.stream().mapToDouble(Number::doubleValue).sorted().toArray();
        return at(sorted, 0.5) + " | " + at(sorted, 0.99) + " | " + at(sorted, 1);
    }

    private static String at(double[] sorted, double share) {
        return sorted.length == 0 ? "–"
                : String.format(Locale.ROOT, "%,.0f", sorted[(int) Math.min(sorted.length - 1, Math.floor(share * sorted.length))]);
    }
}
