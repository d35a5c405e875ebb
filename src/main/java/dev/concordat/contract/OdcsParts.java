package dev.concordat.contract;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the parts of an ODCS file that stand beside its objects and properties. */
final class OdcsParts {
    private OdcsParts() {
    }

    static Odcs.Quality quality(Section s) {
        Map<String, Object> operators = new LinkedHashMap<>();
        Expectation.OPERATORS.stream().filter(s::has).forEach(key -> operators.put(key, s.any(key)));
        return new Odcs.Quality(s.place(), s.text("id"), s.text("name"), s.text("description"),
                s.text("type"), s.text("dimension"), s.text("method"), s.text("severity"), s.text("businessImpact"), s.text("unit"), s.text("schedule"), s.text("scheduler"), s.texts("tags"),
                customs(s), definitions(s), s.text("metric"), s.text("rule"),
                s.has("arguments") ? s.section("arguments", Section::rest) : Map.of(), operators, s.text("query"),
                s.text("engine"), s.any("implementation"));
    }

    static Odcs.Relationship relationship(Section s) {
        return new Odcs.Relationship(s.place(), s.text("type"), ends(s, "from"),
                ends(s, "to"), customs(s));
    }

    private static List<String> ends(Section s, String key) {
        return s.text(key) == null ? s.texts(key) : List.of(s.text(key));
    }

    static Odcs.SlaProperty sla(Section s) {
        return new Odcs.SlaProperty(s.place(), s.text("id"), s.name("property"), s.any("value"),
                s.any("valueExt"), s.text("unit"), s.text("element"), s.text("driver"), s.text("description"),
                s.text("schedule"), s.text("scheduler"));
    }

    static Odcs.Server server(Section s) {
        return new Odcs.Server(s.place(), s.text("id"), s.name("server"), s.name("type"),
                s.text("description"), s.text("environment"), s.sections("roles", OdcsParts::role), customs(s),
                s.rest());
    }

    static Odcs.Role role(Section s) {
        return new Odcs.Role(s.place(), s.text("id"), s.name("role"), s.text("description"),
                s.text("access"), s.text("firstLevelApprovers"), s.text("secondLevelApprovers"), customs(s));
    }

    static Odcs.Team team(Section s) {
        return new Odcs.Team(s.text("id"), s.text("name"), s.text("description"),
                s.sections("members", OdcsParts::member), s.texts("tags"), customs(s), definitions(s));
    }

    static Odcs.Member member(Section s) {
        return new Odcs.Member(s.place(), s.text("id"), s.name("username"), s.text("name"),
                s.text("description"), s.text("role"), s.text("dateIn"), s.text("dateOut"),
                s.text("replacedByUsername"), s.texts("tags"), customs(s), definitions(s));
    }

    static Odcs.Support support(Section s) {
        return new Odcs.Support(s.place(), s.text("id"), s.name("channel"), s.text("url"),
                s.text("description"), s.text("tool"), s.text("scope"), s.text("invitationUrl"), customs(s));
    }

    static Odcs.Price price(Section s) {
        return new Odcs.Price(s.text("id"), s.number("priceAmount"), s.text("priceCurrency"),
                s.text("priceUnit"));
    }

    static List<Odcs.Definition> definitions(Section s) {
        return s.sections("authoritativeDefinitions", d -> new Odcs.Definition(d.text("id"), d.name("url"),
                d.name("type"), d.text("description")));
    }

    static List<Odcs.Custom> customs(Section s) {
        return s.sections("customProperties", OdcsParts::custom);
    }

    private static Odcs.Custom custom(Section s) {
        return new Odcs.Custom(s.place(), s.text("id"), s.name("property"), s.any("value"),
                s.text("description"));
    }
}
