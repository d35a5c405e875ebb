package dev.concordat.contract;

import java.util.List;

/**
 * Which statuses block postings and which close the books.
 *
 * @param field         field with the status, such as {@code status}
 * @param blocking      statuses under which the entity's flag has to be set
 * @param closing       statuses under which, moreover, the dependents have no balance left
 * @param dependents    entity that hangs on this one, such as {@code account}
 * @param flagColumn    column that says whether postings are blocked
 * @param balanceColumn column of the dependents that holds the balance
 */
public record StatusAlignment(
        String field, List<String> blocking, List<String> closing, String dependents, String flagColumn,
        String balanceColumn) {
    public StatusAlignment {
        blocking = List.copyOf(blocking);
        closing = List.copyOf(closing);
    }
}
