package dev.concordat.residency;

import dev.concordat.BridgeException;

/** A batch is not let in now because too large a share of the changes is in breach; tried again later, it is judged anew. */
public final class HeldBack extends BridgeException {
    HeldBack() {
        super("too large a share of the changes is in breach");
    }
}
