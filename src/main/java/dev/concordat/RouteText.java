package dev.concordat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.ResourceHelper;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.constructor.StandardConstructor;

/**
 * A text of routes as Camel loads it, composed once for all that is asked of it.
 *
 * @param items its routes, and what stands beside them
 * @param calls of its routes
 */
record RouteText(Resource resource, List<?> items, RouteCalls calls) {
    private static final LoadSettings YAML = LoadSettings.builder().setAllowDuplicateKeys(true).build();
    private static final String GROUP = "groupId";
    private static final Pattern BROKERS = Pattern.compile("[?&]brokers=([^&]*)");

    /**
     * @param location where its routes say that they come from
     * @throws BridgeException where it is no list of routes, with what would be right
     */
    static RouteText of(String location, String text) {
        var tree = new Compose(YAML).composeString(text);
        // First, for what makes objects of the tree takes out of it what stands there twice.
        var calls = RouteCalls.of(tree);
        if (new StandardConstructor(YAML).constructSingleDocument(tree) instanceof List<?> items) {
            return new RouteText(ResourceHelper.fromString(location, text), items, calls);
        }
        throw new BridgeException("it should be a list of routes; where it is to have none, remove it and start the bridge again");
    }

    /** It with some of its items alone. */
    RouteText only(Predicate<Object> which) {
        return of(resource.getLocation(), new Dump(DumpSettings.builder().build()).dumpToString(items.stream().filter(which).toList()));
    }

    /**
     * The groups as which its routes read from the bridge's own Kafka.
     *
     * @param own what stands for that Kafka where an endpoint names brokers
     */
    Stream<String> groups(Set<String> own) {
        return groups(items, own);
    }

    private static Stream<String> groups(Object part, Set<String> own) {
        var parts = part instanceof Map<?, ?> map ? map.values() : part instanceof List<?> list ? list : List.of();
        var ofThis = part instanceof Map<?, ?> map && map.get("parameters") instanceof Map<?, ?> parameters && parameters.get(GROUP) != null
                && own.containsAll(brokers(map.get("uri"), parameters)) ? Stream.of(parameters.get(GROUP).toString()) : Stream.<String>empty();
        return Stream.concat(ofThis, parts.stream().flatMap(each -> groups(each, own)));
    }

    /** What an endpoint names as its Kafka; nothing where it is that of all. */
    private static List<String> brokers(Object uri, Map<?, ?> parameters) {
        return Stream.concat(Stream.ofNullable(parameters.get("brokers")).map(Object::toString),
                BROKERS.matcher(String.valueOf(uri)).results().map(found -> found.group(1))).toList();
    }
}
