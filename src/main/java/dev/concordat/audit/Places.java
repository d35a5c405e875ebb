package dev.concordat.audit;

import static dev.concordat.audit.Entities.FRESH;
import static dev.concordat.audit.Entities.IN_CRM;
import static dev.concordat.audit.Entities.NOWHERE;
import static dev.concordat.audit.Entities.TWICE;

import dev.concordat.audit.Entities.Customers;

/** Finds what lies in a region where directory or residency do not place it. */
final class Places {
    private final Facts facts;
    private final FindingSink findings;
    private long explained;

    Places(Facts facts, FindingSink findings) {
        this.facts = facts;
        this.findings = findings;
    }

    /** Judges all, when it is known whom of them the CRM has. */
    void judge(Entities entities, String entity) {
        for (int number = 0; number < entities.size(); number++) {
            String wrong = wrong(entities, number);
            if (wrong == null && entities == facts.customers) {
                wrong = foreign(number);
            }
            if (wrong != null) {
                byte place = entities.ledger(number) != NOWHERE ? entities.ledger(number) : entities.directory(number);
                findings.add(FindingKind.WRONG_REGION, facts.regionName(place), entity, entities.id(number), wrong);
            }
        }
    }

    /** Residencies that differ and whose change waits in quarantine or parking. */
    long explained() {
        return explained;
    }

    private String wrong(Entities entities, int number) {
        byte ledger = entities.ledger(number);
        byte directory = entities.directory(number);
        if (ledger == NOWHERE) {
            return facts.hasLedger(directory) ? null : "the directory places it in " + facts.regionName(directory) + ", which has no ledger";
        }
        if (entities.is(number, TWICE)) {
            return "is in more than one ledger";
        }
        if (directory == NOWHERE) {
            return facts.isDirectoryRead() && entities.is(number, IN_CRM) && !entities.is(number, FRESH)
                    ? "is in the ledger of " + facts.regionName(ledger) + ", the directory does not know it" : null;
        }
        return ledger == directory ? null
                : "is in the ledger of " + facts.regionName(ledger) + ", the directory places it in " + facts.regionName(directory);
    }

    /** A customer whose residency, as either side has it, belongs to another region than the one whose ledger has it. */
    private String foreign(int number) {
        Customers customers = facts.customers;
        byte place = customers.ledger(number);
        if (place == NOWHERE) {
            return null;
        }
        if (isElsewhere(customers.ledgerHome(number), place)) {
            return foreign(place, "the ledger's", customers.ledgerHome(number));
        }
        if (!customers.is(number, IN_CRM) || customers.is(number, FRESH) || !isElsewhere(customers.crmHome(number), place)) {
            return null;
        }
        if (facts.isResidencyAwaited(number)) {
            explained++;
            return null;
        }
        return foreign(place, "the CRM's", customers.crmHome(number));
    }

    private static boolean isElsewhere(byte home, byte place) {
        return home != Customers.NO_RESIDENCY && home != place;
    }

    private String foreign(byte place, String whose, byte home) {
        return "is in the ledger of " + facts.regionName(place) + ", " + whose + " residency belongs to "
                + (home == NOWHERE ? "no region" : facts.regionName(home)) + " by the residency policy";
    }
}
