package dev.concordat.contract;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Reads an ODCS file into records, as far as its structure allows. */
final class OdcsReader {
    private OdcsReader() {
    }

    static Optional<Odcs.Document> read(Source source, List<Finding> findings) {
        return read(source, source.file(), findings);
    }

    /** As {@link #read(Source, List)}, for a file that is read as if it stood elsewhere. */
    static Optional<Odcs.Document> read(Source source, Path place, List<Finding> findings) {
        return YamlFile.read(source, place, findings)
                .map(file -> document(file.content(), new Section(file.root()), StructureChecks.run(file.root(), findings)));
    }

    private static Odcs.Document document(ByteBuffer content, Section s, String version) {
        return new Odcs.Document(content, s.place(), version, s.text("kind"), s.name("id"), s.name("version"), s.text("status"),
                s.text("name"), s.text("tenant"), s.text("domain"), s.text("dataProduct"), s.texts("tags"), s.section("description", OdcsReader::description),
                s.sections("servers", OdcsParts::server), s.sections("schema", OdcsReader::object),
                s.sections("support", OdcsParts::support), s.section("price", OdcsParts::price), team(s),
                s.sections("roles", OdcsParts::role), s.text("slaDefaultElement"),
                s.sections("slaProperties", OdcsParts::sla), OdcsParts.definitions(s), OdcsParts.customs(s),
                s.text("contractCreatedTs"));
    }

    /** The standard's older form is a plain list of members. */
    private static Odcs.Team team(Section s) {
        if (s.place().key("team").node() instanceof SequenceNode) {
            return new Odcs.Team(null, null, null, s.sections("team", OdcsParts::member), List.of(), List.of(),
                    List.of());
        }
        return s.section("team", OdcsParts::team);
    }

    private static Odcs.Description description(Section s) {
        return new Odcs.Description(s.text("usage"), s.text("purpose"), s.text("limitations"),
                OdcsParts.definitions(s), OdcsParts.customs(s));
    }

    private static Odcs.SchemaObject object(Section s) {
        return new Odcs.SchemaObject(s.place(), element(s, s.name("name")),
                s.text("logicalType"), s.text("dataGranularityDescription"),
                s.sections("properties", OdcsReader::property));
    }

    private static Odcs.Property property(Section s) {
        return property(s, s.name("name"));
    }

    private static Odcs.Property item(Section s) {
        return property(s, s.text("name"));
    }

    private static Odcs.Property property(Section s, String name) {
        return new Odcs.Property(s.place(), element(s, name), s.flag("primaryKey"),
                s.number("primaryKeyPosition"), s.text("logicalType"),
                s.has("logicalTypeOptions") ? s.section("logicalTypeOptions", Section::rest) : Map.of(),
                s.flag("required"), s.flag("unique"), s.flag("partitioned"), s.number("partitionKeyPosition"),
                s.text("classification"), s.text("encryptedName"), s.texts("transformSourceObjects"),
                s.text("transformLogic"), s.text("transformDescription"), s.values("examples"),
                s.flag("criticalDataElement"), s.sections("properties", OdcsReader::property),
                s.section("items", OdcsReader::item));
    }

    private static Odcs.Element element(Section s, String name) {
        return new Odcs.Element(s.text("id"), name, s.text("physicalType"), s.text("physicalName"),
                s.text("description"), s.text("businessName"), s.texts("tags"), OdcsParts.customs(s),
                s.sections("quality", OdcsParts::quality), s.sections("relationships", OdcsParts::relationship),
                OdcsParts.definitions(s));
    }
}
