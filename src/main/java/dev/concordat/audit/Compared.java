package dev.concordat.audit;

import java.time.Duration;
import java.util.List;

/**
 * How much of the CRM was compared.
 *
 * @param fresh               records that were written too recently to be compared
 * @param explained           differences whose change waits in quarantine, parking or the outbox
 * @param unjudged            records whose ledger could not be read
 * @param ledgerOnlyCustomers customers that the ledgers have and the CRM does not; no finding
 * @param ledgerOnlyAccounts  the same of accounts
 * @param goneAccounts        accounts that came from the CRM and that it no longer has; a finding only where they hold a balance
 * @param notCompared         what was not compared and why, such as {@code customer.taxId, which no record of the CRM has}
 * @param settle              how long a record has to rest before it is compared
 * @param putOff              of the fresh records, those that would have been compared if changes were under way no longer than they should
 * @param freshAgain          what alerts fire for and what was too fresh now, or moved between two looks, such as {@code customer/c1}
 */
public record Compared(
        long customers, long accounts, long fresh, long explained, long unjudged, long ledgerOnlyCustomers,
        long ledgerOnlyAccounts, long goneAccounts, List<String> notCompared, Duration settle, long putOff, List<String> freshAgain) {
    Compared with(long moreExplained, List<String> without, List<String> again) {
        return new Compared(customers, accounts, fresh, explained + moreExplained, unjudged, ledgerOnlyCustomers, ledgerOnlyAccounts, goneAccounts,
                without, settle, putOff, again);
    }

    /** Whether the CRM has records and none of them was compared. */
    boolean none() {
        return customers + accounts == 0 && fresh > 0;
    }
}
