package dev.concordat.sample;

import java.time.Clock;

/** Decides for each call in turn what goes wrong with it; the same seed gives the same sequence. */
final class Weather {
    private final long seed;
    private final Clock clock;
    private volatile Faults faults;
    private long calls;
    private long second;
    private int inSecond;

    Weather(long seed, Clock clock, Faults faults) {
        this.seed = seed;
        this.clock = clock;
        this.faults = faults;
    }

    /** What happens to one call. */
    enum Mishap { NONE, BUSY, FAILED, UNAVAILABLE, LOST, CUT }

    record Outlook(Mishap mishap, long slowMs) {
    }

    void set(Faults changed) {
        this.faults = changed;
    }

    Faults faults() {
        return faults;
    }

    synchronized Outlook next() {
        Faults now = faults;
        Dice dice = Dice.at(seed, calls++);
        boolean slow = dice.chance(now.slow());
        return new Outlook(mishap(now, dice), slow ? now.slowness().toMillis() : 0);
    }

    private Mishap mishap(Faults now, Dice dice) {
        if (now.down()) {
            return Mishap.CUT;
        }
        if (overRate(now)) {
            return Mishap.BUSY;
        }
        if (dice.chance(now.busy())) {
            return Mishap.BUSY;
        }
        if (dice.chance(now.failing())) {
            return dice.chance(0.5) ? Mishap.FAILED : Mishap.UNAVAILABLE;
        }
        return dice.chance(now.lost()) ? Mishap.LOST : Mishap.NONE;
    }

    private boolean overRate(Faults now) {
        long current = clock.millis() / 1000;
        if (current != second) {
            second = current;
            inSecond = 0;
        }
        return ++inSecond > now.perSecond();
    }
}
