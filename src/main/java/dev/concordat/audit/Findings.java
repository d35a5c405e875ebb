package dev.concordat.audit;

import dev.concordat.audit.AuditReport.Tally;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Counts every finding, hands it on, and keeps the first few of each kind in each region as examples. */
final class Findings implements FindingSink {
    private final int examples;
    private final Consumer<Finding> each;
    private final Map<FindingKind, Map<String, List<Finding>>> shown = new EnumMap<>(FindingKind.class);
    private final Map<FindingKind, Map<String, Long>> counted = new EnumMap<>(FindingKind.class);

    Findings(int examples, Consumer<Finding> each) {
        this.examples = examples;
        this.each = each;
    }

    @Override
    public void add(FindingKind kind, String region, String entity, String id, String sentence, String besides) {
        Finding finding = new Finding(kind, region, entity, id, sentence + besides);
        counted.computeIfAbsent(kind, k -> new TreeMap<>()).merge(region, 1L, Long::sum);
        List<Finding> list = shown.computeIfAbsent(kind, k -> new TreeMap<>()).computeIfAbsent(region, r -> new ArrayList<>());
        if (list.size() < examples) {
            list.add(finding);
        }
        each.accept(finding);
    }

    List<Tally> tallies() {
        List<Tally> tallies = new ArrayList<>();
        counted.forEach((kind, regions) -> {
            long total = regions.values().stream().mapToLong(Long::longValue).sum();
            tallies.add(new Tally(kind, total, regions, shown.get(kind).values().stream().flatMap(Collection::stream).toList()));
        });
        return tallies;
    }
}
