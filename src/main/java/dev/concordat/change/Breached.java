package dev.concordat.change;

import static java.util.Objects.requireNonNull;

/**
 * A change in breach on its way to its region's quarantine.
 *
 * @param original its bytes as they came
 */
public record Breached(Quarantined quarantined, byte[] original) {
    public Breached {
        requireNonNull(quarantined, "quarantined");
        requireNonNull(original, "original");
    }
}
