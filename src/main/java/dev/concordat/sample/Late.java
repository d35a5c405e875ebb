package dev.concordat.sample;

import java.util.List;

/** Which later change of a customer's story is sent before an earlier one. */
enum Late {
    NONE,
    UPDATES,
    ACCOUNT_UPDATES,
    UPDATE_BEFORE_CREATE,
    ACCOUNT_BEFORE_CUSTOMER;

    private static final List<Late> TURNS =
            List.of(UPDATES, ACCOUNT_BEFORE_CUSTOMER, UPDATES, ACCOUNT_UPDATES, UPDATE_BEFORE_CREATE, UPDATES);

    static Late turn(int number) {
        return TURNS.get(number % TURNS.size());
    }
}
