package dev.concordat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.PropertyBindingException;
import org.apache.camel.main.MainConfigurationProperties;
import org.apache.camel.spi.PropertyConfigurerGetter;
import org.apache.camel.support.PropertyBindingSupport;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.camel.util.StringHelper;

/** Keys of the settings that are Camel's own, and whether it takes them. No finding shows a value, because passwords may stand there. */
final class CamelKeys {
    static final String CAMEL = "camel.";
    private static final String COMPONENT = "camel.component.";
    /** What Camel looks for behind its name; all else it passes over without a word. */
    static final List<String> GROUPS = List.of("beans", "component", "context", "dataformat", "debug", "devConsole", "faulttolerance", "globalOptions",
            "health", "language", "lra", "main", "management", "mdc", "metrics", "opentelemetry", "opentelemetry2", "resilience4j", "rest", "routeController",
            "routeTemplate", "server", "ssl", "startupcondition", "telemetryDev", "threadpool", "trace", "variable", "vault");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{[^{}]*}}");
    /** What Camel itself takes for a number; of all else it makes a 0 and says nothing. */
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,18}|([0-9]{1,9}(ms|[dhms]))+");
    private static final Pattern NESTED = Pattern.compile("[.\\[]");
    /** What Camel says before it has made a component. */
    private static final Pattern REFUSED = Pattern.compile("Error configuring property: (\\S+) because (.*)");

    private CamelKeys() {
    }

    /**
     * Tells components and groups of options what the settings have for them, as Camel does when it starts. A value that names a bean is left out: it
     * is for the routes.
     *
     * @throws BridgeException with every finding: unknown groups, components and keys, and values that are not of their kind
     */
    static void tell(CamelContext camel, Settings settings) {
        var findings = new ArrayList<String>();
        var values = settings.all();
        var main = new MainConfigurationProperties();
        new TreeSet<>(values.stringPropertyNames()).stream().filter(key -> key.startsWith(CAMEL)).forEach(key -> {
            String value = values.getProperty(key);
            (key.startsWith(COMPONENT) ? tell(camel, key, value) : tell(camel, main, key, value)).ifPresent(findings::add);
        });
        if (!findings.isEmpty()) {
            throw new BridgeException(String.join("\n", findings));
        }
    }

    /** Camel takes dashes or capitals for the beginnings of words, and any case. */
    static boolean areOne(String key, String other) {
        return StringHelper.dashToCamelCase(key).equalsIgnoreCase(StringHelper.dashToCamelCase(other));
    }

    /** The same for a key of no component. */
    private static Optional<String> tell(CamelContext camel, MainConfigurationProperties main, String key, String value) {
        String written = NESTED.split(key.substring(CAMEL.length()))[0];
        String group = StringHelper.dashToCamelCase(written);
        Object target = target(main, group.toLowerCase(Locale.ROOT));
        if (target == null) {
            return ofNoGroup(key, written, group);
        }
        String name = StringHelper.after(key.substring(CAMEL.length()), ".", "");
        // Camel takes dots for dashes here, too.
        String option = kind(target, name.replace('.', '-')) == null ? name : name.replace('.', '-');
        boolean isOfMap = kind(target, NESTED.split(option)[0]) == Map.class && !option.equals(NESTED.split(option)[0]);
        return isOfMap ? Optional.empty() : tell(camel, key, target, option, value);
    }

    /** Where Camel keeps what a group of keys says; null for a group of which it tells only when it starts. */
    private static Object target(MainConfigurationProperties main, String group) {
        return switch (group) {
            case "main" -> main;
            case "debug" -> main.debuggerConfig();
            case "faulttolerance" -> main.faultTolerance();
            case "health" -> main.health();
            case "management" -> main.httpManagementServer();
            case "metrics" -> main.metrics();
            case "resilience4j" -> main.resilience4j();
            case "rest" -> main.rest();
            case "routecontroller" -> main.routeControllerConfig();
            case "server" -> main.httpServer();
            case "ssl" -> main.sslConfig();
            case "startupcondition" -> main.startupCondition();
            case "threadpool" -> main.threadPool();
            case "trace" -> main.tracerConfig();
            default -> null;
        };
    }

    private static Optional<String> ofNoGroup(String key, String written, String group) {
        if (GROUPS.stream().anyMatch(group::equalsIgnoreCase)) {
            return Optional.empty();
        }
        return Optional.of("key '" + key + "' is not known to Camel; " + nearest(GROUPS.stream(), group)
                .map(near -> "'" + CAMEL + near + key.substring(CAMEL.length() + written.length()) + "' may be")
                .orElse("what may stand after '" + CAMEL + "' is in Camel's documentation"));
    }

    private static Optional<String> tell(CamelContext camel, String key, String value) {
        String component = StringHelper.before(key.substring(COMPONENT.length()), ".", "");
        var target = component.isEmpty() ? null : camel.getComponent(component, true, false);
        if (target == null) {
            return Optional.of("key '" + key + "' is not known to Camel; it should name a component that there is, and an option, as in '" + COMPONENT
                    + "kafka.security-protocol'");
        }
        ServiceHelper.initService(target);
        return tell(camel, key, target, key.substring(COMPONENT.length() + component.length() + 1), value);
    }

    private static Optional<String> tell(CamelContext camel, String key, Object target, String name, String value) {
        if (kind(target, NESTED.split(name)[0]) == null) {
            return Optional.of(unknown(key, target));
        }
        if (value.isEmpty()) {
            return Optional.of("'" + key + "' is empty; it should have a value, or be left out");
        }
        return value.startsWith("#") ? Optional.empty() : bind(camel, key, target, name, value);
    }

    private static Optional<String> bind(CamelContext camel, String key, Object target, String name, String value) {
        var open = PLACEHOLDER.matcher(value).results().map(found -> found.group()).filter(found -> isOpen(camel, found)).findFirst();
        if (open.isPresent()) {
            return Optional.of("'" + key + "': " + open.get() + " should stand for a value; there is none");
        }
        Class<?> kind = kind(target, name);
        if (isNumber(kind) && !NUMBER.matcher(camel.resolvePropertyPlaceholders(value)).matches()) {
            return Optional.of(unfit(key, kind));
        }
        try {
            PropertyBindingSupport.build().withCamelContext(camel).withTarget(target).withProperties(new HashMap<>(Map.of(name, value)))
                    .withIgnoreCase(true).withMandatory(true)
                    .withConfigurer(target instanceof Component component ? component.getComponentPropertyConfigurer() : null).bind();
            return Optional.empty();
        } catch (PropertyBindingException | IllegalArgumentException e) {
            return Optional.of(kind == null ? unknown(key, target, name) : unfit(key, kind));
        }
    }

    private static boolean isOpen(CamelContext camel, String placeholder) {
        try {
            camel.resolvePropertyPlaceholders(placeholder);
            return false;
        } catch (IllegalArgumentException e) {
            return true;
        }
    }

    /** What to say of a failure while Camel started: it stops at the first key that it does not take, and shows the value. What has another cause stays as it is. */
    static RuntimeException refused(Settings settings, RuntimeException failure) {
        if (failure instanceof PropertyBindingException binding) {
            return refused(settings, binding);
        }
        var said = REFUSED.matcher(String.valueOf(failure.getMessage()));
        return failure instanceof IllegalArgumentException && said.matches()
                ? new BridgeException("'" + asWritten(settings, said.group(1)) + "' is not what Camel takes: " + said.group(2)) : failure;
    }

    private static BridgeException refused(Settings settings, PropertyBindingException failure) {
        String name = failure.getOptionKey() == null ? failure.getPropertyName() : failure.getOptionKey();
        String key = asWritten(settings, (failure.getOptionPrefix() == null ? "" : failure.getOptionPrefix()) + name);
        Class<?> kind = kind(failure.getTarget(), name);
        return new BridgeException(kind == null ? unknown(key, failure.getTarget()) : unfit(key, kind));
    }

    /** Camel tells keys without dashes. */
    private static String asWritten(Settings settings, String key) {
        return settings.all().stringPropertyNames().stream().filter(each -> areOne(each, key)).sorted().findFirst().orElse(key);
    }

    /** Camel takes a dot for a way into an object, also where the names in a map have some. */
    private static String unknown(String key, Object target, String name) {
        String map = StringHelper.before(name, ".", name);
        return kind(target, map) != Map.class ? unknown(key, target)
                : "'" + key + "' should be '" + key.substring(0, key.length() - name.length()) + map + "[" + StringHelper.after(name, ".") + "]'";
    }

    private static String unknown(String key, Object target) {
        String option = StringHelper.before(key, "[", key);
        String prefix = option.substring(0, option.lastIndexOf('.') + 1);
        return "key '" + key + "' is not known to Camel; " + nearest(target, StringHelper.dashToCamelCase(option.substring(prefix.length())))
                .map(near -> "'" + prefix + near + "' is")
                .orElse("what may stand after '" + prefix + "' is in Camel's documentation");
    }

    private static String unfit(String key, Class<?> kind) {
        return "'" + key + "' should be " + (kind == boolean.class || kind == Boolean.class ? "true or false"
                : isNumber(kind) ? "a whole number, or a time such as 10s, without blanks"
                : "a value that Camel takes for it, or a bean that there is, as #name");
    }

    private static boolean isNumber(Class<?> kind) {
        return kind == int.class || kind == Integer.class || kind == long.class || kind == Long.class;
    }

    /** Of what kind an option's value is; null where there is no such option. */
    private static Class<?> kind(Object target, String written) {
        String name = StringHelper.dashToCamelCase(written);
        if (target instanceof Component component && component.getComponentPropertyConfigurer() instanceof PropertyConfigurerGetter options) {
            return options.getOptionType(name, true);
        }
        return setters(target.getClass()).filter(setter -> setter.getKey().equalsIgnoreCase(name)).map(Map.Entry::getValue).findFirst().orElse(null);
    }

    private static Optional<String> nearest(Object target, String name) {
        var options = Stream.concat(setters(target.getClass()), configuration(target.getClass()));
        return nearest(options.map(Map.Entry::getKey).distinct().filter(option -> kind(target, option) != null), name);
    }

    private static Optional<String> nearest(Stream<String> options, String name) {
        return Spelling.nearest(options, name).map(StringHelper::camelCaseToDash);
    }

    /** Components of many options keep them in an object of their own. */
    private static Stream<Map.Entry<String, Class<?>>> configuration(Class<?> type) {
        return Arrays.stream(type.getMethods()).filter(getter -> getter.getName().equals("getConfiguration")).flatMap(getter -> setters(getter.getReturnType()));
    }

    private static Stream<Map.Entry<String, Class<?>>> setters(Class<?> type) {
        return Arrays.stream(type.getMethods()).filter(method -> method.getParameterCount() == 1 && method.getName().matches("set[A-Z].*"))
                .map(setter -> Map.entry(Character.toLowerCase(setter.getName().charAt(3)) + setter.getName().substring(4), setter.getParameterTypes()[0]));
    }
}
