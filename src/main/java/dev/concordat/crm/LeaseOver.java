package dev.concordat.crm;

import dev.concordat.BridgeException;

/** A claimed entity waited so long for its call that the claim could be over before the CRM answers. It is claimed again. */
public final class LeaseOver extends BridgeException {
    LeaseOver() {
        super("the claim would be over before the CRM answers");
    }
}
