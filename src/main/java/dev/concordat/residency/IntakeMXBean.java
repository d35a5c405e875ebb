package dev.concordat.residency;

import dev.concordat.Described;

/** The intake over JMX: {@code dev.concordat:type=Intake}. */
@Described("The intake, which is held while too large a share of the changes is in breach")
public interface IntakeMXBean {
    /** Whether a bridge holds the intake now because too large a share of the changes is in breach. */
    @Described("Whether a bridge holds the intake now because too large a share of the changes is in breach")
    boolean isHeld();

    /** Since when it is held, or was last, and how that ended. */
    @Described("Says since when it is held, or was last, and how that ended")
    String show();

    /** Lets what is held through as it is: its breaches go to quarantine. Says what came of it. */
    @Described("Lets what is held through as it is: its breaches go to quarantine")
    String resume();
}
