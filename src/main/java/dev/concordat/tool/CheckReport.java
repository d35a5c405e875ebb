package dev.concordat.tool;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.contract.Contract;
import dev.concordat.contract.Owner;
import dev.concordat.contract.Sla;
import dev.concordat.tool.Problem.Level;
import dev.concordat.tool.Report.Check;
import dev.concordat.tool.Tally.Example;
import dev.concordat.tool.Tally.Group;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Says what became of data that were judged by a contract. */
final class CheckReport {
    private static final String COMMAND = "contract check";

    private final Contract contract;
    private final Owner sender;
    private final List<String> data;
    private final Tally tally;

    CheckReport(Contract contract, Owner sender, List<String> data, Tally tally) {
        this.contract = contract;
        this.sender = sender;
        this.data = data.stream().map(DataReader::spoken).toList();
        this.tally = tally;
    }

    Report report() {
        List<Check> checks = new ArrayList<>();
        checks.add(new Check("total", total()));
        tally.breaches().forEach(group -> checks.add(new Check(String.join(" ", group.key().contract(), group.code(),
                group.key().path()).strip(), problems(group, Level.ERROR, group.sentence()))));
        return new Report(COMMAND, checks, text(), json());
    }

    private List<Problem> total() {
        List<Problem> problems = new ArrayList<>();
        if (tally.inBreach() > 0) {
            problems.add(new Problem(Level.ERROR, data.get(0), 0, 0, "in-breach", counts()));
        }
        tally.observed().forEach(group -> problems.addAll(problems(group, Level.WARNING, group.sentence())));
        tally.drift().forEach(group -> problems.addAll(problems(group, Level.NOTICE, spoken(group))));
        return problems;
    }

    private static List<Problem> problems(Group group, Level level, String sentence) {
        String more = group.count() == 1 ? "" : " (" + number(group.count()) + " times)";
        return group.examples().isEmpty() ? List.of(new Problem(level, "", 0, 0, group.code(), sentence + more))
                : group.examples().stream().map(example -> new Problem(level, example.file(), example.line(), example.column(), group.code(),
                        sentence + more)).toList();
    }

    private static String spoken(Group group) {
        return "`" + group.key().path() + "` " + group.sentence()
                + (group.values().isEmpty() ? "" : ": " + String.join(", ", group.values()));
    }

    private String counts() {
        return number(tally.judged()) + (tally.judged() == 1 ? " change: " : " changes: ") + number(tally.accepted()) + " accepted, "
                + number(tally.filtered()) + " filtered, " + number(tally.inBreach()) + " in breach (" + percent(tally.rate()) + ")"
                + errorRate().map(sla -> "; the contract allows less than " + sla.value().stripTrailingZeros().toPlainString() + " %").orElse("");
    }

    /** What the contract promises of all changes of the entity, in percent. */
    private Optional<Sla> errorRate() {
        return contract.slas().stream().filter(sla -> sla.property().equals("errorRate") && sla.element().isEmpty()
                && sla.unit().matches("percent|%")).findFirst();
    }

    private String text() {
        var text = new StringBuilder().append(String.join(", ", data)).append(" as the ")
                .append(sender == Owner.CRM ? "CRM" : "ledger").append("'s data, by ").append(contract.label()).append('\n')
                .append(counts());
        if (tally.refetched() > 0) {
            text.append("\naccepted without values, because their entity is read from its source: ").append(number(tally.refetched()));
        }
        if (tally.skippedRecords() > 0) {
            text.append("\nskipped, because they say nothing of an entity: ").append(number(tally.skippedRecords()));
        }
        section(text, "in breach", tally.breaches().stream().map(group -> lines(group, group.sentence())).toList());
        section(text, "observed: passes, and would be in breach were the rule enforced", tally.observed().stream()
                .map(group -> lines(group, group.sentence())).toList());
        section(text, "drift: passes, but the contract does not know it", tally.drift().stream()
                .map(group -> lines(group, spoken(group))).toList());
        return text.toString();
    }

    private static void section(StringBuilder text, String title, List<String> lines) {
        if (!lines.isEmpty()) {
            text.append("\n\n").append(title).append(String.join("", lines));
        }
    }

    private static String lines(Group group, String sentence) {
        return "\n" + String.format(Locale.ROOT, "%,9d  %s  (%s, %s)", group.count(), sentence, group.code(), group.key().contract())
                .replace(", none)", ")") + group.examples().stream().map(CheckReport::place).collect(Collectors.joining());
    }

    private static String place(Example example) {
        return "\n           " + DataRecord.place(example.file(), example.line(), example.column())
                + (example.pointer().isEmpty() ? "" : " " + example.pointer());
    }

    private ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("command", COMMAND).put("contract", contract.label())
                .put("sender", sender.word());
        data.forEach(json.putArray("data")::add);
        json.put("changes", tally.judged()).put("accepted", tally.accepted()).put("filtered", tally.filtered())
                .put("inBreach", tally.inBreach()).put("refetch", tally.refetched()).put("skipped", tally.skippedRecords())
                .put("breachRatePercent", tally.rate());
        errorRate().ifPresent(sla -> json.put("errorRatePercent", sla.value())
                .put("errorRateMet", tally.rate() < sla.value().doubleValue()));
        tally.breaches().forEach(group -> group(json.withArray("/breaches"), group, group.sentence()));
        tally.observed().forEach(group -> group(json.withArray("/observed"), group, group.sentence()));
        for (Group group : tally.drift()) {
            group.values().forEach(group(json.withArray("/drift"), group, spoken(group)).putArray("values")::add);
        }
        return json;
    }

    private static ObjectNode group(ArrayNode groups, Group group, String sentence) {
        ObjectNode json = groups.addObject().put("contract", group.key().contract()).put("rule", group.key().rule())
                .put("keyword", group.key().keyword()).put("path", group.key().path())
                .put("count", group.count()).put("sentence", sentence);
        ArrayNode examples = json.putArray("examples");
        group.examples().forEach(example -> examples.addObject().put("file", example.file()).put("line", example.line())
                .put("column", example.column()).put("record", example.number()).put("pointer", example.pointer()));
        return json;
    }

    private static String number(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    private static String percent(double rate) {
        return rate > 0 && rate < 0.01 ? "less than 0.01 %" : String.format(Locale.ROOT, "%.2f %%", rate);
    }
}
