package dev.concordat.contract;

/** What a violation of a quality rule leads to. */
public enum Severity {
    /** Quarantine. */
    ERROR,
    /** Observed: the change passes; it is counted and reported. */
    WARNING,
    /** As a warning, and only to know how often it happens. */
    INFO
}
