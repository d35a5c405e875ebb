package dev.concordat.tool;

import dev.concordat.contract.About;
import dev.concordat.contract.Contract;
import dev.concordat.contract.Field;
import dev.concordat.contract.Form;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A contract as a page for a data catalogue: complete in itself, no script, and nothing is fetched. */
final class ShowHtml {
    private static final List<String> FIELD = List.of("Field", "Owner", "Class", "Outside its region", "Values", "Meaning");
    private static final List<String> RULE = List.of("Rule", "Severity", "Kind", "When", "Meaning");
    private static final List<String> SLA = List.of("Promise", "Of", "Meaning");
    private static final List<String> ROLE = List.of("Role", "Access", "Approved by", "Meaning");
    private static final List<String> SERVER = List.of("Server", "Type", "Environment", "Meaning");

    private final Contract contract;
    private final About about;
    private final Html page = new Html();

    ShowHtml(Contract contract) {
        this.contract = contract;
        this.about = contract.about();
    }

    String write() {
        page.add("""
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
                <title>%s</title>
                """, contract.entity() + " " + contract.version()).add("<style>\n%s</style>\n</head>\n<body>\n<main>\n", css())
                .add("<h1>%s <small>%s</small> <span class=\"chip\">%s</span></h1>\n", contract.entity(), contract.version(),
                        about.status())
                .add("<p class=\"lead\">%s</p>\n", about.description());
        facts();
        fields();
        rules();
        table("Service levels", SLA, contract.slas().stream().map(sla -> cells(SLA, text(FieldWords.promise(sla)),
                text(sla.element().orElse("the service")), text(sla.description()))).toList());
        table("Roles", ROLE, about.roles().stream().map(role -> cells(ROLE, text(role.name()), text(role.access()), text(role.approvers()),
                text(role.description()))).toList());
        table("Servers", SERVER, about.servers().stream().map(server -> cells(SERVER, text(server.name()), text(server.type()),
                text(server.environment()), text(server.description()))).toList());
        return page.add("<footer>Contract <code>%s</code>, Open Data Contract Standard.</footer>\n</main>\n</body>\n</html>",
                about.id()).toString();
    }

    private static Html css() {
        try (var css = ShowHtml.class.getResourceAsStream("contract.css")) {
            return Html.markup(new String(css.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void facts() {
        page.add("<dl>\n");
        fact("Purpose", text(about.purpose()));
        fact("Usage", text(about.usage()));
        fact("Limitations", text(about.limitations()));
        fact("Domain", text(about.tenant().isEmpty() || about.domain().isEmpty() ? about.domain() : about.domain() + " of "
                + about.tenant()));
        fact("Ledger table", new Html().add("<code>%s</code>", contract.table()));
        fact("A record is", text(about.granularity()));
        fact("In changes", new Html().add("<code>%s</code>", contract.dataschema()));
        contract.parent().ifPresent(parent -> fact("Belongs to", new Html().add("a %s, which field <code>%s</code> names", parent.entity(),
                parent.field())));
        fact("Foreign change", new Html().add("<span class=\"chip\">%s</span> where a field says nothing else",
                FieldWords.word(contract.foreignChange())));
        fact("On delete", text(contract.deletable() ? "the ledger closes it" : "refused"));
        page.add("</dl>\n");
    }

    private void fact(String name, Html value) {
        if (!value.isEmpty()) {
            page.add("<dt>%s</dt><dd>%s</dd>\n", name, value);
        }
    }

    private void fields() {
        var rows = new ArrayList<Html>();
        for (Field field : contract.fields()) {
            Form form = field.form();
            var name = new Html().add("%s<code>%s</code>", field.name(), field.column());
            if (field.required() && !field.key()) {
                name.add("<span class=\"chip\">required</span>");
            }
            var meaning = text(form.description());
            form.pii().ifPresent(pii -> meaning.add("<div class=\"soft\">about a person: %s</div>", pii));
            if (!field.key() && field.foreignChange() != contract.foreignChange()) {
                meaning.add("<div class=\"soft\">a foreign change: %s</div>", FieldWords.word(field.foreignChange()));
            }
            if (!form.sources().isEmpty()) {
                meaning.add("<div class=\"soft\">from <code>%s</code></div>", String.join(", ", form.sources()));
            }
            rows.add(cells(FIELD, name, chip(FieldWords.owner(field)), chip(FieldWords.word(field.classification())),
                    field.key() ? new Html() : chip(FieldWords.residency(field)), values(form, ShowText.known(field)), meaning));
            parts(rows, "", form.parts());
        }
        table("Fields", contract.fields().size(), FIELD, rows);
    }

    private static void parts(List<Html> rows, String outer, List<Form> parts) {
        for (Form part : parts) {
            String name = outer + "." + part.name();
            var title = text(name);
            if (part.required()) {
                title.add("<span class=\"chip\">required</span>");
            }
            var none = new Html();
            rows.add(cells(FIELD, title, none, none, none, values(part, List.of()), text(part.description())));
            parts(rows, name, part.parts());
        }
    }

    private static Html values(Form form, List<String> known) {
        var html = new Html().add("<div>%s</div>", FieldWords.typed(form));
        Object pattern = form.limits().get("pattern");
        if (pattern != null) {
            html.add("<div class=\"soft\">matches <code>%s</code></div>", pattern);
        }
        list(html, "one of", form.closed());
        list(html, "watched", form.watched());
        list(html, "known; others pass and are reported", known);
        if (!form.examples().isEmpty()) {
            html.add("<div class=\"soft\">such as <code>%s</code></div>", String.join(", ", form.examples()));
        }
        return html;
    }

    private static void list(Html html, String lead, List<String> values) {
        if (!values.isEmpty()) {
            html.add("<div class=\"soft\">%s</div><ul>", lead);
            values.forEach(value -> html.add("<li>%s</li>", value));
            html.add("</ul>");
        }
    }

    private void rules() {
        table("Rules", RULE, FieldWords.rules(contract).stream().map(rule -> cells(RULE, text(rule.name()),
                chip(FieldWords.word(rule.severity())), kind(rule), text(rule.when()), text(rule.meaning()))).toList());
    }

    private static Html kind(FieldWords.RuleWords rule) {
        var html = text(rule.kind());
        return rule.field().isEmpty() ? html : html.add("<div class=\"soft\">of %s</div>", rule.field());
    }

    private void table(String title, List<String> head, List<Html> rows) {
        table(title, rows.size(), head, rows);
    }

    private void table(String title, int count, List<String> head, List<Html> rows) {
        if (rows.isEmpty()) {
            return;
        }
        page.add("<h2>%s <small>%s</small></h2>\n<div class=\"table\"><table>\n<thead><tr>", title, count);
        head.forEach(name -> page.add("<th scope=\"col\">%s</th>", name));
        page.add("</tr></thead>\n<tbody>\n");
        rows.forEach(row -> page.add("%s\n", row));
        page.add("</tbody>\n</table></div>\n");
    }

    private static Html cells(List<String> labels, Html... cells) {
        var row = new Html().add("<tr>");
        for (int i = 0; i < cells.length; i++) {
            row.add("<td class=\"%s\" data-label=\"%s\">", i == 0 ? "name" : labels.get(i).toLowerCase(Locale.ROOT).split(" ")[0],
                    labels.get(i));
            row.add(cells[i].isEmpty() ? "</td>" : "<div>%s</div></td>", cells[i]);
        }
        return row.add("</tr>");
    }

    private static Html chip(String word) {
        return new Html().add("<span class=\"chip %s\">%s</span>", word, word);
    }

    private static Html text(String text) {
        return new Html().add("%s", text);
    }
}
