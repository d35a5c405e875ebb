package dev.concordat.contract;

/** What kind of value a field holds, by ODCS's logical types. */
public enum Type {
    STRING("text"),
    DATE("date"),
    TIMESTAMP("timestamptz"),
    INTEGER("bigint"),
    NUMBER("numeric"),
    BOOLEAN("boolean"),
    OBJECT("jsonb"),
    ARRAY("jsonb");

    private final String sql;

    Type(String sql) {
        this.sql = sql;
    }

    /** The type of the ledger's column, as PostgreSQL names it. */
    public String sql() {
        return sql;
    }
}
