package dev.concordat;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.ResourceHelper;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * A file of routes as it was read. One in {@code lane/} is one resource for each region, any other is one.
 *
 * @param resources what Camel loads, each with a location that no other file's has
 * @param others    what stands in it besides routes, such as beans, as it stands there
 */
record RouteFile(List<Resource> resources, Set<String> ids, List<Object> others) {
    static final String ENDING = ".camel.yaml";
    private static final String REGION = "{{region}}";
    private static final Set<String> ROUTES = Set.of("route", "from");

    /**
     * Reads a file.
     *
     * @throws BridgeException where it is no list of routes, with what is wrong
     * @throws IOException     where it cannot be read
     */
    static RouteFile read(Path folder, Path file, List<String> regions) throws IOException {
        String text = text(file);
        String name = folder.relativize(file).toString();
        var resources = text.contains(REGION)
                ? regions.stream().map(region -> ResourceHelper.fromString(name.replace(ENDING, "-" + region + ENDING),
                        text.replace(REGION, region))).toList()
                : List.of(ResourceHelper.fromString(name, text));
        var ids = new HashSet<String>();
        var others = new ArrayList<>();
        for (Resource resource : resources) {
            for (Object item : items(resource)) {
                if (!(item instanceof Map<?, ?> map && ROUTES.containsAll(map.keySet()))) {
                    others.add(item);
                } else if (map.get("route") instanceof Map<?, ?> route && route.get("id") instanceof String id && !ids.add(id)) {
                    throw new BridgeException("route [" + id + "] stands in it twice; each route should have an id of its own");
                }
            }
        }
        return new RouteFile(resources, Set.copyOf(ids), others);
    }

    private static String text(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new BridgeException("it should be text in UTF-8", e);
        }
    }

    private static List<?> items(Resource resource) throws IOException {
        try (var in = resource.getInputStream()) {
            return new Load(LoadSettings.builder().setAllowDuplicateKeys(true).build()).loadFromInputStream(in) instanceof List<?> list
                    ? list : nothing();
        }
    }

    private static List<?> nothing() {
        throw new BridgeException("it should be a list of routes; where it is to have none, remove it and start the bridge again");
    }

    /** Where its routes say that they come from. */
    Set<String> locations() {
        return resources.stream().map(Resource::getLocation).collect(Collectors.toSet());
    }
}
