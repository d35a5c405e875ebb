package dev.concordat.contract;

/** What a change of a field means that its sender does not own. */
public enum ForeignChange {
    /** The field is left out of the change. */
    FILTER,
    /** The change breaks the contract. */
    QUARANTINE
}
