package dev.concordat.sample;

import java.time.Duration;

/**
 * How badly the sample CRM behaves. Shares are of all calls, from 0 to 1.
 *
 * @param perSecond above so many calls a second it answers 429
 * @param busy      share of calls answered 429 although the rate is kept
 * @param failing   share answered 500 or 503 without having done anything
 * @param lost      share answered 503 although the call was carried out
 * @param slow      share that takes {@code slowness} longer
 * @param down      every connection is cut without an answer
 */
public record Faults(
        int perSecond, double busy, double failing, double lost, double slow, Duration slowness, boolean down) {
    public Faults {
        if (perSecond < 1 || !share(busy) || !share(failing) || !share(lost) || !share(slow)) {
            throw new IllegalArgumentException("'perSecond' has to be 1 or more, and each share between 0 and 1");
        }
    }

    public static Faults off() {
        return new Faults(Integer.MAX_VALUE, 0, 0, 0, 0, Duration.ZERO, false);
    }

    /** What a hosted CRM does on a usual day. */
    public static Faults everyday() {
        return new Faults(500, 0.01, 0.01, 0.005, 0.01, Duration.ofMillis(200), false);
    }

    /** No answer at all. */
    public static Faults outage() {
        return new Faults(Integer.MAX_VALUE, 0, 0, 0, 0, Duration.ZERO, true);
    }

    private static boolean share(double value) {
        return value >= 0 && value <= 1;
    }
}
