package dev.concordat.contract;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Names of the ledger's tables and columns, which go into SQL as they are, without quotes, and are compared with those that PostgreSQL tells. */
public final class SqlName {
    /** Bytes; PostgreSQL cuts off what is longer. */
    public static final int LONGEST = 63;

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z_[\\p{L}&&\\P{ASCII}]][A-Za-z0-9_[\\p{L}&&\\P{ASCII}]]*");
    private static final Pattern UPPER = Pattern.compile("[A-Z]");

    /** Of PostgreSQL 14 to 18, those that {@code pg_get_keywords()} calls reserved, also where they may name a function or a type. */
    private static final Set<String> RESERVED = Set.of("""
            all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation column concurrently
            constraint create cross current_catalog current_date current_role current_schema current_time current_timestamp current_user default
            deferrable desc distinct do else end except false fetch for foreign freeze from full grant group having ilike in initially inner intersect
            into is isnull join lateral leading left like limit localtime localtimestamp natural not notnull null offset on only or order outer
            overlaps placing primary references returning right select session_user similar some symmetric system_user table tablesample then to
            trailing true union unique user using variadic verbose when where window with""".split("\\s+"));

    private SqlName() {
    }

    /** Whether PostgreSQL takes a name of a column, or of a table without its schema, for a word of SQL. */
    public static boolean isReserved(String name) {
        return RESERVED.contains(name);
    }

    static void ofColumn(Place at, String name, List<Finding> findings) {
        check(at, List.of(name), "rename the column", findings);
    }

    /** @param name with or without its schema */
    static void ofTable(Place at, String name, List<Finding> findings) {
        check(at, List.of(name.split("\\.", 2)), "rename the table", findings);
    }

    /** @param parts only the first can be taken for a word of SQL; after a point there is always a name */
    private static void check(Place at, List<String> parts, String right, List<Finding> findings) {
        String name = String.join(".", parts);
        if (!parts.stream().allMatch(part -> PLAIN.matcher(part).matches())) {
            find(at, "[" + name + "] is no name that SQL takes without quotes", right + ": letters, digits and _, no digit first", findings);
        } else if (UPPER.matcher(name).find()) {
            find(at, "[" + name + "] has upper case, and PostgreSQL makes lower case of what is not quoted", "write "
                    + name.toLowerCase(Locale.ROOT) + ", or " + right + " if it has upper case there", findings);
        } else if (isReserved(parts.get(0))) {
            find(at, "[" + name + "] is a word that PostgreSQL keeps for SQL itself", right, findings);
        } else if (parts.stream().anyMatch(part -> part.getBytes(StandardCharsets.UTF_8).length > LONGEST)) {
            find(at, "[" + name + "] is longer than the " + LONGEST + " bytes of which PostgreSQL makes a name", "write it as the ledger has it, cut off there",
                    findings);
        }
    }

    private static void find(Place at, String wrong, String right, List<Finding> findings) {
        findings.add(at.key("physicalName").finding(FindingCode.WRONG_PHYSICAL_NAME, wrong, right));
    }
}
