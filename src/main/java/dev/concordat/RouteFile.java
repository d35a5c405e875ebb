package dev.concordat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.spi.Resource;

/**
 * A file of routes as it was read. One in {@code lane/} is one text for each region, any other is one.
 *
 * @param name   its path in the folder
 * @param texts  what Camel loads, each with a location that no other file's has
 * @param ids    of its routes, where they have one
 * @param others what stands in it besides routes, such as beans, as it stands there
 * @param calls  of its routes, between them and to those of other files
 */
record RouteFile(String name, String text, List<RouteText> texts, Set<String> ids, List<Object> others, RouteCalls calls) {
    static final String ENDING = ".camel.yaml";
    static final String REGION = "{{region}}";
    private static final String LANE = "lane/";
    private static final Set<String> ROUTES = Set.of("route", "from");

    /** @throws BridgeException where it is no list of routes, with what would be right */
    static RouteFile read(String name, String text, List<String> regions) {
        boolean lane = name.startsWith(LANE);
        var texts = loaded(name, text, regions).entrySet().stream().map(each -> RouteText.of(each.getKey(), each.getValue())).toList();
        var ids = new HashSet<String>();
        var others = new ArrayList<>();
        for (RouteText each : texts) {
            for (Object item : each.items()) {
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
        return new RouteFile(name, text, texts, Set.copyOf(ids), others, RouteCalls.of(texts));
    }

    /** What Camel is to load of a file, by location, whether or not that is routes. */
    static Map<String, String> loaded(String name, String text, List<String> regions) {
        var loaded = new LinkedHashMap<String, String>();
        if (name.startsWith(LANE)) {
            // No path has two separators in a row, so no other file has this location.
            regions.forEach(region -> loaded.put(region + "//" + name, text.replace(REGION, region)));
        } else {
            loaded.put(name, text);
        }
        return loaded;
    }

    /** It without the routes that have these ids. */
    RouteFile without(Set<String> taken) {
        if (ids.stream().noneMatch(taken::contains)) {
            return this;
        }
        var left = texts.stream().map(each -> each.only(item -> id(item) == null || !taken.contains(id(item)))).toList();
        var leftIds = ids.stream().filter(id -> !taken.contains(id)).collect(Collectors.toUnmodifiableSet());
        return new RouteFile(name, text + "# only " + leftIds, left, leftIds, others, RouteCalls.of(left));
    }

    /** What Camel loads. */
    List<Resource> resources() {
        return texts.stream().map(RouteText::resource).toList();
    }

    /** Where its routes say that they come from. */
    Set<String> locations() {
        return texts.stream().map(each -> each.resource().getLocation()).collect(Collectors.toSet());
    }

    private static boolean isRoute(Object item) {
        return item instanceof Map<?, ?> map && ROUTES.containsAll(map.keySet());
    }

    private static String id(Object item) {
        return item instanceof Map<?, ?> map && map.get("route") instanceof Map<?, ?> route && route.get("id") instanceof String id ? id : null;
    }
}
