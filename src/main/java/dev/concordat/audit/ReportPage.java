package dev.concordat.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.concordat.audit.AuditReport.Lane;
import dev.concordat.audit.AuditReport.Latency;
import dev.concordat.audit.AuditReport.Measure;
import dev.concordat.audit.AuditReport.Target;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes a report as one HTML file: no script, no other file, nothing unescaped. */
final class ReportPage {
    private static final Pattern PLACE = Pattern.compile("\\{\\{([a-z]+)}}");
    private static final String TEMPLATE = template();
    private static final Map<String, String> TITLES = Map.of("compliance", "Schema compliance", "latency",
            "Sync latency", "violations", "Violation rate");
    private final AuditReport report;

    private ReportPage(AuditReport report) {
        this.report = report;
    }

    static String of(AuditReport report) {
        ReportPage page = new ReportPage(report);
        ReportLists lists = new ReportLists(report);
        Map<String, String> parts = Map.of(
                "mood", mood(report),
                "status", Html.escape(sentence(report.status())),
                "about", page.about().toString(),
                "targets", page.targets().toString(),
                "lanes", page.lanes().toString(),
                "latency", page.latency().toString(),
                "breaches", lists.breaches().toString(),
                "findings", lists.findings().toString(),
                "drift", lists.drift().toString(),
                "observed", lists.observed().toString());
        return PLACE.matcher(TEMPLATE).replaceAll(place -> Matcher.quoteReplacement(parts.get(place.group(1))));
    }

    private static String mood(AuditReport report) {
        return report.clean() ? report.received() == 0 ? "quiet" : "good" : "bad";
    }

    private Html about() {
        Html html = new Html().add("<span>%s</span>", Words.time(report.at()));
        html.add("<span>targets measured since %s</span>", Words.time(report.since()));
        html.add("<span>%s received in %s ever</span>", Words.counted(report.received(), "change", "changes"),
                Words.counted(report.lanes().size(), "region", "regions"));
        html.add("<span>took %s</span>", Words.seconds(report.tookSeconds()));
        report.unread().forEach(part -> html.add("<strong class=\"unread\">%s could not be read: %s. What it holds"
                + " is not"
                + " judged.</strong>", part.part(), part.reason()));
        return html;
    }

    private Html targets() {
        Html html = new Html();
        report.targets().forEach(target -> card(html, target));
        return html;
    }

    private static void card(Html html, Target target) {
        Measure overall = target.overall();
        html.add("<article class=\"card %s\"><h3>%s</h3><p class=\"figure\">%s</p><p>%s</p>", overall.verdict().word(),
                TITLES.get(target.name()), Figures.measured(target), verdict(overall));
        html.add("<p class=\"promise\">Agreed: %s.</p><table><tbody>", target.promise());
        target.regions().forEach((region, measure) -> html.add(
                "<tr><th scope=\"row\">%s</th><td class=\"n\">%s</td><td class=\"quiet\">%s</td><td>%s</td></tr>",
                region, Figures.measured(target, measure), Figures.fraction(target, measure), verdict(measure)));
        html.add("<tr><th scope=\"row\">ever</th><td class=\"n\">%s</td><td class=\"quiet\">%s</td><td></td></tr>",
                Figures.measured(target, target.ever()), Figures.fraction(target, target.ever()));
        html.add("</tbody></table><p class=\"definition\">= %s</p></article>", target.definition());
    }

    private static Html verdict(Measure measure) {
        return new Html().add(switch (measure.verdict()) {
            case MET -> "<span class=\"verdict met\">✓ met</span>";
            case MISSED -> "<span class=\"verdict missed\">✗ missed</span>";
            case NO_CHANGES -> "<span class=\"verdict none\">– no changes</span>";
        });
    }

    private Html lanes() {
        Html html = LaneChart.of(report.lanes()).add("<div class=\"wide\"><table><thead><tr><th>region</th>"
                + "<th class=\"n\">received</th>");
        AuditReport.ENDINGS.forEach(word -> html.add("<th class=\"n\">%s</th>", word));
        html.add("<th class=\"n apart\">replayed</th><th class=\"n\">waiting for CRM</th></tr></thead><tbody>");
        for (Lane lane : report.lanes()) {
            html.add("<tr><th scope=\"row\">%s</th><td class=\"n strong\">%s</td>", lane.region(),
                    Words.number(lane.received()));
            lane.endings().forEach(count -> html.add("<td class=\"n%s\">%s</td>", count == 0 ? " quiet" : "",
                    Words.number(count)));
            html.add("<td class=\"n apart\">%s</td><td class=\"n\">%s</td></tr>", Words.number(lane.replayed()),
                    Words.number(lane.waiting() + lane.held()));
        }
        return html.add("</tbody></table></div>");
    }

    private Html latency() {
        double limit = report.targets().stream().filter(target -> target.name().equals("latency")).findFirst()
                .map(Target::limit).orElse(30.0);
        if (report.latency().changes() == 0) {
            return new Html().add("<p class=\"quiet\">No change reached a ledger in the last day.</p>");
        }
        Html html = LatencyChart.of(report.latency(), report.latencies(),
                limit).add("<div class=\"wide\"><table><thead>"
                + "<tr><th>region</th><th class=\"n\">measured</th><th class=\"n\">p50</th><th class=\"n\">p95</th>"
                + "<th class=\"n\">p99</th><th class=\"n\">p99.5</th><th class=\"n\">slowest</th>"
                + "<th class=\"n apart\">left out: waited in quarantine</th></tr></thead><tbody>");
        report.latencies().forEach(latency -> row(html, latency));
        row(html, report.latency());
        return html.add("</tbody></table></div>");
    }

    private static void row(Html html, Latency l) {
        html.add("<tr><th scope=\"row\">%s</th><td class=\"n\">%s</td><td class=\"n\">%s</td><td class=\"n\">%s</td>"
                        + "<td class=\"n\">%s</td><td class=\"n strong\">%s</td><td class=\"n\">%s</td>"
                        + "<td class=\"n apart\">%s</td></tr>",
                l.region(), Words.number(l.changes()), Words.seconds(l.p50()), Words.seconds(l.p95()),
                Words.seconds(l.p99()), Words.seconds(l.p995()), Words.seconds(l.max()), Words.number(l.leftOut()));
    }

    private static String sentence(String status) {
        return Character.toUpperCase(status.charAt(0)) + status.substring(1);
    }

    private static String template() {
        try (InputStream file = ReportPage.class.getResourceAsStream("/audit/report.html")) {
            return new String(file.readAllBytes(), UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
