package dev.concordat.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.audit.AuditReport.Measure;
import dev.concordat.audit.AuditReport.Tally;
import dev.concordat.audit.AuditReport.Target;
import dev.concordat.audit.AuditReport.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * Turns a report into what Alertmanager's {@code POST /api/v2/alerts} takes: one alert for each target that a region
 * misses, each kind of finding in a region, and each part that could not be read.
 *
 * <p>Labels never hold a figure, so an alert stays the same one from audit to audit. A firing alert's end lies ahead,
 * or Alertmanager would resolve it between two audits. After an audit that could not read everything, nothing is
 * resolved.
 */
public final class Alerts {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final String generator;
    private final Duration lasting;

    /**
     * @param generator where the report can be read
     * @param lasting   how long an alert fires without being sent again: about three times the time between two audits
     */
    public Alerts(String generator, Duration lasting) {
        this.generator = generator;
        this.lasting = lasting;
    }

    /** The alerts that fire, by their labels; kept from one audit to the next, in memory or as {@link #json}. */
    public record Firing(Map<String, ObjectNode> alerts) {
        public static final Firing NONE = new Firing(Map.of());

        public Firing {
            alerts = new TreeMap<>(alerts);
        }

        public ArrayNode json() {
            return JSON.createArrayNode().addAll(alerts.values());
        }

        public static Firing of(ArrayNode json) {
            Map<String, ObjectNode> alerts = new TreeMap<>();
            json.forEach(alert -> alerts.put(alert.path("labels").toString(), (ObjectNode) alert));
            return new Firing(alerts);
        }
    }

    /** What to send now, and what to pass in next time once it was sent. */
    public record Batch(ArrayNode payload, Firing firing) {}

    public Batch of(AuditReport report, Firing before) {
        Map<String, ObjectNode> now = new TreeMap<>();
        report.targets().forEach(target -> target.regions().forEach((region, measure) -> {
            if (measure.verdict() == Verdict.MISSED) {
                add(now, missed(target, region, measure));
            }
        }));
        report.findings().forEach(tally ->
                tally.regions().forEach((region, count) -> add(now, found(tally, region, count))));
        report.unread().forEach(part -> add(now, alert("ConcordatAuditIncomplete", "warning", part.part(), "part",
                part.part(), "The audit could not read " + part.part(), part.reason())));
        ArrayNode payload = JSON.createArrayNode();
        keepStart(now, before);
        settleOld(now, before, report, payload);
        now.values().forEach(alert -> alert.put("endsAt", report.at().plus(lasting).toString()));
        now.values().forEach(alert -> alert.put("startsAt", alert.path("startsAt").asText(report.at().toString())));
        return new Batch(payload.addAll(now.values()), new Firing(now));
    }

    private static void keepStart(Map<String, ObjectNode> now, Firing before) {
        now.forEach((labels, alert) -> {
            if (before.alerts().containsKey(labels)) {
                alert.set("startsAt", before.alerts().get(labels).get("startsAt"));
            }
        });
    }

    private static void settleOld(Map<String, ObjectNode> now, Firing before, AuditReport report, ArrayNode payload) {
        Instant at = report.at();
        before.alerts().forEach((labels, alert) -> {
            if (now.containsKey(labels)) {
                return;
            }
            if (report.unread().isEmpty() || alert.path("labels").has("part")) {
                payload.add(alert.deepCopy().put("endsAt", at.toString()));
            } else {
                now.put(labels, alert.deepCopy());
            }
        });
    }

    private ObjectNode missed(Target target, String region, Measure measure) {
        return alert("ConcordatTargetMissed", "critical", region, "target", target.name(),
                region + " misses the agreed " + target.name() + ": " + Figures.measured(target, measure),
                target.promise() + "; measured " + Figures.measured(target, measure) + ", "
                        + Figures.fraction(target, measure) + " changes. " + target.definition() + ".");
    }

    private ObjectNode found(Tally tally, String region, long count) {
        return alert("ConcordatFinding", tally.kind().severity(), region, "kind", tally.kind().word(),
                Words.counted(count, "finding", "findings") + " in " + region + ": " + tally.kind().title(),
                tally.kind().meaning() + " The audit's report lists them.");
    }

    private ObjectNode alert(String name, String severity, String region, String label, String value, String summary,
            String description) {
        ObjectNode alert = JsonNodeFactory.instance.objectNode();
        alert.putObject("labels").put("alertname", name).put("region", region).put("service", "concordat")
                .put("severity", severity).put(label, value);
        alert.putObject("annotations").put("summary", summary).put("description", description);
        return alert.put("generatorURL", generator);
    }

    private static void add(Map<String, ObjectNode> alerts, ObjectNode alert) {
        alerts.put(alert.path("labels").toString(), alert);
    }
}
