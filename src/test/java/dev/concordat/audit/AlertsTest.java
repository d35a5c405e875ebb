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
import java.util.List;
import org.junit.jupiter.api.Test;

class AlertsTest {
    private static final Instant LATER = Reports.AT.plus(Duration.ofHours(1));
    private final Alerts alerts = new Alerts("http://bridge/audit/latest", Duration.ofHours(3));

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
        assertThat(alert.path("endsAt").asText()).isEqualTo("2026-11-22T13:00:00Z");
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
        assertThat(second.payload().get(0).path("endsAt").asText()).isEqualTo("2026-11-22T14:00:00Z");
    }

    @Test
    void resolvesOnceWhatIsGone() {
        Batch first = alerts.of(found(Reports.AT, 2), Firing.NONE);
        Batch second = alerts.of(Reports.at(LATER, Verdict.MET, List.of(), List.of()), first.firing());
        Batch third = alerts.of(Reports.at(LATER, Verdict.MET, List.of(), List.of()), second.firing());

        assertThat(second.payload()).hasSize(1);
        assertThat(second.payload().get(0).path("endsAt").asText()).isEqualTo(LATER.toString());
        assertThat(second.payload().get(0).get("labels")).isEqualTo(first.payload().get(0).get("labels"));
        assertThat(third.payload()).isEmpty();
    }

    @Test
    void resolvesNothingWhileTheAuditCouldNotReadEverything() {
        Batch first = alerts.of(found(Reports.AT, 2), Firing.NONE);
        AuditReport blind = Reports.at(LATER, Verdict.MET, List.of(), List.of(new Unread("eu", "no connection")));
        Batch second = alerts.of(blind, first.firing());

        assertThat(second.payload()).extracting(alert -> alert.path("labels").path("alertname").asText())
                .containsExactlyInAnyOrder("ConcordatAuditIncomplete", "ConcordatFinding");
        assertThat(second.payload()).allSatisfy(alert ->
                assertThat(Instant.parse(alert.path("endsAt").asText())).isAfter(LATER));
        assertThat(alerts.of(Reports.at(LATER, Verdict.MET, List.of(), List.of()), second.firing()).payload())
                .hasSize(2).allSatisfy(alert -> assertThat(alert.path("endsAt").asText()).isEqualTo(LATER.toString()));
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
