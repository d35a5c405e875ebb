package dev.concordat.tool;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Locale;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** How a report is printed; the value of option {@code --format}. */
public enum ReportFormat {
    TEXT, JSON, JUNIT, GITHUB;

    /** Prints the report; returns the exit status. */
    public int print(Report report, PrintWriter out) {
        out.println(switch (this) {
            case TEXT -> report.text();
            case JSON -> json(report);
            case JUNIT -> junit(report);
            case GITHUB -> github(report);
        });
        out.flush();
        return report.status();
    }

    private static String json(Report report) {
        try {
            return JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(report.json());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String junit(Report report) {
        var text = new StringWriter();
        try {
            var xml = XMLOutputFactory.newInstance().createXMLStreamWriter(text);
            xml.writeStartDocument();
            xml.writeStartElement("testsuite");
            xml.writeAttribute("name", "concordat " + report.command());
            xml.writeAttribute("tests", String.valueOf(report.checks().size()));
            xml.writeAttribute("failures", String.valueOf(report.checks().stream().filter(ReportFormat::fails).count()));
            for (Report.Check check : report.checks()) {
                testcase(xml, report.command(), check);
            }
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException(e);
        }
        return text.toString();
    }

    private static void testcase(XMLStreamWriter xml, String command, Report.Check check) throws XMLStreamException {
        xml.writeStartElement("testcase");
        xml.writeAttribute("classname", command.replace(' ', '.'));
        xml.writeAttribute("name", plain(check.name()));
        String text = check.problems().stream().map(problem -> problem.place() + ": " + problem.code() + ": " + problem.message())
                .collect(Collectors.joining("\n"));
        if (!text.isEmpty()) {
            xml.writeStartElement(fails(check) ? "failure" : "system-out");
            if (fails(check)) {
                xml.writeAttribute("message", plain(check.problems().get(0).message()).replace('\n', ' '));
            }
            xml.writeCharacters(plain(text));
            xml.writeEndElement();
        }
        xml.writeEndElement();
    }

    private static boolean fails(Report.Check check) {
        return check.problems().stream().anyMatch(problem -> problem.level() == Problem.Level.ERROR);
    }

    /** Without what XML 1.0 cannot hold. */
    private static String plain(String text) {
        return text.replaceAll("[^\\t\\n\\r\\x20-\\uD7FF\\uE000-\\uFFFD\\x{10000}-\\x{10FFFF}]", "?");
    }

    /** Workflow commands of GitHub Actions: annotations at the lines of the files. */
    private static String github(Report report) {
        return report.checks().stream().flatMap(check -> check.problems().stream())
                .map(problem -> "::" + problem.level().name().toLowerCase(Locale.ROOT) + " file=" + property(problem.file())
                        + (problem.line() == 0 ? "" : ",line=" + problem.line() + ",col=" + problem.column())
                        + ",title=" + property(problem.code()) + "::" + escaped(problem.message()))
                .collect(Collectors.joining("\n"));
    }

    private static String escaped(String text) {
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
    }

    private static String property(String text) {
        return escaped(text).replace(":", "%3A").replace(",", "%2C");
    }
}
