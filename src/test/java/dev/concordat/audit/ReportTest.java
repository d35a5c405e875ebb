package dev.concordat.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.concordat.audit.AuditReport.Unread;
import dev.concordat.audit.AuditReport.Verdict;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    private final AuditReport report = Reports.of(Verdict.MISSED,
            List.of(Reports.tally(FindingKind.ORPHAN, "eu", 1234)), List.of(Unread.of("us", "no <connection>")));

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
        assertThat(report.status()).isEqualTo("0 of 1 targets met; latency missed; 1,234 findings; 5 records not judged; us could not be read");
        assertThat(report.html()).contains("<h1>0 of 1 targets met; latency missed; 1,234 findings; 5 records not judged; us could not be read</h1>",
                "<body class=\"bad\">", "1 of 1,234 shown, the first of each region. All are in findings.ndjson.gz beside this page.");
        assertThat(Reports.of(Verdict.MET, List.of(), List.of()).html()).contains("<body class=\"good\">");
    }

    @Test
    void namesAPartOnceHoweverMuchOfItCouldNotBeRead() {
        var unread = List.of(new Unread("crm", "customers: no connection"), new Unread("crm", "accounts: no connection"), Unread.of("us", "no connection"));
        assertThat(Reports.of(Verdict.MET, List.of(), unread).status()).endsWith("not judged; crm could not be read; us could not be read");
    }

    /** Each is told below. */
    @Test
    void countsTheUnreadPartsWhereTheyAreMany() {
        var unread = Stream.of("a", "b", "c", "d").map(rule -> Unread.of("us", "rule " + rule, FindingKind.CONTRACT_RULE, "its query failed")).toList();
        assertThat(Reports.of(Verdict.MET, List.of(), unread).status()).endsWith("; 4 parts could not be read");
        assertThat(Reports.of(Verdict.MET, List.of(), unread.subList(0, 3)).status())
                .endsWith("; us, rule a could not be read; us, rule b could not be read; us, rule c could not be read");
        assertThat(Reports.of(Verdict.MET, List.of(), unread).html()).contains("us, rule a could not be read: its query failed", "us, rule d could not be read");
    }

    @Test
    void tellsWhatWasFoundFromWhatCouldNotBeJudged() {
        AuditReport blind = Reports.of(Verdict.MET, List.of(), List.of(Unread.of("us", "no connection")));

        assertThat(List.of(report.found(), report.clean())).containsExactly(true, false);
        assertThat(List.of(blind.found(), blind.clean())).containsExactly(false, false);
        assertThat(Reports.of(Verdict.MISSED, List.of(), List.of()).found()).isTrue();
        assertThat(Reports.of(Verdict.MET, List.of(), List.of()).clean()).isTrue();
    }

    @Test
    void saysWhatItPutOff() {
        AuditReport busy = Reports.fresh(Reports.of(Verdict.MET, List.of(), List.of()), 1200, 0, List.of());
        assertThat(busy.status()).isEqualTo("1 of 1 targets met; no findings; 1,200 records put off, as changes may be under way for 2 h");
        assertThat(List.of(busy.found(), busy.clean())).containsExactly(false, false);
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
        assertThat(json.at("/since").asText()).isEqualTo("2026-11-21T10:00:00Z");
        assertThat(json.at("/targets/0/ever/whole").asLong()).isEqualTo(5000);
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
        assertThat(report.summary()).startsWith("Audit of 2026-11-22 10:00:00 UTC: 0 of 1 targets met; latency missed; 1,234 findings")
                .contains("missed      latency     45 s        99.5 % within 30 s; of all changes ever: 20 s\n")
                .contains("eu              1,001        1,000")
                .contains("3 x schema by customer/1.0.0 (1 open, 1 replayed, 1 discarded)")
                .contains("us could not be read: no <connection>\n");
    }

    @Test
    void neverRoundsAMissAway() {
        assertThat(Words.percent(0.9949999, RoundingMode.FLOOR)).isEqualTo("99.499 %");
        assertThat(Words.percent(0.0010001, RoundingMode.CEILING)).isEqualTo("0.101 %");
        assertThat(Words.percent(1, RoundingMode.FLOOR)).isEqualTo("100 %");
        assertThat(Words.percent(0, RoundingMode.CEILING)).isEqualTo("0 %");
        assertThat(Words.percent(0.99728, RoundingMode.FLOOR)).isEqualTo("99.728 %");
        assertThat(Words.seconds(30.001)).isEqualTo("30.01 s");
    }

    /** As contracts promise it: {@code errorRate} 0.0004 percent. */
    @Test
    void showsWhatIsNextToNothingAsMoreThanNothing() {
        assertThat(Words.percent(0.999996, RoundingMode.HALF_UP)).isEqualTo("99.9996 %");
        assertThat(Words.percent(0.000004, RoundingMode.HALF_UP)).isEqualTo("0.0004 %");
        assertThat(Words.percent(1e-9, RoundingMode.CEILING)).isEqualTo("0.0000001 %");
        assertThat(Words.percent(0.9999961234567, RoundingMode.FLOOR)).isEqualTo("99.999612 %");
    }

    @Test
    void keepsTheNewestReportsAndNothingElseIsDeleted(@TempDir Path folder) throws Exception {
        AuditStore store = new AuditStore(folder, 2);
        Files.createDirectory(folder.resolve("mine"));
        for (int hour = 0; hour < 4; hour++) {
            write(store, Reports.AT.plusSeconds(3600L * hour));
        }

        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder("latest", "mine",
                    "20261122T120000.000Z", "20261122T130000.000Z");
        }
        assertThat(Files.readString(store.latest())).contains("2026-11-22 13:00:00 UTC");
        assertThat(folder.resolve("latest/report.json")).exists();
        assertThat(store.kept()).containsExactly(Reports.AT.plusSeconds(10800), Reports.AT.plusSeconds(7200));
    }

    @Test
    void keepsANewReportAfterTheClockWasSetBack(@TempDir Path folder) throws Exception {
        AuditStore store = new AuditStore(folder, 2);
        write(store, Reports.AT.plusSeconds(7200));
        write(store, Reports.AT.plusSeconds(3600));
        write(store, Reports.AT.plusSeconds(3000));
        write(store, Reports.AT.plusSeconds(3060));

        assertThat(store.kept()).containsExactly(Reports.AT.plusSeconds(3060), Reports.AT.plusSeconds(3000));
    }

    @Test
    void keepsAllFindingsBesideTheReport(@TempDir Path folder) throws Exception {
        AuditStore store = new AuditStore(folder, 2);
        Path own;
        try (FindingList list = store.list(Reports.AT)) {
            list.accept(new Finding(FindingKind.ORPHAN, "eu", "account", "a1", "is alone"));
            list.accept(new Finding(FindingKind.MISSING, "uk", "customer", "c1", "is missing"));
            own = store.write(report, list);
        }
        for (Path place : List.of(own, folder.resolve("latest"))) {
            try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                    new GZIPInputStream(Files.newInputStream(place.resolve("findings.ndjson.gz"))), UTF_8))) {
                assertThat(lines.lines()).containsExactly(
                        "{\"kind\":\"orphan\",\"region\":\"eu\",\"entity\":\"account\",\"id\":\"a1\",\"sentence\":\"is alone\"}",
                        "{\"kind\":\"missing\",\"region\":\"uk\",\"entity\":\"customer\",\"id\":\"c1\",\"sentence\":\"is missing\"}");
            }
        }
        write(store, Reports.AT.plusSeconds(1));
        assertThat(folder.resolve("latest/findings.ndjson.gz")).as("of the report before").doesNotExist();
    }

    /** As audits that were killed left them, one of them just now by another process perhaps. */
    @Test
    void removesWhatKilledAuditsLeftBehind(@TempDir Path folder) throws Exception {
        Files.writeString(Files.createDirectory(folder.resolve(".writing-20261120T100000.000Z")).resolve("report.json"), "{");
        Files.writeString(folder.resolve(".writing-20261120T100000.000Z.gz"), "");
        Files.createDirectory(folder.resolve(".writing-20261122T093000.000Z"));
        Files.writeString(Files.createDirectory(folder.resolve("latest")).resolve(".writing-report.html"), "<ht");
        write(new AuditStore(folder, 2), Reports.AT);

        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder("latest", "20261122T100000.000Z",
                    ".writing-20261122T093000.000Z");
        }
        try (Stream<Path> files = Files.list(folder.resolve("latest"))) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder("report.json", "report.html");
        }
    }

    /** A latest report is there at every moment: its folder stays. */
    @Test
    void replacesTheLatestReportInItsPlace(@TempDir Path folder) throws Exception {
        AuditStore store = new AuditStore(folder, 2);
        write(store, Reports.AT);
        Object before = Files.readAttributes(folder.resolve("latest"), BasicFileAttributes.class).fileKey();
        write(store, Reports.AT.plusSeconds(60));

        assertThat(Files.readAttributes(folder.resolve("latest"), BasicFileAttributes.class).fileKey()).isEqualTo(before);
        assertThat(Files.readString(store.latest())).contains("2026-11-22 10:01:00 UTC");
    }

    private static void write(AuditStore store, Instant at) throws IOException {
        try (FindingList list = store.list(at)) {
            store.write(Reports.at(at, Verdict.MET, List.of(), List.of()), list);
        }
    }
}
