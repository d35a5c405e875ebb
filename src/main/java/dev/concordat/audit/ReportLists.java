package dev.concordat.audit;

import dev.concordat.audit.AuditReport.BreachPlace;
import dev.concordat.audit.AuditReport.BreachRule;
import dev.concordat.audit.AuditReport.Drift;
import dev.concordat.audit.AuditReport.Observed;
import dev.concordat.audit.AuditReport.Tally;

/** Writes what the page lists one by one: breaches, findings, drift. */
final class ReportLists {
    private final AuditReport report;

    ReportLists(AuditReport report) {
        this.report = report;
    }

    Html breaches() {
        if (report.breaches().isEmpty()) {
            return new Html().add("<p class=\"nothing\">No change was in breach of a contract.</p>");
        }
        long most = report.breaches().get(0).changes();
        Html html = new Html().add("<ul class=\"legend\"><li><i class=\"open\"></i>open</li><li><i"
                + " class=\"replayed\"></i>"
                + "replayed</li><li><i class=\"discarded\"></i>discarded</li></ul><div"
                + " class=\"wide\"><table class=\"stack\"><thead><tr>"
                + "<th>rule</th><th>contract</th><th>direction</th><th></th><th class=\"n\">changes</th>"
                + "<th class=\"n\">open</th><th>oldest</th><th>newest</th></tr></thead><tbody>");
        report.breaches().forEach(breach -> row(html, breach, most));
        html.add("</tbody></table></div><h3>Where</h3><div class=\"wide\"><table class=\"stack\"><thead><tr><th>rule</th>"
                + "<th>contract</th><th>place in the change</th><th>keyword</th><th class=\"n\">breaches</th><th"
                + " class=\"n\">open</th>"
                + "<th>newest</th></tr></thead><tbody>");
        report.breachPlaces().forEach(place -> row(html, place));
        return html.add("</tbody></table></div>");
    }

    private static void row(Html html, BreachRule b, long most) {
        double scale = 200.0 / Math.max(1, most);
        html.add("<tr><th scope=\"row\">%s</th><td>%s</td><td class=\"quiet once\">%s</td><td><svg class=\"bar\""
                + " viewBox=\"0 0 200 14\" aria-hidden=\"true\">", b.rule(), b.contract(),
                b.direction().replace('-', ' '));
        html.add("<rect class=\"open\" width=\"%.1f\" height=\"14\"/>", b.open() * scale);
        html.add("<rect class=\"replayed\" x=\"%.1f\" width=\"%.1f\" height=\"14\"/>", b.open() * scale,
                b.replayed() * scale);
        html.add("<rect class=\"discarded\" x=\"%.1f\" width=\"%.1f\" height=\"14\"/>", (b.open()
                + b.replayed()) * scale,
                b.discarded() * scale);
        html.add("</svg></td><td class=\"n strong\" data-is=\"changes\">%s</td><td class=\"n\" data-is=\"open\">%s</td>"
                        + "<td class=\"time\" data-is=\"oldest\">%s</td><td class=\"time\" data-is=\"newest\">%s</td></tr>",
                Words.number(b.changes()), Words.number(b.open()), Words.time(b.oldest()), Words.time(b.newest()));
    }

    private static void row(Html html, BreachPlace p) {
        html.add("<tr><th scope=\"row\">%s</th><td>%s</td><td><code>%s</code></td><td><code>%s</code></td>"
                        + "<td class=\"n\" data-is=\"breaches\">%s</td><td class=\"n\" data-is=\"open\">%s</td>"
                        + "<td class=\"time\" data-is=\"newest\">%s</td></tr>",
                p.rule(), p.contract(), p.pointer().isEmpty() ? "whole change" : p.pointer(), p.keyword(),
                Words.number(p.breaches()), Words.number(p.open()), Words.time(p.newest()));
    }

    Html findings() {
        Html html = new Html();
        if (report.findings().isEmpty()) {
            html.add("<p class=\"nothing\">CRM, directory and ledgers agree in everything that was compared.</p>");
        }
        report.findings().forEach(tally -> tally(html, tally));
        return html.add("<p class=\"definition\">%s</p>", compared(report.compared()));
    }

    private static Html compared(Compared c) {
        Html html = new Html().add("Compared %s and %s of the CRM with directory and ledgers.",
                Words.counted(c.customers(), "customer", "customers"), Words.counted(c.accounts(), "account",
                "accounts"));
        sentence(html, c.fresh(), "%s skipped: written within " + Words.seconds(c.settle().toMillis() / 1e3)
                + " before the audit, so perhaps on the way.");
        sentence(html, c.explained(), "%s explained: the change waits in quarantine, in parking or to be sent to the"
                + " CRM.");
        sentence(html, c.unjudged(), "%s not judged: the ledger could not be read.");
        c.notCompared().forEach(what -> html.add(" Not compared: %s.", what));
        sentence(html, c.ledgerOnlyCustomers(), "%s as customers in a ledger only, which is no finding.");
        sentence(html, c.ledgerOnlyAccounts(), "%s as accounts in a ledger only, which is no finding.");
        sentence(html, c.goneAccounts(), "%s as accounts that came from the CRM and are gone from it, a finding only where they hold a balance.");
        return html;
    }

    private static void sentence(Html html, long count, String sentence) {
        if (count > 0) {
            html.add(" " + sentence, Words.counted(count, "record", "records"));
        }
    }

    private static void tally(Html html, Tally tally) {
        html.add("<section class=\"kind %s\"><h3>%s <span class=\"count\">%s</span></h3><p>%s</p>"
                        + "<div class=\"wide\"><table class=\"stack\"><thead><tr><th>region</th><th>entity</th><th class=\"id\">id</th>"
                        + "<th>what is wrong</th></tr></thead><tbody>",
                tally.kind().severity(), tally.kind().title(), Words.number(tally.total()), tally.kind().meaning());
        tally.examples().forEach(finding -> html.add("<tr><td>%s</td><td>%s</td>"
                + "<td><code>%s</code></td><td class=\"says\">%s</td></tr>", finding.region(), finding.entity(),
                finding.id(), finding.sentence()));
        html.add("</tbody></table></div>");
        if (tally.total() > tally.examples().size()) {
            html.add("<p class=\"definition\">%s of %s shown, the first of each region. All are in %s beside this page.</p>",
                    Words.number(tally.examples().size()), Words.number(tally.total()), AuditStore.FINDINGS);
        }
        html.add("</section>");
    }

    Html observed() {
        if (report.observed().isEmpty()) {
            return new Html().add("<p class=\"nothing\">No change would have been in breach of a rule that is only"
                    + " observed.</p>");
        }
        Html html = new Html().add("<div class=\"wide\"><table class=\"stack\"><thead><tr><th>rule</th><th>contract</th><th>severity</th>"
                + "<th>place in the change</th><th>what would be right</th><th class=\"n\">times</th><th>first</th>"
                + "<th>last</th></tr></thead><tbody>");
        for (Observed o : report.observed()) {
            html.add("<tr><th scope=\"row\">%s</th><td>%s</td><td>%s</td><td><code>%s</code></td><td class=\"says\">%s</td>"
                            + "<td class=\"n\" data-is=\"times\">%s</td><td class=\"time\" data-is=\"first\">%s</td>"
                            + "<td class=\"time\" data-is=\"last\">%s</td></tr>",
                    o.rule(), o.contract(), o.severity(), o.path(), o.sentence(), Words.number(o.count()),
                    Words.time(o.first()), Words.time(o.last()));
        }
        return html.add("</tbody></table></div>");
    }

    Html drift() {
        if (report.drift().isEmpty()) {
            return new Html().add("<p class=\"nothing\">No field and no value came that the contracts do not"
                    + " know.</p>");
        }
        Html html = new Html().add("<div class=\"wide\"><table class=\"stack\"><thead><tr><th>contract</th><th>field</th><th>what</th>"
                + "<th>value</th><th class=\"n\">times</th><th>first</th><th>last</th></tr></thead><tbody>");
        for (Drift d : report.drift()) {
            html.add("<tr><th scope=\"row\">%s</th><td><code>%s</code></td><td>%s</td><td>%s</td>"
                            + "<td class=\"n\" data-is=\"times\">%s</td><td class=\"time\" data-is=\"first\">%s</td>"
                            + "<td class=\"time\" data-is=\"last\">%s</td></tr>", d.contract(), d.path(),
                    d.kind().replace('-', ' '), d.value(), Words.number(d.count()), Words.time(d.first()),
                    Words.time(d.last()));
        }
        return html.add("</tbody></table></div>");
    }
}
