package dev.concordat.contract;

/**
 * A field or value that passed although the contract does not know it.
 *
 * @param contract entity and contract version, such as {@code customer/1.0.0}
 * @param path     JSON pointer into the change's data
 * @param kind     {@code unknown-field} or {@code unknown-value}
 * @param value    the unknown value where the field is public or internal, otherwise empty
 */
public record Drift(String contract, String path, String kind, String value) {
    public static final String UNKNOWN_FIELD = "unknown-field";
    public static final String UNKNOWN_VALUE = "unknown-value";
}
