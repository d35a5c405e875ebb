package dev.concordat;

import dev.concordat.audit.AuditPlan.Targets;
import dev.concordat.contract.Contract;
import dev.concordat.contract.Contracts;
import dev.concordat.contract.Sla;
import dev.concordat.residency.RegionChooser;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The targets that audits measure, as {@code slaProperties} of the contracts promise them. */
final class Promises {
    /** What holds where the contract of customers says nothing. */
    private static final Targets DELIVERED = new Targets(0.995, Duration.ofSeconds(30), 0.995, 0.001);
    private static final Map<String, Integer> MILLIS = Map.of("ms", 1, "s", 1000, "", 1000, "min", 60_000, "h", 3_600_000);
    private static final List<String> PERCENT = List.of("percent", "%", "");

    private Promises() {
    }

    /** What the contract of customers promises; it speaks for all. */
    static Targets of(Contracts contracts) {
        return of(contracts.newest(RegionChooser.CUSTOMER), DELIVERED);
    }

    /** What speaks against contracts because no audit could measure what they promise; empty where nothing does. */
    static List<String> objections(Contracts contracts) {
        var objections = new ArrayList<String>();
        var promised = DELIVERED;
        for (Contract contract : contracts.newest().stream().sorted((a, b) -> Boolean.compare(speaksForAll(b), speaksForAll(a))).toList()) {
            try {
                var own = of(contract, promised);
                if (speaksForAll(contract)) {
                    promised = own;
                } else if (!own.equals(promised)) {
                    objections.add(contract.label() + " promises another latency or errorRate than the contract of customers; an audit measures the changes "
                            + "of all entities together: promise the same");
                }
            } catch (BridgeException e) {
                objections.add(contract.label() + " promises what no audit can measure: " + e.getMessage());
            }
        }
        return objections;
    }

    private static boolean speaksForAll(Contract contract) {
        return contract.entity().equals(RegionChooser.CUSTOMER);
    }

    private static Targets of(Contract contract, Targets otherwise) {
        var latency = sla(contract, sla -> sla.property().equals("latency"));
        var compliance = sla(contract, sla -> sla.property().equals("errorRate") && sla.element().isEmpty());
        var violations = sla(contract, sla -> sla.property().equals("errorRate") && sla.element().isPresent());
        return new Targets(
                compliance.map(Promises::share).map(BigDecimal.ONE::subtract).map(BigDecimal::doubleValue).orElse(otherwise.compliance()),
                latency.map(Promises::time).orElse(otherwise.latency()),
                latency.flatMap(Sla::percentile).map(Promises::share).map(BigDecimal::doubleValue).orElse(otherwise.latencyPercentile()),
                violations.map(Promises::share).map(BigDecimal::doubleValue).orElse(otherwise.violations()));
    }

    private static Optional<Sla> sla(Contract contract, Predicate<Sla> wanted) {
        return contract.slas().stream().filter(wanted).findFirst();
    }

    private static Duration time(Sla sla) {
        check(MILLIS.containsKey(sla.unit()), sla, "ms, s, min or h");
        return Duration.ofMillis(sla.value().multiply(BigDecimal.valueOf(MILLIS.get(sla.unit()))).longValue());
    }

    private static BigDecimal share(Sla sla) {
        check(PERCENT.contains(sla.unit()), sla, "percent");
        return share(sla.value());
    }

    private static BigDecimal share(BigDecimal percent) {
        return percent.movePointLeft(2);
    }

    private static void check(boolean right, Sla sla, String otherwise) {
        if (!right) {
            throw new BridgeException("The unit of " + sla.property() + " is [" + sla.unit() + "], " + otherwise + " is right.");
        }
    }
}
