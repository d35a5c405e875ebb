package dev.concordat.ledger;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What is known of the numbers that a region's quarantine has taken, of which each change that goes there takes one, and each duplicate.
 * A delivery can only have ended so under a number that was taken after its batch was begun.
 *
 * @param before the newest number that a statement had seen when the batch was begun, before its changes were counted
 * @param newest where the number goes that the next answer tells
 */
record Seen(long before, AtomicLong newest) {
    /** No number is this: whoever sends it has everything looked for, and all of a batch judged where that is much. */
    static final long NOTHING = -1;
}
