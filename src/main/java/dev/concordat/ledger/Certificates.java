package dev.concordat.ledger;

import java.io.FileNotFoundException;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.postgresql.util.PSQLException;

/** Whether a server is not trusted, which looks like one that is away and is not over by waiting. */
public final class Certificates {
    private static final String OF_THE_DRIVER = "org.postgresql.ssl.";

    private Certificates() {
    }

    /**
     * What stands against a server's certificate, or a file that it is checked with, by its kind and never with a value; empty where the failure is
     * another.
     */
    public static Optional<String> objection(Throwable failure) {
        boolean found = false;
        Throwable last = failure;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            found |= isObjection(cause);
            last = cause;
        }
        String kind = last instanceof PSQLException ? "" : " (" + last.getClass().getSimpleName() + ")";
        return found ? Optional.of("certificate not trusted" + kind) : Optional.empty();
    }

    /** Of a name that is not the server's, and of a file that is not there, PostgreSQL's driver tells as of a connection that is lost. */
    private static boolean isObjection(Throwable cause) {
        return cause instanceof GeneralSecurityException || cause instanceof SSLPeerUnverifiedException || cause instanceof PSQLException
                && (cause.getCause() == null || cause.getCause() instanceof FileNotFoundException)
                && cause.getStackTrace().length > 0 && cause.getStackTrace()[0].getClassName().startsWith(OF_THE_DRIVER);
    }
}
