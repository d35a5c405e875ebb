package dev.concordat.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.concordat.audit.AuditReport.BreachPlace;
import dev.concordat.audit.AuditReport.BreachRule;
import dev.concordat.audit.AuditReport.Compared;
import dev.concordat.audit.AuditReport.Drift;
import dev.concordat.audit.AuditReport.Lane;
import dev.concordat.audit.AuditReport.Latency;
import dev.concordat.audit.AuditReport.Measure;
import dev.concordat.audit.AuditReport.Tally;
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
        Map<String, String> parts = Map.of(
                "mood", report.clean() ? "good" : "bad",
                "status", Html.escape(sentence(report.status())),
                "about", page.about().toString(),
                "targets", page.targets().toString(),
                "lanes", page.lanes().toString(),
                "latency", page.latency().toString(),
                "breaches", page.breaches().toString(),
                "findings", page.findings().toString(),
                "drift", page.drift().toString());
        return PLACE.matcher(TEMPLATE).replaceAll(place -> Matcher.quoteReplacement(parts.get(place.group(1))));
    }

    private Html about() {
        Html html = new Html().add("<span>%s</span>", Words.time(report.at()));
        html.add("<span>%s</span>", report.since() == null
                ? "all changes since the beginning" : "changes since " + Words.time(report.since()));
        html.add("<span>%s received in %s</span>", Words.counted(report.received(), "change", "changes"),
                Words.counted(report.lanes().size(), "region", "regions"));
        html.add("<span>took %s</span>", Words.seconds(report.tookSeconds()));
        report.unread().forEach(part -> html.add("<strong class=\"unread\">%s could not be read: %s. What it holds is not"
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
        Html html = LatencyChart.of(report.latency(), report.latencies(), limit).add("<div class=\"wide\"><table><thead>"
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

    private Html breaches() {
        if (report.breaches().isEmpty()) {
            return new Html().add("<p class=\"nothing\">No change was in breach of a contract.</p>");
        }
        long most = report.breaches().get(0).changes();
        Html html = new Html().add("<ul class=\"legend\"><li><i class=\"open\"></i>open</li><li><i class=\"replayed\"></i>"
                + "replayed</li><li><i class=\"discarded\"></i>discarded</li></ul><div class=\"wide\"><table><thead><tr>"
                + "<th>rule</th><th>contract</th><th>direction</th><th></th><th class=\"n\">changes</th>"
                + "<th class=\"n\">open</th><th>oldest</th><th>newest</th></tr></thead><tbody>");
        report.breaches().forEach(breach -> row(html, breach, most));
        html.add("</tbody></table></div><h3>Where</h3><div class=\"wide\"><table><thead><tr><th>rule</th><th>contract</th>"
                + "<th>place in the change</th><th>keyword</th><th class=\"n\">breaches</th><th class=\"n\">open</th>"
                + "<th>newest</th></tr></thead><tbody>");
        report.breachPlaces().forEach(place -> row(html, place));
        return html.add("</tbody></table></div>");
    }

    private static void row(Html html, BreachRule b, long most) {
        double scale = 200.0 / Math.max(1, most);
        html.add("<tr><th scope=\"row\">%s</th><td>%s</td><td class=\"quiet\">%s</td><td><svg class=\"bar\""
                + " viewBox=\"0 0 200 14\" aria-hidden=\"true\">", b.rule(), b.contract(),
                b.direction().replace('-', ' '));
        html.add("<rect class=\"open\" width=\"%.1f\" height=\"14\"/>", b.open() * scale);
        html.add("<rect class=\"replayed\" x=\"%.1f\" width=\"%.1f\" height=\"14\"/>", b.open() * scale,
                b.replayed() * scale);
        html.add("<rect class=\"discarded\" x=\"%.1f\" width=\"%.1f\" height=\"14\"/>", (b.open() + b.replayed()) * scale,
                b.discarded() * scale);
        html.add("</svg></td><td class=\"n strong\">%s</td><td class=\"n\">%s</td><td class=\"time\">%s</td>"
                        + "<td class=\"time\">%s</td></tr>", Words.number(b.changes()), Words.number(b.open()),
                Words.time(b.oldest()), Words.time(b.newest()));
    }

    private static void row(Html html, BreachPlace p) {
        html.add("<tr><th scope=\"row\">%s</th><td>%s</td><td><code>%s</code></td><td><code>%s</code></td>"
                        + "<td class=\"n\">%s</td><td class=\"n\">%s</td><td class=\"time\">%s</td></tr>",
                p.rule(), p.contract(), p.pointer().isEmpty() ? "whole change" : p.pointer(), p.keyword(),
                Words.number(p.breaches()), Words.number(p.open()), Words.time(p.newest()));
    }

    private Html findings() {
        Html html = new Html();
        if (report.findings().isEmpty()) {
            html.add("<p class=\"nothing\">CRM, directory and ledgers agree in everything that was compared.</p>");
        }
        report.findings().forEach(tally -> tally(html, tally));
        Compared c = report.compared();
        html.add("<p class=\"definition\">Compared %s and %s of the CRM with directory and ledgers. %s: written within the"
                        + " last %s before the audit, so perhaps on the way. %s: the change that explains it waits in"
                        + " quarantine, parking or the outbox. %s: their ledger could not be read. %s and %s are in a"
                        + " ledger only, which the agreement allows.</p>",
                Words.counted(c.customers(), "customer", "customers"), Words.counted(c.accounts(), "account", "accounts"),
                Words.counted(c.fresh(), "record skipped", "records skipped"), Words.seconds(c.settle().toMillis() / 1e3),
                Words.counted(c.explained(), "difference explained", "differences explained"),
                Words.counted(c.unjudged(), "record not judged", "records not judged"),
                Words.counted(c.ledgerOnlyCustomers(), "customer", "customers"),
                Words.counted(c.ledgerOnlyAccounts(), "account", "accounts"));
        return html;
    }

    private static void tally(Html html, Tally tally) {
        html.add("<section class=\"kind %s\"><h3>%s <span class=\"count\">%s</span></h3><p>%s</p>"
                        + "<div class=\"wide\"><table><thead><tr><th>region</th><th>entity</th><th>id</th>"
                        + "<th class=\"grow\">what is wrong</th></tr></thead><tbody>",
                tally.kind().severity(), tally.kind().title(), Words.number(tally.total()), tally.kind().meaning());
        tally.examples().forEach(finding -> html.add("<tr><td>%s</td><td>%s</td><td><code>%s</code></td><td>%s</td></tr>",
                finding.region(), finding.entity(), finding.id(), finding.sentence()));
        html.add("</tbody></table></div>");
        if (tally.total() > tally.examples().size()) {
            html.add("<p class=\"definition\">%s of %s shown.</p>", Words.number(tally.examples().size()),
                    Words.number(tally.total()));
        }
        html.add("</section>");
    }

    private Html drift() {
        if (report.drift().isEmpty()) {
            return new Html().add("<p class=\"nothing\">No field and no value came that the contracts do not know.</p>");
        }
        Html html = new Html().add("<div class=\"wide\"><table><thead><tr><th>contract</th><th>field</th><th>what</th>"
                + "<th>value</th><th class=\"n\">times</th><th>first</th><th>last</th></tr></thead><tbody>");
        for (Drift d : report.drift()) {
            html.add("<tr><th scope=\"row\">%s</th><td><code>%s</code></td><td>%s</td><td>%s</td><td class=\"n\">%s</td>"
                            + "<td class=\"time\">%s</td><td class=\"time\">%s</td></tr>", d.contract(), d.path(),
                    d.kind().replace('-', ' '), d.value(), Words.number(d.count()), Words.time(d.first()),
                    Words.time(d.last()));
        }
        return html.add("</tbody></table></div>");
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
