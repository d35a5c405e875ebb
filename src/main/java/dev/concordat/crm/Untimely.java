package dev.concordat.crm;

import dev.concordat.BridgeException;

/**
 * A claimed entity waited so long for its call that the claim could be over before the CRM answers, or the CRM wants to be left alone by now.
 * It is claimed again.
 */
public final class Untimely extends BridgeException {
    Untimely() {
        super("the claim would be over before the CRM answers, or the CRM asked for rest");
    }
}
