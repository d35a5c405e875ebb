package dev.concordat.contract;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A version that has come into force with another bridge of the group, above what is in force here.
 *
 * @param here  the contract of the same entity and major version in force here, or else the newest of the entity
 * @param since when it first came into force
 * @param runs  whether a bridge that has it in force runs now
 */
public record NewerContract(Contract here, Version version, Instant since, boolean runs) {
    /** Such as {@code customer}. */
    public String entity() {
        return here.entity();
    }

    /** Entity and major version, such as {@code customer.1}. */
    public String place() {
        return here.entity() + "." + version.major();
    }

    /** Entity and version, such as {@code customer/1.1.0}. */
    public String label() {
        return here.entity() + "/" + version;
    }

    /** Since when it has been in force, and what this bridge has instead, for people. */
    public String sentence() {
        return label() + " has been in force in the group since " + since.truncatedTo(ChronoUnit.SECONDS) + "; this bridge has " + here.version();
    }
}
