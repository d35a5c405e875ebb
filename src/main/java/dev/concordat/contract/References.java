package dev.concordat.contract;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Finds what a reference points at: {@code object.property}, or {@code file.yaml#/schema/id/properties/id}. */
final class References {
    private final List<Odcs.Document> documents;
    private final boolean complete;

    /** Where a file could not be read, nothing can be said to be missing; nor in a file that was not read. */
    References(List<Odcs.Document> documents, boolean complete) {
        this.documents = documents;
        this.complete = complete;
    }

    /** What a reference points at; the property is null where it points at a whole object. */
    record Target(Odcs.SchemaObject object, Odcs.Property property) {
        boolean isKey() {
            return property != null && property.primaryKey();
        }
    }

    Optional<Target> resolve(Odcs.Document from, String reference) {
        return reference.contains("/") ? byIds(from, reference) : byNames(reference);
    }

    /** Name of the property in the object, or {@code object.property}; the standard lets the object's name go. */
    Optional<Target> element(Odcs.Document from, String element) {
        Optional<Target> own = from.schema().stream()
                .flatMap(object -> down(object, List.of(element), Odcs.Property::name)).findFirst();
        return own.or(() -> resolve(from, element));
    }

    /** The objects of the same name in contracts of older majors, by major. */
    Map<Integer, Odcs.SchemaObject> older(Odcs.Document than, Odcs.SchemaObject object) {
        var older = new TreeMap<Integer, Odcs.SchemaObject>();
        documents.forEach(document -> document.schema().stream().filter(other -> other.name().equals(object.name())).forEach(other -> {
            if (major(document) < major(than)) {
                older.put(major(document), other);
            }
        }));
        return older;
    }

    private static int major(Odcs.Document document) {
        return Version.of(document.version()).map(Version::major).orElse(-1);
    }

    boolean isDangling(Odcs.Document from, String reference) {
        return !mayBeElsewhere(from, reference) && element(from, reference).isEmpty();
    }

    /** Whether what a reference names may stand in a contract that is not here. */
    boolean mayBeElsewhere(Odcs.Document from, String reference) {
        return !complete || isElsewhere(from, reference);
    }

    private Optional<Target> byNames(String reference) {
        String[] steps = reference.split("\\.");
        return documents.stream().flatMap(document -> document.schema().stream())
                .filter(object -> steps.length > 0 && object.name().equals(steps[0]))
                .flatMap(object -> down(object, List.of(steps).subList(1, steps.length), Odcs.Property::name)).findFirst();
    }

    private Optional<Target> byIds(Odcs.Document from, String reference) {
        int hash = reference.indexOf('#');
        List<String> steps = List.of(reference.substring(hash + 1).replaceFirst("^/", "").split("/"));
        boolean paths = steps.size() % 2 == 0 && steps.get(0).equals("schema")
                && IntStream.range(1, steps.size() / 2).allMatch(step -> steps.get(2 * step).equals("properties"));
        if (!paths) {
            return Optional.empty();
        }
        List<String> ids = IntStream.range(0, steps.size() / 2).mapToObj(step -> steps.get(2 * step + 1)).toList();
        return documents.stream().filter(document -> isIn(document, from, reference))
                .flatMap(document -> document.schema().stream()).filter(object -> ids.get(0).equals(object.element().id()))
                .flatMap(object -> down(object, ids.subList(1, ids.size()), property -> property.element().id())).findFirst();
    }

    /** From an object down to one of its properties, or a property's property. */
    private static Stream<Target> down(Odcs.SchemaObject object, List<String> steps, Function<Odcs.Property, String> called) {
        if (steps.isEmpty()) {
            return Stream.of(new Target(object, null));
        }
        Stream<Odcs.Property> found = object.properties().stream();
        for (int i = 0; i < steps.size(); i++) {
            String step = steps.get(i);
            Stream<Odcs.Property> level = i == 0 ? found : found.flatMap(References::parts);
            found = level.filter(property -> step.equals(called.apply(property)));
        }
        return found.map(property -> new Target(object, property));
    }

    private static Stream<Odcs.Property> parts(Odcs.Property property) {
        Stream<Odcs.Property> items = property.items() == null ? Stream.empty() : property.items().properties().stream();
        return Stream.concat(property.properties().stream(), items);
    }

    /** Whether it points into a file that is there, or at an address, but was not read. */
    private boolean isElsewhere(Odcs.Document from, String reference) {
        if (!reference.contains("#") || documents.stream().anyMatch(document -> isIn(document, from, reference))) {
            return false;
        }
        String file = reference.substring(0, reference.indexOf('#'));
        try {
            return file.contains(":") || Files.exists(from.at().file().resolveSibling(file));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static boolean isIn(Odcs.Document document, Odcs.Document from, String reference) {
        int hash = reference.indexOf('#');
        Path own = from.at().file();
        try {
            Path file = hash < 0 ? own : own.resolveSibling(reference.substring(0, hash));
            return document.at().file().toAbsolutePath().normalize().equals(file.toAbsolutePath().normalize());
        } catch (InvalidPathException e) {
            return false;
        }
    }
}
