package dev.concordat.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.concordat.audit.AuditReport.Unread;
import dev.concordat.audit.AuditReport.Verdict;
import java.io.ByteArrayInputStream;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    private final AuditReport report = Reports.of(Verdict.MISSED,
            List.of(Reports.tally(FindingKind.ORPHAN, "eu", 1234)), List.of(new Unread("us", "no <connection>")));

    @Test
    void escapesWhateverCameFromOutside() {
        assertThat(report.html())
                .contains("a&#39;1&amp;&lt;2&gt;", "&lt;script&gt;alert(1)&lt;/script&gt;", "no &lt;connection&gt;",
                        "&quot;&gt;&lt;img src=x onerror=alert(2)&gt;")
                .doesNotContain("<script", "<img", "<connection>");
    }

    @Test
    void takesNoPlaceholderFromAValue() {
        assertThat(report.html()).contains("{{status}} $1 is wrong").doesNotContain("{{mood}}");
    }

    @Test
    void needsNothingFromElsewhere() {
        assertThat(report.html()).doesNotContain("http:", "https:", "url(", " src=\"", "@import");
    }

    @Test
    void saysItsStatusFirst() {
        assertThat(report.status()).isEqualTo("0 of 1 targets met; 1,234 findings; us could not be read");
        assertThat(report.html()).contains("<h1>0 of 1 targets met; 1,234 findings; us could not be read</h1>",
                "<body class=\"bad\">", "1 of 1,234 shown");
        assertThat(Reports.of(Verdict.MET, List.of(), List.of()).html()).contains("<body class=\"good\">");
    }

    @Test
    void tellsWhatWasFoundFromWhatCouldNotBeJudged() {
        AuditReport blind = Reports.of(Verdict.MET, List.of(), List.of(new Unread("us", "no connection")));

        assertThat(List.of(report.found(), report.clean())).containsExactly(true, false);
        assertThat(List.of(blind.found(), blind.clean())).containsExactly(false, false);
        assertThat(Reports.of(Verdict.MISSED, List.of(), List.of()).found()).isTrue();
        assertThat(Reports.of(Verdict.MET, List.of(), List.of()).clean()).isTrue();
    }

    @Test
    void balancesItsTags() throws Exception {
        String body = report.html().substring(report.html().indexOf("<body")).replace("</html>", "");
        DocumentBuilderFactory.newInstance().newDocumentBuilder()
                .parse(new ByteArrayInputStream(body.getBytes("UTF-8")));
    }

    @Test
    void keepsTheNamesOfItsFields() throws Exception {
        JsonNode json = new ObjectMapper().readTree(report.json());

        assertThat(json.fieldNames()).toIterable().containsExactly("status", "clean", "at", "since", "tookSeconds",
                "targets", "lanes", "latency", "latencies", "breaches", "breachPlaces", "compared", "findings", "drift",
                "observed", "unread");
        assertThat(json.at("/at").asText()).isEqualTo("2026-11-22T10:00:00Z");
        assertThat(json.at("/since").isNull()).isTrue();
        assertThat(json.at("/targets/0/overall").toString())
                .isEqualTo("{\"verdict\":\"missed\",\"value\":45.0,\"part\":10,\"whole\":1000}");
        assertThat(json.at("/findings/0/kind").asText()).isEqualTo("orphan");
        assertThat(json.at("/findings/0/examples/0").fieldNames()).toIterable()
                .containsExactly("kind", "region", "entity", "id", "sentence");
        assertThat(json.at("/lanes/0/sent/applied").asLong()).isEqualTo(7);
        assertThat(json.at("/latency/p995").asDouble()).isEqualTo(45);
        assertThat(json.at("/compared/settle").asText()).isEqualTo("PT30S");
    }

    @Test
    void summarisesForATerminal() {
        assertThat(report.summary()).startsWith("Audit of 2026-11-22 10:00:00 UTC: 0 of 1 targets met; 1,234 findings")
                .contains("missed      latency     45 s        99.5 % within 30 s\n")
                .contains("eu              1,001        1,000")
                .contains("3 x schema by customer/1.0.0 (1 open, 1 replayed, 1 discarded)")
                .contains("us could not be read: no <connection>\n");
    }

    @Test
    void neverRoundsAMissAway() {
        assertThat(Words.percent(0.9949999, RoundingMode.FLOOR)).isEqualTo("99.499 %");
        assertThat(Words.percent(0.0010001, RoundingMode.CEILING)).isEqualTo("0.101 %");
        assertThat(Words.percent(1, RoundingMode.FLOOR)).isEqualTo("100 %");
        assertThat(Words.seconds(30.001)).isEqualTo("30.01 s");
    }

    @Test
    void keepsTheNewestReportsAndNothingElseIsDeleted(@TempDir Path folder) throws Exception {
        AuditStore store = new AuditStore(folder, 2);
        Files.createDirectory(folder.resolve("mine"));
        for (int hour = 0; hour < 4; hour++) {
            store.write(Reports.at(Reports.AT.plusSeconds(3600L * hour), Verdict.MET, List.of(), List.of()));
        }

        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder("latest", "mine",
                    "20261122T120000.000Z", "20261122T130000.000Z");
        }
        assertThat(Files.readString(store.latest())).contains("2026-11-22 13:00:00 UTC");
        assertThat(folder.resolve("latest/report.json")).exists();
        assertThat(store.kept()).containsExactly(Reports.AT.plusSeconds(10800), Reports.AT.plusSeconds(7200));
    }
}
