package dev.concordat.tool;

import dev.concordat.contract.About;
import dev.concordat.contract.Contract;
import dev.concordat.contract.Field;
import dev.concordat.contract.Form;
import dev.concordat.contract.Owner;
import dev.concordat.contract.Severity;
import dev.concordat.contract.Sla;
import dev.concordat.tool.Table.Cell;
import java.util.List;
import picocli.CommandLine.Help.Ansi.IStyle;
import picocli.CommandLine.Help.Ansi.Style;

/** A contract for a terminal. */
final class ShowText {
    private static final IStyle[] NO_STYLE = {};

    private final Contract contract;
    private final About about;
    private final Paint paint;
    private final StringBuilder text = new StringBuilder();

    ShowText(Contract contract, Paint paint) {
        this.contract = contract;
        this.about = contract.about();
        this.paint = paint;
    }

    String write() {
        text.append(paint.bold(contract.entity() + " " + contract.version())).append("  ").append(about.status()).append('\n');
        Table.wrap(about.description(), Table.WIDTH).forEach(line -> text.append(line).append('\n'));
        text.append('\n').append(facts());
        section("Fields", contract.fields().size(), fields());
        section("Rules", FieldWords.rules(contract).size(), rules());
        section("Service levels", contract.slas().size(), slas());
        section("Roles", about.roles().size(), roles());
        return text.toString().stripTrailing();
    }

    private void section(String title, int size, Table table) {
        if (size > 0) {
            text.append('\n').append(paint.bold(title)).append(paint.faint(" (" + size + ")")).append('\n').append(table);
        }
    }

    private Table facts() {
        var table = new Table(paint, 16);
        fact(table, "purpose", about.purpose());
        fact(table, "usage", about.usage());
        fact(table, "limitations", about.limitations());
        fact(table, "ledger table", contract.table() + (about.granularity().isEmpty() ? "" : ": " + about.granularity()));
        fact(table, "in changes", contract.dataschema());
        contract.parent().ifPresent(parent -> fact(table, "belongs to", "a " + parent.entity() + ", which field " + parent.field()
                + " names"));
        fact(table, "foreign change", FieldWords.word(contract.foreignChange()) + ", where a field says nothing else");
        fact(table, "on delete", contract.deletable() ? "the ledger closes it" : "refused");
        return table;
    }

    private static void fact(Table table, String name, String value) {
        if (!value.isEmpty()) {
            table.row(new Cell(name, Style.faint), new Cell(value));
        }
    }

    private Table fields() {
        var table = new Table(paint, 22, 6, 3, 12, 9, 34);
        table.head("FIELD", "OWNER", "REQ", "CLASS", "RESIDENCY", "VALUES", "MEANING");
        for (Field field : contract.fields()) {
            String foreign = field.key() || field.foreignChange() == contract.foreignChange() ? ""
                    : " A foreign change: " + FieldWords.word(field.foreignChange()) + ".";
            table.row(new Cell(field.name(), Style.bold), new Cell(FieldWords.owner(field), colour(field.owner())),
                    new Cell(field.required() ? "yes" : ""), new Cell(FieldWords.word(field.classification()), colour(field)),
                    new Cell(field.key() ? "" : FieldWords.residency(field)), new Cell(FieldWords.values(field.form(), known(field))),
                    new Cell(field.form().description() + foreign));
            parts(table, field.form().parts(), ".");
        }
        return table;
    }

    private static void parts(Table table, List<Form> parts, String dots) {
        for (Form part : parts) {
            table.row(new Cell(dots + part.name()), new Cell(""), new Cell(part.required() ? "yes" : ""), new Cell(""), new Cell(""),
                    new Cell(FieldWords.values(part, List.of())), new Cell(part.description()));
            parts(table, part.parts(), dots + ".");
        }
    }

    static List<String> known(Field field) {
        return field.openEnum().map(open -> open.known()).orElse(List.of());
    }

    private static IStyle[] colour(Owner owner) {
        return owner == null ? new IStyle[] {Style.faint} : new IStyle[] {owner == Owner.CRM ? Style.fg_cyan : Style.fg_magenta};
    }

    private static IStyle[] colour(Field field) {
        return switch (field.classification()) {
            case RESTRICTED -> new IStyle[] {Style.fg_red};
            case CONFIDENTIAL -> new IStyle[] {Style.fg_yellow};
            default -> NO_STYLE;
        };
    }

    private Table rules() {
        var table = new Table(paint, 26, 8, 22, 12, 14);
        table.head("RULE", "SEVERITY", "KIND", "FIELD", "WHEN", "MEANING");
        for (FieldWords.RuleWords rule : FieldWords.rules(contract)) {
            table.row(new Cell(rule.name(), Style.bold), new Cell(FieldWords.word(rule.severity()), colour(rule.severity())),
                    new Cell(rule.kind()), new Cell(rule.field()), new Cell(rule.when()), new Cell(rule.meaning()));
        }
        return table;
    }

    private static IStyle[] colour(Severity severity) {
        return switch (severity) {
            case ERROR -> new IStyle[] {Style.fg_red};
            case WARNING -> new IStyle[] {Style.fg_yellow};
            case INFO -> NO_STYLE;
        };
    }

    private Table slas() {
        var table = new Table(paint, 40, 16);
        table.head("PROMISE", "OF", "MEANING");
        for (Sla sla : contract.slas()) {
            table.row(FieldWords.promise(sla), sla.element().orElse("the service"), sla.description());
        }
        return table;
    }

    private Table roles() {
        var table = new Table(paint, 26, 8, 30);
        table.head("ROLE", "ACCESS", "APPROVED BY", "MEANING");
        about.roles().forEach(role -> table.row(role.name(), role.access(), role.approvers(), role.description()));
        return table;
    }
}
