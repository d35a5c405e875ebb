package dev.concordat.tool;

import dev.concordat.change.Breach;
import dev.concordat.contract.ContractCase.Verdict;
import dev.concordat.tool.Kinds.Kind;
import dev.concordat.tool.Table.Cell;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Help.Ansi.IStyle;
import picocli.CommandLine.Help.Ansi.Style;

/** What a contract would make of changes that came before it, for people. */
final class TrialText {
    private static final List<Verdict> ORDER = List.of(Verdict.ACCEPTED, Verdict.BREACH, Verdict.FILTERED);
    private static final int NUMBER = 11;

    private final TrialReport.Subject subject;
    private final TrialTally tally;
    private final Paint paint;

    TrialText(TrialReport.Subject subject, TrialTally tally, Paint paint) {
        this.subject = subject;
        this.tally = tally;
        this.paint = paint;
    }

    String write() {
        var text = new StringBuilder(paint.bold(title())).append(", tried on ")
                .append(subject.from().stream().map(TrialText::spoken).collect(Collectors.joining(", "))).append(": ")
                .append(changes(tally.changes())).append("\n\n").append(outcomes());
        section(text, "Would break", tally.added(), TrialText::told, Style.bold, Style.fg_red);
        section(text, "Would break no longer", tally.gone(), TrialText::told, Style.bold, Style.fg_green);
        section(text, "Written otherwise", tally.written(), kind -> kind.key().entity() + "." + kind.key().field() + " is "
                + kind.sentence(), Style.bold, Style.fg_yellow);
        section(text, "Observed only, and not seen before", tally.observed(), kind -> kind.sentence() + " ("
                + kind.key().severity().name().toLowerCase(Locale.ROOT) + ", " + code(kind.key().group()) + ", "
                + kind.key().group().contract() + ")", Style.bold);
        remarks().forEach(remark -> text.append('\n').append(String.join("\n", Table.wrap(remark, Table.WIDTH))).append('\n'));
        Table.wrap(sum(), Table.WIDTH).forEach(line -> text.append('\n').append(paint.bold(line)));
        return text.toString();
    }

    private String title() {
        boolean further = subject.inForce().find(subject.contract().entity(), subject.contract().major()).isEmpty();
        return subject.contract().label() + (further ? " beside " : " instead of ") + subject.before();
    }

    private Table outcomes() {
        var table = new Table(paint, 28, NUMBER, NUMBER, NUMBER).right(1, 2, 3);
        table.head("in force -> would be", word(Verdict.ACCEPTED), word(Verdict.BREACH), word(Verdict.FILTERED), "");
        for (Verdict then : ORDER) {
            table.row(new Cell(word(then)), cell(then, Verdict.ACCEPTED), cell(then, Verdict.BREACH), cell(then, Verdict.FILTERED),
                    new Cell(""));
        }
        return table;
    }

    private Cell cell(Verdict then, Verdict now) {
        long count = tally.ended(then, now);
        return count == 0 || then == now ? new Cell(number(count)) : new Cell(number(count), Style.bold,
                now == Verdict.BREACH ? Style.fg_red : then == Verdict.BREACH ? Style.fg_green : Style.fg_yellow);
    }

    private <K> void section(StringBuilder text, String title, Kinds<K> kinds, Function<Kind<K>, String> told, IStyle... styles) {
        if (kinds.isEmpty()) {
            return;
        }
        List<Kind<K>> all = kinds.all();
        text.append('\n').append(paint.paint(title, styles)).append(paint.faint(" (" + all.size() + ")")).append('\n');
        var table = new Table(paint, NUMBER, 34).right(0);
        for (Kind<K> kind : all) {
            table.row(new Cell(number(kind.count())), new Cell(String.join(" ", kind.places()), Style.faint), new Cell(told.apply(kind)));
        }
        text.append(table);
        if (kinds.others() > 0) {
            text.append("  and ").append(number(kinds.others())).append(" more of further kinds\n");
        }
    }

    private static String told(Kind<Breach.Group> kind) {
        return (kind.sentence() + " (" + code(kind.key()) + ", " + kind.key().contract() + ")").replace(", none)", ")");
    }

    /** {@code schema.pattern}, or the rule alone where keyword says the same. */
    static String code(Breach.Group group) {
        return group.rule().equals(group.keyword()) ? group.rule() : group.rule() + "." + group.keyword();
    }

    private List<String> remarks() {
        List<String> remarks = new ArrayList<>();
        if (!tally.heldOtherwise().isEmpty()) {
            remarks.add("In quarantine although the contract in force lets them pass: " + tally.heldOtherwise().entrySet().stream()
                    .map(rule -> rule.getKey() + " " + number(rule.getValue())).collect(Collectors.joining(", "))
                    + ". Whether they pass now depends on what the bridge knows beyond the contract.");
        }
        if (subject.ofLedgers() > 0) {
            remarks.add("Not tried, because it is the ledger's row that counts when they are sent again: "
                    + changes(subject.ofLedgers()) + " from the ledgers to the CRM.");
        }
        subject.objections().forEach(objection -> remarks.add("A running bridge would refuse it: " + objection));
        return remarks;
    }

    /** What it comes to, in one or two sentences. */
    String sum() {
        String breaks = tally.wouldBreak() == 0 ? "Nothing that passes would break."
                : changes(tally.wouldBreak()) + (tally.wouldBreak() == 1 ? " that passes" : " that pass") + " would break.";
        return breaks + (tally.wouldPass() == 0 ? "" : " " + changes(tally.wouldPass()) + " in breach would pass.");
    }

    private static String spoken(String source) {
        return switch (source) {
            case "quarantine" -> "the quarantine";
            case "topic" -> "the intake topic";
            default -> DataReader.spoken(source);
        };
    }

    static String word(Verdict verdict) {
        return verdict == Verdict.BREACH ? "quarantined" : verdict.name().toLowerCase(Locale.ROOT);
    }

    static String changes(long count) {
        return number(count) + (count == 1 ? " change" : " changes");
    }

    private static String number(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }
}
