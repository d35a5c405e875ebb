package dev.concordat.audit;

import dev.concordat.audit.AuditReport.BreachPlace;
import dev.concordat.audit.AuditReport.BreachRule;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Adds up the regions' breaches. */
final class Breaches {
    private static final int MOST_PLACES = 200;
    private final Map<List<String>, BreachRule> rules = new HashMap<>();
    private final Map<List<String>, BreachPlace> places = new HashMap<>();

    void rule(String region, String direction, String rule, String contract, long changes, long open, long replayed,
            long discarded, Instant oldest, Instant newest) {
        rules.merge(List.of(direction, rule, contract),
                new BreachRule(direction, rule, contract, changes, open, replayed, discarded, oldest, newest,
                        Map.of(region, changes)),
                Breaches::sum);
    }

    void place(String rule, String contract, String keyword, String pointer, long breaches, long open, Instant oldest,
            Instant newest) {
        places.merge(List.of(rule, contract, keyword, pointer),
                new BreachPlace(rule, contract, keyword, pointer, breaches, open, oldest, newest),
                (a, b) -> new BreachPlace(rule, contract, keyword, pointer, a.breaches() + b.breaches(),
                        a.open() + b.open(), first(a.oldest(), b.oldest()), last(a.newest(), b.newest())));
    }

    List<BreachRule> rules() {
        return rules.values().stream().sorted(Comparator.comparingLong(BreachRule::changes).reversed()
                .thenComparing(BreachRule::rule).thenComparing(BreachRule::contract)).toList();
    }

    List<BreachPlace> places() {
        return places.values().stream().sorted(Comparator.comparingLong(BreachPlace::breaches).reversed()
                .thenComparing(BreachPlace::rule).thenComparing(BreachPlace::pointer)).limit(MOST_PLACES).toList();
    }

    /** Received changes in breach of a rule of form, of all regions or of one. */
    long ofForm(Set<String> formRules, String region) {
        return count(formRules::contains, region);
    }

    /** Received changes in breach of any other rule. */
    long others(Set<String> formRules, String region) {
        return count(rule -> !formRules.contains(rule), region);
    }

    private long count(Predicate<String> isMeant, String region) {
        return rules.values().stream()
                .filter(row -> row.direction().equals("crm-to-ledger") && isMeant.test(row.rule()))
                .mapToLong(row -> region == null ? row.changes() : row.regions().getOrDefault(region, 0L)).sum();
    }

    private static BreachRule sum(BreachRule a, BreachRule b) {
        Map<String, Long> regions = new TreeMap<>(a.regions());
        b.regions().forEach((region, changes) -> regions.merge(region, changes, Long::sum));
        return new BreachRule(a.direction(), a.rule(), a.contract(), a.changes() + b.changes(), a.open() + b.open(),
                a.replayed() + b.replayed(), a.discarded() + b.discarded(), first(a.oldest(), b.oldest()),
                last(a.newest(), b.newest()), regions);
    }

    private static Instant first(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }

    private static Instant last(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }
}
