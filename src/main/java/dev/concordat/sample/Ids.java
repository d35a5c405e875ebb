package dev.concordat.sample;

/** Ids that do not show the order in which they were given, and are given once. */
final class Ids {
    private static final long SPACE = 100_000_000;
    private static final long STRIDE = 61_803_399;
    private static final int LONE = 50_000_000;

    private Ids() {
    }

    static String customer(long seed, int number) {
        return "C-" + digits(seed, number);
    }

    static String account(long seed, int number, int account) {
        return "A-" + digits(seed, number) + "-" + account;
    }

    /** The number of an entity that the plan knows of nowhere else. */
    static int lone(int number) {
        return LONE + number;
    }

    private static String digits(long seed, int number) {
        long offset = Dice.at(seed).within(0, SPACE);
        return String.format("%08d", (number * STRIDE + offset) % SPACE);
    }
}
