package dev.concordat.contract;

/** Whom a difference between two contracts concerns, the gravest first. */
public enum Verdict {
    /** What its producer sends as agreed before may now be refused: not BACKWARD compatible. */
    BREAKS_PRODUCER,
    /** Its consumer may meet, or miss, what it was built for: not FORWARD compatible. */
    BREAKS_CONSUMER,
    /** Personal data is protected less than before. */
    BREAKS_PRIVACY,
    /** Both sides go on as before; there is something new to use. */
    ADDITIVE,
    /** Words for people, which nothing runs on. */
    TEXT;

    /** Whether it takes a new major version. */
    public boolean isBreak() {
        return compareTo(ADDITIVE) < 0;
    }
}
