package dev.concordat.tool;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.contract.About;
import dev.concordat.contract.Contract;
import dev.concordat.contract.Expression;
import dev.concordat.contract.Field;
import dev.concordat.contract.Form;
import java.math.BigDecimal;
import java.util.List;

/** A contract as the bridge understands it, for programs; what is not there is left out. */
final class ShowJson {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private ShowJson() {
    }

    static ObjectNode write(Contract contract) {
        About about = contract.about();
        ObjectNode json = JSON.objectNode().put("entity", contract.entity()).put("version", contract.version()).put("id", about.id())
                .put("status", about.status()).put("file", contract.file().toString()).put("dataschema", contract.dataschema())
                .put("table", contract.table());
        text(json, "description", about.description());
        text(json, "purpose", about.purpose());
        text(json, "usage", about.usage());
        text(json, "limitations", about.limitations());
        json.put("foreignChange", FieldWords.word(contract.foreignChange())).put("onDelete", contract.deletable() ? "close" : "refuse");
        contract.parent().ifPresent(parent -> json.putObject("parent").put("entity", parent.entity()).put("field", parent.field()));
        ArrayNode fields = json.putArray("fields");
        contract.fields().forEach(field -> fields.add(field(field)));
        ArrayNode rules = json.putArray("rules");
        contract.expressions().stream().map(Expression::source).forEach(rule -> {
            ObjectNode one = rules.addObject().put("name", rule.name()).put("kind", "expression")
                    .put("severity", FieldWords.word(rule.severity())).put("expression", rule.expression()).put("pointer", rule.pointer());
            text(one, "description", rule.sentence());
            rule.when().ifPresent(when -> one.put("when", when));
        });
        contract.rules().forEach(rule -> {
            ObjectNode one = rules.addObject().put("name", rule.name()).put("kind", rule.kind()).put("severity",
                    FieldWords.word(rule.severity()));
            text(one, "description", rule.description());
            rule.field().ifPresent(field -> one.put("field", field));
            rule.query().ifPresent(query -> one.put("query", query));
            rule.expected().ifPresent(expected -> {
                ArrayNode bounds = one.putObject("expected").put("operator", expected.operator()).putArray("bounds");
                expected.bounds().forEach(bounds::add);
            });
        });
        ArrayNode slas = json.putArray("slas");
        contract.slas().forEach(sla -> {
            ObjectNode one = slas.addObject().put("property", sla.property()).put("value", sla.value());
            sla.percentile().ifPresent(percentile -> one.put("percentile", percentile));
            text(one, "unit", sla.unit());
            sla.element().ifPresent(element -> one.put("element", element));
            text(one, "description", sla.description());
        });
        ArrayNode roles = json.putArray("roles");
        about.roles().forEach(role -> {
            ObjectNode one = roles.addObject().put("role", role.name());
            text(one, "access", role.access());
            text(one, "approvers", role.approvers());
            text(one, "description", role.description());
        });
        return json;
    }

    private static ObjectNode field(Field field) {
        ObjectNode json = form(field.form());
        json.put("column", field.column()).put("key", field.key());
        if (!field.key()) {
            json.put("owner", field.owner().word()).put("foreignChange", FieldWords.word(field.foreignChange()));
        }
        json.put("classification", FieldWords.word(field.classification()));
        if (field.residency() != null) {
            json.put("residency", FieldWords.word(field.residency()));
        }
        field.openEnum().ifPresent(open -> texts(json, "known", open.known()));
        return json;
    }

    private static ObjectNode form(Form form) {
        ObjectNode json = JSON.objectNode();
        if (form.name() != null) {
            json.put("name", form.name());
        }
        text(json, "description", form.description());
        json.put("type", FieldWords.word(form.type())).put("required", form.required()).put("unique", form.unique());
        if (!form.limits().isEmpty()) {
            ObjectNode limits = json.putObject("limits");
            form.limits().forEach((name, value) -> limit(limits, name, value));
        }
        texts(json, "validValues", form.closed());
        texts(json, "watchedValues", form.watched());
        form.pii().ifPresent(pii -> json.put("piiCategory", pii));
        texts(json, "sources", form.sources());
        texts(json, "examples", form.examples());
        if (!form.parts().isEmpty()) {
            ArrayNode parts = json.putArray("properties");
            form.parts().forEach(part -> parts.add(form(part)));
        }
        form.item().ifPresent(item -> json.set("items", form(item)));
        return json;
    }

    private static void limit(ObjectNode limits, String name, Object value) {
        if (value instanceof BigDecimal number) {
            limits.put(name, number);
        } else if (value instanceof Boolean flag) {
            limits.put(name, flag);
        } else if (value instanceof List<?> list) {
            texts(limits, name, list.stream().map(String::valueOf).toList());
        } else {
            limits.put(name, String.valueOf(value));
        }
    }

    private static void text(ObjectNode json, String name, String value) {
        if (!value.isEmpty()) {
            json.put(name, value);
        }
    }

    private static void texts(ObjectNode json, String name, List<String> values) {
        if (!values.isEmpty()) {
            values.forEach(json.putArray(name)::add);
        }
    }
}
