package dev.concordat.contract;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One change, and what the contract should say of it.
 *
 * @param line   of the case in its file, from 1
 * @param column as the line
 * @param name   the only one of its kind in the file
 * @param sender who sends the change
 * @param change the change event as it is sent, in JSON
 */
public record ContractCase(Path file, int line, int column, String name, Owner sender, byte[] change, Expected expected) {
    /** How the change should end: an outcome before the ledger, or on its way to it. */
    public enum Verdict {
        ACCEPTED, FILTERED, BREACH
    }

    /**
     * What should come of the change.
     *
     * @param breaches in no order; empty unless the verdict is breach
     * @param drift    in the order in which it is seen
     * @param observed breaches of rules that are observed and not enforced, in no order
     * @param left     fields left to be written, beside the key and the parent: names, with a value in JSON where the case
     *                 names one; empty where the case does not say
     */
    public record Expected(Verdict verdict, List<ExpectedBreach> breaches, List<ExpectedDrift> drift,
            List<ExpectedBreach> observed, Optional<Map<String, Optional<String>>> left) {
        public Expected {
            breaches = List.copyOf(breaches);
            drift = List.copyOf(drift);
            observed = List.copyOf(observed);
        }
    }

    /** A breach; the sentence only where the case names it. */
    public record ExpectedBreach(String rule, String pointer, String keyword, Optional<String> sentence) {
        @Override
        public String toString() {
            return "[" + rule + ", " + (pointer.isEmpty() ? "\"\"" : pointer) + ", " + keyword + "]";
        }
    }

    /** A drift; the value only where the case names it. */
    public record ExpectedDrift(String kind, String pointer, Optional<String> value) {
        @Override
        public String toString() {
            return "[" + kind + ", " + pointer + value.map(shown -> ", " + shown).orElse("") + "]";
        }
    }
}
