package dev.concordat.contract;

/** What kind of value a field holds, by ODCS's logical types. */
public enum Type {
    STRING,
    DATE,
    TIMESTAMP,
    INTEGER,
    NUMBER,
    BOOLEAN,
    OBJECT,
    ARRAY
}
