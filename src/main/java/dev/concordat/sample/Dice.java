package dev.concordat.sample;

import java.util.SplittableRandom;
import java.util.UUID;

/** Chance that repeats itself: the same seed and place in the plan give the same throws. */
final class Dice {
    private final SplittableRandom random;

    private Dice(long seed) {
        this.random = new SplittableRandom(seed);
    }

    static Dice at(long seed, long... place) {
        long mixed = seed;
        for (long step : place) {
            mixed = new SplittableRandom(mixed * 0x9E3779B97F4A7C15L + step).nextLong();
        }
        return new Dice(mixed);
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    long within(long from, long below) {
        return random.nextLong(from, below);
    }

    boolean chance(double share) {
        return random.nextDouble() < share;
    }

    <T> T pick(java.util.List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    long seed() {
        return random.nextLong();
    }

    /** A random (version 4) UUID. */
    UUID uuid() {
        long high = random.nextLong() & 0xFFFFFFFFFFFF0FFFL | 0x4000L;
        long low = random.nextLong() & 0x3FFFFFFFFFFFFFFFL | 0x8000000000000000L;
        return new UUID(high, low);
    }
}
