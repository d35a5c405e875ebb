package dev.concordat;

import dev.concordat.contract.FileContent;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The files of a folder of routes as they were looked at, each composed once.
 *
 * @param contents what they held
 * @param files    those that can be read, by name
 * @param mistakes what is wrong with the others, by name
 */
record RouteFiles(Path folder, List<String> regions, Map<Path, FileContent> contents, Map<String, RouteFile> files, Map<String, String> mistakes) {

    /** As they are now; none where the folder cannot be opened. */
    static RouteFiles look(Path folder, List<String> regions) {
        return of(folder, regions, FolderWatch.found(folder, RouteFiles::holds));
    }

    /** As somebody has looked at them. */
    static RouteFiles of(Path folder, List<String> regions, Map<Path, FileContent> contents) {
        var found = new RouteFiles(folder, regions, contents, new TreeMap<>(), new TreeMap<>());
        contents.forEach((path, content) -> {
            String name = found.name(path);
            try {
                found.files.put(name, RouteFile.read(name, content.text(), regions));
            } catch (RuntimeException e) {
                found.mistakes.put(name, e.getMessage() == null ? e.toString() : e.getMessage());
            }
        });
        return found;
    }

    /** Whether a file is one of routes by its name. */
    static boolean holds(Path file) {
        return file.toString().endsWith(RouteFile.ENDING);
    }

    private String name(Path file) {
        return folder.relativize(file).toString();
    }

    /** Whether any file takes the value of a setting, also one whose key holds the name of a region, and one that cannot be read. */
    boolean take(String key) {
        var placeholder = Pattern.compile("\\{\\{\\??" + Pattern.quote(key) + "[:}]").asPredicate();
        return contents.entrySet().stream()
                .anyMatch(file -> RouteFile.loaded(name(file.getKey()), file.getValue().characters(), regions).values().stream().anyMatch(placeholder));
    }

    /**
     * The groups as which routes read from the bridge's own Kafka; not those that a setting names.
     *
     * @param own what stands for that Kafka where an endpoint names brokers
     */
    Set<String> groups(Set<String> own) {
        return files.values().stream().flatMap(file -> file.texts().stream()).flatMap(text -> text.groups(own)).filter(group -> !group.contains("{{"))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
