package dev.concordat.tool;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.change.Breach;
import dev.concordat.contract.Contract;
import dev.concordat.contract.ContractCase.Verdict;
import dev.concordat.contract.Contracts;
import dev.concordat.tool.Kinds.Kind;
import dev.concordat.tool.Problem.Level;
import dev.concordat.tool.Report.Check;
import dev.concordat.tool.TrialTally.Watched;
import dev.concordat.tool.TrialTally.Written;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Says what a contract would make of changes that came before it, for programs and pipelines; {@link TrialText} says it to people. */
final class TrialReport {
    private static final String COMMAND = "contract try";

    private final Subject subject;
    private final TrialTally tally;
    private final Paint paint;

    /**
     * What was tried on what.
     *
     * @param file       as the user named it
     * @param contract   that it holds
     * @param from       what the changes were read from
     * @param objections why a bridge at work would refuse to take the contract into force; empty where it would not
     * @param ofLedgers  changes of the ledgers that were left out
     */
    record Subject(Path file, Contract contract, List<String> from, Contracts inForce, List<String> objections, long ofLedgers) {
        /** The contract in force whose place it takes, or beside which it would stand; {@code none} where there is none. */
        String before() {
            return inForce.find(contract.entity(), contract.major())
                    .or(() -> inForce.newest().stream().filter(one -> one.entity().equals(contract.entity())).findFirst())
                    .map(Contract::label).orElse("none");
        }
    }

    TrialReport(Subject subject, TrialTally tally, Paint paint) {
        this.subject = subject;
        this.tally = tally;
        this.paint = paint;
    }

    Report report() {
        var text = new TrialText(subject, tally, paint);
        List<Check> checks = new ArrayList<>();
        checks.add(new Check("total", tally.wouldBreak() == 0 ? List.of() : List.of(problem(Level.ERROR, "would-break", text.sum()))));
        tally.added().all().forEach(kind -> checks.add(check("would break: ", kind.key(),
                kind.grave() > 0 ? Level.ERROR : Level.WARNING, kind)));
        tally.observed().all().forEach(kind -> checks.add(check("observed: ", kind.key().group(), Level.WARNING, kind)));
        tally.written().all().forEach(kind -> checks.add(new Check("written otherwise: " + kind.key().entity() + "." + kind.key().field()
                + " " + kind.sentence(), List.of(problem(Level.NOTICE, "written-otherwise", kind.key().entity() + "."
                + kind.key().field() + " is " + kind.sentence() + counted(kind))))));
        subject.objections().forEach(objection -> checks.add(new Check("reload", List.of(problem(Level.WARNING, "refused-by-reload",
                objection)))));
        return new Report(COMMAND, checks, text.write(), json());
    }

    private Check check(String what, Breach.Group group, Level level, Kind<?> kind) {
        String code = TrialText.code(group);
        return new Check(String.join(" ", what + group.contract(), code, group.path()).strip(),
                List.of(problem(level, code, kind.sentence() + counted(kind))));
    }

    private static String counted(Kind<?> kind) {
        return " (" + TrialText.changes(kind.count()) + (kind.places().isEmpty() ? "" : ", such as " + kind.places().get(0)) + ")";
    }

    /** What is to be mended is the contract. */
    private Problem problem(Level level, String code, String message) {
        return new Problem(level, subject.file().toString(), 0, 0, code, message);
    }

    private ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("command", COMMAND).put("file", subject.file().toString())
                .put("inForce", subject.before()).put("tried", subject.contract().label());
        subject.from().forEach(json.putArray("from")::add);
        json.put("changes", tally.changes()).put("wouldBreak", tally.wouldBreak()).put("wouldPass", tally.wouldPass())
                .put("ofLedgers", subject.ofLedgers());
        ObjectNode outcomes = json.putObject("outcomes");
        for (Verdict then : Verdict.values()) {
            ObjectNode row = outcomes.putObject(TrialText.word(then));
            for (Verdict now : Verdict.values()) {
                row.put(TrialText.word(now), tally.ended(then, now));
            }
        }
        ObjectNode held = json.putObject("heldOtherwise");
        tally.heldOtherwise().forEach(held::put);
        ArrayNode added = json.putArray("newBreaches");
        tally.added().all().forEach(kind -> group(added, kind.key(), kind).put("passNow", kind.grave()));
        ArrayNode gone = json.putArray("goneBreaches");
        tally.gone().all().forEach(kind -> group(gone, kind.key(), kind));
        ArrayNode observed = json.putArray("newObserved");
        for (Kind<Watched> kind : tally.observed().all()) {
            group(observed, kind.key().group(), kind).put("severity", kind.key().severity().name().toLowerCase(Locale.ROOT));
        }
        ArrayNode fields = json.putArray("fields");
        for (Kind<Written> kind : tally.written().all()) {
            places(fields.addObject().put("entity", kind.key().entity()).put("field", kind.key().field())
                    .put("way", kind.key().way().name().toLowerCase(Locale.ROOT)).put("count", kind.count()), kind);
        }
        ArrayNode moved = json.putArray("moved");
        tally.moved().forEach(one -> moved.addObject().put("place", one.place()).put("inForce", TrialText.word(one.inForce()))
                .put("tried", TrialText.word(one.tried())));
        json.put("movedInAll", tally.movedInAll());
        subject.objections().forEach(json.putArray("refusedByReload")::add);
        return json;
    }

    private static ObjectNode group(ArrayNode groups, Breach.Group group, Kind<?> kind) {
        return places(groups.addObject().put("contract", group.contract()).put("rule", group.rule()).put("keyword", group.keyword())
                .put("path", group.path()).put("count", kind.count()).put("sentence", kind.sentence()), kind);
    }

    private static ObjectNode places(ObjectNode json, Kind<?> kind) {
        kind.places().forEach(json.putArray("examples")::add);
        return json;
    }
}
