package dev.concordat.tool;

import dev.concordat.BridgeException;

/** What numbers the options of commands may have. */
public final class OptionNumbers {
    private OptionNumbers() {
    }

    /** @throws BridgeException where an option's number is less than the least */
    public static void atLeast(long least, String option, long number) {
        if (number < least) {
            throw new BridgeException(option + " [" + number + "] should be a whole number from " + least);
        }
    }
}
