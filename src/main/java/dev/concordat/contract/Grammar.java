package dev.concordat.contract;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Which keys stand where in one version of the standard, and what they hold; read from {@code odcs.yaml}. */
final class Grammar {
    /** Oldest first. */
    static final List<String> VERSIONS = List.of("v3.0.0", "v3.0.1", "v3.0.2", "v3.1.0");
    static final String NEWEST = VERSIONS.get(VERSIONS.size() - 1);

    private static final String INCLUDED = "+";
    private static final String OTHERS = "*";
    private static final Map<String, Grammar> ALL = read();
    /** Of the files of cases beside the contracts. */
    static final Grammar CASES = new Grammar(NEWEST, file("cases.yaml"));

    private final String version;
    private final Map<String, Section> sections = new HashMap<>();
    private final Map<String, List<String>> kinds = new HashMap<>();

    /** A key of a section: what it holds, whether it must stand there, and whether the standard advises against it. */
    record Key(String type, boolean required, boolean old) {
    }

    /** The keys of a section; where it is open, the standard lets others stand. */
    record Section(Map<String, Key> keys, boolean open) {
    }

    private Grammar(String version, Map<String, Map<String, String>> file) {
        this.version = version;
        file.forEach((name, keys) -> {
            sections.put(name, section(keys, file));
            String[] words = name.split(" ");
            if (words.length == 2) {
                kinds.computeIfAbsent(words[0], any -> new ArrayList<>()).add(words[1]);
            }
        });
    }

    static Grammar of(String version) {
        return Objects.requireNonNull(ALL.get(version));
    }

    /** The keys of a section of these kinds, the common ones first. */
    Section section(String name, List<String> ofKinds) {
        Section common = sections.get(name);
        Map<String, Key> keys = new LinkedHashMap<>(common.keys);
        ofKinds.forEach(kind -> keys.putAll(sections.get(name + " " + kind).keys));
        return new Section(keys, common.open);
    }

    boolean hasKinds(String name) {
        return kinds.containsKey(name);
    }

    boolean isKind(String name, String kind) {
        return kinds.get(name).contains(kind);
    }

    /** The kinds of a section that have a key. */
    List<String> kindsWith(String name, String key) {
        return kinds.getOrDefault(name, List.of()).stream().filter(kind -> !"-".equals(kind))
                .filter(kind -> sections.get(name + " " + kind).keys.containsKey(key)).sorted().toList();
    }

    /** The keys of all sections of that ending, such as {@code Options}. */
    Set<String> keysOfAny(String ending) {
        return sections.entrySet().stream().filter(entry -> entry.getKey().endsWith(ending))
                .flatMap(entry -> entry.getValue().keys.keySet().stream()).collect(Collectors.toUnmodifiableSet());
    }

    boolean isSection(String type) {
        return sections.containsKey(type);
    }

    private Section section(Map<String, String> raw, Map<String, Map<String, String>> file) {
        Map<String, Key> keys = new LinkedHashMap<>();
        boolean open = false;
        if (raw.containsKey(INCLUDED)) {
            keys.putAll(section(file.get(raw.get(INCLUDED)), file).keys);
        }
        for (Map.Entry<String, String> entry : raw.entrySet()) {
            Optional<Key> key = entry.getKey().equals(INCLUDED) ? Optional.empty() : key(entry.getValue());
            if (entry.getKey().equals(OTHERS)) {
                open = key.isPresent();
            } else {
                key.ifPresent(found -> keys.put(entry.getKey(), found));
            }
        }
        return new Section(keys, open);
    }

    private Optional<Key> key(String alternatives) {
        return Stream.of(alternatives.split("; *")).map(text -> List.of(text.trim().split(" +")))
                .filter(words -> words.stream().filter(word -> word.matches("[<>].*")).allMatch(this::covers))
                .findFirst().map(words -> new Key(words.get(0),
                        words.stream().anyMatch(word -> word.startsWith("!") && covers(word.substring(1))),
                        words.contains("old") && version.equals(NEWEST)));
    }

    /** Whether this version is in a range such as {@code <3.1} or {@code >=3.0.2}; an empty range is every version. */
    private boolean covers(String range) {
        String bound = range.replaceFirst("^(<|>=)", "");
        int own = VERSIONS.indexOf(version);
        int other = VERSIONS.indexOf("v" + bound + (bound.matches("\\d+\\.\\d+") ? ".0" : ""));
        return range.isEmpty() || (range.startsWith("<") ? own < other : own >= other);
    }

    boolean isNewest() {
        return version.equals(NEWEST);
    }

    private static Map<String, Grammar> read() {
        Map<String, Map<String, String>> odcs = file("odcs.yaml");
        Map<String, Grammar> grammars = new LinkedHashMap<>();
        VERSIONS.forEach(version -> grammars.put(version, new Grammar(version, odcs)));
        return grammars;
    }

    private static Map<String, Map<String, String>> file(String name) {
        try (InputStream file = Grammar.class.getResourceAsStream(name)) {
            return new Yaml(new SafeConstructor(new LoaderOptions())).load(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
