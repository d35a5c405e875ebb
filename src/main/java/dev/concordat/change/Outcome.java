package dev.concordat.change;

import java.util.Locale;

/**
 * The one ending that every received change has.
 *
 * <p>received = applied + duplicate + superseded + filtered + parked + quarantined + discarded + in flight.
 */
public enum Outcome {
    /** At least one field was written to the target. */
    APPLIED,
    /** The same change was received before. */
    DUPLICATE,
    /** Every field it sets was set by a newer change before. */
    SUPERSEDED,
    /** No field is left that its sender owns. */
    FILTERED,
    /** Waits for its parent and resumes by itself. */
    PARKED,
    /** Breaks the contract and waits for an operator. */
    QUARANTINED,
    /** An operator threw it away. */
    DISCARDED;

    /** The word used in metrics, columns and on the command line. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
