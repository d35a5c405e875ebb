package dev.concordat;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.util.StringHelper;

/** Which key of the settings an environment variable sets. */
final class Variables {
    private static final String OWN = "CONCORDAT_";
    private static final String OF_CAMEL = "CAMEL_";
    /** Of {@code ./concordat} and of the embedded PostgreSQL. */
    private static final Set<String> OF_OTHERS = Set.of("CONCORDAT_HEAP", "CONCORDAT_JAVA_OPTS", "CONCORDAT_LOG", "CONCORDAT_POSTGRES");
    /** What Kubernetes tells each container of its namespace about a service whose name begins so, with its value. */
    private static final Pattern OF_SERVICE = Pattern.compile("(CONCORDAT|CAMEL)(_[A-Z0-9]+)*_(SERVICE_(HOST|PORT(_[A-Z0-9_]+)?)=.*|PORT=[a-z]+://.*"
            + "|PORT_[0-9]+_[A-Z0-9_]+=.*)");
    /** Groups of Camel's keys in which a name comes before the option. */
    private static final List<String> NAMED = List.of("beans", "component", "dataformat", "language", "vault");

    private Variables() {
    }

    /** The key, be it known or not; empty where the variable is somebody else's. */
    static Optional<String> key(String name, String value) {
        if (OF_OTHERS.contains(name) || OF_SERVICE.matcher(name + "=" + value).matches()) {
            return Optional.empty();
        }
        String words = name.toLowerCase(Locale.ROOT);
        return name.startsWith(OWN) ? Optional.of(words.replace('_', '.'))
                : name.startsWith(OF_CAMEL) ? ofCamel(words.substring(OF_CAMEL.length())) : Optional.empty();
    }

    /** Others have variables of that beginning, too: what is near no group of Camel's keys is theirs. */
    private static Optional<String> ofCamel(String words) {
        return beginnings(words).flatMap(beginning -> CamelKeys.GROUPS.stream().filter(group -> group.equalsIgnoreCase(beginning.replace("_", "")))
                        .map(group -> CamelKeys.CAMEL + group + "." + option(group, words.substring(beginning.length() + 1)))).findFirst()
                .or(() -> Optional.of(CamelKeys.CAMEL + words.replace('_', '.')).filter(key -> CamelKeys.GROUPS.stream()
                        .anyMatch(group -> Spelling.isMeant(group, StringHelper.before(words, "_", "")))));
    }

    private static String option(String group, String words) {
        if (!NAMED.contains(group)) {
            return dashed(words);
        }
        String name = name(group, words);
        return dashed(name) + dashed(words.substring(name.length()).replaceFirst("_", "."));
    }

    /** The longest one that there is, as some have a dash. */
    private static String name(String group, String words) {
        return beginnings(words).filter(name -> Variables.class.getResource("/META-INF/services/org/apache/camel/" + group + "/" + dashed(name)) != null)
                .reduce((shorter, longer) -> longer).orElse(StringHelper.before(words, "_", words));
    }

    /** All that end before an underscore. */
    private static Stream<String> beginnings(String words) {
        return IntStream.range(0, words.length()).filter(at -> words.charAt(at) == '_').mapToObj(at -> words.substring(0, at));
    }

    private static String dashed(String words) {
        return words.replace('_', '-');
    }
}
