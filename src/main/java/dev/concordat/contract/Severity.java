package dev.concordat.contract;

/** What a violation of a quality rule leads to. */
public enum Severity {
    /** Quarantine. */
    ERROR,
    /** The change passes and is reported. */
    WARNING,
    /** The change passes and is counted. */
    INFO
}
