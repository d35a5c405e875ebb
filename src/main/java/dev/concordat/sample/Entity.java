package dev.concordat.sample;

import java.util.List;
import java.util.Locale;

/** The two shared entities and who owns which of their fields, as both sides signed it. */
enum Entity {
    CUSTOMER(
            List.of("givenName", "familyName", "type", "segment", "email", "phone", "address", "residency", "status",
                    "dateOfBirth", "taxId", "consent"),
            List.of("customerNumber", "creditLimit", "exposure", "postingsBlocked", "openedOn")),
    ACCOUNT(
            List.of("customer", "nickname", "purpose", "product", "relationshipManager"),
            List.of("iban", "currency", "status", "openingBalance", "bookedBalance", "availableBalance", "openedOn",
                    "closedOn", "lastTransaction"));

    private final List<String> ofCrm;
    private final List<String> ofLedger;

    Entity(List<String> ofCrm, List<String> ofLedger) {
        this.ofCrm = ofCrm;
        this.ofLedger = ofLedger;
    }

    List<String> ofCrm() {
        return ofCrm;
    }

    List<String> ofLedger() {
        return ofLedger;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Entity of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
