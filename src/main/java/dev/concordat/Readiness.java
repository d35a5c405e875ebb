package dev.concordat;

import org.apache.camel.impl.health.AbstractHealthCheck;

/** A health check of the bridge's own. It says what waits or is refused, which is no reason to end the process and start it anew. */
abstract class Readiness extends AbstractHealthCheck {
    Readiness(String id) {
        super("concordat", id);
    }

    @Override
    public final boolean isLiveness() {
        return false;
    }
}
