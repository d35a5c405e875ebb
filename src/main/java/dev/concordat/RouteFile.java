package dev.concordat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.spi.Resource;

/**
 * A file of routes as it was read. One in {@code lane/} is one text for each region, any other is one.
 *
 * @param name   its path in the folder
 * @param texts  what Camel loads, each with a location that no other file's has
 * @param ids    of its routes, where they have one
 * @param steps  ids of its routes' steps, where they have one
 * @param others what stands in it besides routes, such as beans, as it stands there
 * @param calls  of its routes, between them and to those of other files
 */
record RouteFile(String name, String text, List<RouteText> texts, Set<String> ids, Set<String> steps, List<Object> others, RouteCalls calls) {
    static final String ENDING = ".camel.yaml";
    static final String REGION = "{{region}}";
    private static final String LANE = "lane/";
    private static final Set<String> ROUTES = Set.of("route", "from");
    private static final Pattern COMMA = Pattern.compile("\\s*,\\s*");
    /** Of Camel's names: with a star, a regular expression, or a setting. */
    private static final Pattern PATTERN = Pattern.compile("[*\\[({\\\\^$|+?]");

    /** @throws BridgeException where it is no list of routes, with what would be right */
    static RouteFile read(String name, String text, List<String> regions) {
        boolean lane = name.startsWith(LANE);
        var texts = loaded(name, text, regions).entrySet().stream().map(each -> RouteText.of(each.getKey(), each.getValue())).toList();
        var ids = new HashSet<String>();
        var steps = new HashSet<String>();
        String own = lane ? ", with " + REGION + " in it" : "";
        var others = new ArrayList<>();
        for (RouteText each : texts) {
            for (Object item : each.items()) {
                if (!lane && String.valueOf(item).contains(REGION)) {
                    throw new BridgeException(REGION + " stands for a region in " + LANE + " only; what names it should be there");
                }
                if (!isRoute(item)) {
                    others.add(item);
                } else if (id(item) != null && !ids.add(id(item))) {
                    throw new BridgeException("route [" + id(item) + "] stands in it twice; each route should have an id of its own" + own);
                } else {
                    steps(item).filter(step -> !steps.add(step)).findFirst().ifPresent(twice -> {
                        throw new BridgeException("step [" + twice + "] stands in it twice; each step should have an id of its own" + own);
                    });
                }
            }
        }
        return new RouteFile(name, text, texts, Set.copyOf(ids), Set.copyOf(steps), others, RouteCalls.of(texts));
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
        return new RouteFile(name, text + "# only " + leftIds, left, leftIds, left.stream().flatMap(each -> each.items().stream()).flatMap(RouteFile::steps)
                .collect(Collectors.toUnmodifiableSet()), others, RouteCalls.of(left));
    }

    /** What Camel loads. */
    List<Resource> resources() {
        return texts.stream().map(RouteText::resource).toList();
    }

    /** The configurations that its routes name, by the first route that does; not where that is known only while they run. */
    Map<String, String> configured() {
        var configured = new TreeMap<String, String>();
        texts.stream().flatMap(text -> text.items().stream()).forEach(item -> route(item).ifPresent(route -> {
            if (route.get("routeConfigurationId") instanceof String names) {
                COMMA.splitAsStream(names).filter(each -> !PATTERN.matcher(each).find()).forEach(each -> configured.putIfAbsent(each, String.valueOf(route.get("id"))));
            }
        }));
        return configured;
    }

    /** The configurations of routes that stand in it. */
    Stream<String> configurations() {
        return others.stream().flatMap(item -> item instanceof Map<?, ?> map && map.get("routeConfiguration") instanceof Map<?, ?> configuration
                && configuration.get("id") instanceof String id ? Stream.of(id) : Stream.empty());
    }

    /** Where its routes say that they come from. */
    Set<String> locations() {
        return texts.stream().map(each -> each.resource().getLocation()).collect(Collectors.toSet());
    }

    private static boolean isRoute(Object item) {
        return item instanceof Map<?, ?> map && ROUTES.containsAll(map.keySet());
    }

    private static Optional<Map<?, ?>> route(Object item) {
        return item instanceof Map<?, ?> map && map.get("route") instanceof Map<?, ?> route ? Optional.of(route) : Optional.empty();
    }

    private static String id(Object item) {
        return route(item).map(route -> route.get("id") instanceof String id ? id : null).orElse(null);
    }

    private static Stream<String> steps(Object item) {
        return route(item).stream().flatMap(route -> route.entrySet().stream()).filter(part -> !"id".equals(part.getKey())).flatMap(part -> idsIn(part.getValue()));
    }

    /** What an endpoint is told by the name of id is none. */
    private static Stream<String> idsIn(Object part) {
        if (part instanceof List<?> list) {
            return list.stream().flatMap(RouteFile::idsIn);
        }
        return !(part instanceof Map<?, ?> map) ? Stream.empty() : map.entrySet().stream().flatMap(each -> "parameters".equals(each.getKey()) ? Stream.empty()
                : "id".equals(each.getKey()) && each.getValue() instanceof String id ? Stream.of(id) : idsIn(each.getValue()));
    }
}
