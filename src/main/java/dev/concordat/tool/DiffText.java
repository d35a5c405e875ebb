package dev.concordat.tool;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.contract.ContractDiff;
import dev.concordat.contract.Difference;
import dev.concordat.contract.Owner;
import dev.concordat.contract.Verdict;
import dev.concordat.tool.Table.Cell;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Help.Ansi.IStyle;
import picocli.CommandLine.Help.Ansi.Style;

/** The differences of two contracts, for people and for programs. */
final class DiffText {
    private final ContractDiff diff;
    private final Paint paint;

    DiffText(ContractDiff diff, Paint paint) {
        this.diff = diff;
        this.paint = paint;
    }

    String write() {
        String versions = diff.versionBefore() + " -> " + diff.versionAfter();
        if (diff.differences().isEmpty()) {
            return diff.entity() + " " + versions + ": no difference." + (diff.isTooLow() ? "\n" + advice() : "");
        }
        var text = new StringBuilder(paint.bold(diff.entity() + " " + versions)).append('\n');
        Map<String, List<Difference>> groups = diff.differences().stream()
                .collect(Collectors.groupingBy(DiffText::heading, LinkedHashMap::new, Collectors.toList()));
        groups.forEach((heading, group) -> text.append('\n').append(paint.paint(heading, colour(group.get(0))))
                .append(paint.faint(" (" + group.size() + ")")).append('\n').append(table(group)));
        text.append('\n').append(compatibility());
        Table.wrap(advice(), Table.WIDTH).forEach(line -> text.append('\n').append(paint.bold(line)));
        return text.toString();
    }

    private Table table(List<Difference> group) {
        var table = new Table(paint, 38, 34);
        group.forEach(each -> table.row(new Cell(each.where()), new Cell(values(each)), new Cell(each.meaning())));
        return table;
    }

    private static String values(Difference each) {
        return each.before() + " -> " + each.after();
    }

    private static String heading(Difference each) {
        boolean producer = each.verdicts().contains(Verdict.BREAKS_PRODUCER);
        boolean consumer = each.verdicts().contains(Verdict.BREAKS_CONSUMER);
        if (producer && consumer) {
            return "Breaking for producer and consumer";
        }
        if (producer) {
            return "Breaking for the producer" + each.producer().map(owner -> ", the " + owner.spoken()).orElse("");
        }
        if (consumer) {
            return "Breaking for the consumer" + each.producer().map(owner -> ", the "
                    + (owner == Owner.CRM ? Owner.LEDGER : Owner.CRM).spoken()).orElse("");
        }
        if (each.breaks()) {
            return "Breaking for privacy";
        }
        return each.verdicts().contains(Verdict.ADDITIVE) ? "Additive" : "Words only";
    }

    private static IStyle[] colour(Difference each) {
        if (each.breaks()) {
            return new IStyle[] {Style.bold, Style.fg_red};
        }
        return new IStyle[] {Style.bold, each.verdicts().contains(Verdict.ADDITIVE) ? Style.fg_green : Style.faint};
    }

    /** Where it is, what was and is there, and what it means. */
    String sentence(Difference each) {
        return heading(each) + ". " + each.where() + " " + values(each) + ": " + each.meaning();
    }

    private String compatibility() {
        return switch (diff.compatibility()) {
            case "FULL" -> "Compatibility: FULL. What was sent before is still taken, and what is sent now is still understood.";
            case "BACKWARD" -> "Compatibility: BACKWARD. What was sent before is still taken,"
                    + " but a consumer may not understand what is sent now.";
            case "FORWARD" -> "Compatibility: FORWARD. A consumer understands what is sent now, but what was sent before may be refused.";
            default -> "Compatibility: NONE. What was sent before may be refused, and a consumer may not understand what is sent now.";
        };
    }

    /** The version that the differences take, and why. */
    String advice() {
        long breaks = diff.differences().stream().filter(Difference::breaks).count();
        long additive = diff.differences().stream().filter(each -> each.verdicts().contains(Verdict.ADDITIVE)).count();
        String why = breaks > 0 ? count(breaks) + " breaking: a new major version, in a file of its own beside the old one"
                : additive > 0 ? count(additive) + " additive and none breaking: a new minor version"
                : diff.differences().isEmpty() ? "nothing differs" : "words only: a new patch";
        String version = diff.isVersionRight() ? diff.versionAfter() + " is right" : diff.versionAfter() + " is too low, use "
                + diff.suggestedVersion();
        return "Version " + version + " (" + why + ").";
    }

    private static String count(long number) {
        return number == 1 ? "one difference is" : number + " differences are";
    }

    ObjectNode json(Path before, Path after) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("entity", diff.entity());
        json.putObject("old").put("file", before.toString()).put("version", diff.versionBefore());
        json.putObject("new").put("file", after.toString()).put("version", diff.versionAfter());
        json.put("compatibility", diff.compatibility()).put("compatible", diff.isCompatible()).put("suggestedVersion",
                diff.suggestedVersion().toString())
                .put("versionRight", diff.isVersionRight());
        ArrayNode differences = json.putArray("differences");
        for (Difference each : diff.differences()) {
            ObjectNode one = differences.addObject().put("code", each.code()).put("path", each.path()).put("line", each.line())
                    .put("before", each.before()).put("after", each.after());
            ArrayNode verdicts = one.putArray("verdicts");
            each.verdicts().forEach(verdict -> verdicts.add(verdict.name().toLowerCase(Locale.ROOT).replace('_', '-')));
            each.producer().ifPresent(owner -> one.put("producer", owner.word()));
            one.put("meaning", each.meaning());
        }
        return json;
    }
}
