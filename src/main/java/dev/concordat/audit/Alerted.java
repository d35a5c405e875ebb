package dev.concordat.audit;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What alerts fire for, such as {@code customer/c1}, and what of it may still be wrong although this audit did not find it. */
final class Alerted {
    private final Set<String> before;
    private final Facts facts;
    private final Set<String> open = new TreeSet<>();

    /** @param before what alerts fire for */
    Alerted(Set<String> before, Facts facts) {
        this.before = before;
        this.facts = facts;
    }

    /** Keeps what was too fresh at a look, as the facts have it now. */
    void looked() {
        before.stream().filter(facts::isFresh).forEach(open::add);
    }

    /** Keeps what was wrong at the second look, but not as before. */
    void moved(String entity, String id) {
        String subject = entity + "/" + id;
        if (before.contains(subject)) {
            open.add(subject);
        }
    }

    /** What was too fresh, or moved. */
    List<String> open() {
        return List.copyOf(open);
    }
}
