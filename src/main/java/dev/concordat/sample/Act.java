package dev.concordat.sample;

/**
 * One thing that happens to a customer or to one of its accounts.
 *
 * @param account   number of the account, from 1; 0 for the customer
 * @param overtaken the next act's change is sent before this one's
 */
record Act(What what, int account, boolean overtaken) {
    enum What {
        CREATE, OPEN, ACTIVATE, PHONE, EMAIL, CONTACT, ADDRESS, MOVE, NAME, SEGMENT, CONSENT, CLEAR, FOREIGN_BESIDE,
        FOREIGN_ONLY, NICKNAME, PURPOSE, MANAGER, SUSPEND, REACTIVATE, DECEASE, CLOSE, BREACH;

        boolean blocks() {
            return this == SUSPEND || this == DECEASE || this == CLOSE;
        }
    }

    static Act of(What what) {
        return new Act(what, 0, false);
    }

    static Act of(What what, int account) {
        return new Act(what, account, false);
    }

    Act overtakenByNext() {
        return new Act(what, account, true);
    }
}
