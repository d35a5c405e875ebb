package dev.concordat.audit;

import dev.concordat.audit.AuditReport.BreachPlace;
import dev.concordat.audit.AuditReport.BreachRule;
import dev.concordat.audit.AuditReport.Drift;
import dev.concordat.audit.AuditReport.Lane;
import dev.concordat.audit.AuditReport.Measure;
import dev.concordat.audit.AuditReport.Observed;
import dev.concordat.audit.AuditReport.Tally;
import dev.concordat.audit.AuditReport.Target;
import dev.concordat.audit.AuditReport.Unread;
import dev.concordat.audit.AuditReport.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Reports made by hand. */
final class Reports {
    static final Instant AT = Instant.parse("2026-11-22T10:00:00Z");

    private Reports() {}

    static AuditReport of(Verdict latencyInUk, List<Tally> findings, List<Unread> unread) {
        return at(AT, latencyInUk, findings, unread);
    }

    static AuditReport at(Instant at, Verdict latencyInUk, List<Tally> findings, List<Unread> unread) {
        Latencies latencies = new Latencies();
        latencies.add(120, 990);
        latencies.add(45_000, 10);
        Measure met = new Measure(Verdict.MET, 0.12, 10, 1000);
        Target latency = new Target("latency", 30, "99.5 % within 30 s", "percentile",
                new Measure(latencyInUk, 45.0, 10, 1000),
                Map.of("eu", met, "uk", new Measure(latencyInUk, 45.0, 10, 90)), new Measure(Verdict.MET, 20.0, 12, 5000));
        BreachRule rule = new BreachRule("crm-to-ledger", "schema", "customer/1.0.0", 3, 1, 1, 1, at, at,
                Map.of("eu", 3L));
        return new AuditReport(at, at.minus(Duration.ofDays(1)), 1.25, List.of(latency),
                List.of(Lane.of("eu", Map.of("applied", 1000L, "quarantined", 1L, "sent-applied", 7L)),
                        Lane.of("uk", Map.of())),
                latencies.report("all"), List.of(latencies.report("eu"), new Latencies().report("uk")), List.of(rule),
                List.of(new BreachPlace("schema", "customer/1.0.0", "<b>", "/after/<script>alert(1)</script>", 3,
                        1, at, at)),
                new Compared(1, 2, 3, 4, unread.isEmpty() ? 0 : 5, 6, 7, 8,
                        List.of("customer.taxId, which no record of the CRM has"), Duration.ofSeconds(30), 0, List.of()), findings,
                List.of(new Drift("customer/1.0.0", "/after/type", "unknown-value", "\"><img src=x onerror=alert(2)>",
                        2, at,
                        at)), List.of(new Observed("customer/1.0.0", "tax-id-given", "warning", "expression",
                        "/after/taxId", "`/after/taxId` should be <there>", 4, at, at)), unread);
    }

    static AuditReport took(AuditReport r, double seconds) {
        return new AuditReport(r.at(), r.since(), seconds, r.targets(), r.lanes(), r.latency(), r.latencies(), r.breaches(), r.breachPlaces(), r.compared(),
                r.findings(), r.drift(), r.observed(), r.unread());
    }

    /** @param none how many were fresh where none was compared */
    static AuditReport fresh(AuditReport r, long putOff, long none, List<String> again) {
        Compared c = r.compared();
        return new AuditReport(r.at(), r.since(), r.tookSeconds(), r.targets(), r.lanes(), r.latency(), r.latencies(), r.breaches(), r.breachPlaces(),
                new Compared(none > 0 ? 0 : c.customers(), none > 0 ? 0 : c.accounts(), none, c.explained(), c.unjudged(), c.ledgerOnlyCustomers(),
                        c.ledgerOnlyAccounts(), c.goneAccounts(), c.notCompared(), Duration.ofHours(2), putOff, again), r.findings(), r.drift(), r.observed(),
                r.unread());
    }

    static Tally tally(FindingKind kind, String region, long count) {
        return new Tally(kind, count, Map.of(region, count),
                List.of(new Finding(kind, region, "account", "a'1&<2>", "{{status}} $1 is wrong")));
    }
}
