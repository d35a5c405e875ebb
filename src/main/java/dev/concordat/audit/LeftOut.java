package dev.concordat.audit;

import dev.concordat.BridgeException;
import java.util.Optional;

/** Counts records that could not be taken, each by itself: one that is not as records should be must not hide the others. */
final class LeftOut {
    private int records;
    private String first;

    interface Step<E extends Exception> {
        void take() throws E;
    }

    /** Takes a record; what goes wrong with the record itself is counted, what goes wrong with its source is thrown. */
    <E extends Exception> void unless(Step<E> step) throws E {
        try {
            step.take();
        } catch (RuntimeException failure) {
            records++;
            first = first == null ? reason(failure) : first;
        }
    }

    /** How many records were left out, and why the first of them; empty where none was. */
    Optional<String> sentence() {
        return records == 0 ? Optional.empty()
                : Optional.of(Words.counted(records, "record", "records") + " left out, the first because: " + first);
    }

    /** What was not foreseen is named without its words, which may hold a value; the bridge's own hold none. */
    static String reason(RuntimeException failure) {
        return failure instanceof BridgeException ? failure.getMessage() : failure.getClass().getSimpleName();
    }
}
