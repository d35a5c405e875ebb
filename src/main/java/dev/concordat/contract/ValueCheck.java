package dev.concordat.contract;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Holds one value against a type of the grammar, such as a text, a count or a reference. */
final class ValueCheck {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]+");
    private static final String NAME = "[A-Za-z_][A-Za-z0-9_]*";
    private static final Pattern BY_NAMES = Pattern.compile(NAME + "\\." + NAME);
    private static final Pattern BY_IDS = Pattern.compile("((https?://)?[A-Za-z0-9._/-]+\\.yaml#)?/?" + NAME
            + "/[A-Za-z0-9_-]+(/" + NAME + "/[A-Za-z0-9_-]+)*");
    private static final Pattern NESTED = Pattern.compile(NAME + "(\\." + NAME + "){2,}");
    private static final Pattern ADDRESS = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:\\S+");

    private final Place at;
    private final Node node;
    private final String type;
    private final List<Finding> findings;

    ValueCheck(Place at, String type, List<Finding> findings) {
        this.at = at;
        this.node = at.node();
        this.type = type;
        this.findings = findings;
    }

    void run() {
        switch (type) {
            case "any" -> { }
            case "scalar" -> expect(node instanceof ScalarNode, "a single value", "write a text, a number or a flag");
            case "map" -> expect(node instanceof MappingNode, "a mapping", "write keys and values");
            case "flag" -> expect(Scalars.flag(node).isPresent(), "true or false", "write true or false");
            case "number", "positive", "integer", "count" -> number();
            case "range" -> range();
            case "references" -> references();
            case "names" -> names();
            default -> text().ifPresent(this::spelled);
        }
    }

    private void spelled(String text) {
        switch (type) {
            case "text", "version" -> { }
            case "id" -> matches(text, ID.asMatchPredicate(), "an id", "use letters, digits, _ and - only");
            case "sftp" -> matches(text, word -> word.startsWith("sftp://"), "an sftp address", "write sftp://host/path");
            case "uri" -> looks(ADDRESS.matcher(text).matches(), text, "a URI", "start it with its scheme, such as https://");
            case "date" -> looks(isDate(text), text, "a date", "write it as 2026-11-30");
            case "moment" -> looks(isMoment(text), text, "a moment", "write it as 2026-11-30T08:00:00Z");
            case "reference" -> reference(text);
            default -> {
                if (!List.of(type.split("\\|")).contains(text)) {
                    add(FindingCode.UNKNOWN_VALUE, "[" + text + "] is unknown", "use one of " + type.replace("|", ", "));
                }
            }
        }
    }

    private Optional<String> text() {
        Optional<String> text = Scalars.text(node);
        if (text.isEmpty()) {
            add(FindingCode.WRONG_TYPE, "is not a text", type.equals("version") && node instanceof ScalarNode scalar ? Version.instead(scalar.getValue())
                    : "write a text, in quotes if YAML takes it for something else");
        } else if (Scalars.isAmbiguous((ScalarNode) node)) {
            add(FindingCode.AMBIGUOUS_VALUE, "[" + text.get() + "] is a text to some tools and to others not",
                    "write it in quotes");
        }
        return text;
    }

    private void number() {
        Optional<BigDecimal> number = Scalars.number(node);
        boolean whole = type.equals("integer") || type.equals("count");
        if (number.isEmpty() || whole && number.get().stripTrailingZeros().scale() > 0) {
            expect(false, whole ? "a whole number" : "a number", "write a number without quotes");
        } else if (type.equals("count") && number.get().signum() < 0 || type.equals("positive") && number.get().signum() <= 0) {
            add(FindingCode.OUT_OF_RANGE, "is below what it can be", type.equals("count") ? "write a whole number from 0"
                    : "write a number above 0");
        }
    }

    private void range() {
        boolean numbers = node instanceof SequenceNode list && list.getValue().stream().map(Scalars::number)
                .allMatch(Optional::isPresent);
        if (!numbers) {
            expect(false, "a range", "write [smallest, largest]");
            return;
        }
        List<BigDecimal> bounds = ((SequenceNode) node).getValue().stream().map(Scalars::number).map(Optional::orElseThrow)
                .toList();
        if (bounds.size() != 2 || bounds.get(0).compareTo(bounds.get(1)) == 0) {
            add(FindingCode.OUT_OF_RANGE, "does not have two different bounds", "write [smallest, largest]");
        }
    }

    private void names() {
        if (!(node instanceof SequenceNode list)) {
            expect(false, "a list", "write a list, each element after '- '");
            return;
        }
        int index = 0;
        for (Node element : list.getValue()) {
            new ValueCheck(at.element(index++, element), "text", findings).run();
        }
        List<Optional<String>> names = list.getValue().stream().map(Scalars::text).toList();
        if (names.isEmpty() || new HashSet<>(names).size() < names.size()) {
            add(FindingCode.OUT_OF_RANGE, names.isEmpty() ? "is empty" : "names one twice", "name each once, and at least one");
        }
    }

    private void references() {
        List<Node> ends = ((SequenceNode) node).getValue();
        int index = 0;
        for (Node end : ends) {
            new ValueCheck(at.element(index++, end), "reference", findings).run();
        }
        if (ends.isEmpty()) {
            add(FindingCode.OUT_OF_RANGE, "is empty", "name at least one field");
        }
    }

    private void reference(String text) {
        String right = "write object.property, or schema/<id>/properties/<id>";
        if (NESTED.matcher(text).matches()) {
            add(FindingCode.DOUBTFUL_FORMAT, "[" + text + "] is a path that the standard describes, but its schema refuses", right);
        } else {
            matches(text, word -> BY_NAMES.matcher(word).matches() || BY_IDS.matcher(word).matches(), "a reference", right);
        }
    }

    private void matches(String text, Predicate<String> form, String what, String right) {
        if (!form.test(text)) {
            add(FindingCode.MALFORMED, "[" + text + "] is not " + what, right);
        }
    }

    private void looks(boolean right, String text, String what, String example) {
        if (!right) {
            add(FindingCode.DOUBTFUL_FORMAT, "[" + text + "] is not " + what, example);
        }
    }

    private static boolean isDate(String text) {
        try {
            LocalDate.parse(text);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean isMoment(String text) {
        try {
            OffsetDateTime.parse(text.replaceFirst("[ t]", "T"));
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private void expect(boolean right, String what, String write) {
        if (!right) {
            add(FindingCode.WRONG_TYPE, "is not " + what, write);
        }
    }

    private void add(FindingCode code, String wrong, String right) {
        findings.add(at.finding(code, wrong, right));
    }
}
