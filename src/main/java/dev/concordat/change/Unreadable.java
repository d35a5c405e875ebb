package dev.concordat.change;

/** Bytes that cannot be read as a change: what would be right, and where. */
final class Unreadable extends Exception {
    private final String rule;
    private final String pointer;

    Unreadable(String rule, String pointer, String sentence) {
        super(sentence, null, false, false);
        this.rule = rule;
        this.pointer = pointer;
    }

    String rule() {
        return rule;
    }

    String pointer() {
        return pointer;
    }
}
