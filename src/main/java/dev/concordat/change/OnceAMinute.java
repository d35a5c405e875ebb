package dev.concordat.change;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Lets be said once a minute what happens to one webhook, message or try after the other. */
public final class OnceAMinute {
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final Clock clock;
    private Instant next = Instant.MIN;

    public OnceAMinute(Clock clock) {
        this.clock = clock;
    }

    /** Whether it may be said now; who asks has said it. */
    public synchronized boolean isDue() {
        Instant now = clock.instant();
        boolean due = !now.isBefore(next);
        if (due) {
            next = now.plus(PAUSE);
        }
        return due;
    }
}
