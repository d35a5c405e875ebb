package dev.concordat.audit;

/** Whether the CRM gave all customers, and all accounts: only then is one that it did not give not there. */
record Whole(boolean customers, boolean accounts) {
    Whole and(Whole other) {
        return new Whole(customers && other.customers, accounts && other.accounts);
    }
}
