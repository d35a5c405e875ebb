package dev.concordat.audit;

import dev.concordat.audit.AuditReport.Tally;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts every finding and keeps the first few of each kind as examples. */
final class Findings {
    private final int examples;
    private final Map<FindingKind, List<Finding>> shown = new EnumMap<>(FindingKind.class);
    private final Map<FindingKind, Map<String, Long>> counted = new EnumMap<>(FindingKind.class);

    Findings(int examples) {
        this.examples = examples;
    }

    void add(FindingKind kind, String region, String entity, String id, String sentence) {
        counted.computeIfAbsent(kind, k -> new TreeMap<>()).merge(region, 1L, Long::sum);
        List<Finding> list = shown.computeIfAbsent(kind, k -> new ArrayList<>());
        if (list.size() < examples) {
            list.add(new Finding(kind, region, entity, id, sentence));
        }
    }

    List<Tally> tallies() {
        List<Tally> tallies = new ArrayList<>();
        counted.forEach((kind, regions) -> {
            long total = regions.values().stream().mapToLong(Long::longValue).sum();
            tallies.add(new Tally(kind, total, regions, shown.get(kind)));
        });
        return tallies;
    }
}
