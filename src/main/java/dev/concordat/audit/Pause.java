package dev.concordat.audit;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Waits; a test does not. */
public interface Pause {
    Pause SLEEP = duration -> TimeUnit.MILLISECONDS.sleep(duration.toMillis());

    void take(Duration duration) throws InterruptedException;
}
