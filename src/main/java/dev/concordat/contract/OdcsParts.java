package dev.concordat.contract;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Reads the parts of an ODCS file that stand beside its objects and properties. */
final class OdcsParts {
    private static final List<String> DIMENSIONS = List.of("accuracy", "completeness", "conformity", "consistency",
            "coverage", "timeliness", "uniqueness");
    private static final List<String> METRICS = List.of("nullValues", "missingValues", "invalidValues",
            "duplicateValues", "rowCount");

    private OdcsParts() {
    }

    static Odcs.Quality quality(Section s) {
        Map<String, Object> operators = new LinkedHashMap<>();
        Expectation.OPERATORS.stream().filter(s::has).forEach(key -> operators.put(key, s.any(key)));
        return s.done(new Odcs.Quality(s.place(), s.text("id"), s.text("name"), s.text("description"),
                s.choice("type", List.of("library", "sql", "custom", "text")), s.choice("dimension", DIMENSIONS),
                s.text("method"), s.choice("severity", List.of("error", "warning", "info")),
                s.text("businessImpact"), s.text("unit"), s.text("schedule"), s.text("scheduler"), s.texts("tags"),
                customs(s), definitions(s), s.choice("metric", METRICS), s.text("rule"),
                s.has("arguments") ? s.section("arguments", Section::rest) : Map.of(), operators, s.text("query"),
                s.text("engine"), s.any("implementation")));
    }

    static Odcs.Relationship relationship(Section s) {
        return s.done(new Odcs.Relationship(s.place(), s.choice("type", List.of("foreignKey")), ends(s, "from"),
                ends(s, "to"), customs(s)));
    }

    private static List<String> ends(Section s, String key) {
        if (s.has(key) && !(s.place().key(key).node() instanceof SequenceNode)) {
            return List.of(s.text(key));
        }
        return s.texts(key);
    }

    static Odcs.SlaProperty sla(Section s) {
        s.requireKey("value");
        return s.done(new Odcs.SlaProperty(s.place(), s.text("id"), s.required("property"), s.any("value"),
                s.any("valueExt"), s.text("unit"), s.text("element"), s.text("driver"), s.text("description"),
                s.text("schedule"), s.text("scheduler")));
    }

    static Odcs.Server server(Section s) {
        return s.done(new Odcs.Server(s.place(), s.text("id"), s.required("server"), s.required("type"),
                s.text("description"), s.text("environment"), s.sections("roles", OdcsParts::role), customs(s),
                s.rest()));
    }

    static Odcs.Role role(Section s) {
        return s.done(new Odcs.Role(s.place(), s.text("id"), s.required("role"), s.text("description"),
                s.text("access"), s.text("firstLevelApprovers"), s.text("secondLevelApprovers"), customs(s)));
    }

    static Odcs.Team team(Section s) {
        return s.done(new Odcs.Team(s.text("id"), s.text("name"), s.text("description"),
                s.sections("members", OdcsParts::member), s.texts("tags"), customs(s), definitions(s)));
    }

    static Odcs.Member member(Section s) {
        return s.done(new Odcs.Member(s.place(), s.text("id"), s.required("username"), s.text("name"),
                s.text("description"), s.text("role"), s.text("dateIn"), s.text("dateOut"),
                s.text("replacedByUsername"), s.texts("tags"), customs(s), definitions(s)));
    }

    static Odcs.Support support(Section s) {
        return s.done(new Odcs.Support(s.place(), s.text("id"), s.required("channel"), s.text("url"),
                s.text("description"), s.text("tool"), s.text("scope"), s.text("invitationUrl"), customs(s)));
    }

    static Odcs.Price price(Section s) {
        return s.done(new Odcs.Price(s.text("id"), s.number("priceAmount"), s.text("priceCurrency"),
                s.text("priceUnit")));
    }

    static List<Odcs.Definition> definitions(Section s) {
        return s.sections("authoritativeDefinitions", d -> d.done(new Odcs.Definition(d.text("id"), d.required("url"),
                d.required("type"), d.text("description"))));
    }

    static List<Odcs.Custom> customs(Section s) {
        return s.sections("customProperties", OdcsParts::custom);
    }

    private static Odcs.Custom custom(Section s) {
        s.requireKey("value");
        return s.done(new Odcs.Custom(s.place(), s.text("id"), s.required("property"), s.any("value"),
                s.text("description")));
    }
}
