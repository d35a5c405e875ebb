package dev.concordat.contract;

/** How sensitive a field's value is; what is confidential or restricted appears in no log, metric or sentence. */
public enum Classification {
    PUBLIC,
    INTERNAL,
    CONFIDENTIAL,
    RESTRICTED;

    /** Whether a value may be shown to an operator who looks after the sync. */
    public boolean mayBeShown() {
        return this == PUBLIC || this == INTERNAL;
    }
}
