package dev.concordat.ledger;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * A column of a ledger's table, as its database has it.
 *
 * @param type      as PostgreSQL writes it, such as {@code character varying(30)}
 * @param kind      PostgreSQL's category: S for texts, N for numbers, D for dates and times, B for truth values
 * @param longest   characters that go in; null where nothing limits them
 * @param largest   number that goes in; null where nothing limits it
 * @param decimals  that are kept; null where all are
 * @param needed    whether it is NOT NULL
 * @param filled    whether it has a default
 * @param triggered whether a trigger may fill it, before a row is inserted
 */
record Column(String name, String type, String dataType, String kind, Integer longest, BigDecimal largest, Integer decimals, boolean needed, boolean filled,
        boolean triggered) {
    private static final String SQL = """
            SELECT a.attname, format_type(a.atttypid, a.atttypmod) AS type, c.data_type, t.typcategory, c.character_maximum_length, c.numeric_precision,
              c.numeric_scale, a.attnotnull, a.atthasdef OR a.attidentity <> '' OR t.typdefault IS NOT NULL AS filled,
              EXISTS (SELECT FROM pg_trigger WHERE tgrelid = r.oid AND tgtype & 7 = 7 AND tgenabled <> 'D') AS triggered
            FROM pg_class r JOIN pg_namespace s ON s.oid = r.relnamespace JOIN pg_attribute a ON a.attrelid = r.oid JOIN pg_type t ON t.oid = a.atttypid
            JOIN information_schema.columns c ON c.table_schema = s.nspname AND c.table_name = r.relname AND c.column_name = a.attname
            WHERE r.oid = to_regclass('%s') ORDER BY a.attnum""";

    static String sql(String table) {
        return SQL.formatted(table);
    }

    /** @param row of what {@link #sql} returns */
    static Column of(ResultSet row) throws SQLException {
        var precision = row.getObject("numeric_precision", Integer.class);
        var decimals = row.getObject("numeric_scale", Integer.class);
        String dataType = row.getString("data_type");
        var largest = switch (dataType) {
            case "smallint" -> BigDecimal.valueOf(Short.MAX_VALUE);
            case "integer" -> BigDecimal.valueOf(Integer.MAX_VALUE);
            case "bigint" -> BigDecimal.valueOf(Long.MAX_VALUE);
            default -> precision == null || decimals == null ? null : BigDecimal.TEN.pow(Math.max(0, precision - decimals)).subtract(BigDecimal.ONE);
        };
        return new Column(row.getString("attname"), row.getString("type"), dataType, row.getString("typcategory"),
                row.getObject("character_maximum_length", Integer.class), largest, decimals, row.getBoolean("attnotnull"), row.getBoolean("filled"),
                row.getBoolean("triggered"));
    }
}
