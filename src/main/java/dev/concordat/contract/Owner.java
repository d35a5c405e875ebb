package dev.concordat.contract;

import java.util.Locale;

/** The one system that may set a field. */
public enum Owner {
    CRM("CRM"),
    LEDGER("ledger");

    private final String spoken;

    Owner(String spoken) {
        this.spoken = spoken;
    }

    /** The word used in contracts, columns and metrics. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The word used in sentences. */
    public String spoken() {
        return spoken;
    }
}
