package dev.concordat.contract;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Finds what a reference points at: {@code object.property}, or {@code file.yaml#/schema/id/properties/id}. */
final class References {
    private final List<Odcs.Document> documents;
    private final boolean complete;

    /** Where a file could not be read, nothing can be said to be missing. */
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
                .flatMap(object -> property(object, element)).findFirst();
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
        String major = document.version().split("\\.")[0];
        return major.matches("\\d{1,9}") ? Integer.parseInt(major) : -1;
    }

    boolean isDangling(Odcs.Document from, String reference) {
        return complete && element(from, reference).isEmpty();
    }

    private Optional<Target> byNames(String reference) {
        int dot = reference.indexOf('.');
        String object = dot < 0 ? reference : reference.substring(0, dot);
        Stream<Odcs.SchemaObject> objects = documents.stream().flatMap(document -> document.schema().stream())
                .filter(candidate -> candidate.name().equals(object));
        if (dot < 0) {
            return objects.findFirst().map(found -> new Target(found, null));
        }
        return objects.flatMap(found -> property(found, reference.substring(dot + 1))).findFirst();
    }

    private static Stream<Target> property(Odcs.SchemaObject object, String name) {
        return object.properties().stream().filter(property -> property.name().equals(name))
                .map(property -> new Target(object, property));
    }

    private Optional<Target> byIds(Odcs.Document from, String reference) {
        int hash = reference.indexOf('#');
        Path file = hash < 0 ? from.at().file() : from.at().file().resolveSibling(reference.substring(0, hash));
        String[] parts = reference.substring(hash + 1).replaceFirst("^/", "").split("/");
        if (parts.length < 2 || !parts[0].equals("schema") || parts.length == 4 && !parts[2].equals("properties")) {
            return Optional.empty();
        }
        return documents.stream().filter(document -> document.at().file().normalize().equals(file.normalize()))
                .flatMap(document -> document.schema().stream())
                .filter(object -> parts[1].equals(object.element().id()))
                .flatMap(object -> parts.length == 4 ? propertyById(object, parts[3])
                        : Stream.of(new Target(object, null)))
                .findFirst();
    }

    private static Stream<Target> propertyById(Odcs.SchemaObject object, String id) {
        return object.properties().stream().filter(property -> id.equals(property.element().id()))
                .map(property -> new Target(object, property));
    }
}
