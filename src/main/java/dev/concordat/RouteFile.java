package dev.concordat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    private static final Set<String> ROUTES = Set.of("route", "from");

    /** @throws BridgeException where it is no list of routes, with what would be right */
    static RouteFile read(String name, String text, List<String> regions) {
        boolean lane = name.startsWith(LANE);
        // No path has two separators in a row, so no other file has this location.
        var resources = lane
                ? regions.stream().map(region -> ResourceHelper.fromString(region + "//" + name, text.replace(REGION, region))).toList()
                : List.of(ResourceHelper.fromString(name, text));
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

    /** The groups as which routes of a file read for a region, where their endpoints name no brokers of their own; none of a file that cannot be read. */
    static Stream<String> groups(FileContent file, String region) {
        try {
            return groups(items(ResourceHelper.fromString(LANE, file.text().replace(REGION, region))));
        } catch (RuntimeException e) {
            return Stream.empty();
        }
    }

    private static Stream<String> groups(Object part) {
        var parts = part instanceof Map<?, ?> map ? map.values() : part instanceof List<?> list ? list : List.of();
        var own = part instanceof Map<?, ?> map && map.get("groupId") instanceof String group && !map.containsKey("brokers") ? Stream.of(group) : Stream.<String>empty();
        return Stream.concat(own, parts.stream().flatMap(RouteFile::groups));
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
