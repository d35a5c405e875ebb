package dev.concordat.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.quarantine.Cause;
import dev.concordat.quarantine.Quarantine;
import dev.concordat.quarantine.QuarantineStore.Entry;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Help.Ansi;

/** Says what is quarantined, without the changes as they came. */
public final class QuarantineReport {
    private static final String LIST = "quarantine list";
    private static final String SHOW = "quarantine show";

    private final Paint paint;
    private final String given;

    /**
     * A report of one bridge.
     *
     * @param format in which it will be printed
     * @param given  the options that say which bridge it is
     */
    public QuarantineReport(Ansi ansi, ReportFormat format, String given) {
        this.given = given;
        this.paint = Paint.of(ansi, format);
    }

    /** @param nothing what is said where there is no change */
    public Report list(String state, List<Entry> entries, String nothing) {
        boolean waiting = state.equals("quarantined");
        var table = waiting ? Table.unbroken(paint, 6).right(2).head("change", "quarantined", "attempts", "rule", "subject", "breach")
                : Table.unbroken(paint, 8).right(3).head("change", "quarantined", state, "attempts", "rule", "subject", "reason", "breach");
        ObjectNode json = json(LIST).put("state", state);
        ArrayNode changes = json.putArray("changes");
        for (Entry entry : entries) {
            var cells = new ArrayList<>(List.of(entry.name(), seconds(entry.quarantinedAt()), String.valueOf(entry.attempts()), entry.rule(),
                    Optional.ofNullable(entry.subject()).orElse("-"), entry.breaches().get(0).sentence()));
            if (!waiting) {
                cells.add(2, seconds(entry.stateAt()));
                cells.add(6, Optional.ofNullable(entry.reason()).map(Quarantine::line).orElse("-"));
            }
            table.row(cells.toArray(String[]::new));
            changes.add(json(entry));
        }
        return report(LIST, entries.isEmpty() ? nothing : table + TrialText.changes(entries.size()) + " shown; `quarantine show "
                + entries.get(0).name() + given + "` tells more", json);
    }

    /**
     * The changes of a state by their causes.
     *
     * @param most    causes that are named
     * @param nothing what is said where there is no change
     */
    public Report groups(String state, List<Cause> causes, int most, String nothing) {
        var table = Table.unbroken(paint, 7).right(0).head("changes", "rule", "contract", "keyword", "newest", "such as", "breach");
        ObjectNode json = json(LIST).put("state", state);
        ArrayNode named = json.putArray("causes");
        causes.stream().limit(most).forEach(cause -> {
            table.row("%,d".formatted(cause.changes()), cause.group().rule(), cause.group().contract(), cause.group().keyword(),
                    seconds(cause.newest()), cause.example(), cause.sentence());
            named.addObject().put("contract", cause.group().contract()).put("rule", cause.group().rule())
                    .put("keyword", cause.group().keyword()).put("path", cause.group().path()).put("sentence", cause.sentence())
                    .put("changes", cause.changes()).put("oldest", text(cause.oldest())).put("newest", text(cause.newest()))
                    .put("example", cause.example());
        });
        long changes = causes.stream().mapToLong(Cause::changes).sum();
        json.put("changesInAll", changes).put("causesInAll", causes.size());
        return report(LIST, causes.isEmpty() ? nothing : table + TrialText.changes(changes) + " for " + causes.size()
                + (causes.size() == 1 ? " cause" : " causes") + (causes.size() > most ? "; " + most + " shown" : "")
                + "; list, replay and discard take `--like " + causes.get(0).example() + given + "` for those of the first", json);
    }

    public Report show(Entry entry) {
        return report(SHOW, Quarantine.describe(entry), json(SHOW).setAll(json(entry)));
    }

    private static Report report(String command, String text, JsonNode json) {
        return new Report(command, List.of(), text, json);
    }

    private static ObjectNode json(String command) {
        return JsonNodeFactory.instance.objectNode().put("command", command);
    }

    private static ObjectNode json(Entry entry) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("name", entry.name()).put("region", entry.region())
                .put("state", entry.state()).put("stateAt", text(entry.stateAt())).put("reason", entry.reason()).put("attempts", entry.attempts())
                .put("rule", entry.rule()).put("contract", entry.contract()).put("subject", entry.subject()).put("direction", entry.direction())
                .put("source", entry.source()).put("id", entry.id()).put("changedAt", text(entry.changedAt()))
                .put("quarantinedAt", text(entry.quarantinedAt())).put("size", entry.size());
        ArrayNode breaches = json.putArray("breaches");
        entry.breaches().forEach(breach -> breaches.addObject().put("contract", breach.contract()).put("rule", breach.rule())
                .put("keyword", breach.keyword()).put("pointer", breach.pointer()).put("sentence", breach.sentence()));
        return json;
    }

    private static String seconds(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static String text(Instant instant) {
        return instant == null ? null : instant.toString();
    }
}
