package dev.concordat.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.change.Breach;
import dev.concordat.quarantine.Cause;
import dev.concordat.quarantine.QuarantineStore.Entry;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Help.Ansi;

class QuarantineReportTest {
    private static final Instant EARLY = Instant.parse("2026-11-22T10:00:00.123Z");
    private static final Breach MISMATCH = new Breach("account-owner-mismatch", "account/1.0.0", "/after/customer", "account-owner-mismatch",
            "`/after/customer` should name the customer to whom the account belongs in the ledger; it names another");
    private static final Breach SCHEMA = new Breach("schema", "customer/1.0.0", "/after/phone", "pattern", "`/after/phone` should be a phone number");
    private static final List<Entry> ENTRIES = List.of(
            new Entry("eu-17", "eu", "urn:crm:test", "e1", "account/A-1", "crm-to-ledger", "account/1.0.0", MISMATCH.rule(), List.of(MISMATCH),
                    "quarantined", 12, EARLY, EARLY.plusSeconds(3600), EARLY.plusSeconds(7200), null, 14),
            new Entry("uk-1", "uk", "urn:crm:test", "e2", null, "crm-to-ledger", "none", "schema", List.of(SCHEMA), "quarantined", 0, null, EARLY, EARLY, null, 15));
    private static final List<Cause> CAUSES = Stream.of(MISMATCH, SCHEMA).map(breach -> new Cause(breach.group(), breach.sentence(), breach.sentence(),
            breach == SCHEMA ? 1 : 1200, EARLY, EARLY.plusSeconds(5), "eu-17")).toList();

    private final QuarantineReport report = new QuarantineReport(Ansi.OFF, ReportFormat.TEXT, " --data /tmp/a");

    @Test
    void eachChangeIsOneLineBelowWhatItsColumnsMean() {
        assertThat(report.list("quarantined", ENTRIES, "").text()).isEqualTo("""
                  change  quarantined           attempts  rule                    subject      breach
                  eu-17   2026-11-22T11:00:00Z        12  account-owner-mismatch  account/A-1  %s
                  uk-1    2026-11-22T10:00:00Z         0  schema                  -            `/after/phone` should be a phone number
                2 changes shown; `quarantine show eu-17 --data /tmp/a` tells more""".formatted(MISMATCH.sentence()));
        assertThat(report.list("quarantined", List.of(), "nothing is quarantined").text()).isEqualTo("nothing is quarantined");
    }

    @Test
    void whatHasLeftQuarantineIsListedWithTimeAndReason() {
        var discarded = new Entry("eu-17", "eu", "urn:crm:test", "e1", "account/A-1", "crm-to-ledger", "account/1.0.0", MISMATCH.rule(), List.of(MISMATCH),
                "discarded", 12, EARLY, EARLY.plusSeconds(3600), EARLY.plusSeconds(7200), "test\ndata\u202e", 14);
        var listed = report.list("discarded", List.of(discarded), "");
        assertThat(listed.text()).startsWith("""
                  change  quarantined           discarded             attempts  rule                    subject      reason           breach
                  eu-17   2026-11-22T11:00:00Z  2026-11-22T12:00:00Z        12  account-owner-mismatch  account/A-1  test data\\u202e  %s
                """.formatted(MISMATCH.sentence()));
        assertThat(listed.json().at("/changes/0/stateAt").asText() + " " + listed.json().at("/changes/0/reason").asText())
                .isEqualTo("2026-11-22T12:00:00.123Z test\ndata\u202e");
        assertThat(report.show(discarded).text()).contains("state        discarded (test data\\u202e)\nsince        2026-11-22T12:00:00.123Z\n");
    }

    @Test
    void causesAreLimitedAndCountedInAll() {
        assertThat(report.groups("quarantined", CAUSES, 1, "").text()).isEqualTo("""
                  changes  rule                    contract       keyword                 newest                such as  breach
                    1,200  account-owner-mismatch  account/1.0.0  account-owner-mismatch  2026-11-22T10:00:05Z  eu-17    %s
                1,201 changes for 2 causes; 1 shown; list, replay and discard take `--like eu-17 --data /tmp/a` for those of the first"""
                .formatted(MISMATCH.sentence()));
        assertThat(report.groups("quarantined", CAUSES.subList(1, 2), 50, "").text()).contains("1 change for 1 cause; list");
        JsonNode json = report.groups("quarantined", CAUSES, 1, "").json();
        assertThat(json.get("causesInAll").asInt() + " " + json.get("changesInAll").asInt()).isEqualTo("2 1201");
        assertThat(json.get("causes")).singleElement().satisfies(cause -> assertThat(cause.get("rule").asText() + " " + cause.get("path").asText() + " "
                + cause.get("changes") + " " + cause.get("newest").asText()).isEqualTo("account-owner-mismatch /after/customer 1200 2026-11-22T10:00:05.123Z"));
    }

    @Test
    void aProgramGetsAllThatIsKnownOfAChange() {
        assertThat(report.list("quarantined", ENTRIES, "").json().get("changes")).hasSize(2).last().satisfies(change -> {
            assertThat(change.get("name").asText() + " " + change.get("attempts") + " " + change.get("subject") + " " + change.get("changedAt"))
                    .isEqualTo("uk-1 0 null null");
            assertThat(change.at("/breaches/0/pointer").asText()).isEqualTo("/after/phone");
        });
        JsonNode shown = report.show(ENTRIES.get(0)).json();
        assertThat(shown.get("command").asText() + " " + shown.get("quarantinedAt").asText()).isEqualTo("quarantine show 2026-11-22T11:00:00.123Z");
    }
}
