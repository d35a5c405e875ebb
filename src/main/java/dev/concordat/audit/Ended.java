package dev.concordat.audit;

import dev.concordat.audit.AuditReport.Lane;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How the changes of a span of time ended, in each region that could be read. */
final class Ended {
    final List<Lane> lanes = new ArrayList<>();
    final Map<String, Latencies> latencies = new LinkedHashMap<>();
    final Breaches breaches = new Breaches();

    long changes() {
        return lanes.stream().mapToLong(Lane::changes).sum();
    }

    Latencies allLatencies() {
        Latencies all = new Latencies();
        latencies.values().forEach(all::addAll);
        return all;
    }
}
