package dev.concordat.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.contract.Finding;
import dev.concordat.contract.Profile;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What lint found, grouped by file. */
record LintReport(Profile profile, Map<Path, List<Finding>> found) {
    Report report() {
        List<Report.Check> checks = found.entrySet().stream().map(entry -> new Report.Check(entry.getKey().toString(),
                entry.getValue().stream().map(LintReport::problem).toList())).toList();
        return new Report("contract lint", checks, text(), json());
    }

    static String word(Finding.Level level) {
        return level.name().toLowerCase(Locale.ROOT);
    }

    private static Problem problem(Finding finding) {
        return new Problem(Problem.Level.valueOf(finding.level().name()), finding.file().toString(), finding.line(),
                finding.column(), finding.code().word(), finding.sentence());
    }

    private long count(Finding.Level level) {
        return found.values().stream().flatMap(List::stream).filter(finding -> finding.level() == level).count();
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        int places = found.values().stream().flatMap(List::stream).mapToInt(finding -> place(finding).length()).max().orElse(0);
        int codes = found.values().stream().flatMap(List::stream).mapToInt(finding -> finding.code().word().length()).max()
                .orElse(0);
        found.forEach((file, findings) -> {
            text.append(file).append(findings.isEmpty() ? "  ok" : "").append(System.lineSeparator());
            String row = "  %" + Math.max(places, 1) + "s  %-7s  %-" + Math.max(codes, 1) + "s  %s%n";
            String right = " ".repeat(places + codes + 15) + "%s%n";
            findings.forEach(finding -> text.append(row.formatted(place(finding), word(finding.level()), finding.code().word(),
                    (finding.path().isEmpty() ? "" : finding.path() + ": ") + finding.wrong()))
                    .append(right.formatted(finding.right())));
        });
        return text.append(System.lineSeparator()).append("%s, %s in %s (profile %s)".formatted(
                count(count(Finding.Level.ERROR), "error"), count(count(Finding.Level.WARNING), "warning"),
                count(found.size(), "file"), profile.name().toLowerCase(Locale.ROOT))).toString();
    }

    private static String place(Finding finding) {
        return finding.line() + ":" + finding.column();
    }

    private static String count(long count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    private JsonNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("profile", profile.name().toLowerCase(Locale.ROOT));
        json.put("errors", count(Finding.Level.ERROR)).put("warnings", count(Finding.Level.WARNING));
        var files = json.putArray("files");
        found.forEach((file, findings) -> {
            ObjectNode one = files.addObject().put("file", file.toString());
            var list = one.putArray("findings");
            findings.forEach(finding -> list.addObject().put("line", finding.line()).put("column", finding.column())
                    .put("path", finding.path()).put("code", finding.code().word()).put("level", word(finding.level()))
                    .put("wrong", finding.wrong()).put("right", finding.right()));
        });
        return json;
    }
}
