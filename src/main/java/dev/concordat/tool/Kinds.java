package dev.concordat.tool;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Counts by kind, with a few places of each; names that are data must not fill the memory, so the kinds have a limit. */
final class Kinds<K> {
    private static final int MOST = 500;

    private final int examples;
    private final Map<K, Kind<K>> kinds = new LinkedHashMap<>();
    private long others;

    /** @param examples how many places are kept of each kind */
    Kinds(int examples) {
        this.examples = examples;
    }

    /** One kind, as often as it was seen. */
    static final class Kind<K> {
        private final K key;
        private final String sentence;
        private final List<String> places = new ArrayList<>();
        private long count;
        private long grave;

        private Kind(K key, String sentence) {
            this.key = key;
            this.sentence = sentence;
        }

        K key() {
            return key;
        }

        /** In the words of the first that was seen. */
        String sentence() {
            return sentence;
        }

        List<String> places() {
            return places;
        }

        long count() {
            return count;
        }

        /** How many of them were grave. */
        long grave() {
            return grave;
        }
    }

    void count(K key, String sentence, String place, boolean grave) {
        if (kinds.size() == MOST && !kinds.containsKey(key)) {
            others++;
            return;
        }
        Kind<K> kind = kinds.computeIfAbsent(key, own -> new Kind<>(own, sentence));
        kind.count++;
        kind.grave += grave ? 1 : 0;
        if (kind.places.size() < examples) {
            kind.places.add(place);
        }
    }

    /** The most frequent first. */
    List<Kind<K>> all() {
        return kinds.values().stream().sorted(Comparator.comparingLong((Kind<K> kind) -> kind.count).reversed()).toList();
    }

    boolean isEmpty() {
        return kinds.isEmpty();
    }

    /** How often a kind was seen beyond the limit. */
    long others() {
        return others;
    }
}
