package dev.concordat.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.audit.AuditReport.Measure;
import dev.concordat.audit.AuditReport.Tally;
import dev.concordat.audit.AuditReport.Target;
import dev.concordat.audit.AuditReport.Verdict;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Turns a report into what Alertmanager's {@code POST /api/v2/alerts} takes: one alert for each target that a region
 * misses, each kind of finding in a region, and each part that could not be read.
 *
 * <p>Labels never hold a figure, so an alert stays the same one from audit to audit. A firing alert's end lies ahead of the end of
 * the next audit but one, or Alertmanager would resolve it in between. What an audit could not read or judge resolves no alert that would be seen there.
 */
public final class Alerts {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Not sent: what an alert fires for. */
    private static final String FOUND = "found";
    /** So many audits may fail to be sent before an alert that they would find again ends. */
    private static final int PERIODS = 3;
    private final String generator;
    private final Duration every;

    /**
     * @param generator where the report can be read
     * @param every     the time between two audits
     */
    public Alerts(String generator, Duration every) {
        this.generator = generator;
        this.every = every;
    }

    /** The alerts that fire, by their labels, with what they fire for; kept from one audit to the next, in memory or as {@link #json}. */
    public record Firing(Map<String, ObjectNode> alerts) {
        public static final Firing NONE = new Firing(Map.of());

        public Firing {
            alerts = new TreeMap<>(alerts);
        }

        /** What they fire for, as far as reports show it, such as {@code customer/c1}. */
        public Set<String> found() {
            Set<String> found = new TreeSet<>();
            alerts.values().forEach(alert -> alert.path(FOUND).forEach(subject -> found.add(subject.asText())));
            return found;
        }

        /** All of both, as the later ones have them, each since it fired first: what may fire until those are sent. */
        public Firing with(Firing later) {
            Map<String, ObjectNode> all = new TreeMap<>(alerts);
            later.alerts.forEach((labels, alert) -> all.merge(labels, alert, Firing::sinceTheFirst));
            return new Firing(all);
        }

        private static ObjectNode sinceTheFirst(ObjectNode earlier, ObjectNode later) {
            String start = earlier.path("startsAt").asText();
            return start.isEmpty() || start.compareTo(later.path("startsAt").asText()) >= 0 ? later : later.deepCopy().put("startsAt", start);
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
        report.unread().forEach(part -> add(now, alert("ConcordatAuditIncomplete", "warning",
                Optional.ofNullable(part.region()).orElse(part.part()), "part", part.part(), "The audit could not read " + part.part(), part.reason())));
        ArrayNode payload = JSON.createArrayNode();
        keepStart(now, before);
        settleOld(now, before, report, payload);
        Duration between = every.plus(Duration.between(report.at(), report.ended()));
        now.values().forEach(alert -> alert.put("endsAt", report.ended().plus(between.multipliedBy(PERIODS)).toString()));
        now.values().forEach(alert -> alert.put("startsAt", alert.path("startsAt").asText(report.at().toString())));
        now.values().forEach(alert -> payload.add(sent(alert)));
        return new Batch(payload, new Firing(now));
    }

    private static void keepStart(Map<String, ObjectNode> now, Firing before) {
        now.forEach((labels, alert) -> {
            if (before.alerts().containsKey(labels)) {
                alert.set("startsAt", before.alerts().get(labels).get("startsAt"));
            }
        });
    }

    private static void settleOld(Map<String, ObjectNode> now, Firing before, AuditReport report, ArrayNode payload) {
        before.alerts().forEach((labels, alert) -> {
            if (now.containsKey(labels)) {
                return;
            }
            if (isOver(alert, report)) {
                payload.add(sent(alert).put("endsAt", report.ended().toString()));
            } else {
                now.put(labels, alert.deepCopy());
            }
        });
    }

    private static ObjectNode sent(ObjectNode alert) {
        ObjectNode sent = alert.deepCopy();
        sent.remove(FOUND);
        return sent;
    }

    private static boolean isOver(ObjectNode alert, AuditReport report) {
        JsonNode labels = alert.path("labels");
        String region = labels.path("region").asText();
        if (labels.has("target")) {
            return report.couldMeasure(region);
        }
        for (JsonNode subject : alert.path(FOUND)) {
            if (report.compared().freshAgain().contains(subject.asText())) {
                return false;
            }
        }
        return FindingKind.of(labels.path("kind").asText()).map(kind -> report.couldFind(kind, region)).orElse(true);
    }

    private ObjectNode missed(Target target, String region, Measure measure) {
        return alert("ConcordatTargetMissed", "critical", region, "target", target.name(),
                region + " misses the agreed " + target.name() + ": " + Figures.measured(target, measure),
                target.promise() + "; measured " + Figures.measured(target, measure) + ", "
                        + Figures.fraction(target, measure) + " changes. " + target.definition() + ".");
    }

    private ObjectNode found(Tally tally, String region, long count) {
        ObjectNode alert = alert("ConcordatFinding", tally.kind().severity(), region, "kind", tally.kind().word(),
                Words.counted(count, "finding", "findings") + " in " + region + ": " + tally.kind().title(),
                tally.kind().meaning() + " The audit's report lists them.");
        ArrayNode found = alert.putArray(FOUND);
        tally.examples().stream().filter(finding -> finding.region().equals(region)).map(finding -> finding.entity() + "/" + finding.id())
                .distinct().forEach(found::add);
        return alert;
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
