package dev.concordat.contract;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads words out of a fixed set, and refuses customProperties that nobody would look at. */
final class Choices {
    private final List<Finding> findings;

    Choices(List<Finding> findings) {
        this.findings = findings;
    }

    <E extends Enum<E>> Optional<E> custom(Odcs.Element element, String property, Class<E> kind) {
        return element.custom(property).flatMap(custom -> of(kind, custom.value(), custom.at().key("value")));
    }

    <E extends Enum<E>> Optional<E> of(Class<E> kind, Object word, Place at) {
        if (word == null) {
            return Optional.empty();
        }
        Optional<E> found = Stream.of(kind.getEnumConstants())
                .filter(constant -> word(constant).equals(word)).findFirst();
        if (found.isEmpty()) {
            findings.add(at.finding(FindingCode.UNKNOWN_VALUE, "[" + word + "] is unknown", "use one of " + words(kind)));
        }
        return found;
    }

    /** A name with a dot belongs to another tool and is left alone. */
    void onlyKnown(List<Odcs.Custom> customs, List<String> known) {
        customs.stream().filter(custom -> !known.contains(custom.property()) && !custom.property().contains("."))
                .forEach(custom -> findings.add(custom.at().finding(FindingCode.UNKNOWN_CUSTOM_PROPERTY,
                        "'" + custom.property() + "' is unknown",
                        "known here are " + String.join(", ", known) + "; another tool's needs a dot, such as tool."
                                + custom.property())));
    }

    static <E extends Enum<E>> String words(Class<E> kind) {
        return Stream.of(kind.getEnumConstants()).map(Choices::word).collect(Collectors.joining(", "));
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
