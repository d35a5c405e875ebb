package dev.concordat.contract;

import java.util.List;
import java.util.Optional;

/**
 * A field of a shared entity as its contract describes it.
 *
 * @param column        column of the ledger's table that holds it
 * @param owner         the one system that may set it; null for the key
 * @param foreignChange what a change of it by another system means
 * @param validValues   closed set of values; empty where any value of the type will do
 * @param residency     how it may leave its region; null where its classification decides
 * @param form         what its values look like
 */
public record Field(
        String name, String column, Type type, Owner owner, boolean key, boolean required,
        Classification classification, ForeignChange foreignChange, Optional<OpenEnum> openEnum,
        List<String> validValues, Residency residency, Form form) {
    public Field {
        validValues = List.copyOf(validValues);
    }
}
