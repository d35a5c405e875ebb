package dev.concordat.contract;

/** What a contract is held against. */
public enum Profile {
    /** The Open Data Contract Standard and what Concordat needs besides; the bridge starts under nothing less. */
    CONCORDAT,
    /** The Open Data Contract Standard alone. */
    ODCS
}
