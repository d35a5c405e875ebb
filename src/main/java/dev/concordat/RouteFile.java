package dev.concordat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.ResourceHelper;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * A file of routes as it was read. One in {@code lane/} is one resource for each region, any other is one.
 *
 * @param name      its path in the folder
 * @param resources what Camel loads, each with a location that no other file's has
 * @param ids       of its routes, where they have one
 * @param others    what stands in it besides routes, such as beans, as it stands there
 * @param calls     of its routes, between them and to those of other files
 */
record RouteFile(String name, String text, List<Resource> resources, Set<String> ids, List<Object> others, RouteCalls calls) {
    static final String ENDING = ".camel.yaml";
    static final String REGION = "{{region}}";
    private static final String LANE = "lane/";
    private static final String GROUP = "groupId";
    private static final Pattern BROKERS = Pattern.compile("[?&]brokers=([^&]*)");
    private static final Set<String> ROUTES = Set.of("route", "from");

    /** @throws BridgeException where it is no list of routes, with what would be right */
    static RouteFile read(String name, String text, List<String> regions) {
        boolean lane = name.startsWith(LANE);
        var resources = resources(name, text, regions);
        var ids = new HashSet<String>();
        var others = new ArrayList<>();
        for (Resource resource : resources) {
            for (Object item : items(resource)) {
                if (!lane && String.valueOf(item).contains(REGION)) {
                    throw new BridgeException(REGION + " stands for a region in " + LANE + " only; what names it should be there");
                }
                if (!isRoute(item)) {
                    others.add(item);
                } else if (id(item) != null && !ids.add(id(item))) {
                    throw new BridgeException("route [" + id(item) + "] stands in it twice; each route should have an id of its own"
                            + (lane ? ", with " + REGION + " in it" : ""));
                }
            }
        }
        return new RouteFile(name, text, resources, Set.copyOf(ids), others, RouteCalls.of(resources));
    }

    private static List<Resource> resources(String name, String text, List<String> regions) {
        // No path has two separators in a row, so no other file has this location.
        return name.startsWith(LANE) ? regions.stream().map(region -> ResourceHelper.fromString(region + "//" + name, text.replace(REGION, region))).toList()
                : List.of(ResourceHelper.fromString(name, text));
    }

    /** Whether a pattern stands in a file as it is loaded. */
    static boolean has(String name, FileContent file, List<String> regions, Pattern pattern) {
        String text = file.characters();
        return (name.startsWith(LANE) ? regions.stream().map(region -> text.replace(REGION, region)) : Stream.of(text)).anyMatch(pattern.asPredicate());
    }

    /**
     * The groups as which a file's routes read from the bridge's own Kafka; none of a file that cannot be read.
     *
     * @param own what stands for that Kafka where an endpoint names brokers
     */
    static List<String> groups(String name, FileContent file, List<String> regions, Set<String> own) {
        try {
            return file.characters().contains(GROUP) ? resources(name, file.text(), regions).stream().flatMap(resource -> groups(items(resource), own)).toList()
                    : List.of();
        } catch (RuntimeException e) {
            return List.of();
        }
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

    /** It without the routes that have these ids. */
    RouteFile without(Set<String> taken) {
        if (ids.stream().noneMatch(taken::contains)) {
            return this;
        }
        var left = resources.stream().map(resource -> ResourceHelper.fromString(resource.getLocation(), text(
                items(resource).stream().filter(item -> id(item) == null || !taken.contains(id(item))).toList()))).toList();
        var leftIds = ids.stream().filter(id -> !taken.contains(id)).collect(Collectors.toUnmodifiableSet());
        return new RouteFile(name, text + "# only " + leftIds, left, leftIds, others, RouteCalls.of(left));
    }

    private static String text(List<?> items) {
        return new Dump(DumpSettings.builder().build()).dumpToString(items);
    }

    /** Where its routes say that they come from. */
    Set<String> locations() {
        return resources.stream().map(Resource::getLocation).collect(Collectors.toSet());
    }

    private static List<?> items(Resource resource) {
        try (var in = resource.getInputStream()) {
            return new Load(LoadSettings.builder().setAllowDuplicateKeys(true).build()).loadFromInputStream(in) instanceof List<?> list
                    ? list : nothing();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<?> nothing() {
        throw new BridgeException("it should be a list of routes; where it is to have none, remove it and start the bridge again");
    }

    private static boolean isRoute(Object item) {
        return item instanceof Map<?, ?> map && ROUTES.containsAll(map.keySet());
    }

    private static String id(Object item) {
        return item instanceof Map<?, ?> map && map.get("route") instanceof Map<?, ?> route && route.get("id") instanceof String id ? id : null;
    }
}
