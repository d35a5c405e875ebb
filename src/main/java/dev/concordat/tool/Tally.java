package dev.concordat.tool;

import dev.concordat.change.Breach;
import dev.concordat.change.Change;
import dev.concordat.change.Outcome;
import dev.concordat.contract.Drift;
import dev.concordat.contract.Observed;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Counts what becomes of data, and groups what is in breach or unknown; needs the same memory for few records and for many. */
final class Tally {
    /** Beyond so many groups, the rest is counted as one: field names that are data must not fill the memory. */
    private static final int MOST_GROUPS = 500;
    private static final int MOST_VALUES = 10;

    private final int examples;
    private final Map<Breach.Group, Group> breaches = new LinkedHashMap<>();
    private final Map<Breach.Group, Group> observed = new LinkedHashMap<>();
    private final Map<Breach.Group, Group> drift = new LinkedHashMap<>();
    private DataRecord at;
    private long accepted;
    private long filtered;
    private long inBreach;
    private long refetched;
    private long skipped;

    /** @param examples how many places are kept of each group */
    Tally(int examples) {
        this.examples = examples;
    }

    /** Where a record stands, and a JSON pointer into its change. */
    record Example(String file, int line, int column, long number, String pointer) {
    }

    /** All records with the same thing to say. */
    static final class Group {
        private final Breach.Group key;
        private final List<Example> examples = new ArrayList<>();
        private final Set<String> values = new LinkedHashSet<>();
        private String sentence;
        private long count;

        private Group(Breach.Group key, String sentence) {
            this.key = key;
            this.sentence = sentence;
        }

        Breach.Group key() {
            return key;
        }

        /** {@code schema.pattern}, or the rule alone where keyword says the same. */
        String code() {
            return key.rule().equals(key.keyword()) ? key.rule() : key.rule() + "." + key.keyword();
        }

        long count() {
            return count;
        }

        String sentence() {
            return sentence;
        }

        List<Example> examples() {
            return examples;
        }

        /** Unknown values, of fields whose values may be shown. */
        Set<String> values() {
            return values;
        }
    }

    void at(DataRecord found) {
        this.at = found;
    }

    void skipped() {
        skipped++;
    }

    void ended(Change change) {
        if (change.outcome() == Outcome.QUARANTINED) {
            inBreach++;
            change.breaches().forEach(this::broken);
        } else if (change.outcome() == Outcome.FILTERED) {
            filtered++;
        } else {
            accepted++;
            refetched += change.refetch() ? 1 : 0;
        }
    }

    private void broken(Breach breach) {
        broken(breaches, breach);
    }

    /** Takes a breach of the change that is being judged that is not enforced. */
    void observed(Observed seen) {
        broken(observed, seen.breach());
    }

    /** A change in breach of the envelope is of the group of its attribute. */
    private void broken(Map<Breach.Group, Group> groups, Breach breach) {
        Breach.Group key = breach.pointer().isEmpty() ? new Breach.Group(breach.contract(), breach.rule(), breach.keyword(),
                attribute(breach.sentence())) : breach.group();
        String sentence = breach.groupSentence();
        Group group = group(groups, key, sentence);
        if (!group.sentence.equals(sentence)) {
            // What differs from record to record, such as a column, stands after what they have in common.
            group.sentence = group.sentence.split(";")[0];
        }
        count(group, breach.pointer());
    }

    /** Takes drift of the record that is being judged. */
    void drifted(Drift seen) {
        Group group = group(drift, Breach.Group.of(seen.contract(), "drift", seen.kind(), seen.path()),
                seen.kind().equals(Drift.UNKNOWN_FIELD) ? "is not in the contract and is left out"
                        : "has a value that the contract does not know");
        if (!seen.value().isEmpty() && group.values.size() < MOST_VALUES) {
            group.values.add(seen.value());
        }
        count(group, seen.path());
    }

    private void count(Group group, String pointer) {
        group.count++;
        if (group.examples.size() < examples) {
            group.examples.add(new Example(at.file(), at.line(), at.column(), at.number(), pointer));
        }
    }

    private static Group group(Map<Breach.Group, Group> groups, Breach.Group key, String sentence) {
        Group group = groups.get(key);
        if (group != null) {
            return group;
        }
        return groups.size() < MOST_GROUPS ? groups.computeIfAbsent(key, own -> new Group(own, sentence))
                : groups.computeIfAbsent(new Breach.Group(key.contract(), key.rule(), "more", ""), own -> new Group(own,
                        "More than " + MOST_GROUPS + " places are concerned; these are the others"));
    }

    /** The part of the envelope that a sentence is about; empty for the whole change. */
    private static String attribute(String sentence) {
        return sentence.startsWith("`") ? sentence.substring(1, sentence.indexOf('`', 1)) : "";
    }

    /** The largest group first. */
    List<Group> breaches() {
        return sorted(breaches);
    }

    /** What passed and would be in breach were its rule enforced, the largest group first. */
    List<Group> observed() {
        return sorted(observed);
    }

    /** What passed although the contract does not know it, the largest group first. */
    List<Group> drift() {
        return sorted(drift);
    }

    private static List<Group> sorted(Map<Breach.Group, Group> groups) {
        return groups.values().stream().sorted(Comparator.comparingLong(Group::count).reversed()).toList();
    }

    /** Changes that were judged: accepted + filtered + in breach. */
    long judged() {
        return accepted + filtered + inBreach;
    }

    long accepted() {
        return accepted;
    }

    long filtered() {
        return filtered;
    }

    long inBreach() {
        return inBreach;
    }

    /** How many of the accepted only say that something changed; their entity is judged once it is read. */
    long refetched() {
        return refetched;
    }

    /** Records that say nothing of an entity. */
    long skippedRecords() {
        return skipped;
    }

    /** In percent of what was judged. */
    double rate() {
        return judged() == 0 ? 0 : 100.0 * inBreach / judged();
    }
}
