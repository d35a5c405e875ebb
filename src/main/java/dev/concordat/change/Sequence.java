package dev.concordat.change;

/** Reads the version of an entity at its source, as the CloudEvents extension {@code sequence} has it. */
final class Sequence {
    private static final int MOST_DIGITS = 20;

    private Sequence() {
    }

    /** The version, from 1 on; 0 where the text names none of 64 bits. Null is allowed. */
    static long read(String text) {
        if (text == null || text.length() > MOST_DIGITS || !hasDigitsOnly(text)) {
            return 0;
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException emptyOrMoreThan64Bits) {
            return 0;
        }
    }

    /** Digits of ASCII: what parses a number would take a sign, and digits of any script. */
    private static boolean hasDigitsOnly(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }
}
