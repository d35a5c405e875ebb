package dev.concordat.tool;

import dev.concordat.contract.About;
import dev.concordat.contract.Contract;
import dev.concordat.contract.Field;
import dev.concordat.contract.Form;
import dev.concordat.contract.Sla;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A contract as a Markdown page, for a wiki or a pull request. */
final class ShowMarkdown {
    private final Contract contract;
    private final StringBuilder text = new StringBuilder();

    ShowMarkdown(Contract contract) {
        this.contract = contract;
    }

    String write() {
        About about = contract.about();
        text.append("# ").append(escape(contract.entity() + " " + contract.version())).append("\n\n").append(escape(about.description()))
                .append("\n\n");
        item("Status", about.status());
        item("Purpose", about.purpose());
        item("Usage", about.usage());
        item("Limitations", about.limitations());
        item("Ledger table", contract.table());
        item("In changes", contract.dataschema());
        contract.parent().ifPresent(parent -> item("Belongs to", "a " + parent.entity() + ", which field " + parent.field() + " names"));
        item("Foreign change", FieldWords.word(contract.foreignChange()));
        item("On delete", contract.deletable() ? "the ledger closes it" : "refused");
        fields();
        table("Rules", List.of("Rule", "Severity", "Kind", "Field", "When", "Meaning"), FieldWords.rules(contract).stream()
                .map(ShowMarkdown::rule).toList());
        table("Service levels", List.of("Promise", "Of", "Meaning"), contract.slas().stream().map(ShowMarkdown::sla).toList());
        table("Roles", List.of("Role", "Access", "Approved by", "Meaning"), about.roles().stream()
                .map(role -> List.of(role.name(), role.access(), role.approvers(), role.description())).toList());
        return text.toString().stripTrailing();
    }

    private void item(String name, String value) {
        if (!value.isEmpty()) {
            text.append("- ").append(name).append(": ").append(escape(value)).append('\n');
        }
    }

    private void fields() {
        var rows = new ArrayList<List<String>>();
        for (Field field : contract.fields()) {
            rows.add(List.of(field.name(), FieldWords.owner(field), field.required() ? "yes" : "", FieldWords.word(field.classification()),
                    field.key() ? "" : FieldWords.residency(field), FieldWords.values(field.form(), ShowText.known(field)), field.column(),
                    field.form().description()));
            parts(rows, field.name(), field.form().parts());
        }
        table("Fields", List.of("Field", "Owner", "Required", "Class", "Residency", "Values", "Column", "Meaning"), rows);
    }

    private static void parts(List<List<String>> rows, String outer, List<Form> parts) {
        for (Form part : parts) {
            String name = outer + "." + part.name();
            rows.add(List.of(name, "", part.required() ? "yes" : "", "", "", FieldWords.values(part, List.of()), "", part.description()));
            parts(rows, name, part.parts());
        }
    }

    private static List<String> rule(FieldWords.RuleWords rule) {
        return List.of(rule.name(), FieldWords.word(rule.severity()), rule.kind(), rule.field(), rule.when(), rule.meaning());
    }

    private static List<String> sla(Sla sla) {
        return List.of(FieldWords.promise(sla), sla.element().orElse("the service"), sla.description());
    }

    private void table(String title, List<String> head, List<List<String>> rows) {
        if (!rows.isEmpty()) {
            text.append("\n## ").append(title).append("\n\n").append(row(head)).append(row(head.stream().map(name -> "---").toList()));
            rows.forEach(cells -> text.append(row(cells.stream().map(ShowMarkdown::escape).toList())));
        }
    }

    private static String row(List<String> cells) {
        return cells.stream().collect(Collectors.joining(" | ", "| ", " |\n"));
    }

    /** So that no character of a contract is markup. */
    static String escape(String text) {
        return Arrays.stream(text.replaceAll("\\s+", " ").split("")).map(c -> "\\`*_{}[]<>#|~^$&!".contains(c) && !c.isEmpty() ? "\\" + c
                : c)
                .collect(Collectors.joining());
    }
}
