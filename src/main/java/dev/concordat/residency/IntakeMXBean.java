package dev.concordat.residency;

/** The intake over JMX: {@code dev.concordat:type=Intake}. */
public interface IntakeMXBean {
    /** Whether a bridge holds the intake now because too large a share of the changes is in breach. */
    boolean isHeld();

    /** Since when it is held, or was last, and how that ended. */
    String show();

    /** Lets what is held through as it is: its breaches go to quarantine. Says what came of it. */
    String resume();
}
