package dev.concordat.contract;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** What a YAML value is: tools read YAML 1.1 or 1.2, so a value counts as a text if either of them takes it for one. */
final class Scalars {
    private static final Pattern NO_TEXT_IN_1_2 = Pattern.compile("~|null|Null|NULL|true|True|TRUE|false|False|FALSE|"
            + "[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?|"
            + "[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)|");

    private Scalars() {
    }

    /** A date without quotes is a text. */
    static Optional<String> text(Node node) {
        if (!(node instanceof ScalarNode scalar)) {
            return Optional.empty();
        }
        Tag tag = scalar.getTag();
        boolean text = tag.equals(Tag.STR) || tag.equals(Tag.TIMESTAMP) || isTextIn12(scalar);
        return text ? Optional.of(scalar.getValue()) : Optional.empty();
    }

    /** Whether one of YAML 1.1 and 1.2 takes it for a text and the other does not. */
    static boolean isAmbiguous(ScalarNode scalar) {
        return isTextIn12(scalar) && !scalar.getTag().equals(Tag.STR) && !scalar.getTag().equals(Tag.TIMESTAMP);
    }

    private static boolean isTextIn12(ScalarNode scalar) {
        return scalar.getScalarStyle() == ScalarStyle.PLAIN && scalar.getTag().startsWith(Tag.PREFIX)
                && !NO_TEXT_IN_1_2.matcher(scalar.getValue()).matches();
    }

    static Optional<Boolean> flag(Node node) {
        return node.getTag().equals(Tag.BOOL) ? Optional.of(((ScalarNode) node).getValue().matches("(?i)true|yes|on"))
                : Optional.empty();
    }

    static Optional<BigDecimal> number(Node node) {
        boolean number = node.getTag().equals(Tag.INT) || node.getTag().equals(Tag.FLOAT);
        return number ? decimal(((ScalarNode) node).getValue()) : Optional.empty();
    }

    static boolean isNull(Node node) {
        return node.getTag().equals(Tag.NULL);
    }

    /** Whatever stands there, as Java's own types: text, number, flag, list, map; nothing is an empty text. */
    static Object value(Node node) {
        if (node instanceof MappingNode mapping) {
            Map<String, Object> map = new LinkedHashMap<>();
            mapping.getValue().forEach(entry -> map.put(String.valueOf(value(entry.getKeyNode())),
                    value(entry.getValueNode())));
            return map;
        }
        if (node instanceof SequenceNode sequence) {
            return sequence.getValue().stream().map(Scalars::value).toList();
        }
        return flag(node).<Object>map(flag -> flag).or(() -> number(node)).orElseGet(((ScalarNode) node)::getValue);
    }

    private static Optional<BigDecimal> decimal(String text) {
        try {
            return Optional.of(new BigDecimal(text.replace("_", "")));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
