package dev.concordat.contract;

import java.util.Optional;

/**
 * A quality rule over many records, which the audit checks.
 *
 * @param name     the contract's own name of it, such as {@code balance-reconciled}
 * @param kind     {@code sql}, or what Concordat does itself: {@code status-misaligned}, {@code orphan},
 *                 {@code account-owner-mismatch}
 * @param field    field that it is about, where it is about one
 * @param query    SQL that returns one number, for kind {@code sql}
 * @param expected what that number must be, for kind {@code sql}
 */
public record Rule(
        String name, String kind, Severity severity, String description, Optional<String> field,
        Optional<String> query, Optional<Expectation> expected) {
    public static final String SQL = "sql";
    public static final String STATUS_MISALIGNED = "status-misaligned";
    public static final String ORPHAN = "orphan";
    public static final String ACCOUNT_OWNER_MISMATCH = "account-owner-mismatch";
}
