package dev.concordat.tool;

import dev.concordat.change.Breach;
import dev.concordat.contract.ContractCase.Verdict;
import dev.concordat.contract.Observed;
import dev.concordat.contract.Severity;
import dev.concordat.tool.BridgeRecords.PastChange;
import dev.concordat.tool.ContractTrial.Judged;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Counts what becomes of changes under other contracts; needs the same memory for few changes and for many. */
final class TrialTally {
    private static final int MOST_MOVED = 10_000;

    private final Map<Verdict, Map<Verdict, Long>> outcomes = new EnumMap<>(Verdict.class);
    private final Kinds<Breach.Group> added;
    private final Kinds<Breach.Group> gone;
    private final Kinds<Written> written;
    private final Kinds<Watched> observed;
    private final Map<String, Long> heldOtherwise = new TreeMap<>();
    private final List<Moved> moved = new ArrayList<>();
    private long movedInAll;

    /** @param examples how many places are kept of each kind */
    TrialTally(int examples) {
        added = new Kinds<>(examples);
        gone = new Kinds<>(examples);
        written = new Kinds<>(examples);
        observed = new Kinds<>(examples);
    }

    /** In what a field's value, as it is handed to the ledger, differs. */
    enum Way {
        ADDED("now written"), DROPPED("no longer written"), OTHER("written with another value");

        private final String words;

        Way(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    /** A field of an entity that is written otherwise. */
    record Written(String entity, String field, Way way) {
    }

    /** Breaches of one cause that are seen and not enforced. */
    record Watched(Severity severity, Breach.Group group) {
    }

    /** A change that ends otherwise. */
    record Moved(String place, Verdict inForce, Verdict tried) {
    }

    /** What a breach is about, whichever version of the contract judged. */
    private record Cause(String rule, String keyword, String path) {
        static Cause of(Breach breach) {
            Breach.Group group = breach.group();
            return new Cause(group.rule(), group.keyword(), group.path());
        }

        static Set<Cause> of(Collection<Breach> breaches) {
            return breaches.stream().map(Cause::of).collect(Collectors.toCollection(HashSet::new));
        }
    }

    /** Takes what the contracts in force and those tried make of a change. */
    void saw(PastChange past, String entity, Judged then, Judged now) {
        outcomes.computeIfAbsent(then.verdict(), verdict -> new EnumMap<>(Verdict.class)).merge(now.verdict(), 1L, Long::sum);
        if (then.verdict() != now.verdict()) {
            move(new Moved(past.place(), then.verdict(), now.verdict()));
        }
        if (!past.rule().isEmpty() && then.verdict() != Verdict.BREACH) {
            heldOtherwise.merge(past.rule(), 1L, Long::sum);
        }
        boolean passed = then.verdict() != Verdict.BREACH;
        differ(past, now.breaches(), then.breaches(), passed, added);
        differ(past, then.breaches(), now.breaches(), false, gone);
        observe(past, then.observed().stream().map(Observed::breach).toList(), now.observed());
        if (passed && now.verdict() != Verdict.BREACH) {
            write(past, entity, then, now);
        }
    }

    private void move(Moved one) {
        movedInAll++;
        if (moved.size() < MOST_MOVED) {
            moved.add(one);
        }
    }

    private static void differ(PastChange past, List<Breach> breaches, List<Breach> others, boolean grave, Kinds<Breach.Group> kinds) {
        further(breaches, each -> each, others).forEach(breach -> kinds.count(breach.group(), breach.groupSentence(), past.place(), grave));
    }

    private void observe(PastChange past, List<Breach> others, List<Observed> seen) {
        further(seen, Observed::breach, others).forEach(each -> observed.count(new Watched(each.severity(), each.breach().group()),
                each.breach().groupSentence(), past.place(), false));
    }

    /** Of what was seen, one for each cause that the others do not have. */
    private static <T> List<T> further(List<T> seen, Function<T, Breach> breach, List<Breach> others) {
        if (seen.isEmpty()) {
            return List.of();
        }
        Set<Cause> told = Cause.of(others);
        return seen.stream().filter(each -> told.add(Cause.of(breach.apply(each)))).toList();
    }

    private void write(PastChange past, String entity, Judged then, Judged now) {
        if (then.written().equals(now.written())) {
            return;
        }
        Set<String> names = new TreeSet<>(then.written().keySet());
        names.addAll(now.written().keySet());
        for (String name : names) {
            var before = then.written().get(name);
            var after = now.written().get(name);
            Way way = before == null ? Way.ADDED : after == null ? Way.DROPPED : Way.OTHER;
            if (before == null || !before.equals(after)) {
                written.count(new Written(entity, name, way), way.words(), past.place(), false);
            }
        }
    }

    /** How many changes end so under the contracts in force and so under those that are tried. */
    long ended(Verdict inForce, Verdict tried) {
        return outcomes.getOrDefault(inForce, Map.of()).getOrDefault(tried, 0L);
    }

    long changes() {
        return outcomes.values().stream().flatMap(row -> row.values().stream()).mapToLong(Long::longValue).sum();
    }

    /** How many pass under the contracts in force and would break. */
    long wouldBreak() {
        return ended(Verdict.ACCEPTED, Verdict.BREACH) + ended(Verdict.FILTERED, Verdict.BREACH);
    }

    /** How many are in breach under the contracts in force and would pass. */
    long wouldPass() {
        return ended(Verdict.BREACH, Verdict.ACCEPTED) + ended(Verdict.BREACH, Verdict.FILTERED);
    }

    /** Breaches that would be new; grave are those of changes that pass now. */
    Kinds<Breach.Group> added() {
        return added;
    }

    Kinds<Breach.Group> gone() {
        return gone;
    }

    /** Fields that would be written otherwise, of changes that pass before and after. */
    Kinds<Written> written() {
        return written;
    }

    /** Breaches of observed rules that would be new. */
    Kinds<Watched> observed() {
        return observed;
    }

    /** Changes in quarantine that the contracts in force let pass, by the rule that put them there. */
    Map<String, Long> heldOtherwise() {
        return heldOtherwise;
    }

    /** The first of the changes that end otherwise. */
    List<Moved> moved() {
        return moved;
    }

    long movedInAll() {
        return movedInAll;
    }
}
