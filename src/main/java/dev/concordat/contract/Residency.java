package dev.concordat.contract;

/** How a field may leave its region where no rule lets it pass as it is. */
public enum Residency {
    BLOCK,
    TOKENIZE,
    ALLOW
}
