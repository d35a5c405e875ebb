package dev.concordat.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.concordat.audit.Alerts.Batch;
import dev.concordat.audit.Alerts.Firing;
import dev.concordat.audit.AuditReport.Unread;
import dev.concordat.audit.AuditReport.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AlertsTest {
    private static final Instant LATER = Reports.AT.plus(Duration.ofHours(1));
    private final Alerts alerts = new Alerts("http://bridge/audit/latest", Duration.ofHours(1));

    @Test
    void sendsNothingWhereAllIsWell() {
        Batch batch = alerts.of(Reports.of(Verdict.MET, List.of(), List.of()), Firing.NONE);

        assertThat(batch.payload()).isEmpty();
        assertThat(batch.firing().alerts()).isEmpty();
    }

    @Test
    void namesTargetAndRegionInLabelsAndFiguresInAnnotationsOnly() {
        ArrayNode payload = alerts.of(Reports.of(Verdict.MISSED, List.of(), List.of()), Firing.NONE).payload();

        assertThat(payload).hasSize(1);
        JsonNode alert = payload.get(0);
        assertThat(alert.path("labels").toString()).isEqualTo("{\"alertname\":\"ConcordatTargetMissed\","
                + "\"region\":\"uk\",\"service\":\"concordat\",\"severity\":\"critical\",\"target\":\"latency\"}");
        assertThat(alert.path("annotations").path("summary").asText()).isEqualTo("uk misses the agreed latency: 45 s");
        assertThat(alert.path("annotations").path("description").asText()).contains("10 slower of 90 changes");
        assertThat(alert.path("startsAt").asText()).isEqualTo("2026-11-22T10:00:00Z");
        assertThat(alert.path("endsAt").asText()).as("ends after it and two more are missed").isEqualTo("2026-11-22T13:00:05Z");
        assertThat(alert.path("generatorURL").asText()).isEqualTo("http://bridge/audit/latest");
    }

    @Test
    void sendsOneAlertPerKindAndRegion() {
        ArrayNode payload = alerts.of(Reports.of(Verdict.MET, List.of(Reports.tally(FindingKind.UNBALANCED, "eu", 2),
                Reports.tally(FindingKind.MISSING, "uk", 1)), List.of()), Firing.NONE).payload();

        assertThat(payload).extracting(alert -> alert.path("labels").path("kind").asText() + " "
                        + alert.path("labels").path("region").asText() + " "
                        + alert.path("labels").path("severity").asText())
                .containsExactlyInAnyOrder("unbalanced eu critical", "missing uk warning");
    }

    @Test
    void keepsLabelsAndStartOfWhatStillFires() {
        Batch first = alerts.of(found(Reports.AT, 2), Firing.NONE);
        Batch second = alerts.of(found(LATER, 900), first.firing());

        assertThat(second.payload()).hasSize(1);
        assertThat(second.payload().get(0).get("labels")).isEqualTo(first.payload().get(0).get("labels"));
        assertThat(second.payload().get(0).path("startsAt").asText()).isEqualTo("2026-11-22T10:00:00Z");
        assertThat(second.payload().get(0).path("endsAt").asText()).isEqualTo("2026-11-22T14:00:05Z");
    }

    /** As of two bridges that did not hear of each other. */
    @Test
    void ofTwoThatFireTheLaterOneIsKeptSinceTheFirst() {
        Firing first = alerts.of(found(Reports.AT, 2), Firing.NONE).firing();
        Firing later = alerts.of(found(LATER, 900), Firing.NONE).firing();

        for (Firing since : List.of(first, alerts.of(found(LATER.plusSeconds(60), 2), Firing.NONE).firing())) {
            assertThat(since.with(later).json()).singleElement().satisfies(alert -> {
                assertThat(alert.path("startsAt").asText()).isEqualTo(since == first ? "2026-11-22T10:00:00Z" : "2026-11-22T11:00:00Z");
                assertThat(alert.path("annotations").path("summary").asText()).startsWith("900 findings");
            });
        }
        assertThat(later.json().get(0).path("startsAt").asText()).as("left alone").isEqualTo("2026-11-22T11:00:00Z");
    }

    @Test
    void resolvesOnceWhatIsGone() {
        Batch first = alerts.of(found(Reports.AT, 2), Firing.NONE);
        Batch second = alerts.of(Reports.at(LATER, Verdict.MET, List.of(), List.of()), first.firing());
        Batch third = alerts.of(Reports.at(LATER, Verdict.MET, List.of(), List.of()), second.firing());

        assertThat(second.payload()).hasSize(1);
        assertThat(second.payload().get(0).path("endsAt").asText()).isEqualTo(LATER.plusMillis(1250).toString());
        assertThat(second.payload().get(0).get("labels")).isEqualTo(first.payload().get(0).get("labels"));
        assertThat(third.payload()).isEmpty();
    }

    /** Else it would begin in the past and end there. */
    @Test
    void alertsOfAnAuditThatTookLongerThanThreePeriods() {
        Batch batch = alerts.of(Reports.took(found(Reports.AT, 2), 4 * 3600), Firing.NONE);

        Instant posted = Reports.AT.plus(Duration.ofHours(4));
        assertThat(Instant.parse(batch.payload().get(0).path("endsAt").asText())).as("the next two take as long")
                .isAfterOrEqualTo(posted.plus(Duration.ofHours(10)));
        AuditReport mended = Reports.took(Reports.at(posted, Verdict.MET, List.of(), List.of()), 3600);
        assertThat(alerts.of(mended, batch.firing()).payload().get(0).path("endsAt").asText()).isEqualTo(posted.plus(Duration.ofHours(1)).toString());
    }

    @Test
    void resolvesNothingThatAnUnreadPartMayHide() {
        Firing firing = alerts.of(Reports.at(Reports.AT, Verdict.MISSED, List.of(Reports.tally(FindingKind.ORPHAN, "eu", 2),
                Reports.tally(FindingKind.ORPHAN, "uk", 2), Reports.tally(FindingKind.CONTRACT_RULE, "eu", 1),
                Reports.tally(FindingKind.CONTRACT_RULE, "uk", 1),
                Reports.tally(FindingKind.MISSING, "none", 2), Reports.tally(FindingKind.WRONG_REGION, "uk", 2)), List.of()), Firing.NONE).firing();

        assertThat(resolved(firing, Unread.of("eu", "no connection"))).containsExactlyInAnyOrder("latency uk", "orphan uk", "contract-rule uk");
        assertThat(resolved(firing, Unread.of("uk", "no connection"))).containsExactlyInAnyOrder("orphan eu", "contract-rule eu");
        assertThat(resolved(firing, Unread.of("eu", "rule no-nulls", FindingKind.CONTRACT_RULE, "NULL")))
                .containsExactlyInAnyOrder("latency uk", "orphan uk", "orphan eu", "contract-rule uk", "missing none", "wrong-region uk");
        assertThat(resolved(firing, new Unread("crm", "status 500"))).containsExactlyInAnyOrder("latency uk", "contract-rule eu", "contract-rule uk");
        assertThat(resolved(firing, Unread.kafka("away"))).hasSize(7);
    }

    private List<String> resolved(Firing firing, Unread part) {
        return resolved(firing, Reports.at(LATER, Verdict.MET, List.of(), List.of(part)));
    }

    private List<String> resolved(Firing firing, AuditReport report) {
        List<String> resolved = new ArrayList<>();
        Batch batch = alerts.of(report, firing);
        batch.payload().forEach(alert -> {
            if (!Instant.parse(alert.path("endsAt").asText()).isAfter(report.ended())) {
                JsonNode labels = alert.path("labels");
                resolved.add(labels.path("kind").asText(labels.path("target").asText()) + " " + labels.path("region").asText());
            }
        });
        assertThat(batch.firing().alerts()).hasSize(firing.alerts().size() - resolved.size() + report.unread().size());
        return resolved;
    }

    @Test
    void namesWhatCouldNotBeReadOfARegion() {
        ArrayNode payload = alerts.of(Reports.of(Verdict.MET, List.of(), List.of(Unread.of("eu", "rule no-nulls", FindingKind.CONTRACT_RULE, "NULL"))),
                Firing.NONE).payload();
        assertThat(payload.get(0).path("labels").toString()).isEqualTo("{\"alertname\":\"ConcordatAuditIncomplete\",\"region\":\"eu\","
                + "\"service\":\"concordat\",\"severity\":\"warning\",\"part\":\"eu, rule no-nulls\"}");
    }

    @Test
    void resolvesNothingWhereRecordsWereTooFreshToBeCompared() {
        Firing firing = alerts.of(Reports.at(Reports.AT, Verdict.MISSED, List.of(Reports.tally(FindingKind.ORPHAN, "eu", 2),
                Reports.tally(FindingKind.CONTRACT_RULE, "eu", 1)), List.of()), Firing.NONE).firing();
        assertThat(firing.found()).containsExactly("account/a'1&<2>");
        AuditReport well = Reports.at(LATER, Verdict.MET, List.of(), List.of());

        assertThat(resolved(firing, Reports.fresh(well, 1, 0, List.of()))).containsExactlyInAnyOrder("latency uk", "contract-rule eu");
        assertThat(resolved(firing, Reports.fresh(well, 0, 0, List.of("account/a'1&<2>")))).containsExactlyInAnyOrder("latency uk");
        assertThat(resolved(firing, Reports.fresh(well, 0, 0, List.of()))).hasSize(3);
        assertThat(resolved(firing, Reports.fresh(well, 0, 3, List.of()))).as("none was compared")
                .containsExactlyInAnyOrder("latency uk", "contract-rule eu");
    }

    @Test
    void sendsNoIds() {
        Batch batch = alerts.of(found(Reports.AT, 2), Firing.NONE);
        assertThat(batch.payload().toString() + alerts.of(Reports.at(LATER, Verdict.MET, List.of(), List.of()), batch.firing()).payload())
                .contains("ConcordatFinding").doesNotContain("a'1&<2>");
    }

    @Test
    void remembersAcrossARestart() throws Exception {
        Firing firing = alerts.of(found(Reports.AT, 2), Firing.NONE).firing();
        ObjectMapper json = new ObjectMapper();
        Firing read = Firing.of((ArrayNode) json.readTree(json.writeValueAsBytes(firing.json())));

        assertThat(read).isEqualTo(firing);
    }

    private static AuditReport found(Instant at, long count) {
        return Reports.at(at, Verdict.MET, List.of(Reports.tally(FindingKind.ORPHAN, "eu", count)), List.of());
    }
}
