package dev.concordat.audit;

import dev.concordat.audit.AuditReport.BreachRule;
import dev.concordat.audit.AuditReport.Lane;
import dev.concordat.audit.AuditReport.Observed;
import dev.concordat.audit.AuditReport.Target;
import java.util.Locale;

/** Writes a report for a terminal. */
final class Summary {
    private static final int MOST = 10;

    private final StringBuilder text = new StringBuilder();
    private final AuditReport report;

    private Summary(AuditReport report) {
        this.report = report;
    }

    static String of(AuditReport report) {
        return new Summary(report).write();
    }

    private String write() {
        line("Audit of %s: %s.", Words.time(report.at()), report.status());
        line("");
        report.targets().forEach(this::target);
        line("");
        line("%-8s %12s %12s %10s %10s %9s %7s %11s %9s", "region", "received", "applied", "superseded", "filtered",
                "duplicate", "parked", "quarantined", "discarded");
        report.lanes().forEach(this::lane);
        if (!report.breaches().isEmpty()) {
            line("");
            report.breaches().stream().limit(MOST).forEach(this::breach);
            further(report.breaches().size());
        }
        if (!report.findings().isEmpty()) {
            line("");
            report.findings().forEach(tally -> line("%-20s %,10d   %s", tally.kind().word(), tally.total(),
                    tally.regions()));
        }
        report.compared().notCompared().forEach(what -> line("not compared: %s", what));
        if (!report.observed().isEmpty()) {
            line("");
            report.observed().stream().limit(MOST).forEach(this::observed);
            further(report.observed().size());
        }
        report.unread().forEach(part -> line("%s could not be read: %s", part.part(), part.reason()));
        return text.toString();
    }

    private void target(Target target) {
        line("%-10s  %-10s  %-10s  %s; of all changes ever: %s", target.overall().verdict().word(), target.name(),
                Figures.measured(target), target.promise(), Figures.measured(target, target.ever()));
    }

    private void lane(Lane lane) {
        line("%-8s %,12d %,12d %,10d %,10d %,9d %,7d %,11d %,9d", lane.region(), lane.received(), lane.applied(),
                lane.superseded(), lane.filtered(), lane.duplicate(), lane.parked(), lane.quarantined(),
                lane.discarded());
    }

    private void breach(BreachRule breach) {
        line("%,10d x %s by %s (%,d open, %,d replayed, %,d discarded)", breach.changes(), breach.rule(),
                breach.contract(), breach.open(), breach.replayed(), breach.discarded());
    }

    private void further(int all) {
        if (all > MOST) {
            line("%10s   and %,d more; the report has all", "", all - MOST);
        }
    }

    private void observed(Observed observed) {
        line("%,10d x %s by %s, observed only (%s), %s: %s", observed.count(), observed.rule(), observed.contract(),
                observed.severity(), observed.path(), observed.sentence());
    }

    private void line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
    }
}
