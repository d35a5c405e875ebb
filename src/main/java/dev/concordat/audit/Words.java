package dev.concordat.audit;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Numbers and times as people read them. */
final class Words {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    private Words() {}

    static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    static String counted(long value, String one, String many) {
        return number(value) + " " + (value == 1 ? one : many);
    }

    static String time(Instant value) {
        return value == null ? "" : TIME.format(value);
    }

    /**
     * A share in percent, rounded down or up so that a miss never looks met: to 3 places, and to 3 digits of what it is from 0 or 100, so that
     * what is neither never looks so.
     */
    static String percent(double share, RoundingMode mode) {
        BigDecimal exact = BigDecimal.valueOf(share).movePointRight(2);
        BigDecimal away = exact.min(HUNDRED.subtract(exact)).stripTrailingZeros();
        return plain(exact.setScale(Math.max(3, away.scale() - away.precision() + 3), mode)) + " %";
    }

    static String seconds(Double value) {
        if (value == null) {
            return "–";
        }
        if (value < 1) {
            return Math.round(value * 1000) + " ms";
        }
        if (value < 600) {
            return plain(value, 2) + " s";
        }
        return value < 7200 ? plain(value / 60, 1) + " min" : plain(value / 3600, 1) + " h";
    }

    /** How long a contract promises that something takes; that is not rounded. */
    static String promised(double seconds) {
        long milliseconds = Math.round(seconds * 1000);
        if (milliseconds < 1000) {
            return milliseconds + " ms";
        }
        if (milliseconds < 600_000 || milliseconds % 60_000 != 0) {
            return plain(BigDecimal.valueOf(milliseconds, 3)) + " s";
        }
        return milliseconds % 3_600_000 == 0 ? milliseconds / 3_600_000 + " h" : milliseconds / 60_000 + " min";
    }

    private static String plain(double value, int places) {
        return plain(BigDecimal.valueOf(value).setScale(places, RoundingMode.CEILING));
    }

    private static String plain(BigDecimal value) {
        BigDecimal shortest = value.stripTrailingZeros();
        return (shortest.scale() < 0 ? shortest.setScale(0) : shortest).toPlainString();
    }
}
