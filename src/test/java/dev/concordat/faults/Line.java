package dev.concordat.faults;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A line between the bridge and one of its servers, or its callers, that a proxy can break. */
enum Line {
    LEDGER_EU, LEDGER_UK, LEDGER_US, DIRECTORY, KAFKA, ACTIVEMQ, CRM, WEBHOOKS;

    static final List<String> REGIONS = List.of("eu", "uk", "us");

    static Line toLedger(String region) {
        return valueOf("LEDGER_" + region.toUpperCase(Locale.ROOT));
    }

    static List<Line> all() {
        return Arrays.asList(values());
    }

    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
