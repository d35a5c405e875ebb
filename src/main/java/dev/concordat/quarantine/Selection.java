package dev.concordat.quarantine;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which of the changes in a state are meant: those to which all of it applies.
 *
 * @param region where they are kept; null for all regions
 * @param rule   that they broke; null for all rules
 * @param cause  that they have, its example the one by which an operator named it; null for all causes
 */
public record Selection(String region, String rule, Cause cause) {
    public static final Selection ALL = new Selection(null, null, null);

    /** The same grouping as that of {@link Cause}. */
    private static final List<String> OF_CAUSE = List.of("breaches -> 0 ->> 'keyword' = ?",
            "regexp_replace(breaches -> 0 ->> 'pointer', '/[0-9]+(?=/|$)', '/*', 'g') = ?",
            "split_part(replace(breaches -> 0 ->> 'sentence', '`' || (breaches -> 0 ->> 'pointer') || '`', '`' || ? || '`'), ';', 1) = ?");
    private static final String UNREADABLE = "num_nulls(breaches -> 0 ->> 'keyword', breaches -> 0 ->> 'pointer', breaches -> 0 ->> 'sentence') > 0";

    /** What follows upon another condition on a row. */
    String sql() {
        var conditions = new ArrayList<String>();
        if (rule != null) {
            conditions.add("rule = ?");
        }
        if (cause != null) {
            conditions.add("contract = ? AND rule = ?");
            conditions.addAll(cause.unreadable() ? List.of(UNREADABLE) : OF_CAUSE);
        }
        return conditions.stream().map(condition -> " AND " + condition).collect(Collectors.joining());
    }

    /** What {@link #sql} asks for. */
    List<Object> parameters() {
        var parameters = new ArrayList<Object>();
        if (rule != null) {
            parameters.add(rule);
        }
        if (cause != null) {
            var group = cause.group();
            parameters.addAll(List.of(group.contract(), group.rule()));
            parameters.addAll(cause.unreadable() ? List.of() : List.of(group.keyword(), group.path(), group.path(), cause.common()));
        }
        return parameters;
    }

    /** Where nothing is found in a state, and what there is instead. */
    String nothing(String state, List<String> rules) {
        if (cause != null) {
            return "nothing " + state + " has the cause of " + cause.example() + ": " + cause.sentence();
        }
        return rules.isEmpty() ? "nothing is " + state
                : "nothing " + state + " breaks rule [" + rule + "]; there are: " + String.join(", ", rules);
    }
}
