package dev.concordat.ledger;

import java.util.Optional;
import java.util.Set;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What a ledger's refusal is about: the names of objects, never values. */
public final class Refusal {
    /** Files of PostgreSQL that check rights, and name an object alone; the words of a ledger's own trigger may hold values. */
    private static final Set<String> CHECKS_OF_RIGHTS = Set.of("aclchk.c", "sequence.c");

    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    private Refusal() {
    }

    /** The column or constraint that a row breaks, such as {@code column ledger.customer.branch}; empty where the ledger names none. */
    static Optional<String> broken(Throwable failure) {
        return said(failure).filter(said -> said.getTable() != null).flatMap(said -> {
            String table = said.getSchema() + "." + said.getTable();
            return Optional.ofNullable(said.getColumn()).map(column -> "column " + table + "." + column)
                    .or(() -> Optional.ofNullable(said.getConstraint()).map(constraint -> "constraint " + constraint + " of " + table));
        });
    }

    /** The right that is missing, such as {@code permission denied for sequence account_number}; empty where it is something else. */
    public static Optional<String> missingRight(Throwable failure) {
        return said(failure).filter(said -> INSUFFICIENT_PRIVILEGE.equals(said.getSQLState()) && CHECKS_OF_RIGHTS.contains(String.valueOf(said.getFile())))
                .map(ServerErrorMessage::getMessage);
    }

    private static Optional<ServerErrorMessage> said(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof PSQLException said && said.getServerErrorMessage() != null) {
                return Optional.of(said.getServerErrorMessage());
            }
        }
        return Optional.empty();
    }
}
