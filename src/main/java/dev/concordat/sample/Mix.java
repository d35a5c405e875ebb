package dev.concordat.sample;

/**
 * How much of the traffic is out of the ordinary. Shares are of all changes, from 0 to 1.
 *
 * @param duplicates share that is sent twice
 * @param late       share that is sent after a newer one
 * @param breaches   share that breaks the contract
 * @param firstKind  where in {@link Kind#breaches()} the kinds begin to take turns; any number, from 0
 */
public record Mix(double duplicates, double late, double breaches, int firstKind) {
    /** What a CRM sends on a usual day. */
    public static final Mix EVERYDAY = new Mix(0.03, 0.03, 0.01, 0);
}
